"""Pages for the staff, rendered from templates: work list, case with its buttons, registration, reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from complaints.case.events import NAMING_PEOPLE, NAMING_UNITS
from complaints.policy.model import Policy
from complaints.texts import has, text
from complaints.web.entry import Entry, FormView, value_text
from complaints.web.http import Response
from complaints.web.language import worded
from complaints.web.pages import Frame, render
from complaints.web.problem import FieldError
from complaints.web.staff_views import CaseView, DeadlineView, EventView, ExplanationView, LineView, ListView

SOON_SECONDS = 4 * 3600
"""A deadline that ends within so much of its own time is shown as pressing."""
JOINED = "joined"
"""Said to have been done when what somebody registered went to a case that was there before."""
WORDS = ("text", "remark", "reason", "solution", "opinion", "comment")
"""What people say in an event, shown as it stands; all else has its field's name before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who looks at a page: their name, the token that their forms carry back, the instant, the address's beginning."""

    person: str
    csrf: str
    now: datetime
    root: str = ""
    may_register: bool = False
    units: Sequence[tuple[str, str]] = field(default_factory=tuple)


def staff_page(frame: Frame, seat: Seat, template: str, code: int = 200, **values: Any) -> Response:
    """A page of the staff's from its template, with what all of them share."""

    def urgency(one: LineView | DeadlineView) -> str:
        if one.late or one.left is None:
            return "late" if one.late else ""
        return "late" if one.left < 0 else "soon" if one.left < SOON_SECONDS else ""

    shared: dict[str, Any] = {
        "root": seat.root,
        "csrf": seat.csrf,
        "person": seat.person,
        "zone": frame.policy.zone,
        "may_register": seat.may_register,
        "units": seat.units,
        "lateness": lambda one: lateness(one, frame.lang),
        "urgency": urgency,
        "span": lambda seconds: span(seconds, frame.lang),
        "param": lambda name: param_name(name, frame.lang, frame.policy),
        "message_of": message_of,
        "errors": (),
    }
    return render(frame, template, code, **{**shared, **values})


def lateness(one: LineView | DeadlineView, lang: str) -> str:
    """How long there is left, or since when it is too late: in working time nothing passes after closing time."""
    left, kind = one.left or 0, "work_" if one.working else ""
    if one.late and left == 0:
        return text("desk.late.now", lang)
    length = span(max(abs(left), 60), lang, working=one.working)
    return text(f"desk.late.{kind}{'by' if left < 0 else 'in'}", lang, span=length)


def span(seconds: float, lang: str, *, working: bool = False) -> str:
    """A length of time in its two largest units; working time in hours, because its days have other lengths."""
    minutes = int(seconds) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if working:
        hours, days = minutes // 60, 0
    if days:
        return text("desk.span.days", lang, days=days, hours=hours)
    if hours:
        return text("desk.span.hours", lang, hours=hours, minutes=minutes % 60)
    return text("desk.span.minutes", lang, minutes=minutes)


def message_of(name: str, errors: Sequence[FieldError]) -> str:
    """What is wrong with a field of a form, if anything."""
    return "; ".join(error.message for error in errors if error.field == name)


def param_name(name: str, lang: str, policy: Policy) -> str:
    """What a field is called: a declared field by the policy's name, any other by the catalogue's."""
    last = name.rpartition(".")[2]
    name = f"pages.field.{last}" if name.startswith("complainant.") else name
    if name.startswith("fields.") and last in policy.fields:
        return worded(policy.fields[last].name, lang, last)
    for code in (name, f"desk.param.{last}", f"pages.field.{last}"):
        if has(code):
            return text(code, lang)
    return last


