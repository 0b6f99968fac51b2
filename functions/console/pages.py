"""The staff's pages: what the interface can do, for people. Plain forms, in a session that signing in opened."""

import secrets
from collections.abc import Callable
from typing import Any

from functions.common import Here, run
from functions.console import report_pages, signing
from functions.console.routes import cursor, page_size, place, told
from functions.console.seat import (
    LANGUAGE,
    FormElsewhereError,
    NoPostError,
    NotSignedInError,
    Sitting,
    cookie,
    frame_of,
    sent_form,
    sent_from_here,
    sitting,
    values_of,
)
from functions.staff_shapes import case_view, explanation_view, line_views

from complaints.case.values import Problem
from complaints.desk.answers import Once
from complaints.desk.casefile import CaseFile, case_file, explanation, lend_file
from complaints.desk.command import Asked, command
from complaints.desk.enter import enter
from complaints.desk.register import Paper, keep_paper
from complaints.desk.worklist import find, seen_case, unit_page
from complaints.policy.vocabulary import COMMANDS
from complaints.texts import text
from complaints.web import staff_pages
from complaints.web.bodies import Body, read_body
from complaints.web.door_pages import door
from complaints.web.entry import FormView, form_of, register_entries
from complaints.web.http import PROBLEM, Request, Response, see_other
from complaints.web.once import body_hash
from complaints.web.problem import FieldError, HttpError, ProblemDetails, details
from complaints.web.routes import Doc, Routes
from complaints.web.staff_views import ListView
from complaints.web.views import Speaker

PAGES: Routes[Here] = Routes(told)
"""The pages; no part of the interface for programs."""

_PAGE = Doc(summary="A page for people")
_NOT_OFFERED = frozenset({"register", "join", "rate", "message", "repeat"})
"""Commands that have no button: they come from elsewhere, or are done to many cases at once."""


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request for a page."""
    return run(PAGES, event, _finish)


def _finish(here: Here, request: Request, response: Response) -> Response:
    """A problem as a page; a language chosen by link is remembered."""
    if response.content_type == PROBLEM:
        import msgspec

        from complaints.web.pages import problem_page

        problem = msgspec.json.decode(response.body, type=ProblemDetails)
        response = problem_page(frame_of(here, request), problem, home=f"{request.base_url}/desk")
    if "lang" in request.query:
        from dataclasses import replace

        lang = frame_of(here, request).lang
        response = replace(response, cookies=(*response.cookies, cookie(LANGUAGE, lang, request, 31_536_000)))
    return response


def signed_in(page: Callable[[Here, Request, Sitting], Response]) -> Callable[[Here, Request], Response]:
    """A page for whoever is signed in; all others are sent to sign in, and what they had typed is kept."""

    def shown(here: Here, request: Request) -> Response:
        try:
            seated = sitting(here, request, suggest_units="/cases/" in request.path or request.path.endswith("/new"))
        except NotSignedInError:
            if request.method in ("GET", "HEAD"):
                return signing.to_issuer(here, request, signing.wanted_page(request))
            if sent_from_here(request):
                return signing.kept_form(here, request, read_body(request, forms=True).fields)
            return signing.ended(here, request)
        except NoPostError as nobody:
            return signing.no_post(here, request, nobody.account)
        return page(here, request, seated)

    return shown


signing.declare(PAGES)


@PAGES.route("GET", "/", _PAGE)
def home(_here: Here, request: Request) -> Response:
    """The front door is the customers'."""
    return see_other(f"{request.base_url}/complaints")


@PAGES.route("GET", "/desk/back", _PAGE)
@signed_in
def signed_in_again(_here: Here, _request: Request, seated: Sitting) -> Response:
    """Where somebody comes out who signed in beside a form that waits to be sent."""
    return door(seated.frame, "back")


