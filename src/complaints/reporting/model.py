"""A report as values, before it is a workbook or a page: sections with paragraphs, tables and charts of tables."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from complaints.reporting.figure import FIGURES
from complaints.reporting.values import Form, Ratio, Value

ChartKind = Literal["columns", "lines", "bars", "columns_and_averages"]


class UnlistedFigureError(LookupError):
    """A column of numbers that no registered figure stands behind: register it, so that `docs/indicators.md` has it."""


class Column(msgspec.Struct, frozen=True):
    """A column of a table. Every form but text and date needs the id of a registered figure."""

    title: str
    form: Form = "text"
    figure: str = ""
    width: int = 0

    def __post_init__(self) -> None:
        if self.form not in ("text", "date") and self.figure not in FIGURES:
            raise UnlistedFigureError(f"column {self.title!r}: {self.figure!r} is no registered figure")


class Table(msgspec.Struct, frozen=True):
    """Rows of values under columns. `goals` holds a goal for each row where there is one; `last_is_total` that the last
    row sums the others up."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""
    goals: tuple[float | None, ...] = ()
    last_is_total: bool = False


class Chart(msgspec.Struct, frozen=True):
    """A picture of some columns of a table: `labels` is the column of names, `series` the columns of numbers.

    `averages` are columns that hold the same number in each row and are drawn as level lines. `grouped` is a column
    left of `labels` under whose names the labels stand, where they alone do not say enough.
    """

    id: str
    kind: ChartKind
    title: str
    table: str
    labels: int
    series: tuple[int, ...]
    averages: tuple[int, ...] = ()
    grouped: int | None = None

    def label(self, row: Sequence[Value]) -> str:
        """What a row of the table is called in the picture."""
        own = str(row[self.labels]).strip()
        return own if self.grouped is None else f"{str(row[self.grouped]).strip()} · {own}"


class Section(msgspec.Struct, frozen=True):
    """One matter: a sheet of the workbook, a part of the page."""

    id: str
    title: str
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...] = ()
    paragraphs: tuple[str, ...] = ()
    on_page: bool = True

    def table(self, id: str) -> Table:
        """The table of that id."""
        return next(table for table in self.tables if table.id == id)


class Card(msgspec.Struct, frozen=True):
    """An indicator as the first page shows it. `met` is None where there is no goal or no value."""

    title: str
    figure: str
    form: Form
    value: Value
    goal: float | None
    better: Literal["higher", "lower"]
    met: bool | None
    previous: Value
    last_year: Value

    def __post_init__(self) -> None:
        if self.figure not in FIGURES:
            raise UnlistedFigureError(f"indicator {self.title!r}: {self.figure!r} is no registered figure")


class Notice(msgspec.Struct, frozen=True):
    """A drafted rectification notice (INS-9)."""

    title: str
    addressee: str
    paragraphs: tuple[str, ...]


class Verified(msgspec.Struct, frozen=True):
    """What checking the chains of the period's cases gave; it stands on the first page."""

    chains: int
    broken: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """A whole report of one unit, one period, in one language."""

    title: str
    unit: str
    period: str
    language: str
    cards: tuple[Card, ...]
    findings: tuple[str, ...]
    sections: tuple[Section, ...]
    notices: tuple[Notice, ...] = ()
    verification: str = ""
    verified: bool | None = None
    footer: str = ""

    def section(self, id: str) -> Section:
        """The section of that id."""
        return next(section for section in self.sections if section.id == id)


def exact(value: Value) -> Fraction | int | float | None:
    """The number of a value, or None where it has none."""
    if isinstance(value, Ratio):
        return value.value
    return None if isinstance(value, str) else value


def meets(value: Value, goal: float | None, better: str) -> bool | None:
    """Whether the exact value, not the shown one, reaches its goal."""
    number = exact(value)
    if number is None or goal is None:
        return None
    wanted = Fraction(str(goal))
    return number >= wanted if better == "higher" else number <= wanted


def total(rows: Sequence[Sequence[Value]], column: int) -> int:
    """The sum of a column of counts."""
    return sum(value for row in rows if isinstance(value := row[column], int))
