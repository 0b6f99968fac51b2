"""The pages of one case: what it is, a form for every command that is open to the person, papers to print."""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from functions.common import Here
from functions.console.page_forms import again, number_of, once_of_form, told_of
from functions.console.seat import FormElsewhereError, Sitting, sent_form, values_of
from functions.staff_shapes import case_view, explanation_view

from complaints.case.authority import Offer
from complaints.case.choices import choices_of
from complaints.case.values import Problem, RefusedError
from complaints.desk.casefile import CaseFile, case_file, explanation, lend_file
from complaints.desk.command import Asked, command
from complaints.desk.dossier import NoCaseError
from complaints.desk.references import read_reference
from complaints.desk.register import Paper, keep_paper
from complaints.desk.worklist import seen_case
from complaints.policy.vocabulary import COMMANDS
from complaints.texts import text
from complaints.web import staff_pages
from complaints.web.bodies import Body
from complaints.web.entry import FormView, form_of
from complaints.web.http import Request, Response, see_other
from complaints.web.problem import FieldError, HttpError
from complaints.web.routes import Doc, Routes
from complaints.web.views import Speaker

_PAGE = Doc(summary="A page for people")
_NOT_OFFERED = frozenset({"register", "join", "rate", "message", "repeat"})
"""Commands that have no button: they come from elsewhere, or are done to many cases at once."""

Page = Callable[[Here, Request], Response]
Seated = Callable[[Here, Request, Sitting], Response]


def declare(pages: Routes[Here], signed_in: Callable[[Seated], Page]) -> None:
    """Add the addresses of cases to the pages."""

    def change(here: Here, request: Request, seated: Sitting) -> Response:
        name, reference = request.params["command"], request.params["reference"]
        if name not in COMMANDS or name == "register":
            raise HttpError(404, code="web.no_such_address")
        try:
            body = sent_form(here, request, seated.session)
        except FormElsewhereError as other:
            file = case_file(here.desk, seated.member, reference, here.now)
            return _case_again(here, seated, file, name, other.body, again(seated), 403)
        try:
            _carry_out(here, seated, reference, name, body)
        except Exception as error:
            refused = pages.refused(here, error)
            if refused is None or refused.status == 404:
                raise
            errors = told_of(error, refused, seated, here)
            file = case_file(here.desk, seated.member, reference, here.now)
            if isinstance(error, RefusedError) and error.problems[0].code == "condition":
                errors = _not_taken(here, seated, file, name, body) or errors
            errors = tuple(_by_classifying(one, name, seated.lang) for one in errors)
            return _case_again(here, seated, file, name, body, errors, refused.status)
        return see_other(f"{request.base_url}/desk/cases/{reference}?done={name}")

    pages.route("GET", "/desk/cases/{reference}", _PAGE)(signed_in(_show))
    pages.route("POST", "/desk/cases/{reference}/{command}", _PAGE)(signed_in(change))
    pages.route("GET", "/desk/cases/{reference}/files/{seq}", _PAGE)(signed_in(_attachment))
    pages.route("GET", "/desk/cases/{reference}/form", _PAGE)(signed_in(_form))
    pages.route("GET", "/desk/cases/{reference}/why/{name}", _PAGE)(signed_in(_why))


def _carry_out(here: Here, seated: Sitting, reference: str, name: str, body: Body) -> None:
    values = values_of(name, body, here, seated)
    if name == "attach":
        values |= _kept(here, seated, reference, body)
    asked = Asked(
        reference=reference,
        name=name,
        values=values,
        by=seated.member.actor,
        once=once_of_form(body, f"page:{name}:{reference}:{seated.member.actor.person}"),
        version=number_of(body, "version"),
        order=number_of(body, "order") or 0,
    )
    command(here.desk, asked, here.now)


def _show(here: Here, request: Request, seated: Sitting) -> Response:
    """A case, with a form for every command that is open to the person; back to the list with what was just done where
    that took the case out of their sight."""
    reference, done = request.params["reference"], request.query.get("done", "")
    try:
        file = case_file(here.desk, seated.member, reference, here.now)
    except NoCaseError:
        if done not in COMMANDS or read_reference(reference) is None:
            raise
        return see_other(f"{request.base_url}/desk?{urlencode({'done': done, 'gone': reference})}")
    return _case_page(here, seated, file, done=done if done in (*COMMANDS, staff_pages.JOINED) else "")


def _case_again(
    here: Here, seated: Sitting, file: CaseFile, name: str, body: Body, errors: tuple[FieldError, ...], code: int
) -> Response:
    """The case as it is by now, with the form that was sent as it was filled in."""
    return _case_page(here, seated, file, sent=(name, number_of(body, "order") or 0, body), errors=errors, code=code)