def list_page(
    frame: Frame,
    seat: Seat,
    found: ListView,
    *,
    title: str,
    key: str,
    find: str = "",
    status: str = "open",
    next: str = "",
    first: bool = True,
    commands: Sequence[tuple[str, str]] = (),
    said: str = "",
) -> Response:
    """A work list, or what a look-up found; `commands` can be done to ticked lines at once, `said` was done before."""
    return staff_page(
        frame,
        seat,
        "desk_list.html.j2",
        title=title,
        lines=found.cases,
        find=find,
        status=status,
        unit=found.unit,
        next=next,
        first=first,
        commands=commands,
        said=said,
        key=key,
        category=lambda name: (
            frame.say(frame.policy.categories[name].name) if name in frame.policy.categories else name
        ),
    )


def case_page(
    frame: Frame,
    seat: Seat,
    case: CaseView,
    forms: Sequence[FormView],
    *,
    key: str,
    names: Mapping[str, str],
    people: Mapping[str, str],
    errors: Sequence[FieldError] = (),
    done: str = "",
    code: int = 200,
) -> Response:
    """A case with its timeline, deadlines, orders, and a form for every command that is open to the person; `done` is
    the command that has just been carried out, or `JOINED`."""
    policy, lang = frame.policy, frame.lang
    # a case that changed its kind has passed through states of each
    states = {name: state for kind in policy.kinds.values() for name, state in kind.states.items()}
    states |= policy.kinds[case.kind].states if case.kind in policy.kinds else {}

    def by(event: EventView) -> str:
        return text(f"desk.by.{event.by}", lang) if has(f"desk.by.{event.by}") else event.by_text

    def said(event: EventView) -> list[str]:
        return [value for name in WORDS if isinstance(value := event.personal.get(name), str) and value]

    def shown_value(name: str, value: Any) -> str:
        if name in NAMING_UNITS and value in names:
            return names[value]
        if name in NAMING_PEOPLE and value in people:
            return people[value]
        if name == "by" and isinstance(value, Mapping):
            return ", ".join(str(one) for one in value.values())
        if name == "rule" and value in policy.causes:
            return frame.say(policy.causes[value].name)
        if name == "state" and value in states:
            return frame.say(states[value].name)
        return value_text(name, value, policy, lang, frame.local)

    def rung(event: EventView) -> str:
        rule = policy.deadlines.get(event.data.get("deadline", ""))
        steps = policy.ladders.get(rule.ladder, ()) if rule is not None else ()
        number = int(event.data["rung"])
        return f"{number + 1} {frame.say(steps[number].name)}" if number < len(steps) else str(number + 1)

    def facts(event: EventView) -> dict[str, Any]:
        """What an event says beside its words, under the names of its fields."""
        found = dict(event.data)
        if event.type.startswith("notice_"):
            role, person = found.pop("role", ""), found.pop("person", "")
            post = frame.say(policy.roles[role].name) if role in policy.roles else ""
            whom = " ".join(one for one in (post, people.get(person, person)) if one)
            found = {"to": whom or text("desk.to_customer", lang), **found}
        if event.type == "attached":
            return {"paper": found.get("paper")}
        found |= {name: value for name, value in event.personal.items() if name not in (*WORDS, "complainant")}
        own = {**(found.pop("fields", None) or {}), **(event.personal.get("fields") or {})}
        if found.get("rule") == found.get("cause"):
            found.pop("rule", None)
        if found.get("interim") is False:
            # what an answer usually is needs no saying
            found.pop("interim")
        if event.type == "classified":
            found |= {f"fields.{name}": value for name, value in own.items()}
        return found

    def told(event: EventView) -> list[tuple[str, str]]:
        return [
            (text(f"desk.fact.{name}", lang) if has(f"desk.fact.{name}") else param_name(name, lang, policy), shown)
            for name, value in facts(event).items()
            if name.startswith("fields.") or has(f"desk.param.{name}")
            if (shown := rung(event) if name == "rung" else shown_value(name, value))
        ]

    return staff_page(
        frame,
        seat,
        "desk_case.html.j2",
        code,
        case=case,
        groups=_grouped(forms),
        key=key,
        errors=errors,
        done=_done(done, lang),
        event_name=lambda name: text(f"desk.event.{name}", lang) if has(f"desk.event.{name}") else name,
        order_state=lambda name: text(f"desk.order.{name}", lang) if has(f"desk.order.{name}") else name,
        by=by,
        said=said,
        told=told,
        customer=_customer(case, policy, lang, frame),
        details=_details(case, policy, lang, frame),
    )


