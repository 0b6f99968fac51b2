"""Filing of reports over HTTP (INS-17): asked for, submitted, reviewed."""

from functions.common import Here, once_of
from functions.console.cases import fit
from functions.console.routes import ROUTES, me
from functions.filing_shapes import named_report, period_of, wanted_reports, words_of
from functions.staff_shapes import done_view

from complaints.desk.file_report import RESULTS, ask, review, submit
from complaints.web.bodies import read_body
from complaints.web.filing_views import AskedView
from complaints.web.http import Request, Response, answer
from complaints.web.routes import Doc
from complaints.web.staff_views import DoneView

_KEY = {"idempotency-key": "the same key with the same body gets the first answer"}
_WHICH = {
    "unit": {"type": "string", "description": "id or path of the unit whose report it is; the caller's own if absent"},
    "reference": {"type": "string", "description": "the filing, where the report was asked for more than once"},
    "order": {"type": "integer", "description": "its work order, likewise"},
}
_TEXT = {"type": "string"}


@ROUTES.route(
    "POST",
    "/reports/{period}/request",
    Doc(
        summary="Ask units below for their reports of a period",
        body={
            "type": "object",
            "required": ["text"],
            "properties": {
                "unit": {"type": "string", "description": "the unit that asks; the caller's own if absent"},
                "report": {"type": "string", "description": "which report: a choice of the policy's field"},
                "text": _TEXT,
                "units": {"type": "array", "items": _TEXT, "description": "of whom; all right below if absent"},
            },
        },
        answers={201: AskedView},
        headers=_KEY,
        problems=(400, 403, 404, 409, 422),
        staff=True,
    ),
)
def request_reports(here: Here, request: Request) -> Response:
    """A filing with a work order to each unit, due as the policy says."""
    member, body, period = me(here, request), read_body(request), period_of(request)
    fit(body.fields)
    words_of(body, "text", "report", "units")
    once = once_of(request, body, f"ask:{period}:{member.actor.person}")
    reference = ask(here.desk, member, wanted_reports(body, period), once, here.now)
    return answer(AskedView(reference=reference), 201, {"location": f"/cases/{reference}"})


@ROUTES.route(
    "POST",
    "/reports/{period}/submission",
    Doc(
        summary="Submit a unit's report to the unit that asked for it",
        body={"type": "object", "required": ["text"], "properties": {**_WHICH, "text": _TEXT}},
        answers={200: DoneView},
        headers=_KEY,
        problems=(400, 403, 404, 409, 422),
        staff=True,
    ),
)
def submit_report(here: Here, request: Request) -> Response:
    """The SHA-256 of each of the report's files goes into the event."""
    member, body, period = me(here, request), read_body(request), period_of(request)
    fit(body.fields)
    words, report = words_of(body, "text"), named_report(body, period)
    once = once_of(request, body, f"submit:{period}:{member.actor.person}")
    return answer(done_view(submit(here.desk, member, report, words, once, here.now)))


@ROUTES.route(
    "POST",
    "/reports/{period}/review",
    Doc(
        summary="Accept a unit's report, or return it with reasons",
        body={
            "type": "object",
            "required": ["result"],
            "properties": {**_WHICH, "result": {"type": "string", "enum": list(RESULTS)}, "remark": _TEXT},
        },
        answers={200: DoneView},
        headers=_KEY,
        problems=(400, 403, 404, 409, 422),
        staff=True,
    ),
)
def review_report(here: Here, request: Request) -> Response:
    """By the unit that asked for it; the policy says who and what a remark must be."""
    member, body, period = me(here, request), read_body(request), period_of(request)
    fit(body.fields)
    remark, report = words_of(body, "remark", "result"), named_report(body, period)
    result = str(body.fields.get("result", ""))
    once = once_of(request, body, f"review:{period}:{member.actor.person}")
    return answer(done_view(review(here.desk, member, report, result, remark, once, here.now)))
