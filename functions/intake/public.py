"""The public door: complaints come in, customers follow them. Parse, one call into the desk, shape the answer."""

import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import msgspec
from functions.common import Here, once_of, refusals, run
from functions.intake.acknowledging import ACKNOWLEDGING
from functions.shapes import promise_views, read_announced, status_view, upload_view

from complaints.case.values import CUSTOMER_ACTOR, Problem
from complaints.desk.register import Complaint, Paper, Registered, check_papers, register
from complaints.desk.track import SAYS, Status, admitted, say, status
from complaints.desk.tracking import status_url, token_of
from complaints.desk.upload import announce
from complaints.web.bodies import Body, read_body
from complaints.web.forms import MAX_TEXT, too_long, typed
from complaints.web.http import PROBLEM, Request, Response, answer, see_other
from complaints.web.intake import complaint_values
from complaints.web.language import kept, of_request
from complaints.web.once import KEY_HEADER
from complaints.web.problem import HttpError, ProblemDetails, field_errors
from complaints.web.routes import Doc, Routes
from complaints.web.views import Accepted, Noted, Speaker, StatusView, UploadView

ROUTES: Routes[Here] = Routes(refusals("web.no_such_complaint"))
"""The public endpoints."""

_TOKEN = {"x-complaint-token": "the token that came with the reference (or the query parameter `token`)"}
_COMPLAINT = {
    "type": "object",
    "required": ["text", "complainant", "consent"],
    "properties": {
        "text": {"type": "string", "maxLength": 20000, "description": "what happened, in the customer's own words"},
        "complainant": {
            "type": "object",
            "description": "phone or email is needed; a form writes complainant.phone",
            "properties": {name: {"type": "string"} for name in ("name", "phone", "email", "address", "role")},
        },
        "consent": {"type": "boolean", "description": "agreement to the policy's consent text, which is recorded"},
        "kind": {"type": "string", "description": "a public kind of the policy; its usual one where none is given"},
        "category": {"type": "string"},
        "language": {"type": "string", "enum": ["zh-CN", "en"]},
        "fields": {"type": "object", "description": "the policy's public fields"},
    },
}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request of the public HTTP API."""
    if str(event.get("rawPath", "")).rpartition("/a/")[1]:
        return run(ACKNOWLEDGING, event, _as_page)
    return run(ROUTES, event, _as_page)


def _as_page(here: Here, request: Request, response: Response) -> Response:
    """A problem as a page, where a browser asked."""
    if response.content_type != PROBLEM or not request.wants_html:
        return response
    from complaints.web import pages

    frame, _ = _frame(here, request)
    problem = msgspec.json.decode(response.body, type=ProblemDetails)
    return pages.problem_page(frame, problem, home=kept(_home(request), request))


def _home(request: Request) -> str:
    """Where a customer goes on from a refusal: back to the complaint that they have opened, else to the form."""
    reference = request.path.rpartition("/complaints/")[2].partition("/")[0]
    body = request.body if request.media_type == "application/x-www-form-urlencoded" else b""
    sent = parse_qs(body.decode("utf-8", "replace")).get("token", [""])
    if request.method == "POST" and reference and sent[0]:
        return status_url(request.base_url, reference, sent[0])
    return f"{request.base_url}/complaints"


@ROUTES.route("GET", "/complaints", Doc(summary="The form for complaints", answers={200: None}, html=True))
def form(here: Here, request: Request) -> Response:
    """The form; with `reference` and `token`, on to how that complaint stands."""
    from complaints.web import pages

    reference, token = request.query.get("reference", "").strip(), request.query.get("token", "").strip()
    if reference and token:
        return see_other(kept(status_url(request.base_url, reference, token), request))
    return _form_page(here, request, secrets.token_hex(16), pages.Filled(values={"consent": ""}))


def _form_page(here: Here, request: Request, key: str, filled: Any, status: int = 200) -> Response:
    from complaints.web import pages

    frame, consent = _frame(here, request)
    return pages.form_page(
        frame,
        action=kept("complaints", request),
        key=key,
        filled=filled,
        consent=consent,
        status=status,
    )


@ROUTES.route(
    "POST",
    "/complaints",
    Doc(
        summary="Complain",
        body=_COMPLAINT,
        answers={201: Accepted, 303: None},
        headers=KEY_HEADER,
        problems=(400, 413, 415, 422, 429),
        forms=True,
        html=True,
    ),
)
def complain(here: Here, request: Request) -> Response:
    """A new complaint. A form gets a page, or is sent on to the policy's own; who says JSON gets JSON."""
    body = read_body(request, forms=True)
    paged = body.form and not _prefers_json(request)
    try:
        return _accepted(here, request, _register(here, request, body), paged)
    except Exception as error:
        refused = ROUTES.refused(here, error) if paged else None
        if refused is None:
            raise
        return _form_again(here, request, body, refused)


