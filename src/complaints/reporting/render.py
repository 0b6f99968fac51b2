"""A unit's report as files: what the report functions call."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from complaints.reporting.caselist import case_csv
from complaints.reporting.model import Report, Verified
from complaints.reporting.page import page
from complaints.reporting.plan import ReportPlan, Text
from complaints.reporting.report import build_report
from complaints.reporting.source import Build, Desk, Source
from complaints.reporting.workbook import workbook


class Rendered(msgspec.Struct, frozen=True):
    """The files of one report. `cases` gives the case list as CSV in pieces where it is too long for the workbook."""

    report: Report
    workbook: bytes
    page: bytes
    cases: Callable[[], Iterator[bytes]] | None


def render_report(
    desk: Desk,
    unit: str,
    language: str,
    *,
    verified: Verified | None = None,
    customers: Callable[[str], str] | None = None,
) -> Rendered:
    """The workbook and the page of one unit's report.

    Parameters
    ----------
    desk
        the period's figures, laid out once for all units (`prepare`).
    unit
        the unit's path, ids root first joined by ``/``; empty for everything.
    language
        ``zh-CN`` or ``en``.
    verified
        what verifying the chains of the period's cases gave; None: not verified.
    customers
        a customer's name by case reference, shown masked in the list of cases; None: nothing of it is shown.

    Equal arguments give equal bytes.
    """
    build = Build(desk, unit, language, verified, customers)
    report, beside = build_report(build)
    csv = (lambda: case_csv(build)) if beside else None
    return Rendered(report, workbook(report), page(report), csv)


def prepare(source: Source, plan: ReportPlan, units: Mapping[str, Text], people: Mapping[str, str]) -> Desk:
    """Lay the period's figures out for `render_report`.

    `units` gives the names of units by id, `people` the names of staff by id; what has no name shows its id.
    """
    return Desk(source, plan, units, people)
