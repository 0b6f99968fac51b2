"""Cases over HTTP: registered for a caller, listed, looked up, read, changed by commands."""

from datetime import datetime
from typing import Any

from functions.common import Here, once_of
from functions.console.routes import ROUTES, cursor, me, page_size, place, speaker
from functions.shapes import promise_views, read_announced, upload_view
from functions.staff_shapes import case_view, done_view, explanation_view, line_views

from complaints.case.values import Problem
from complaints.desk import enter
from complaints.desk.casefile import case_file, explanation, lend_file
from complaints.desk.command import Asked, command
from complaints.desk.upload import announce
from complaints.desk.worklist import find, unit_page
from complaints.policy.vocabulary import COMMANDS
from complaints.web.bodies import Body, read_body
from complaints.web.file_views import FileView
from complaints.web.forms import MAX_TEXT, too_long
from complaints.web.http import Request, Response, answer
from complaints.web.language import of_request
from complaints.web.once import KEY_HEADER
from complaints.web.openapi import command_bodies, command_schema
from complaints.web.problem import HttpError
from complaints.web.routes import Doc
from complaints.web.staff_views import CaseView, DoneView, ExplanationView, ListView, RegisteredView

_CHANGES = {**KEY_HEADER, "if-match": "the version of the case that was seen"}


@ROUTES.route(
    "POST",
    "/cases",
    Doc(
        summary="Register a complaint for a caller",
        body=command_schema(COMMANDS["register"]),
        answers={201: RegisteredView},
        headers=KEY_HEADER,
        problems=(400, 403, 409, 422),
        staff=True,
    ),
)
def enter_case(here: Here, request: Request) -> Response:
    """A complaint that somebody else raised, written down by the staff."""
    member, body = me(here, request), read_body(request)
    fit(body.fields)
    once = once_of(request, body, f"cases:{member.actor.person}")
    made = enter.enter(here.desk, member, body.fields, once, here.now)
    registered = RegisteredView(
        reference=made.reference,
        version=made.version,
        joined=made.joined,
        promises=promise_views(made.promises, speaker(here, request)),
    )
    return answer(registered, 201, {"location": f"/cases/{made.reference}", "etag": f'"{made.version}"'})


@ROUTES.route(
    "GET",
    "/cases",
    Doc(
        summary="The work list of a unit, most pressing first; or the cases of an exact identifier",
        answers={200: ListView},
        query={
            "unit": "id or path of a unit in sight; the caller's own where none is named",
            "status": "open (usual) or closed",
            "late": "true: only what is overdue",
            "find": "an exact reference, phone, e-mail, other identifier of the policy, or incident",
            "customer": "an exact phone or e-mail: everything from that customer",
            "after": "`next` of the page before",
            "limit": "lines of a page, at most 100",
        },
        problems=(403, 404, 422),
        staff=True,
    ),
)
def list_cases(here: Here, request: Request) -> Response:
    """A page of a work list, or what a look-up finds."""
    member, query = me(here, request), request.query
    text = query.get("find") or query.get("customer")
    if text:
        lines = find(here.desk, member, text, here.now, customer="find" not in query)
        return answer(_list(here, request, "", lines, ""))
    status = query.get("status", "open")
    if status not in ("open", "closed"):
        raise HttpError(422, Problem("status", "unknown_value", {"value": status, "known": "open, closed"}))
    page = unit_page(
        here.desk,
        member,
        here.now,
        unit=query.get("unit", ""),
        closed=status == "closed",
        late=query.get("late", "").lower() in ("true", "1", "yes"),
        after=place(request),
        limit=page_size(request),
    )
    return answer(_list(here, request, page.unit, page.lines, cursor(page.after)))


def _list(here: Here, request: Request, unit: str, lines: tuple[dict[str, Any], ...], after: str) -> ListView:
    lang = of_request(request)
    named = here.desk.directory.units([unit, *(line["unit"] for line in lines)], here.now)
    names = {id: one.name(lang) for id, one in named.items()}
    rulebook = here.desk.policies.current(here.now)
    return ListView(unit=unit, cases=line_views(lines, speaker(here, request), names, rulebook, here.now), next=after)


