"""Rows out of files: CSV of any encoding and separator, JSON Lines, one JSON array, workbooks; plain, gzip or zip.

A file is read as a stream. Rows are numbered as the file shows them: the line of the headings is row 1 of a table
without a preface, the first line of JSON Lines or the first member of an array is row 1.
"""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Pairs
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import count
from typing import Any, BinaryIO, NamedTuple, cast

import msgspec

from complaints.history.cells import heading_of, text_of
from complaints.history.charsets import HEAD, complaint_about
from complaints.history.mapping import Mapping, columns_of

LONGEST_FIELD = 1_000_000
"""Characters of one CSV field; longer, and a quotation mark was never closed."""

_GZIP, _ZIP, _OLD_EXCEL = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

_NO_TABLES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"%PDF-")


class TableError(ValueError):
    """A file that cannot be read as the mapping says; the message says what it is and what to write."""


class Record(NamedTuple):
    """A row: its number, the cells that were asked for as text, what keeps it from being read."""

    number: int
    cells: Pairs[str, str]
    problem: str = ""


def open_content(file: BinaryIO, member: str = "") -> BinaryIO:
    """The bytes of a file, or of the one file in a gzip or zip archive (of several, `member` says which).

    Raises
    ------
    TableError
        It is of a kind that cannot be read, or an archive of several files without `member`.
    """
    file.seek(0)
    head = file.read(512)
    file.seek(0)
    if head.startswith(_GZIP):
        return open_content(cast(BinaryIO, gzip.GzipFile(fileobj=file)))
    if head.startswith(_ZIP):
        try:
            archive = zipfile.ZipFile(file)
        except zipfile.BadZipFile as broken:
            raise TableError(f"the archive or workbook is damaged ({broken}): copy it again") from broken
        names = [name for name in archive.namelist() if not name.endswith("/") and not name.startswith("__MACOSX")]
        if "[Content_Types].xml" in names:
            file.seek(0)
            return file
        chosen = [name for name in names if not member or name == member]
        if len(chosen) != 1:
            raise TableError(f"the archive holds {', '.join(names) or 'nothing'}: say which in `member`")
        inner = archive.open(chosen[0])
        return open_content(io.BytesIO(inner.read()) if chosen[0].endswith(".xlsx") else cast(BinaryIO, inner))
    if head.startswith(_OLD_EXCEL):
        raise TableError("this is a workbook of the old kind (.xls): open it and save it as .xlsx or CSV UTF-8")
    if head.startswith(_NO_TABLES):
        raise TableError("this is a picture or a PDF, whatever its name says: give CSV, JSON Lines, JSON or .xlsx")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise TableError("this is a web page or XML, whatever its name says: open it and save it as .xlsx or CSV UTF-8")
    return file


def read_records(file: BinaryIO, mapping: Mapping) -> Iterator[Record]:
    """The rows of a seekable file, with the cells that the mapping reads. Blank rows are passed over, and numbered.

    Raises
    ------
    TableError
        The file is no such table, or lacks a column that the mapping reads: before the first row for tables.
    """
    content = open_content(file, mapping.member)
    is_workbook = content.read(4) == _ZIP
    content.seek(0)
    if is_workbook != (mapping.format == "xlsx"):
        raise TableError('this is a workbook: write "format": "xlsx"' if is_workbook else "this is no .xlsx workbook")
    if not is_workbook:
        wrong = complaint_about(content.read(HEAD), mapping.encoding)
        if wrong:
            raise TableError(wrong)
        content.seek(0)
    wanted = columns_of(mapping)
    if mapping.format in ("csv", "xlsx"):
        yield from _of_table(cells_of(content, mapping), mapping, wanted)
    else:
        yield from _of_json(content, mapping, wanted)


def cells_of(content: BinaryIO, mapping: Mapping) -> Iterator[tuple[int, Sequence[Any] | str]]:
    """The rows of CSV or a workbook as they lie there, headings and all, each with its number; a text says why one
    cannot be read."""
    if mapping.format == "xlsx":
        return _of_workbook(content, mapping.sheet)
    return _of_csv(content, mapping)


@contextmanager
def _text(content: BinaryIO, mapping: Mapping, newline: str) -> Iterator[io.TextIOWrapper]:
    """The bytes as text; the file stays open, because it may be read again."""
    text = io.TextIOWrapper(content, encoding=mapping.encoding, errors="replace", newline=newline)
    try:
        yield text
    finally:
        if not content.closed:
            text.detach()


def _of_csv(content: BinaryIO, mapping: Mapping) -> Iterator[tuple[int, Sequence[Any] | str]]:
    csv.field_size_limit(LONGEST_FIELD)
    with _text(content, mapping, "") as text:
        if mapping.quote:
            reader = csv.reader(text, delimiter=mapping.delimiter, quotechar=mapping.quote)
        else:
            reader = csv.reader(text, delimiter=mapping.delimiter, quoting=csv.QUOTE_NONE)
        for number in count(1):
            try:
                cells = next(reader, None)
            except csv.Error as wrong:
                yield number, f"not CSV: {wrong}; a quotation mark may be missing"
                continue
            if cells is None:
                return
            yield number, cells


