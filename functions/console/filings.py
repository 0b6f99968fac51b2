"""Filing of reports over HTTP (INS-17): asked for, submitted, reviewed."""

from typing import Any

from functions.common import Here, once_of
from functions.console.cases import fit
from functions.console.routes import ROUTES, me
from functions.filing_shapes import named_report, period_of, wanted_reports, words_of
from functions.staff_shapes import done_view

from complaints.desk.answers import Once
from complaints.desk.file_report import RESULTS, ask, review, submit
from complaints.desk.staff import Member
from complaints.web.bodies import Body, read_body
from complaints.web.filing_views import AskedView
from complaints.web.http import Request, Response, answer
from complaints.web.once import KEY_HEADER
from complaints.web.routes import Doc
from complaints.web.staff_views import DoneView

_WHICH = {
    "unit": {"type": "string", "description": "id or path of the unit whose report it is; the caller's own if absent"},
    "reference": {"type": "string", "description": "the filing, where the report was asked for more than once"},
    "order": {"type": "integer", "description": "its work order, likewise"},
}
_TEXT = {"type": "string"}


def _doc(summary: str, needed: str, properties: dict[str, Any], answers: dict[int, Any]) -> Doc:
    return Doc(
        summary=summary,
        body={"type": "object", "required": [needed], "properties": properties},
        answers=answers,
        headers=KEY_HEADER,
        problems=(400, 403, 404, 409, 422),
        staff=True,
    )


def _read(here: Here, request: Request, does: str) -> tuple[Member, Body, str, Once]:
    """Who sends what about which period, and what makes it the same when it comes again."""
    member, body, period = me(here, request), read_body(request), period_of(request)
    fit(body.fields)
    return member, body, period, once_of(request, body, f"{does}:{period}:{member.actor.person}")


@ROUTES.route(
    "POST",
    "/reports/{period}/request",
    _doc(
        "Ask units below for their reports of a period",
        "text",
        {
            "unit": {"type": "string", "description": "the unit that asks; the caller's own if absent"},
            "report": {"type": "string", "description": "which report: a choice of the policy's field"},
            "text": _TEXT,
            "units": {"type": "array", "items": _TEXT, "description": "of whom; all right below if absent"},
        },
        {201: AskedView},
    ),
)
def request_reports(here: Here, request: Request) -> Response:
    """A filing with a work order to each unit, due as the policy says."""
    member, body, period, once = _read(here, request, "ask")
    words_of(body, "text", "report", "units")
    reference = ask(here.desk, member, wanted_reports(body, period), once, here.now)
    return answer(AskedView(reference=reference), 201, {"location": f"/cases/{reference}"})


@ROUTES.route(
    "POST",
    "/reports/{period}/submission",
    _doc(
        "Submit a unit's report to the unit that asked for it",
        "text",
        {**_WHICH, "text": _TEXT},
        {200: DoneView},
    ),
)
def submit_report(here: Here, request: Request) -> Response:
    """The SHA-256 of each of the report's files goes into the event."""
    member, body, period, once = _read(here, request, "submit")
    words, report = words_of(body, "text"), named_report(body, period)
    return answer(done_view(submit(here.desk, member, report, words, once, here.now)))


@ROUTES.route(
    "POST",
    "/reports/{period}/review",
    _doc(
        "Accept a unit's report, or return it with reasons",
        "result",
        {**_WHICH, "result": {"type": "string", "enum": list(RESULTS)}, "remark": _TEXT},
        {200: DoneView},
    ),
)
def review_report(here: Here, request: Request) -> Response:
    """By the unit that asked for it; the policy says who and what a remark must be."""
    member, body, period, once = _read(here, request, "review")
    remark, report = words_of(body, "remark", "result"), named_report(body, period)
    result = str(body.fields.get("result", ""))
    return answer(done_view(review(here.desk, member, report, result, remark, once, here.now)))
