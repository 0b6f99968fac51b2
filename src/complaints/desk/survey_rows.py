"""The rows of a survey's file, CSV or XLSX, under the names that the policy gives to its columns."""

import csv
import io
import zipfile
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from complaints.policy.model import Survey

XLSX_BEGINS = b"PK\x03\x04"
MOST_ROWS = 20_000
ENCODINGS = ("utf-8-sig", "gb18030")
"""How such files are written here; what is not UTF-8 comes from a Chinese office."""


class SurveyError(ValueError):
    """A file that cannot be read as a table; the text says why."""


class Row(msgspec.Struct, frozen=True):
    """One row: its number in the file (the heading is row 1), its values by the policy's names, all as text."""

    number: int
    values: dict[str, str] = {}


def read_rows(content: bytes, survey: Survey) -> list[Row]:
    """The rows of a file; columns that the policy does not name are left in the file.

    Raises
    ------
    SurveyError
        It is no table, none of its headings is one of the policy's, or it has more than `MOST_ROWS` rows.
    """
    records = _records(content)
    headed = next(((number, cells) for number, cells in records if any(cells)), None)
    if headed is None:
        raise SurveyError("the file is empty")
    headings = {cell.casefold(): place for place, cell in reversed(list(enumerate(headed[1]))) if cell}
    places = {
        name: next(headings[one.casefold()] for one in columns if one.casefold() in headings)
        for name, columns in survey.columns.items()
        if any(one.casefold() in headings for one in columns)
    }
    if not places:
        known = ", ".join(columns[0] for columns in survey.columns.values() if columns)
        raise SurveyError(f"none of the headings is known; expected are {known}")
    rows = []
    for number, cells in records:
        values = {name: cells[place] for name, place in places.items() if place < len(cells) and cells[place]}
        if values:
            rows.append(Row(number, values))
        if len(rows) > MOST_ROWS:
            raise SurveyError(f"more than {MOST_ROWS} rows: split the file")
    return rows


def without(content: bytes, numbers: Collection[int]) -> bytes:
    """The table without the rows of these numbers, whole otherwise, as CSV (UTF-8 with its mark, which Excel expects).

    Raises
    ------
    SurveyError
        As for `read_rows`.
    """
    kept = io.StringIO(newline="")
    csv.writer(kept).writerows(cells for number, cells in _records(content) if number not in numbers)
    return kept.getvalue().encode("utf-8-sig")


def _records(content: bytes) -> Iterator[tuple[int, list[str]]]:
    return _of_workbook(content) if content.startswith(XLSX_BEGINS) else _of_csv(content)


def _of_csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    for encoding in ENCODINGS:
        try:
            decoded = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SurveyError("the text is neither UTF-8 nor GB18030")
    first = decoded.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter), start=1):
            yield number, [cell.strip() for cell in cells]
    except csv.Error as broken:
        raise SurveyError(f"the file cannot be read as CSV: {broken}") from broken


def _of_workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    import openpyxl  # here, because a CSV file does not need it
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as broken:
        raise SurveyError(f"the file cannot be read as a workbook: {broken}") from broken
    sheet = workbook.worksheets[0]
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield number, [_shown(cell) for cell in _unpadded(cells)]


def _unpadded(cells: Sequence[Any]) -> Sequence[Any]:
    return cells[:500]


def _shown(cell: Any) -> str:
    """A cell as text: whole numbers without a point, dates as dates."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
