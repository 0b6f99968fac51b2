"""`decide`: a command is refused with every reason, or answered with what happened."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

import msgspec

from complaints.case.asked import Asked
from complaints.case.authority import permit, permit_registering
from complaints.case.drafts import draft, register
from complaints.case.effects import effects_of, triggered
from complaints.case.events import Event
from complaints.case.evolve import evolve
from complaints.case.fields import problems_of
from complaints.case.lookup import lookup
from complaints.case.place import place
from complaints.case.state import Case
from complaints.case.values import SYSTEM_ACTOR, Command, Places, Problem, RefusedError
from complaints.policy.conditions import holds
from complaints.policy.model import Action, Automation
from complaints.policy.rulebook import Rulebook
from complaints.policy.vocabulary import COMMANDS
from complaints.structs import replace

MOST_CONSEQUENCES = 60


class EndlessPolicyError(Exception):
    """Automations of the policy call each other without end; `complaints policy check` shows which."""

    impersonal = True


def decide(case: Case | None, command: Command, rulebook: Rulebook, now: datetime, places: Places) -> list[Event]:
    """What a command makes happen, consequences included, in order.

    Parameters
    ----------
    case
        the case as loaded; None only for `register`, whose data carry the `reference` to use.
    now
        aware UTC; the events are recorded at this instant, they count at `command.at`. Whether a deadline was met is
        not for a member of staff to say: for them it is this instant that counts.

    Raises
    ------
    RefusedError
        with every problem found; nothing has happened.
    """
    if command.name not in COMMANDS:
        raise RefusedError(Problem("", "unknown_command", {"command": command.name}))
    kind = str(command.data.get("kind", "")) if case is None else case.kind
    problems = problems_of(command, rulebook, kind)
    if problems:
        raise RefusedError(*problems)
    if case is None:
        return settle(
            None, register(permit_registering(command, rulebook, places), rulebook, places), rulebook, now, places
        )
    if command.name == "register":
        raise RefusedError(Problem("", "already_registered", {"reference": case.reference}))
    if command.at < case.opened_at:
        raise RefusedError(Problem("at", "before_opening", {"opened_at": case.opened_at.isoformat()}))
    known = now if command.by.kind == "staff" else None
    return settle(case, _permitted(case, command, rulebook, places), rulebook, now, places, known)


def _permitted(case: Case, command: Command, rulebook: Rulebook, places: Places) -> list[Event]:
    order = case.order(command.order) if command.order else None
    if command.order and order is None:
        raise RefusedError(Problem("order", "unknown_order", {"order": command.order}))
    action: Action | None = None
    sender, role = case.unit, ""
    try:
        action, post = permit(case, command.name, command.by, order, command.data, command.personal, rulebook, places)
        if post is not None:
            sender, role = post.unit, post.role
    except RefusedError:
        # the system is held to no action; where one fits, what it does leads where that action leads
        if command.by.kind != "system":
            raise
    return draft(Asked(case, command, rulebook, places, action, order, sender, role))


def settle(
    case: Case | None,
    drafts: Iterable[Event],
    rulebook: Rulebook,
    now: datetime,
    places: Places,
    known: datetime | None = None,
) -> list[Event]:
    """Drafts made whole: their effects on deadlines worked out, and what the policy does by itself after them added.
    `known` is when they are known to have happened, where their `at` is only said (`effects.effects_of`).

    Automations take their turn one after the other: each is held against the case as those before it have left it.
    """
    waiting, settled = deque[Event | _Owed](drafts), list[Event]()
    while waiting:
        turn = waiting.popleft()
        if isinstance(turn, _Owed):
            if case is not None:
                waiting.extendleft(reversed(_consequence(case, turn, rulebook, places)))
            continue
        event = replace(turn, effects=effects_of(evolve(case, turn, now), turn, rulebook, places, known))
        case = evolve(case, event, now)
        settled.append(event)
        if len(settled) > MOST_CONSEQUENCES:
            raise EndlessPolicyError(f"case {case.reference}: more than {MOST_CONSEQUENCES} events follow from one")
        order = case.order(event.order)
        waiting.extend(_Owed(event, one) for one in rulebook.policy.automations if triggered(one.on, event.type, order))
    return settled


class _Owed(msgspec.Struct, frozen=True):
    """An automation whose turn is still to come, and the event that called for it."""

    event: Event
    automation: Automation


def _consequence(case: Case, owed: _Owed, rulebook: Rulebook, places: Places) -> list[Event]:
    event, automation = owed.event, owed.automation
    if automation.kinds and case.kind not in automation.kinds:
        return []
    order = case.order(event.order)
    values = lookup(case, rulebook, event=event.data, event_type=event.type, order=order, places=places)
    return _carried_out(case, event, automation, rulebook, places) if holds(automation.on.when, values) else []


def _carried_out(case: Case, event: Event, automation: Automation, rulebook: Rulebook, places: Places) -> list[Event]:
    """The drafts of one automation; a refusal is noted on the case, never passed over in silence."""
    if not automation.do:
        data = {}
        if automation.to:
            data = {"state": automation.to, "phase": rulebook.state(case.kind, automation.to).phase}
        if automation.order_to:
            data["order_state"] = automation.order_to
        return [Event(type="advanced", at=event.at, order=event.order, data=data)]
    data = dict(automation.data)
    if automation.unit is not None:
        unit = place(automation.unit, case, event, places)
        if unit is not None:
            data["unit"] = unit
    on_order = COMMANDS[automation.do].on in ("order", "either") and automation.do != "dispatch"
    command = Command(name=automation.do, by=SYSTEM_ACTOR, at=event.at, order=event.order if on_order else 0, data=data)
    try:
        return _permitted(case, command, rulebook, places)
    except RefusedError as refusal:
        codes = [problem.code for problem in refusal.problems]
        about = {"about": "automation_refused", "facts": {"command": automation.do, "codes": codes}}
        return [Event(type="noted", at=event.at, order=event.order, data=about)]