def _by_classifying(error: FieldError, command: str, lang: str) -> FieldError:
    """Where to fill in what a form misses that has no such field."""
    declares = any(param.name == "fields" for param in COMMANDS[command].params)
    if error.code not in ("required", "too_few") or not error.field.startswith("fields.") or declares:
        return error
    told = text("desk.fill_by", lang, command=text("desk.command.classify", lang))
    return FieldError(field=error.field, message=f"{error.message} {told}" if error.code == "too_few" else told)


def _not_taken(here: Here, seated: Sitting, file: CaseFile, name: str, body: Body) -> tuple[FieldError, ...]:
    """The fields of a form that no action takes as they were filled in, whatever the others say."""
    offer = Offer(name, number_of(body, "order") or 0)
    if offer not in file.offers:
        return ()
    places = here.desk.directory.places(here.now)
    choices = choices_of(file.case, offer, seated.member.actor, file.rulebook, places)
    said = values_of(name, body, here, seated)
    told = text("desk.not_taken", seated.lang)
    return tuple(FieldError(field=field, message=told) for field in said if not choices.allows(field, said[field]))


def _case_page(
    here: Here,
    seated: Sitting,
    file: CaseFile,
    *,
    sent: tuple[str, int, Body] | None = None,
    errors: tuple[FieldError, ...] = (),
    done: str = "",
    code: int = 200,
) -> Response:
    policy, lang = file.rulebook.policy, seated.lang
    forms: list[FormView] = []
    places, actor = here.desk.directory.places(here.now), seated.member.actor
    for offer in file.offers:
        if offer.command not in _NOT_OFFERED:
            back = sent is not None and (offer.command, offer.order) == sent[:2]
            values = sent[2].fields if back and sent is not None else None
            choices = choices_of(file.case, offer, actor, file.rulebook, places)
            forms.append(form_of(offer.command, offer.order, policy, lang, file.case.kind, values, choices))
    if sent is not None and not any(form.open for form in forms):
        # the command is not open any more: what was typed must not go with its form
        forms.append(form_of(sent[0], sent[1], policy, lang, file.case.kind, sent[2].fields))
    view = case_view(file, Speaker(policy, lang), here.now)
    key = secrets.token_hex(8)
    names = {id: unit.name(lang) for id, unit in file.units.items()}
    return staff_pages.case_page(
        seated.frame,
        seated.seat,
        view,
        forms,
        key=key,
        names=names,
        people=file.people,
        errors=errors,
        done=done,
        code=code,
    )


def _kept(here: Here, seated: Sitting, reference: str, body: Body) -> dict[str, Any]:
    """The file of a form, kept beside its case, once the case is known to be in sight."""
    if not body.files:
        raise HttpError(422, Problem("file", "required"))
    stored = seen_case(here.desk, seated.member, reference, here.now)
    file = body.files[0]
    paper = Paper(name=file.name, content_type=file.content_type, content=file.content)
    kept = keep_paper(here.desk, stored.case.reference, paper)
    return {"file": kept, "name": file.name, "type": file.content_type, "size": len(file.content)}


def _attachment(here: Here, request: Request, seated: Sitting) -> Response:
    """On to an attached file, by a link that is good for minutes."""
    seq = request.params["seq"]
    number = int(seq) if seq.isdecimal() and len(seq) < 9 else 0
    url = lend_file(here.desk, seated.member, request.params["reference"], number, here.now)
    if url is None:
        raise HttpError(404, code="web.no_such_file")
    return see_other(url)


def _form(here: Here, request: Request, seated: Sitting) -> Response:
    """The registration form of a case, or the transfer sheet of one of its orders, to print (INS-13)."""
    file = case_file(here.desk, seated.member, request.params["reference"], here.now)
    view = case_view(file, Speaker(file.rulebook.policy, seated.lang), here.now)
    number = request.query.get("order", "0")
    order = int(number) if number.isdecimal() and len(number) < 6 else 0
    if order and not any(one.order == order for one in view.orders):
        raise HttpError(404, code="web.no_such_case")
    return staff_pages.form_page(seated.frame, seated.seat, view, order)


def _why(here: Here, request: Request, seated: Sitting) -> Response:
    """Why a deadline is due when it is."""
    number, reference = request.query.get("order", "0"), request.params["reference"]
    order = int(number) if number.isdecimal() and len(number) < 6 else -1
    found = explanation(here.desk, seated.member, reference, request.params["name"], order, here.now)
    if found is None:
        raise HttpError(404, code="web.no_such_deadline")
    view = explanation_view(found, Speaker(seated.frame.policy, seated.lang))
    return staff_pages.why_page(seated.frame, seated.seat, reference, view)