def _prefers_json(request: Request) -> bool:
    return "json" in request.header("accept") and not request.wants_html


def _register(here: Here, request: Request, body: Body) -> Registered:
    rulebook = here.desk.policies.current(here.now)
    papers = [Paper(name=file.name, content_type=file.content_type, content=file.content) for file in body.files]
    values = complaint_values(body, rulebook.policy, of_request(request), check_papers(papers, rulebook))
    complaint = Complaint(values=values, by=CUSTOMER_ACTOR, once=once_of(request, body, "complaint"), papers=papers)
    return register(here.desk, complaint, here.now)


def _accepted(here: Here, request: Request, registered: Registered, paged: bool) -> Response:
    policy = here.desk.policies.policy(registered.policy)
    speaker = Speaker(policy, of_request(request))
    token = token_of(here.desk, registered.reference, joined=registered.joined)
    base = here.desk.settings.public_url or request.base_url
    accepted = Accepted(
        reference=registered.reference,
        token=token,
        status_url=status_url(base, registered.reference, token),
        promises=promise_views(registered.promises, speaker),
    )
    if not paged:
        return answer(accepted, 201, {"location": accepted.status_url})
    if policy.intake.thank_you_url:
        joiner = "&" if "?" in policy.intake.thank_you_url else "?"
        return see_other(f"{policy.intake.thank_you_url}{joiner}reference={registered.reference}")
    from complaints.web import pages

    shown = replace(accepted, status_url=kept(accepted.status_url, request))
    return pages.accepted_page(pages.Frame(lang=speaker.lang, policy=policy, here="complaints"), shown)


def _frame(here: Here, request: Request) -> tuple[Any, str]:
    """The frame of the form page, and the consent text in its language."""
    from complaints.web import pages

    policy = here.desk.policies.current(here.now).policy
    frame = pages.Frame(lang=of_request(request, policy.languages[0]), policy=policy, here="complaints")
    return frame, frame.say(policy.intake.consent)


def _form_again(here: Here, request: Request, body: Body, refused: HttpError) -> Response:
    """The form with what was filled in, and what is wrong with it."""
    from complaints.web import pages

    frame, _ = _frame(here, request)
    errors = field_errors(refused, frame.lang)
    key = str(body.fields.get("idempotency_key") or secrets.token_hex(16))
    filled = pages.Filled(values=body.fields, errors=errors)
    return _form_page(here, request, key, filled, refused.status)


@ROUTES.route(
    "GET",
    "/complaints/{reference}",
    Doc(
        summary="How a complaint stands",
        answers={200: StatusView},
        query={"token": "the token that came with the reference"},
        headers=_TOKEN,
        problems=(404,),
        html=True,
    ),
)
def follow(here: Here, request: Request) -> Response:
    """How a complaint stands: for a browser as a page, else as JSON."""
    token = _token(request)
    found = status(here.desk, request.params["reference"], token, here.now)
    if request.wants_html:
        return _status_page(here, request, found, token)
    speaker = Speaker(here.desk.policies.current(here.now).policy, of_request(request))
    return answer(status_view(found, speaker, here.now))


def _token(request: Request, body: Body | None = None) -> str:
    inside = body.fields.get("token") if body is not None and body.form else None
    return request.header("x-complaint-token") or request.query.get("token", "") or str(inside or "")


