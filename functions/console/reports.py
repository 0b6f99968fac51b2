"""Reports over HTTP: which there are, links to one of them, having those of a period made."""

from functions.common import Here
from functions.console.routes import ROUTES, me, speaker
from functions.filing_shapes import PERIOD, filing_views

from complaints.case.values import Problem
from complaints.desk.filing import standing
from complaints.desk.report_fold import NothingKnownError, UnsealedError
from complaints.desk.report_links import LENT_SECONDS, Shelf, lend, shelf
from complaints.desk.report_making import ask_for
from complaints.web.bodies import read_body
from complaints.web.file_views import FileView, MakingView, PeriodView, ReportsView, ReportView
from complaints.web.http import Request, Response, answer, instant
from complaints.web.problem import HttpError
from complaints.web.routes import Doc

STATED = 13
"""Periods of which the list tells how they stand with the unit above: a year, and the month that is compared with."""

_UNIT = {"unit": "id or path of a unit in sight; the caller's own where none is named"}


@ROUTES.route(
    "GET",
    "/reports",
    Doc(
        summary="The reports of a unit, newest first",
        answers={200: ReportsView},
        query=_UNIT,
        problems=(403, 404),
        staff=True,
    ),
)
def list_reports(here: Here, request: Request) -> Response:
    """Which periods have a report, in which files, and which are being made."""
    member = me(here, request)
    found = shelf(here.desk, member, request.query.get("unit", ""), here.now)
    periods = []
    for number, (period, files) in enumerate(found.periods.items()):
        own = standing(here.desk, member, found.path, period, here.now).own if number < STATED else ()
        filings = filing_views(here, own, speaker(here, request))
        periods.append(PeriodView(period=period, files=list(files), making=since(here, found, period), filings=filings))
    return answer(ReportsView(unit=found.unit, periods=periods))


@ROUTES.route(
    "GET",
    "/reports/{period}",
    Doc(
        summary="A unit's report as short-lived links",
        answers={200: ReportView},
        query=_UNIT,
        problems=(403, 404),
        staff=True,
    ),
)
def lend_report(here: Here, request: Request) -> Response:
    """Links to the files of one report, good for five minutes; what was submitted is held against them."""
    period, member = request.params["period"], me(here, request)
    found, lent = lend(here.desk, member, request.query.get("unit", ""), period, here.now)
    stands = standing(here.desk, member, found.path, period, here.now)
    if not (lent or stands.own or stands.below):
        raise HttpError(404, code="web.no_such_report")
    return answer(
        ReportView(
            unit=found.unit,
            period=period,
            files=[FileView(name=one.name, url=one.url) for one in lent],
            seconds=LENT_SECONDS,
            filings=filing_views(here, stands.own, speaker(here, request), compare=True),
            below=filing_views(here, stands.below, speaker(here, request)),
        )
    )


@ROUTES.route(
    "POST",
    "/reports",
    Doc(
        summary="Have the reports of a period made now",
        body={
            "type": "object",
            "required": ["period"],
            "properties": {"period": {"type": "string", "pattern": PERIOD.pattern, "examples": ["2026-11", "2026"]}},
        },
        answers={202: MakingView},
        problems=(400, 403, 409, 422),
        staff=True,
    ),
)
def make_report(here: Here, request: Request) -> Response:
    """A period whose days are sealed: made again, the same facts give the same bytes. `GET /reports` tells when all of
    its reports are there."""
    member, body = me(here, request), read_body(request)
    period = body.fields.get("period")
    if not isinstance(period, str) or not PERIOD.fullmatch(period):
        raise HttpError(422, Problem("period", "web.period"))
    if len(member.home) > 1:
        # making a period makes it for every unit, so it is for who sees them all
        raise HttpError(403, code="web.not_allowed")
    try:
        ask_for(here.desk, period, here.now)
    except NothingKnownError as nothing:
        raise HttpError(409, code="web.nothing_recorded", params={"period": period}) from nothing
    except UnsealedError as early:
        raise HttpError(409, code="web.not_sealed", params={"period": period}) from early
    where = f"{request.base_url}/reports/{period}"
    return answer(MakingView(period=period, making=instant(here.now, here.desk.settings.zone) or "", url=where), 202)


def since(here: Here, found: Shelf, period: str) -> str | None:
    """Since when a period is being made, if it is."""
    return instant(found.making.get(period), here.desk.settings.zone)
