"""The shape of an unknown file, format, encoding, separator, line of headings, and a sample of its rows."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from complaints.history.cells import text_of
from complaints.history.charsets import HEAD, encoding_of
from complaints.history.forms import NUMBER, is_date
from complaints.history.mapping import Mapping
from complaints.history.tables import TableError, cells_of, headings, objects_of, open_content
from complaints.history.words import words

LOOKED_AT = 5_000
"""Rows from which a draft is made."""

_DELIMITERS = (",", "\t", ";", "|", "，", "；")
_JSON_ROWS = ("data", "rows", "items", "results", "records", "list", "data.items", "data.list", "data.rows")


@dataclass(slots=True)
class Sample:
    """The first rows: columns in their order with all their values."""

    columns: dict[str, list[str]]
    rows: int

    def filled(self, column: str) -> list[str]:
        """The values of a column that say something."""
        return [value for value in self.columns[column] if value and value.casefold() not in words("empty")]


def shape_of(file: BinaryIO) -> dict[str, Any]:
    """The part of a mapping that says how the file is written. Raises `TableError`."""
    content = open_content(file)
    head = content.read(HEAD)
    content.seek(0)
    if head.startswith(b"PK\x03\x04"):
        first = islice(cells_of(content, _mapping({"format": "xlsx"})), 50)
        return {"format": "xlsx", **_header([list(cells) for _, cells in first if not isinstance(cells, str)])}
    encoding = encoding_of(head)
    text = head.decode(encoding, "replace").lstrip("\ufeff").lstrip()
    said = {} if encoding == "utf-8-sig" else {"encoding": encoding}
    if text.startswith("["):
        return {"format": "json", **said}
    if text.startswith("{"):
        try:
            msgspec.json.decode(text.split("\n", 1)[0])
        except msgspec.DecodeError:
            return {"format": "json", **said, "rows": _array(content, encoding)}
        return {"format": "jsonl", **said}
    delimiter, rows = _delimited(text)
    return {"format": "csv", **said, **({} if delimiter == "," else {"delimiter": delimiter}), **_header(rows)}


def _array(content: BinaryIO, encoding: str) -> str:
    for path in _JSON_ROWS:
        content.seek(0)
        try:
            if next(objects_of(content, _mapping({"format": "json", "encoding": encoding, "rows": path})), None):
                return path
        except TableError:
            continue
    raise TableError("no array of rows was found in the JSON: write a mapping by hand, with `rows`")


def _delimited(text: str) -> tuple[str, list[list[str]]]:
    """The separator under which most lines have the same number of cells, more than one."""
    lines = text.splitlines(keepends=True)[:200]
    best: tuple[float, str, list[list[str]]] = (0, ",", [[line] for line in lines])
    for delimiter in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter) if row]
        except csv.Error:
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
        score = count / len(rows) * min(width, 10) if width > 1 else 0
        if score > best[0]:
            best = (score, delimiter, rows)
    return best[1], best[2]


def _header(rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The line of the headings: the first as wide as most, all of text. Without one the columns have numbers."""
    filled = [[text_of(cell) for cell in row] for row in rows]
    widths = Counter(sum(map(bool, row)) for row in filled if any(row))
    usual = max(widths, default=0, key=lambda width: (widths[width], width))
    for number, row in enumerate(filled[:20], start=1):
        named = [cell for cell in row if cell]
        if len(named) < max(2, usual * 0.6):
            continue
        if any(NUMBER.fullmatch(cell) or is_date(cell) for cell in named):
            return {"header": 0}
        return {} if number == 1 else {"header": number}
    return {}


def sample_of(file: BinaryIO, shape: dict[str, Any]) -> Sample:
    """The first rows of a file of this shape."""
    mapping = _mapping(shape)
    content = open_content(file)
    columns: dict[str, list[str]] = {}
    rows = 0
    if mapping.format in ("csv", "xlsx"):
        names: list[str] = []
        for number, cells in cells_of(content, mapping):
            if number < mapping.header or isinstance(cells, str):
                continue
            if not names:
                names = headings(cells) if mapping.header else [str(n) for n in range(1, len(cells) + 1)]
                columns = {name: [] for name in names if name}
                if mapping.header:
                    continue
            if not any(map(text_of, cells)):
                continue
            rows += 1
            for name, cell in zip(names, cells, strict=False):
                if name:
                    columns[name].append(text_of(cell))
            if rows == LOOKED_AT:
                break
    else:
        for _, value in islice(objects_of(content, mapping), LOOKED_AT):
            rows += 1
            for name, cell in _flat(value) if isinstance(value, dict) else ():
                columns.setdefault(name, []).append(text_of(cell))
    return Sample(columns, rows)


def _flat(value: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, cell in value.items():
        if isinstance(cell, dict):
            yield from _flat(cell, f"{before}{name}.")
        else:
            yield f"{before}{name}", cell


def _mapping(shape: dict[str, Any]) -> Mapping:
    whole = {"zone": "UTC", "received_at": "?", "path": [], "kind": {}, **shape}
    return msgspec.convert(whole, Mapping)