def _status_page(here: Here, request: Request, found: Status, token: str) -> Response:
    from complaints.web import pages

    policy = here.desk.policies.current(here.now).policy
    lang = of_request(request, policy.languages[0])
    frame = pages.Frame(lang=lang, policy=policy, here=f"{found.reference}?token={token}")
    return pages.status_page(
        frame,
        status_view(found, Speaker(policy, lang), here.now),
        to=lambda part: kept(f"{found.reference}/{part}", request),
        token=token,
        key=secrets.token_hex(16),
        sent="sent" in request.query,
    )


@ROUTES.route(
    "POST",
    "/complaints/{reference}/messages",
    Doc(
        summary="Add to a complaint, withdraw it, or disagree with the answer",
        body={
            "type": "object",
            "required": ["text"],
            "properties": {
                "text": {"type": "string", "maxLength": 20000},
                "type": {"type": "string", "enum": list(SAYS), "default": "message"},
            },
        },
        answers={201: Noted, 303: None},
        headers={**_TOKEN, **KEY_HEADER},
        problems=(400, 404, 409, 422),
        forms=True,
    ),
)
def message(here: Here, request: Request) -> Response:
    """One more word of the customer's: more facts, a withdrawal, a disagreement (HOT-4), a reminder."""
    body = read_body(request, forms=True)
    wanted = body.fields.get("type") or "message"
    if not isinstance(wanted, str) or wanted not in SAYS:
        raise HttpError(422, Problem("type", "unknown_value", {"value": str(wanted), "known": ", ".join(SAYS)}))
    text = body.fields.get("text")
    if not isinstance(text, str) or not text.strip():
        raise HttpError(422, Problem("text", "required"))
    return _said(here, request, body, wanted, {SAYS[wanted]: text})


@ROUTES.route(
    "POST",
    "/complaints/{reference}/rating",
    Doc(
        summary="Rate how the complaint was handled, once for each closing",
        body={
            "type": "object",
            "required": ["score"],
            "properties": {
                "score": {"type": "integer", "minimum": 1, "maximum": 5},
                "comment": {"type": "string"},
            },
        },
        answers={201: Noted, 303: None},
        headers={**_TOKEN, **KEY_HEADER},
        problems=(400, 404, 409, 422),
        forms=True,
    ),
)
def rate(here: Here, request: Request) -> Response:
    """A rating from 1 to 5 with a comment."""
    body = read_body(request, forms=True)
    values = {name: body.fields[name] for name in ("score", "comment") if body.fields.get(name) not in (None, "")}
    return _said(here, request, body, "rate", values)


def _said(here: Here, request: Request, body: Body, name: str, values: dict[str, Any]) -> Response:
    long = too_long(values)
    if long:
        raise HttpError(422, *(Problem(one, "web.field.too_long", {"most": MAX_TEXT}) for one in long))
    policy = here.desk.policies.current(here.now).policy
    given = typed(name, values, policy) if body.form else values
    token, reference = _token(request, body), request.params["reference"]
    once = once_of(request, body, f"{name}:{admitted(here.desk, reference, token).reference}")
    done = say(here.desk, reference, token, name, given, once, here.now)
    if body.form and not _prefers_json(request):
        return see_other(kept(f"{status_url(request.base_url, done.reference, token)}&sent=1", request))
    return answer(Noted(reference=done.reference, state=done.state), 201)


@ROUTES.route(
    "POST",
    "/complaints/{reference}/files",
    Doc(
        summary="Ask where to put a file",
        body={
            "type": "object",
            "required": ["name", "type", "size"],
            "properties": {
                "name": {"type": "string", "maxLength": 200},
                "type": {"type": "string", "description": "media type, one that the policy takes"},
                "size": {"type": "integer", "minimum": 1, "description": "bytes"},
            },
        },
        answers={201: UploadView},
        headers={**_TOKEN, **KEY_HEADER},
        problems=(400, 404, 409, 422),
    ),
)
def file(here: Here, request: Request) -> Response:
    """A presigned form for one file of the type and size named."""
    body = read_body(request)
    opened = admitted(here.desk, request.params["reference"], _token(request))
    announced = read_announced(body)
    once = once_of(request, body, f"file:{opened.reference}")
    upload = announce(
        here.desk, opened.reference, announced, CUSTOMER_ACTOR, once, here.now, seen=lambda _: not opened.joined
    )
    return answer(upload_view(upload, here.desk.settings.zone), 201)
