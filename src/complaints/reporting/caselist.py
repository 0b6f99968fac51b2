"""The complaint database as a list: the columns of HOT-5 in the form of HOT-7, in the workbook or as CSV beside it."""

import csv
import io
from collections.abc import Iterator

from complaints.reporting.lists import CaseRow
from complaints.reporting.model import Column, Section, Table
from complaints.reporting.source import Build

LONGEST = 100_000
"""Cases in the workbook's list; beyond, the list is a CSV beside it."""

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
NOTHING = "-"


def case_list(build: Build) -> tuple[Section, bool]:
    """The sheet of cases, and whether the list is too long for it and goes into a CSV instead."""
    columns = tuple(Column(title, "text", width=width) for title, width in zip(_titles(build), _WIDTHS, strict=True))
    rows: list[tuple[str, ...]] = []
    for row in case_rows(build):
        if len(rows) == LONGEST:
            note = build.t("note.csv", most=LONGEST)
            table = Table("cases", build.t("section.cases"), columns, (), note=note)
            return Section("cases", build.t("section.cases"), (table,), on_page=False), True
        rows.append(row)
    table = Table("cases", build.t("section.cases"), columns, tuple(rows))
    return Section("cases", build.t("section.cases"), (table,), on_page=False), False


_WIDTHS = (9, 20, 12, 13, 26, 26, 12, 14, 13)


def _titles(build: Build) -> tuple[str, ...]:
    names = ("number", "reference", "customer", "date", "type", "unit", "status", "handled_on", "satisfaction")
    return tuple(build.t(f"case.{name}") for name in names)


def case_rows(build: Build) -> Iterator[tuple[str, ...]]:
    """One row a case, by the time of receipt, numbered from 0001."""
    for number, row in enumerate(build.cases(), start=1):
        yield _row(build, number, row)


def case_csv(build: Build) -> Iterator[bytes]:
    """The list as CSV in UTF-8 with a mark that spreadsheets know, in pieces. No cell can become a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    writer.writerow(_titles(build))
    for row in case_rows(build):
        writer.writerow([harmless(cell) for cell in row])
        if buffer.tell() > 1_000_000:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def harmless(cell: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before what could begin one."""
    return f"'{cell}" if cell != NOTHING and cell.lstrip(" ").startswith(_RISKY) else cell


def masked(name: str) -> str:
    """A customer's name with all but its first character hidden; nothing of it tells how long it was."""
    return f"{name.strip()[:1]}**" if name.strip() else "**"


def _row(build: Build, number: int, row: CaseRow) -> tuple[str, ...]:
    solved = row.phase != "open"
    return (
        f"{number:04d}",
        row.reference,
        masked(build.customers(row.reference)) if build.customers else "**",
        row.opened_day.replace("-", "/") or NOTHING,
        build.name("category", row.category),
        build.unit(row.path),
        build.t("case.solved" if solved else "case.waiting"),
        row.handled_day.replace("-", "/") if row.handled_day and solved else NOTHING,
        str(row.score) if row.score else NOTHING,
    )
