"""What a customer sees of their complaint, and what they can still say to it. Internal notes are never among it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from complaints.case.authority import allowed
from complaints.case.chain import Recorded
from complaints.case.values import CUSTOMER_ACTOR
from complaints.desk.answers import Once
from complaints.desk.command import Asked, Done, command
from complaints.desk.context import Desk
from complaints.desk.dossier import Dossier, NoCaseError, read
from complaints.desk.references import read_reference
from complaints.desk.tracking import Access, access
from complaints.policy.model import Text
from complaints.structs import replace

#: What is said to the customer, and in which field: by event, on the case itself and not on a work order.
TO_CUSTOMER: Mapping[str, str] = {"answered": "text", "solved": "solution"}
FROM_CUSTOMER: Mapping[str, str] = {
    "registered": "text",
    "repeated": "text",
    "reopened": "text",
    "messaged": "text",
    "disputed": "text",
    "withdrawn": "reason",
    "escalated": "reason",
    "chased": "remark",
}

#: What a customer may ask for by a message, with the field that holds their words.
SAYS: Mapping[str, str] = {
    "message": "text",
    "dispute": "text",
    "withdraw": "reason",
    "escalate": "reason",
    "chase": "remark",
}


class Promised(msgspec.Struct, frozen=True, kw_only=True):
    """One promise: until when, and whether it was kept (None: still open)."""

    name: str
    text: Text
    due_at: datetime
    kept: bool | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message between the customer and the organisation."""

    at: datetime
    from_customer: bool
    text: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How a complaint stands, for the customer. `open_to` names the commands that the customer has."""

    reference: str
    kind: str
    kind_name: Text
    state: str
    state_name: Text
    phase: str
    opened_at: datetime
    closed_at: datetime | None
    promises: tuple[Promised, ...]
    messages: tuple[Said, ...]
    open_to: tuple[str, ...]
    joined: bool
    file_types: tuple[str, ...] = ()
    file_bytes: int = 0


def admitted(desk: Desk, reference: str, token: str) -> Access:
    """What the token opens. Raises `NoCaseError` when it opens nothing; no case is read for that."""
    known = read_reference(reference)
    opened = access(desk, known, token) if known is not None and token else None
    if opened is None:
        raise NoCaseError(f"the token does not open {reference!r}")
    return opened


def status(desk: Desk, reference: str, token: str, now: datetime) -> Status:
    """How a complaint stands, by one query.

    Raises
    ------
    NoCaseError
        There is no such complaint, or the token is not its own.
    """
    opened = admitted(desk, reference, token)
    dossier = read(desk, opened.reference, now)
    case, policy = dossier.case, dossier.rulebook.policy
    offers = allowed(case, CUSTOMER_ACTOR, dossier.rulebook, desk.directory.places(now))
    kind = policy.kinds[case.kind]
    return Status(
        reference=case.reference,
        kind=case.kind,
        kind_name=kind.name,
        state=case.state,
        state_name=kind.states[case.state].name,
        phase=case.phase,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        promises=_promises(dossier),
        messages=() if opened.joined else tuple(said for one in dossier.events if (said := _said(one)) is not None),
        open_to=tuple(offer.command for offer in offers if not offer.order),
        joined=opened.joined,
        file_types=policy.intake.file_types,
        file_bytes=policy.intake.file_bytes,
    )


def _promises(dossier: Dossier) -> tuple[Promised, ...]:
    """Every promise that was ever made, with what became of it: the events say it all."""
    rules = dossier.rulebook.policy.deadlines
    found: dict[tuple[str, int], Promised] = {}
    for one in dossier.events:
        for effect in one.event.effects:
            rule, key = rules.get(effect.deadline), (effect.deadline, effect.order)
            if rule is None or not rule.promise:
                continue
            if effect.do == "start" and effect.due_at is not None:
                found[key] = Promised(name=effect.deadline, text=rule.promise, due_at=effect.due_at)
            elif effect.do == "cancel":
                found.pop(key, None)
            elif key in found:
                due = effect.due_at or found[key].due_at
                kept = effect.met if effect.do == "stop" else found[key].kept
                found[key] = Promised(name=effect.deadline, text=rule.promise, due_at=due, kept=kept)
        lifted = (one.event.data.get("deadline", ""), one.event.order)
        if one.event.type == "miss_lifted" and lifted in found:
            found[lifted] = replace(found[lifted], kept=True)
    missed = {(d.name, d.order) for d in dossier.case.deadlines if d.missed_at is not None}
    promised = [
        Promised(name=one.name, text=one.text, due_at=one.due_at, kept=False) if key in missed else one
        for key, one in found.items()
    ]
    return tuple(sorted(promised, key=lambda one: one.due_at))


def _said(one: Recorded) -> Said | None:
    event = one.event
    if event.order:
        return None
    mine = event.type in FROM_CUSTOMER and (event.by == CUSTOMER_ACTOR.person or event.type == "registered")
    name = FROM_CUSTOMER[event.type] if mine else TO_CUSTOMER.get(event.type, "")
    words = event.personal.get(name)
    return Said(at=event.at, from_customer=mine, text=words) if isinstance(words, str) and words else None


def say(
    desk: Desk, reference: str, token: str, name: str, values: Mapping[str, Any], once: Once, now: datetime
) -> Done:
    """One command of the customer's: a message, a dispute, a withdrawal, a rating.

    Raises
    ------
    NoCaseError
        There is no such complaint, or the token is not its own.
    RefusedError
        The process does not allow it now, or a field is at fault.
    """
    opened = admitted(desk, reference, token)
    if opened.joined and name != "message":
        raise NoCaseError("this token takes messages only")
    asked = Asked(reference=opened.reference, name=name, values=values, by=CUSTOMER_ACTOR, once=once)
    return command(desk, asked, now, seen=lambda _: True)
