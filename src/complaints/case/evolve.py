"""`evolve`: a case and an event give the case after it. Needs no policy: an event says all that it does."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from complaints.case.events import CUSTOMER, Effect, Event
from complaints.case.state import Case, Claim, Deadline, Order
from complaints.structs import replace

LATE = timedelta(minutes=1)
"""A rung recorded later than this after its instant: the next one counts from when it was recorded."""

CONTACTS_KEPT = 20
_CONTACTS = ("registered", "repeated", "chased", "messaged", "reopened", "disputed")
_TAKEN = ("kind", "category", "cause", "state", "phase", "unit", "outcome", "incident")


def evolve(case: Case | None, event: Event, recorded_at: datetime) -> Case:
    """The case after the event.

    Parameters
    ----------
    case
        the case before; None only for `registered`.
    recorded_at
        when the event was committed, aware UTC, never before that of the event before it.

    Raises
    ------
    ValueError
        the first event is not `registered`: the timeline is broken and `complaints verify` will say where.
    """
    if case is None:
        if event.type != "registered":
            raise ValueError(f"a case begins with 'registered', not {event.type!r}; verify its chain")
        case = _opened(event, recorded_at)
    case = _take(case, event)
    case = _concern_order(case, event)
    for effect in event.effects:
        case = _apply(case, effect, event)
    case = _climb(case, event, recorded_at)
    counts = {**case.counts, event.type: case.counts.get(event.type, 0) + 1}
    return replace(case, seq=case.seq + 1, recorded_at=recorded_at, counts=counts)


def fold(events: Iterable[tuple[Event, datetime]]) -> Case:
    """The case that these (event, recorded_at) make, oldest first."""
    case: Case | None = None
    for event, recorded_at in events:
        case = evolve(case, event, recorded_at)
    if case is None:
        raise ValueError("no events: there is no such case")
    return case


def _opened(event: Event, recorded_at: datetime) -> Case:
    data = event.data
    return Case(
        reference=data["reference"],
        policy=data["policy"],
        kind=data["kind"],
        state=data["state"],
        phase=data["phase"],
        unit=data["unit"],
        channel=data["channel"],
        language=data.get("language", ""),
        tags=tuple(data.get("tags", ())),
        opened_at=event.at,
        recorded_at=recorded_at,
        registered_by=event.by,
    )


def _take(case: Case, event: Event) -> Case:
    """What an event's data says of the case itself."""
    data = event.data
    changes: dict[str, Any] = {name: data[name] for name in _TAKEN if data.get(name) and not _of_order(name, event)}
    if "fields" in data:
        changes["fields"] = {**case.fields, **data["fields"]}
    if "derived" in data:
        changes["derived"] = dict(data["derived"])
    if data.get("mentioned"):
        changes["mentioned"] = tuple(sorted({*case.mentioned, *data["mentioned"]}))
    if event.type in _CONTACTS:
        contact = (event.at, data.get("channel", ""))
        changes["contacts"] = (*case.contacts, contact)[-CONTACTS_KEPT:]
    if data.get("paper"):
        name = f"signed:{data['paper']}" if event.type == "signed" else data["paper"]
        changes["papers"] = tuple(sorted({*case.papers, name}))
    if event.by not in ("customer", "time", "system"):
        changes["handlers"] = tuple(sorted({*case.handlers, event.by}))
    if data.get("phase") == "open" and case.phase != "open":
        changes |= _UNSETTLED
    changes |= _PER_TYPE[event.type](case, event) if event.type in _PER_TYPE else {}
    return replace(case, **changes)


def _of_order(name: str, event: Event) -> bool:
    """A unit or cause that an event names is the case's own only when the event registers, classifies or moves it."""
    return (name == "unit" and event.type not in ("registered", "moved")) or (
        name == "cause" and event.type not in ("registered", "classified")
    )


def _ruled(case: Case, event: Event) -> dict[str, Any]:
    keys = ("valid", "cause", "rule", "version", "unit", "stage", "responsibility", "sanction")
    return {"ruling": {**case.ruling, **{key: event.data[key] for key in keys if key in event.data}}}


def _marked(case: Case, event: Event) -> dict[str, Any]:
    return {"marks": {**case.marks, event.data["mark"]: event.data.get("until") or ""}}


def _lifted(case: Case, event: Event) -> dict[str, Any]:
    lifted = case.claim(event.data["deadline"], event.order)
    return {"claims": tuple(claim for claim in case.claims if claim is not lifted)}


def _scored(_: Case, event: Event) -> dict[str, Any]:
    return {"score": event.data["score"]} if event.data.get("score") is not None else {}


def _escalated(case: Case, by: str) -> dict[str, Any]:
    return {"escalated_by": tuple(sorted({*case.escalated_by, by}))}


_UNSETTLED: dict[str, Any] = {"closed_at": None, "solved_at": None, "score": None, "rated": False}
"""What a closing settled, and is open again when the case goes on."""