def _done(done: str, lang: str) -> str:
    if done == JOINED:
        return text("desk.case.joined", lang)
    return text("desk.case.done", lang, command=text(f"desk.command.{done}", lang)) if done else ""


def _grouped(forms: Sequence[FormView]) -> list[tuple[int, list[FormView]]]:
    """The forms by what they concern: the case itself (0) first, then each work order."""
    numbers = sorted({form.order for form in forms})
    return [(number, [form for form in forms if form.order == number]) for number in numbers]


def _facts(values: Mapping[str, Any], policy: Policy, lang: str, frame: Frame) -> list[tuple[str, str]]:
    return [
        (param_name(name, lang, policy), value_text(name, value, policy, lang, frame.local))
        for name, value in values.items()
        if value not in (None, "", {}, [])
    ]


def _customer(case: CaseView, policy: Policy, lang: str, frame: Frame) -> list[tuple[str, str]]:
    """The customer's own facts; their name is a person's."""
    named = {f"complainant.{name}": value for name, value in case.complainant.items()}
    return _facts(named, policy, lang, frame)


def _details(case: CaseView, policy: Policy, lang: str, frame: Frame) -> list[tuple[str, str]]:
    own: dict[str, Any] = {"channel": case.channel, "category": case.category, "cause": case.cause}
    own |= {"incident": case.incident, "outcome": case.outcome, "score": case.score}
    fields = {f"fields.{name}": value for name, value in case.fields.items()}
    return _facts({**own, **fields}, policy, lang, frame)


def new_page(
    frame: Frame, seat: Seat, fields: Sequence[Entry], *, key: str, errors: Sequence[FieldError] = (), code: int = 200
) -> Response:
    """The form for a complaint that somebody raises by telephone, letter or in person."""
    return staff_page(frame, seat, "desk_new.html.j2", code, fields=fields, key=key, errors=errors)


def why_page(frame: Frame, seat: Seat, reference: str, why: ExplanationView) -> Response:
    """Why a deadline is due when it is."""
    return staff_page(frame, seat, "desk_why.html.j2", reference=reference, why=why)


def form_page(frame: Frame, seat: Seat, case: CaseView, order: int) -> Response:
    """The registration form of a case or, with `order`, the transfer sheet of that work order, to print and sign
    (INS-13)."""

    def t(code: str) -> str:
        return text(f"desk.{code}", frame.lang)

    sheet = next((one for one in case.orders if one.order == order), None)
    rows = [
        (t("form.reference"), case.reference),
        (t("col.kind"), case.kind_text),
        (t("col.opened"), frame.local(case.opened_at)),
        (t("col.unit"), case.unit_text),
        *_details(case, frame.policy, frame.lang, frame),
        *_customer(case, frame.policy, frame.lang, frame),
        (t("case.matter"), case.text),
    ]
    if sheet is not None:
        rows += [
            (t("form.order"), f"{sheet.order} · {sheet.type_text}"),
            (t("form.sent_to"), sheet.unit_text),
            (t("form.sent_at"), frame.local(sheet.sent_at)),
        ]
    rows += [
        (one.text, frame.local(one.due_at)) for one in case.deadlines if one.order == order and one.due_at is not None
    ]
    return staff_page(
        frame,
        seat,
        "desk_form.html.j2",
        case=case,
        title=t("form.transfer" if sheet is not None else "form.registration"),
        rows=[(label, value) for label, value in rows if value],
        signatures=[t("form.signed_by"), t("form.received_by"), t("form.date")],
    )


def manual_page(frame: Frame, seat: Seat) -> Response:
    """How to work with the desk, and what the states of the policy are called (AUTO-17)."""
    return staff_page(frame, seat, "desk_manual.html.j2", policy=frame.policy)
