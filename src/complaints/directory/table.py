"""CSV as people save it: bytes to cleaned rows, with whatever a spreadsheet did to them.

UTF-8 with or without a mark, UTF-16 with one ("Unicode text"), else GB18030; comma, semicolon or tab; blank rows and
trailing empty columns; ``="001"`` and leading apostrophes that force text; numbers turned into ``1.38E+10``.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence

import msgspec

_FORCED_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
_SCIENTIFIC = re.compile(r"^[+-]?\d(?:\.\d+)?E\+?\d{1,3}$", re.IGNORECASE)
_FAILED_CELL = re.compile(r"^#(?:REF!|N/A|VALUE!|NAME\?|NULL!|DIV/0!|NUM!|#+)$", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f"))


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong in a file: `row` counts from 1 as a spreadsheet shows it (the column names are row 1), 0 is the
    whole file; `column` is empty where it is the whole row. `code` and `params` are for `wording.problem_line`."""

    file: str
    row: int
    column: str
    code: str
    params: Mapping[str, object] = {}


class Row(msgspec.Struct, frozen=True):
    """One row with something in it; a column that is missing from the file reads as empty."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def narrow(value: str) -> str:
    """Full-width letters and digits as ordinary ones (NFKC), for identifiers, numbers and dates; not for names."""
    return unicodedata.normalize("NFKC", value).strip()


def read_table(
    file: str, content: bytes, required: Sequence[str], optional: Sequence[str], prefixes: Sequence[str] = ()
) -> tuple[list[Row], list[Problem]]:
    """The rows of a CSV file, and what is wrong with it as a table.

    `required` and `optional` name the columns, in any order; a column may also begin with one of `prefixes`. There are
    no rows without all required columns.
    """
    decoded = _decode(content)
    if decoded is None:
        return [], [Problem(file, 0, "", "unknown_encoding")]
    lines = decoded.translate(_INVISIBLE)
    if lines[:4].lower() == "sep=":
        lines = lines.partition("\n")[2]
    header_line = lines.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=header_line.count)
    records: list[list[str]] = []
    try:
        records.extend(csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as broken:
        return [], [Problem(file, len(records) + 1, "", "broken_quotes", {"detail": str(broken)})]
    top = next((at for at, record in enumerate(records) if any(cell.strip() for cell in record)), None)
    if top is None:
        return [], [Problem(file, 0, "", "empty_file", {"columns": ", ".join(required)})]
    header = [narrow(cell).lower() for cell in records[top]]
    problems = _header_problems(file, top + 1, header, required, optional, prefixes)
    if any(problem.code == "missing_column" for problem in problems):
        return [], problems
    rows: list[Row] = []
    for number, record in enumerate(records[top + 1 :], start=top + 2):
        cells = [_clean(cell) for cell in record]
        if not any(cells):
            continue
        if any(cells[len(header) :]):
            problems.append(Problem(file, number, "", "extra_cell", {"columns": len(header)}))
        named = dict(zip(header, cells, strict=False))
        for column, value in named.items():
            if _FAILED_CELL.match(value):
                problems.append(Problem(file, number, column, "failed_cell", {"value": value}))
            elif _SCIENTIFIC.match(value):
                problems.append(Problem(file, number, column, "number_as_scientific", {"value": value}))
        rows.append(Row(number, named))
    return rows, problems


def _decode(content: bytes) -> str | None:
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _clean(cell: str) -> str:
    value = cell.replace("\u00a0", " ").replace("\u3000", " ").strip()
    forced = _FORCED_TEXT.match(value)
    return (forced.group(1) if forced else value.removeprefix("'")).strip()


def _header_problems(
    file: str, row: int, header: list[str], required: Sequence[str], optional: Sequence[str], prefixes: Sequence[str]
) -> list[Problem]:
    known = ", ".join([*required, *optional])
    missing = [
        Problem(file, row, column, "missing_column", {"name": column}) for column in required if column not in header
    ]
    odd: list[Problem] = []
    for at, column in enumerate(header):
        if column and column in header[:at]:
            odd.append(Problem(file, row, column, "duplicate_column", {"name": column}))
        elif column and column not in required and column not in optional and not column.startswith(tuple(prefixes)):
            odd.append(Problem(file, row, column, "unknown_column", {"name": column, "known": known}))
    return missing + odd