@PAGES.route("GET", "/desk", _PAGE)
@signed_in
def work_list(here: Here, request: Request, seated: Sitting) -> Response:
    """The work list of the person's unit or of one under it, or what a look-up finds."""
    query, wanted = request.query, request.query.get("find", "").strip()
    status = query.get("status", "open")
    after, unit = "", ""
    if wanted:
        lines = find(here.desk, seated.member, wanted, here.now)
        title = text("desk.list.found", seated.lang, text=wanted)
    else:
        listed = unit_page(
            here.desk,
            seated.member,
            here.now,
            unit=query.get("unit", ""),
            closed=status == "closed",
            late=status == "late",
            after=place(request),
            limit=page_size(request),
        )
        lines, unit, after = listed.lines, listed.unit, listed.after
        named = here.desk.directory.unit(unit, here.now)
        title = text("desk.list.title", seated.lang, unit=named.name(seated.lang) if named else unit)
    units = here.desk.directory.units([line["unit"] for line in lines], here.now)
    names = {id: one.name(seated.lang) for id, one in units.items()}
    speaker = Speaker(seated.frame.policy, seated.lang)
    view = ListView(unit=query.get("unit", ""), cases=line_views(lines, speaker, names, here.now))
    more = f"{request.base_url}/desk?status={status}&unit={unit}&after={cursor(after)}" if after else ""
    return staff_pages.list_page(seated.frame, seated.seat, view, title=title, find=wanted, status=status, next=more)


@PAGES.route("GET", "/desk/cases/{reference}", _PAGE)
@signed_in
def show_case(here: Here, request: Request, seated: Sitting) -> Response:
    """A case, with a form for every command that is open to the person."""
    file = case_file(here.desk, seated.member, request.params["reference"], here.now)
    return _case_page(here, seated, file, done="done" in request.query)


def _case_page(
    here: Here,
    seated: Sitting,
    file: CaseFile,
    *,
    sent: tuple[str, int, Body] | None = None,
    errors: tuple[FieldError, ...] = (),
    done: bool = False,
    code: int = 200,
) -> Response:
    policy, lang = file.rulebook.policy, seated.lang
    forms: list[FormView] = []
    for offer in file.offers:
        if offer.command not in _NOT_OFFERED:
            back = sent is not None and (offer.command, offer.order) == sent[:2]
            values = sent[2].fields if back and sent is not None else None
            forms.append(form_of(offer.command, offer.order, policy, lang, file.case.kind, values))
    view = case_view(file, Speaker(policy, lang), here.now)
    key = secrets.token_hex(8)
    names = {id: unit.name(lang) for id, unit in file.units.items()}
    return staff_pages.case_page(
        seated.frame, seated.seat, view, forms, key=key, names=names, errors=errors, done=done, code=code
    )


@PAGES.route("POST", "/desk/cases/{reference}/{command}", _PAGE)
@signed_in
def change_case(here: Here, request: Request, seated: Sitting) -> Response:
    """One command, from the form of a case's page."""
    name, reference = request.params["command"], request.params["reference"]
    if name not in COMMANDS or name == "register":
        raise HttpError(404, code="web.no_such_address")
    try:
        body = sent_form(here, request, seated.session)
    except FormElsewhereError as other:
        file = case_file(here.desk, seated.member, reference, here.now)
        order = _number(other.body, "order") or 0
        return _case_page(here, seated, file, sent=(name, order, other.body), errors=_again(seated), code=403)
    order = _number(body, "order") or 0
    try:
        values = values_of(name, body, here)
        if name == "attach":
            values |= _kept(here, seated, reference, body)
        asked = Asked(
            reference=reference,
            name=name,
            values=values,
            by=seated.member.actor,
            once=_once(body, f"page:{name}:{reference}:{seated.member.actor.person}"),
            version=_number(body, "version"),
            order=order,
        )
        command(here.desk, asked, here.now)
    except Exception as error:
        refused = PAGES.refused(here, error)
        if refused is None or refused.status == 404:
            raise
        told_errors = tuple(details(refused, seated.lang).errors) or (
            FieldError(field="", message=details(refused, seated.lang).detail),
        )
        file = case_file(here.desk, seated.member, reference, here.now)
        return _case_page(here, seated, file, sent=(name, order, body), errors=told_errors, code=refused.status)
    return see_other(f"{request.base_url}/desk/cases/{reference}?done=1")


def _again(seated: Sitting) -> tuple[FieldError, ...]:
    return (FieldError(field="", message=text("desk.form_again", seated.lang)),)


def _kept(here: Here, seated: Sitting, reference: str, body: Body) -> dict[str, Any]:
    """The file of a form, kept beside its case, once the case is known to be in sight."""
    if not body.files:
        raise HttpError(422, Problem("file", "required"))
    stored = seen_case(here.desk, seated.member, reference, here.now)
    file = body.files[0]
    paper = Paper(name=file.name, content_type=file.content_type, content=file.content)
    kept = keep_paper(here.desk, stored.case.reference, paper)
    return {"file": kept, "name": file.name, "type": file.content_type, "size": len(file.content)}


