"""What the staff interface answers about files: reports, surveys, attachments."""

from dataclasses import dataclass, field
from typing import Literal

from complaints.web.filing_views import FilingView
from complaints.web.views import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodView:
    """A month (2026-11) or a year (2026) that has a report, its files, and how it stands with the unit above; that is
    told of the newest periods only. `making` says since when it is being made; where it never was before there are no
    files until all are there."""

    period: str
    files: list[str]
    making: Instant | None = None
    filings: list[FilingView] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsView:
    """The reports of a unit."""

    unit: str
    periods: list[PeriodView]


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingView:
    """The reports of a period are being made since this instant; `url` is where the caller's own will be."""

    period: str
    making: Instant
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file and a link to it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A report as links that are good for so many `seconds`, how it stands with the unit above (`filings`), and how
    those stand that this unit asked for (`below`)."""

    unit: str
    period: str
    files: list[FileView]
    seconds: int
    filings: list[FilingView] = field(default_factory=list)
    below: list[FilingView] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyTicketView:
    """Where to post a survey's file (all `fields` first, the file last as `file`), and where its result will be."""

    id: str
    url: str
    fields: dict[str, str]
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row of a survey: a case, kept as raw data, or at fault."""

    row: int
    became: Literal["case", "kept", "fault"]
    reference: str = ""
    problems: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyView:
    """What became of a survey's file; `fault` says why none of it could be read."""

    survey: str
    at: Instant
    cases: int
    kept: int
    faults: int
    fault: str
    rows: list[RowView]
