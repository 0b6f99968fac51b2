"""The pages of reports: which there are, how each stands with the unit above, forms that move it on (INS-17)."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from functions.common import Here
from functions.console.page_forms import once_of_form
from functions.console.reports import STATED, since
from functions.console.seat import Sitting, sent_form
from functions.filing_shapes import filing_views, named_report, period_of, report_text, wanted_reports, words_of

from complaints.desk.file_report import ask, review, right_below, submit
from complaints.desk.filing import Standing, standing
from complaints.desk.report_links import Shelf, lend, shelf
from complaints.desk.staff import may_ever
from complaints.reporting.plan import filing_plan
from complaints.texts import text
from complaints.web import report_views
from complaints.web.bodies import Body
from complaints.web.file_views import PeriodView
from complaints.web.http import Request, Response, see_other
from complaints.web.problem import FieldError, HttpError, field_errors
from complaints.web.routes import Doc, Routes
from complaints.web.views import Speaker

_PAGE = Doc(summary="A page for people")

Page = Callable[[Here, Request], Response]
Seated = Callable[[Here, Request, Sitting], Response]


def declare(pages: Routes[Here], signed_in: Callable[[Seated], Page]) -> None:
    """Add the addresses of reports to the pages."""

    def change(here: Here, request: Request, seated: Sitting) -> Response:
        body = sent_form(here, request, seated.session)
        period = period_of(request)
        try:
            _carry_out(here, seated, body, period)
        except Exception as error:
            refused = pages.refused(here, error)
            if refused is None or refused.status == 404:
                raise
            errors = field_errors(refused, seated.lang)
            unit = str(body.fields.get("unit", ""))
            return _period_page(here, request, seated, unit, errors, refused.status, body.fields)
        unit = str(body.fields.get("page", ""))
        return see_other(f"{request.base_url}/desk/reports/{period}?unit={unit}&done=1")

    pages.route("GET", "/desk/reports", _PAGE)(signed_in(_list))
    pages.route("GET", "/desk/reports/{period}", _PAGE)(signed_in(_period))
    pages.route("POST", "/desk/reports/{period}", _PAGE)(signed_in(change))
    pages.route("GET", "/desk/reports/{period}/{name}", _PAGE)(signed_in(_file))


def _list(here: Here, request: Request, seated: Sitting) -> Response:
    """The reports of the person's unit, or of one under it."""
    found = shelf(here.desk, seated.member, request.query.get("unit", ""), here.now)
    periods = []
    for number, (period, files) in enumerate(found.periods.items()):
        own = standing(here.desk, seated.member, found.path, period, here.now).own if number < STATED else ()
        filings = filing_views(here, own, seated.speaker)
        periods.append(PeriodView(period=period, files=list(files), making=since(here, found, period), filings=filings))
    return report_views.reports_page(seated.frame, seated.seat, _title(here, seated, found), found.unit, periods)


def _title(here: Here, seated: Sitting, found: Shelf) -> str:
    named = here.desk.directory.unit(found.unit, here.now)
    return text("desk.report.title", seated.lang, unit=named.name(seated.lang) if named else found.unit)


def _period(here: Here, request: Request, seated: Sitting) -> Response:
    """One report: its files, how it stands with the unit above, and how those stand that the unit asked for."""
    return _period_page(here, request, seated, request.query.get("unit", ""))


def _period_page(
    here: Here,
    request: Request,
    seated: Sitting,
    unit: str,
    errors: tuple[FieldError, ...] = (),
    code: int = 200,
    sent: Mapping[str, Any] | None = None,
) -> Response:
    period = period_of(request)
    found = shelf(here.desk, seated.member, unit, here.now)
    stands: Standing = standing(here.desk, seated.member, found.path, period, here.now)
    if period not in found.periods and not (stands.own or stands.below):
        raise HttpError(404, code="web.no_such_report")
    view = report_views.ReportPage(
        title=f"{_title(here, seated, found)} · {period}",
        unit=found.unit,
        period=period,
        files=found.periods.get(period, ()),
        own=filing_views(here, stands.own, seated.speaker, compare=True),
        below=filing_views(here, stands.below, seated.speaker),
        reports=_reports(here, seated),
        units=_units(here, seated, found),
    )
    return report_views.report_page(
        seated.frame,
        seated.seat,
        view,
        key=secrets.token_hex(8),
        errors=errors,
        done="done" in request.query,
        code=code,
        sent=sent or {},
    )


def _reports(here: Here, seated: Sitting) -> tuple[tuple[str, str], ...]:
    """Which reports can be asked for, by the policy's field."""
    policy = here.desk.policies.current(here.now).policy
    plan = filing_plan(policy)
    spec = policy.fields.get(plan.report) if plan is not None else None
    said = Speaker(policy, seated.lang)
    return tuple((value, report_text(policy, value, said)) for value in (spec.choices if spec is not None else ()))


def _units(here: Here, seated: Sitting, found: Shelf) -> tuple[tuple[str, str], ...]:
    """The units that the person may ask for reports; none where they may not."""
    plan = filing_plan(here.desk.policies.current(here.now).policy)
    if plan is None or not may_ever(seated.member, "register", here.desk, here.now, plan.kind):
        return ()
    units = here.desk.directory.units(right_below(here.desk, found.path), here.now)
    return tuple((id, unit.name(seated.lang)) for id, unit in units.items())


def _carry_out(here: Here, seated: Sitting, body: Body, period: str) -> None:
    """What a form of a report's page says."""
    does, member = str(body.fields.get("does", "")), seated.member
    once = once_of_form(body, f"page:{does}:{period}:{member.actor.person}")
    if does == "submit":
        submit(here.desk, member, named_report(body, period), words_of(body, "text", "page"), once, here.now)
    elif does == "review":
        remark, result = words_of(body, "remark", "result", "page"), str(body.fields.get("result", ""))
        review(here.desk, member, named_report(body, period), result, remark, once, here.now)
    elif does == "ask":
        words_of(body, "text", "report", "units", "page")
        ask(here.desk, member, wanted_reports(body, period), once, here.now)
    else:
        raise HttpError(404, code="web.no_such_address")


def _file(here: Here, request: Request, seated: Sitting) -> Response:
    """On to a file of a report, by a link that is good for minutes."""
    unit = request.query.get("unit", "")
    _, lent = lend(here.desk, seated.member, unit, request.params["period"], here.now)
    url = next((one.url for one in lent if one.name == request.params["name"]), None)
    if url is None:
        raise HttpError(404, code="web.no_such_report")
    return see_other(url)