def _once(body: Body, scope: str) -> Once:
    return Once(scope=scope, key=str(body.fields.get("idempotency_key", ""))[:200], body_hash=body_hash(body))


def _number(body: Body, name: str) -> int | None:
    given = str(body.fields.get(name, ""))
    return int(given) if given.isdecimal() and len(given) < 10 else None


@PAGES.route("GET", "/desk/cases/{reference}/files/{seq}", _PAGE)
@signed_in
def attachment(here: Here, request: Request, seated: Sitting) -> Response:
    """On to an attached file, by a link that is good for minutes."""
    seq = request.params["seq"]
    number = int(seq) if seq.isdecimal() and len(seq) < 9 else 0
    url = lend_file(here.desk, seated.member, request.params["reference"], number, here.now)
    if url is None:
        raise HttpError(404, code="web.no_such_file")
    return see_other(url)


@PAGES.route("GET", "/desk/cases/{reference}/form", _PAGE)
@signed_in
def form(here: Here, request: Request, seated: Sitting) -> Response:
    """The registration form of a case, or the transfer sheet of one of its orders, to print (INS-13)."""
    file = case_file(here.desk, seated.member, request.params["reference"], here.now)
    view = case_view(file, Speaker(file.rulebook.policy, seated.lang), here.now)
    number = request.query.get("order", "0")
    order = int(number) if number.isdecimal() and len(number) < 6 else 0
    if order and not any(one.order == order for one in view.orders):
        raise HttpError(404, code="web.no_such_case")
    return staff_pages.form_page(seated.frame, seated.seat, view, order)


@PAGES.route("GET", "/desk/cases/{reference}/why/{name}", _PAGE)
@signed_in
def why(here: Here, request: Request, seated: Sitting) -> Response:
    """Why a deadline is due when it is."""
    number, reference = request.query.get("order", "0"), request.params["reference"]
    order = int(number) if number.isdecimal() and len(number) < 6 else -1
    found = explanation(here.desk, seated.member, reference, request.params["name"], order, here.now)
    if found is None:
        raise HttpError(404, code="web.no_such_deadline")
    view = explanation_view(found, Speaker(seated.frame.policy, seated.lang))
    return staff_pages.why_page(seated.frame, seated.seat, reference, view)


@PAGES.route("GET", "/desk/new", _PAGE)
@signed_in
def new(_here: Here, _request: Request, seated: Sitting) -> Response:
    """The form for a complaint that somebody raises by telephone, by letter or in person."""
    fields = register_entries(seated.frame.policy, seated.lang, {})
    return staff_pages.new_page(seated.frame, seated.seat, fields, key=secrets.token_hex(8))


@PAGES.route("POST", "/desk/new", _PAGE)
@signed_in
def register(here: Here, request: Request, seated: Sitting) -> Response:
    """A complaint registered for somebody else; on to its case."""
    try:
        body = sent_form(here, request, seated.session)
    except FormElsewhereError as other:
        fields = register_entries(seated.frame.policy, seated.lang, other.body.fields)
        key = str(other.body.fields.get("idempotency_key", ""))
        return staff_pages.new_page(seated.frame, seated.seat, fields, key=key, errors=_again(seated), code=403)
    once = _once(body, f"page:register:{seated.member.actor.person}")
    try:
        made = enter(here.desk, seated.member, values_of("register", body, here), once, here.now)
    except Exception as error:
        refused = PAGES.refused(here, error)
        if refused is None:
            raise
        fields = register_entries(seated.frame.policy, seated.lang, body.fields)
        errors = details(refused, seated.lang).errors
        key = str(body.fields.get("idempotency_key", ""))
        return staff_pages.new_page(seated.frame, seated.seat, fields, key=key, errors=errors, code=refused.status)
    return see_other(f"{request.base_url}/desk/cases/{made.reference}?done=1")


@PAGES.route("GET", "/desk/manual", _PAGE)
@signed_in
def manual(_here: Here, _request: Request, seated: Sitting) -> Response:
    """How to work with the desk."""
    return staff_pages.manual_page(seated.frame, seated.seat)


report_pages.declare(PAGES, signed_in)
