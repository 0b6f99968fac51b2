"""The pages of many cases at once (D9): some are ticked in a work list, one form is filled in, each is answered for
itself."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from functions.common import Here
from functions.console.page_forms import again, once_of_form, told_of
from functions.console.seat import FormElsewhereError, Sitting, sent_form, values_of
from functions.staff_shapes import result_view

from complaints.case.values import Problem
from complaints.desk.answers import Once
from complaints.desk.batch import MOST, One, Result, batch, incident
from complaints.desk.staff import may_ever
from complaints.desk.worklist import INCIDENT_MARK
from complaints.policy.vocabulary import COMMANDS
from complaints.structs import replace as changed
from complaints.texts import text
from complaints.web import many_page
from complaints.web.bodies import Body
from complaints.web.entry import form_of
from complaints.web.http import Request, Response
from complaints.web.problem import FieldError, HttpError
from complaints.web.routes import Doc, Routes
from complaints.web.told import in_words

_PAGE = Doc(summary="A page for people")
_NOT_FOR_MANY = frozenset({"register", "rate", "message", "repeat", "attach", "merge", "erase"})
"""What is not done to many cases by one form: what comes from elsewhere, and what is about one case alone."""

_OURS = frozenset({"step", "command", "case"})

Page = Callable[[Here, Request], Response]
Seated = Callable[[Here, Request, Sitting], Response]


def offered(seated: Sitting, here: Here) -> list[tuple[str, str]]:
    """The commands that one of the person's roles is ever given, with their names."""
    return [
        (name, text(f"desk.command.{name}", seated.lang))
        for name in COMMANDS
        if name not in _NOT_FOR_MANY and may_ever(seated.member, name, here.desk, here.now)
    ]


def declare(pages: Routes[Here], signed_in: Callable[[Seated], Page]) -> None:
    """Add the addresses of bulk work to the pages."""

    def carry_out(here: Here, request: Request, seated: Sitting) -> Response:
        try:
            body = sent_form(here, request, seated.session)
        except FormElsewhereError as other:
            return _form(seated, other.body, again(seated), 403)
        if body.fields.get("step") != "do":
            return _form(seated, body)
        name, cases = _command(body), _cases(body)
        try:
            own = {field: value for field, value in body.fields.items() if field not in _OURS}
            values = values_of(name, Body(own), here, seated)
            once = once_of_form(body, f"pages:{name}:{seated.member.actor.person}")
            made, results = _carried_out(here, seated, name, cases, values, once)
        except Exception as error:
            refused = pages.refused(here, error)
            if refused is None:
                raise
            return _form(seated, body, told_of(error, refused, seated, here), refused.status)
        named = [changed(one, problems=_in_words(one.problems, seated)) for one in results]
        done = [result_view(one, seated.lang) for one in named]
        failed = [case for case, one in zip(cases, done, strict=True) if one.status != 200]
        form = _entries(seated, name, body) if failed else None
        return many_page.done_page(
            seated.frame, seated.seat, name, done, [_ticked(one) for one in failed], form, secrets.token_hex(8), made
        )

    pages.route("POST", "/desk/many", _PAGE)(signed_in(carry_out))


def _carried_out(
    here: Here, seated: Sitting, name: str, cases: list[One], values: dict[str, Any], once: Once
) -> tuple[str, tuple[Result, ...]]:
    """What became of each case, and the incident under which they were put (D2), if that was asked."""
    if name != "join":
        return "", batch(here.desk, seated.member, name, cases, values, once, here.now)
    held = str(values.get("incident", "")).strip().upper()
    if held and not held.startswith(INCIDENT_MARK):
        raise HttpError(422, Problem("incident", "desk.incident.form", {"mark": INCIDENT_MARK}))
    references = list(dict.fromkeys(one.reference for one in cases))
    said = {key: value for key, value in values.items() if key != "incident"}
    made, results = incident(here.desk, seated.member, references, said, once, here.now, held)
    by_reference = dict(zip(references, results, strict=True))
    return made, tuple(by_reference[one.reference] for one in cases)


def _form(seated: Sitting, body: Body, errors: tuple[FieldError, ...] = (), code: int = 200) -> Response:
    name, cases = _command(body), _cases(body)
    form = _entries(seated, name, body)
    ticked = [_ticked(one) for one in cases]
    return many_page.form_page(seated.frame, seated.seat, form, ticked, secrets.token_hex(8), errors, code)


def _in_words(problems: tuple[Problem, ...], seated: Sitting) -> tuple[Problem, ...]:
    return tuple(in_words(one, seated.frame.policy, seated.lang) for one in problems)


def _entries(seated: Sitting, name: str, body: Body) -> many_page.FormView:
    form = form_of(name, 0, seated.frame.policy, seated.lang, "", body.fields)
    if name != "join":
        return form
    hint = text("desk.incident.new", seated.lang)
    own = (replace(one, required=False, hint=hint) if one.name == "incident" else one for one in form.fields)
    return replace(form, fields=tuple(own))


def _command(body: Body) -> str:
    name = str(body.fields.get("command", ""))
    if name not in COMMANDS or name in _NOT_FOR_MANY:
        raise HttpError(422, Problem("command", "unknown_command", {"command": name}))
    return name


def _cases(body: Body) -> list[One]:
    """The ticked lines, each a reference and the number of an order."""
    given = body.fields.get("case", [])
    ticked = list(dict.fromkeys(str(one) for one in (given if isinstance(given, list) else [given]) if one))
    if not 0 < len(ticked) <= MOST:
        raise HttpError(422, Problem("case", "web.batch.cases", {"most": MOST}))
    found = []
    for one in ticked:
        reference, _, order = one.partition(":")
        found.append(One(reference=reference, order=int(order) if order.isdecimal() and len(order) < 6 else 0))
    return found


def _ticked(one: One) -> str:
    return f"{one.reference}:{one.order}"
