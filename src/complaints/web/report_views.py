"""The staff's pages of reports, rendered from templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from complaints.web.file_views import PeriodView
from complaints.web.filing_views import FilingState, FilingView
from complaints.web.http import Response
from complaints.web.pages import Frame
from complaints.web.problem import FieldError
from complaints.web.staff_pages import Seat, staff_page


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """What the page of one report shows: its files, how it stands with the unit above (`own`), how those stand that
    this unit asked for (`below`); which `reports` may be asked of which `units`, both as id and name."""

    title: str
    unit: str
    period: str
    files: Sequence[str]
    own: Sequence[FilingView]
    below: Sequence[FilingView]
    reports: Sequence[tuple[str, str]] = ()
    units: Sequence[tuple[str, str]] = ()


STATES: dict[FilingState, str] = {
    "accepted": "fine",
    "submitted": "soon",
    "asked_back": "late",
    "asked": "",
    "cancelled": "",
}
"""How a state is coloured."""


def reports_page(frame: Frame, seat: Seat, title: str, unit: str, periods: Sequence[PeriodView]) -> Response:
    """The reports of a unit."""
    return staff_page(frame, seat, "desk_reports.html.j2", title=title, unit=unit, periods=periods, states=STATES)


def report_page(
    frame: Frame,
    seat: Seat,
    view: ReportPage,
    *,
    key: str,
    errors: Sequence[FieldError] = (),
    done: bool = False,
    code: int = 200,
    sent: Mapping[str, Any] | None = None,
) -> Response:
    """One report of a unit, with the forms that are open to the person; `sent` is what the refused one of them said."""
    given = sent or {}
    ticked = given.get("units", [])
    return staff_page(
        frame,
        seat,
        "desk_report.html.j2",
        code,
        view=view,
        key=key,
        errors=errors,
        done=done,
        states=STATES,
        sent=given,
        ticked=ticked if isinstance(ticked, list) else [ticked],
    )
