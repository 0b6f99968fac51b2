"""The staff's pages: what the interface can do, for people. Plain forms, in a session that signing in opened."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from functions.common import Here, run
from functions.console import case_pages, many_pages, report_pages, signing
from functions.console.page_forms import again, once_of_form, told_of
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
from functions.staff_shapes import line_views

from complaints.case.choices import choices_registering
from complaints.desk.answers import OtherBodyError
from complaints.desk.enter import enter
from complaints.desk.references import read_reference
from complaints.desk.worklist import find, unit_page
from complaints.policy.vocabulary import COMMANDS
from complaints.texts import text
from complaints.web import staff_pages
from complaints.web.bodies import Body, read_body
from complaints.web.door_pages import door
from complaints.web.entry import Entry, register_entries
from complaints.web.forms import unit_id
from complaints.web.http import PROBLEM, Request, Response, see_other
from complaints.web.problem import FieldError, ProblemDetails
from complaints.web.routes import Doc, Routes
from complaints.web.staff_views import ListView
from complaints.web.views import Speaker

PAGES: Routes[Here] = Routes(told)
"""The pages; no part of the interface for programs."""

_PAGE = Doc(summary="A page for people")


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
            seated = sitting(here, request, suggest_units=not request.path.startswith("/desk/reports"))
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
            unit=unit_id(query.get("unit", "").strip(), seated.seat.units),
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
    rulebook = here.desk.policies.current(here.now)
    view = ListView(unit=unit, cases=line_views(lines, speaker, names, rulebook, here.now))
    if wanted and len({line["reference"] for line in lines}) == 1:
        return see_other(f"{request.base_url}/desk/cases/{lines[0]['reference']}")
    onward = urlencode({"status": status, "unit": unit, "after": cursor(after)})
    more = f"{request.base_url}/desk?{onward}" if after else ""
    commands = many_pages.offered(seated, here)
    return staff_pages.list_page(
        seated.frame,
        seated.seat,
        view,
        title=title,
        find=wanted,
        status=status,
        next=more,
        first=not query.get("after"),
        commands=commands,
        key=secrets.token_hex(8),
        said=_gone(request, seated),
    )


def _gone(request: Request, seated: Sitting) -> str:
    """What was just done to a case that is out of sight since."""
    done, reference = request.query.get("done", ""), read_reference(request.query.get("gone", ""))
    if done not in COMMANDS or reference is None:
        return ""
    return text("desk.gone", seated.lang, command=text(f"desk.command.{done}", seated.lang), reference=reference)


@PAGES.route("GET", "/desk/new", _PAGE)
@signed_in
def new(here: Here, _request: Request, seated: Sitting) -> Response:
    """The form for a complaint that somebody raises by telephone, by letter or in person."""
    fields = _new_fields(here, seated, {})
    return staff_pages.new_page(seated.frame, seated.seat, fields, key=secrets.token_hex(8))


@PAGES.route("POST", "/desk/new", _PAGE)
@signed_in
def register(here: Here, request: Request, seated: Sitting) -> Response:
    """A complaint registered for somebody else; on to its case."""
    try:
        body = sent_form(here, request, seated.session)
    except FormElsewhereError as other:
        return _new_again(here, seated, other.body, again(seated), 403)
    once = once_of_form(body, f"page:register:{seated.member.actor.person}")
    try:
        made = enter(here.desk, seated.member, values_of("register", body, here, seated), once, here.now)
    except Exception as error:
        refused = PAGES.refused(here, error)
        if refused is None:
            raise
        fresh = secrets.token_hex(8) if isinstance(error, OtherBodyError) else ""
        return _new_again(here, seated, body, told_of(error, refused, seated, here), refused.status, fresh)
    return see_other(f"{request.base_url}/desk/cases/{made.reference}?done={'joined' if made.joined else 'register'}")


def _new_again(
    here: Here, seated: Sitting, body: Body, errors: tuple[FieldError, ...], code: int, key: str = ""
) -> Response:
    """The form with what was typed; under the key that it had, unless that one was used."""
    fields = _new_fields(here, seated, body.fields)
    known = key or str(body.fields.get("idempotency_key", ""))
    return staff_pages.new_page(seated.frame, seated.seat, fields, key=known, errors=errors, code=code)


def _new_fields(here: Here, seated: Sitting, typed: Mapping[str, Any]) -> tuple[Entry, ...]:
    rulebook = here.desk.policies.current(here.now)
    return register_entries(rulebook.policy, seated.lang, typed, choices_registering(seated.member.actor, rulebook))


@PAGES.route("GET", "/desk/manual", _PAGE)
@signed_in
def manual(_here: Here, _request: Request, seated: Sitting) -> Response:
    """How to work with the desk."""
    return staff_pages.manual_page(seated.frame, seated.seat)


case_pages.declare(PAGES, signed_in)
many_pages.declare(PAGES, signed_in)
report_pages.declare(PAGES, signed_in)