@ROUTES.route(
    "GET",
    "/cases/{reference}",
    Doc(summary="One case", answers={200: CaseView}, problems=(403, 404), staff=True),
)
def read_case(here: Here, request: Request) -> Response:
    """A case with its timeline, deadlines and orders, and the commands that are open to the caller."""
    file = case_file(here.desk, me(here, request), request.params["reference"], here.now)
    said = speaker(here, request)
    view = case_view(file, type(said)(file.rulebook.policy, said.lang), here.now)
    return answer(view, 200, {"etag": f'"{view.version}"'})


@ROUTES.route(
    "GET",
    "/cases/{reference}/deadlines/{name}/explanation",
    Doc(
        summary="Why a deadline is due when it is",
        answers={200: ExplanationView},
        query={"order": "the work order's number where the deadline is one's; or write the name as name#number"},
        problems=(403, 404),
        staff=True,
    ),
)
def explain_deadline(here: Here, request: Request) -> Response:
    """Start, calendar, intervals counted, pauses left out."""
    name, _, number = request.params["name"].partition("#")
    number = number or request.query.get("order", "0")
    order = int(number) if number.isdecimal() else -1
    found = explanation(here.desk, me(here, request), request.params["reference"], name, order, here.now)
    if found is None:
        raise HttpError(404, code="web.no_such_deadline")
    return answer(explanation_view(found, speaker(here, request)))


@ROUTES.route(
    "GET",
    "/cases/{reference}/files/{seq}",
    Doc(
        summary="A file of a case, named by the number of the event that attached it, as a short-lived link",
        answers={200: FileView},
        problems=(403, 404),
        staff=True,
    ),
)
def lend_attachment(here: Here, request: Request) -> Response:
    """A link to one attached file, good for five minutes."""
    seq = request.params["seq"]
    number = int(seq) if seq.isdecimal() and len(seq) < 9 else 0
    url = lend_file(here.desk, me(here, request), request.params["reference"], number, here.now)
    if url is None:
        raise HttpError(404, code="web.no_such_file")
    return answer(FileView(name=seq, url=url))


@ROUTES.route(
    "POST",
    "/cases/{reference}/{command}",
    Doc(
        summary="{command}",
        each=command_bodies(name for name in COMMANDS if name != "register"),
        answers={200: DoneView},
        headers=_CHANGES,
        problems=(400, 403, 404, 409, 412, 422, 428),
        staff=True,
    ),
)
def change_case(here: Here, request: Request) -> Response:
    """One command. `attach` without a file of the case answers where to put one."""
    member, name = me(here, request), request.params["command"]
    if name not in COMMANDS or name == "register":
        raise HttpError(404, code="web.no_such_address")
    body = read_body(request)
    reference = request.params["reference"]
    once = once_of(request, body, f"{name}:{reference}:{member.actor.person}")
    order, at, values = _addressed(body)
    if name == "attach" and "file" not in values:
        upload = announce(
            here.desk,
            reference,
            read_announced(body),
            member.actor,
            once,
            here.now,
            order=order,
            version=_version(request),
        )
        return answer(upload_view(upload, here.desk.settings.zone), 201)
    asked = Asked(
        reference=reference,
        name=name,
        values=values,
        by=member.actor,
        once=once,
        version=_version(request),
        order=order,
        at=at,
    )
    done = command(here.desk, asked, here.now)
    return answer(done_view(done), 200, {"etag": f'"{done.version}"'})


def _addressed(body: Body) -> tuple[int, datetime | None, dict[str, Any]]:
    """The order that a command concerns, when it happened, and its own fields."""
    values = dict(body.fields)
    fit(values)
    order, at = values.pop("order", 0), values.pop("at", None)
    if not isinstance(order, int) or isinstance(order, bool) or order < 0:
        raise HttpError(422, Problem("order", "wrong_type", {"type": "number"}))
    return order, _moment(at), values


def _moment(at: Any) -> datetime | None:
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise HttpError(422, Problem("at", "wrong_type", {"type": "instant"}))
    return moment.replace(microsecond=0)


def fit(values: Any) -> None:
    long = too_long(values)
    if long:
        raise HttpError(422, *(Problem(name, "web.field.too_long", {"most": MAX_TEXT}) for name in long))


def _version(request: Request) -> int | None:
    """The version that the caller saw; None for `*`, which is any."""
    given = request.header("if-match").strip()
    if not given:
        raise HttpError(428, code="web.if_match")
    if given == "*":
        return None
    number = given.removeprefix("W/").strip('"')
    if not number.isdecimal() or len(number) > 9:
        raise HttpError(400, Problem("If-Match", "web.if_match.unusable"))
    return int(number)