def _of_workbook(content: BinaryIO, sheet: str) -> Iterator[tuple[int, Sequence[Any] | str]]:
    import openpyxl  # here, because only workbooks need it
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        workbook = openpyxl.load_workbook(content, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as broken:
        raise TableError(f"the file cannot be read as a workbook: {broken}") from broken
    if sheet and sheet not in workbook.sheetnames:
        raise TableError(f"the workbook has no sheet {sheet!r}; it has {', '.join(workbook.sheetnames)}")
    chosen = workbook[sheet] if sheet else workbook.worksheets[0]
    chosen.reset_dimensions()  # what programs write as the size of a sheet is often wrong
    yield from enumerate(chosen.iter_rows(values_only=True), start=1)


def headings(cells: Sequence[Any]) -> list[str]:
    """The names of columns: blanks trimmed, empty ones left empty, a second of the same name numbered."""
    found: list[str] = []
    for cell in cells:
        name = " ".join(text_of(cell).split())
        count = sum(1 for one in found if one == name or one.startswith(f"{name} ("))
        found.append(f"{name} ({count + 1})" if name and count else name)
    return found


def _of_table(
    rows: Iterator[tuple[int, Sequence[Any] | str]], mapping: Mapping, wanted: Pairs[str, str]
) -> Iterator[Record]:
    names: list[str] | None = None
    places: dict[str, int] = {}
    headed: Sequence[Any] = ()
    for number, cells in rows:
        if number < mapping.header:
            continue
        if isinstance(cells, str):
            yield Record(number, {}, cells)
            continue
        if names is None:
            names = headings(cells) if mapping.header else [str(n) for n in range(1, len(cells) + 1)]
            places, headed = _places(names, wanted), cells
            if mapping.header:
                continue
        if cells == headed and mapping.header:
            continue  # files that were put together have their headings in between
        width = len(cells)
        values = {name: text_of(cells[place]) if place < width else "" for name, place in places.items()}
        if not any(values.values()) and not any(map(text_of, cells)):
            continue
        short = mapping.format == "csv" and any(place >= width for place in places.values())
        if short or (width > len(names) and any(map(text_of, cells[len(names) :]))):
            problem = f"{width} cells under {len(names)} columns: is a separator or line end not in quotation marks?"
            yield Record(number, {}, problem)
        else:
            yield Record(number, values)
    if names is None:
        raise TableError(f"the file has no line {mapping.header} with headings: it is empty or `header` is wrong")


def _places(names: Sequence[str], wanted: Pairs[str, str]) -> dict[str, int]:
    exact = {name: place for place, name in reversed(list(enumerate(names))) if name}
    loose = {heading_of(name): place for name, place in exact.items()}
    places: dict[str, int] = {}
    for column, used in wanted.items():
        place = exact.get(column, loose.get(heading_of(column)))
        if place is None:
            raise TableError(missing_column(column, used, [name for name in names if name]))
        places[column] = place
    return places


def missing_column(column: str, used: str, names: Sequence[str]) -> str:
    """That a column is not there, which one may be meant, and which there are."""
    near = get_close_matches(column, names, 3, 0.4)
    hint = f"; nearest: {', '.join(near)}" if near else ""
    return f"the file has no column {column!r}, which `{used}` reads{hint}. Its columns are: {', '.join(names)}"


# -- JSON -------------------------------------------------------------------------------------------------------


class _Utf8:
    """A text stream as UTF-8 bytes, which is what the JSON reader takes."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text

    def read(self, size: int = 65_536) -> bytes:
        return self.text.read(size).encode()


def objects_of(content: BinaryIO, mapping: Mapping) -> Iterator[tuple[int, Any]]:
    """The objects of JSON Lines or of an array with their numbers; a text in place of one says why it cannot be
    read."""
    with _text(content, mapping, "\n") as text:
        if mapping.format == "json":
            yield from _of_array(text, mapping.rows)
            return
        for number, line in enumerate(text, start=1):
            if line.strip():
                try:
                    value = msgspec.json.decode(line)
                except msgspec.DecodeError as wrong:
                    yield number, f"not JSON: {wrong}"
                    continue
                yield number, value if isinstance(value, dict) else "not an object"


def _of_array(text: io.TextIOWrapper, rows: str) -> Iterator[tuple[int, Any]]:
    import ijson  # here, because only arrays need it

    number = 0
    try:
        for number, value in enumerate(ijson.items(_Utf8(text), f"{rows}.item" if rows else "item", use_float=True), 1):
            yield number, value if isinstance(value, dict) else "not an object"
    except ijson.JSONError as broken:
        raise TableError(f"after {number} rows the file is no JSON any more: {broken}") from broken
    if not number:
        raise TableError(f"the file has no array {rows!r} of rows: say in `rows` where it lies, such as data.items")


def _of_json(content: BinaryIO, mapping: Mapping, wanted: Pairs[str, str]) -> Iterator[Record]:
    unseen = dict(wanted)
    seen: dict[str, None] = {}
    number = 0
    for number, value in objects_of(content, mapping):
        if isinstance(value, str):
            yield Record(number, {}, value)
            continue
        if unseen:
            seen.update(dict.fromkeys(value))
        cells = {}
        for column in wanted:
            found, cell = _at(value, column)
            if found:
                unseen.pop(column, None)
            cells[column] = text_of(cell)
        yield Record(number, cells)
    if number:
        for column, used in unseen.items():
            raise TableError(missing_column(column, used, list(seen)))


def _at(value: Any, column: str) -> tuple[bool, Any]:
    """Whether an object has a member, and what it is: by its name, else by the path `a.b.0.c`."""
    if isinstance(value, dict) and column in value:
        return True, value[column]
    head, dot, rest = column.partition(".")
    if not dot:
        if isinstance(value, list) and column.isdigit() and int(column) < len(value):
            return True, value[int(column)]
        return False, None
    if isinstance(value, list) and head.isdigit() and int(head) < len(value):
        return _at(value[int(head)], rest)
    if isinstance(value, dict) and head in value:
        return _at(value[head], rest)
    return False, None