_PER_TYPE: dict[str, Callable[[Case, Event], dict[str, Any]]] = {
    "solved": lambda case, event: {"solved_at": event.at},
    "closed": lambda case, event: {"closed_at": event.at, "solved_at": case.solved_at or event.at},
    "withdrawn": lambda case, event: {"closed_at": event.at},
    "merged": lambda case, event: {"closed_at": event.at, "merged_into": event.data["into"]},
    "reopened": lambda case, event: dict(_UNSETTLED),
    "disputed": lambda case, event: {"solved_at": None},
    "ruled": _ruled,
    "liability_detailed": _ruled,
    "ruling_accepted": _ruled,
    "marked": _marked,
    "miss_lifted": _lifted,
    "rung_reached": lambda case, event: _escalated(case, event.data["deadline"]),
    "escalated": lambda case, event: _escalated(case, CUSTOMER),
    "rated": lambda case, event: {"rated": True, **_scored(case, event)},
    "called_back": _scored,
    "held": lambda case, event: {"held": True},
    "released": lambda case, event: {"held": False},
    "paused": lambda case, event: {} if event.order else {"paused": True},
    "resumed": lambda case, event: {} if event.order else {"paused": False},
    "erased": lambda case, event: {"erased": True},
    "retired": lambda case, event: {"erased": True, "phase": "retired"},
}


def _concern_order(case: Case, event: Event) -> Case:
    """The order that an event makes or changes, and those that it cancels."""
    data = event.data
    if event.type == "dispatched" and case.order(event.order) is None:
        case = case.with_order(
            Order(
                n=event.order,
                type=data["order_type"],
                unit=data["unit"],
                sender=data.get("sender", case.unit),
                parent=int(data.get("parent", 0)),
                sent_at=event.at,
                tags=tuple(data.get("tags", ())),
            )
        )
    order = case.order(event.order) if event.order else None
    if order is not None:
        again = event.type == "dispatched" and order.counts.get("dispatched", 0) > 0
        order = replace(
            order,
            state=data.get("order_state", order.state),
            tries=order.tries + 1 if again or data.get("again") else order.tries,
            answered_at=event.at if event.type == "answered" else order.answered_at,
            counts={**order.counts, event.type: order.counts.get(event.type, 0) + 1},
        )
        if event.type == "moved" or (again and data.get("unit")):
            order = replace(order, unit=data["unit"], tags=tuple(data.get("tags", order.tags)))
        case = case.with_order(order)
    for n in data.get("cancels_orders", ()):
        cancelled = case.order(n)
        if cancelled is not None:
            case = case.with_order(replace(cancelled, state="cancelled"))
    return case


def _apply(case: Case, effect: Effect, event: Event) -> Case:
    """One effect on one deadline."""
    running = case.deadline(effect.deadline, effect.order)
    if effect.do == "start":
        if effect.started_at is None or effect.due_at is None:
            raise ValueError(f"event {event.type!r} starts {effect.deadline!r} without saying from when until when")
        started = Deadline(
            name=effect.deadline,
            order=effect.order,
            started_at=effect.started_at,
            due_at=effect.due_at,
            limit=effect.limit or {},
            calendar=effect.calendar,
        )
        case = case.with_deadline(started)
        return replace(case, started=tuple(sorted({*case.started, started.key})))
    if running is None:
        return case
    if effect.do == "stop" and effect.claimed:
        case = replace(case, claims=(*case.claims, _claim(effect, event, running)))
    if effect.do in ("stop", "cancel"):
        return case.without_deadline(effect.deadline, effect.order)
    if effect.do == "pause":
        return case.with_deadline(replace(running, paused_at=effect.started_at or event.at))
    changed = replace(running, due_at=effect.due_at or running.due_at, calendar=effect.calendar or running.calendar)
    if effect.do == "resume":
        pauses = (*running.pauses, (running.paused_at or event.at, event.at))
        changed = replace(changed, paused_at=None, pauses=pauses)
    elif effect.do == "retime":
        changed = replace(changed, limit=effect.limit or running.limit)
    elif effect.do == "extend":
        changed = replace(changed, extensions=(*running.extensions, effect.limit or {}))
    return case.with_deadline(changed)


def _claim(effect: Effect, event: Event, running: Deadline) -> Claim:
    return Claim(
        deadline=effect.deadline,
        order=effect.order,
        due_at=effect.due_at or running.due_at,
        at=event.at,
        by=event.by,
        seconds=effect.seconds if effect.seconds is not None else -1,
    )


def _climb(case: Case, event: Event, recorded_at: datetime) -> Case:
    """Reminders given, deadlines missed, rungs reached: what time does to a deadline."""
    if event.type not in ("reminded", "missed", "rung_reached"):
        return case
    running = case.deadline(event.data["deadline"], event.order)
    if running is None:
        return case
    counts_from = recorded_at if recorded_at - event.at > LATE else event.at
    if event.type == "reminded":
        running = replace(running, reminded=(*running.reminded, event.data["reminder"]))
    elif event.type == "missed":
        running = replace(running, missed_at=event.at, rung_base=running.rung_base or event.at)
    else:
        running = replace(running, rung=event.data["rung"] + 1, rung_base=counts_from)
    return case.with_deadline(running)
