"""Who is told of an event, and with which text: roles and places here, people in `directory`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from complaints.case.effects import triggered
from complaints.case.events import Event
from complaints.case.lookup import lookup
from complaints.case.place import place
from complaints.case.state import Case, deadline_key
from complaints.case.values import Places
from complaints.policy.conditions import Lookup, holds
from complaints.policy.model import Recipient, UnitRef
from complaints.policy.rulebook import Rulebook


class NoticeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One text to one role (or the customer) because of one event.

    `key` is the same for ever for the same step of the same deadline, so that nobody is told twice: case, deadline and
    step make it, never the day. `params` hold ids and instants, not words: the sender words them in the reader's
    language. `deadline` is what must still stand when it is sent later (empty: sent whatever came after).
    """

    key: str
    template: str
    send_at: datetime
    params: dict[str, Any]
    unit: str = ""
    role: str = ""
    customer: bool = False
    urgent: bool = False
    deadline: str = ""


def notices_of(event: Event, seq: int, case: Case, rulebook: Rulebook, places: Places) -> list[NoticeRequest]:
    """The notices that an event owes.

    Parameters
    ----------
    seq
        the event's number in its case, which makes the key of notices that no deadline asks for.
    case
        the case after the event.
    """
    values = lookup(
        case, rulebook, event=event.data, event_type=event.type, order=case.order(event.order), places=places
    )
    asked = [*_of_step(event, case, rulebook), *_of_rules(event, seq, case, rulebook, values)]
    found: dict[str, NoticeRequest] = {}
    for key, template, recipients in asked:
        for recipient in recipients:
            if holds(recipient.when, values):
                request = _request(key, template, recipient, event, case, rulebook, places)
                if request is not None:
                    found.setdefault(request.key, request)
    return list(found.values())


def _of_step(event: Event, case: Case, rulebook: Rulebook) -> Iterator[tuple[str, str, tuple[Recipient, ...]]]:
    """A reminder's or a rung's own notice. A deadline that was started again has steps of its own."""
    if event.type not in ("reminded", "rung_reached"):
        return
    rule = rulebook.policy.deadlines[event.data["deadline"]]
    deadline = case.deadline(event.data["deadline"], event.order)
    since = int(deadline.started_at.timestamp()) if deadline is not None else 0
    running = f"{deadline_key(event.data['deadline'], event.order)}@{since}"
    if event.type == "reminded":
        reminder = rule.reminders[event.data["reminder"]]
        yield f"{running}:reminder:{event.data['reminder']}", reminder.template, reminder.to
    else:
        rung = rulebook.policy.ladders[rule.ladder][event.data["rung"]]
        yield f"{running}:rung:{event.data['rung']}", rung.template, rung.to


def _of_rules(
    event: Event, seq: int, case: Case, rulebook: Rulebook, values: Lookup
) -> Iterator[tuple[str, str, tuple[Recipient, ...]]]:
    order = case.order(event.order)
    for number, rule in enumerate(rulebook.policy.notices):
        concerns = not rule.kinds or case.kind in rule.kinds
        if concerns and triggered(rule.on, event.type, order) and holds(rule.on.when, values):
            yield f"{seq}:{number}", rule.template, rule.to


def _request(
    key: str,
    template: str,
    recipient: Recipient,
    event: Event,
    case: Case,
    rulebook: Rulebook,
    places: Places,
) -> NoticeRequest | None:
    unit = ""
    if not recipient.customer:
        found = place(UnitRef(of=recipient.of, level=recipient.level), case, event, places)
        if found is None:
            # no unit of that level above: the next one up that exists is told instead, never nobody
            found = place(UnitRef(of=recipient.of), case, event, places) or case.unit
        unit = found
    started = event.type in ("reminded", "rung_reached")
    who = "customer" if recipient.customer else f"{recipient.role}@{unit}"
    return NoticeRequest(
        key=f"{key}:{who}",
        template=template,
        send_at=event.at,
        params=_params(event, case, rulebook),
        unit=unit,
        role=recipient.role,
        customer=recipient.customer,
        urgent=rulebook.policy.templates[template].urgent,
        deadline=deadline_key(event.data["deadline"], event.order) if started else "",
    )


def _params(event: Event, case: Case, rulebook: Rulebook) -> dict[str, Any]:
    """What a template may name; see `case.wording`."""
    order = case.order(event.order)
    params: dict[str, Any] = {
        "reference": case.reference,
        "kind": case.kind,
        "category": case.category,
        "state": case.state,
        "severity": case.derived.get(rulebook.policy.reports.get("severity", ""), ""),
        "unit": order.unit if order is not None else case.unit,
        "order": event.order,
        "order_type": order.type if order is not None else "",
        "deadline": event.data.get("deadline", ""),
        "due_at": event.data.get("due_at") or _earliest_due(event, case),
        "opened_at": case.opened_at.isoformat(),
        "at": event.at.isoformat(),
    }
    return {key: value for key, value in params.items() if value not in ("", 0)}


def _earliest_due(event: Event, case: Case) -> str:
    """What is due first of an order, else of its case: an order without a limit of its own is worked to that."""
    dues = [d.due_at for d in case.deadlines if event.order in (0, d.order)]
    dues = dues or [d.due_at for d in case.deadlines if d.order == 0]
    return min(dues).isoformat() if dues else ""
