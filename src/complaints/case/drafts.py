"""What each command means: the events it becomes, before deadlines and automations are worked out.

Most commands become their event as they are. Those whose meaning goes further stand here, each in a function of its
own. Every function refuses what its command must not do, whatever the policy says.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from complaints.case.asked import Asked
from complaints.case.authority import permit
from complaints.case.events import Event
from complaints.case.evolve import evolve
from complaints.case.fields import derive
from complaints.case.hearing import heard, not_held, reopen
from complaints.case.ladder import next_rung, rung_event
from complaints.case.lookup import first_of
from complaints.case.state import Deadline
from complaints.case.values import Command, Places, Problem, RefusedError
from complaints.policy.model import OrderType
from complaints.policy.rulebook import Rulebook
from complaints.structs import replace


def draft(asked: Asked) -> list[Event]:
    """The events of a command, without their effects on deadlines."""
    meaning = _MEANINGS.get(asked.command.name)
    return meaning(asked) if meaning is not None else [asked.event()]


def register(command: Command, rulebook: Rulebook, places: Places) -> list[Event]:
    """The first event of a case: where it starts, derived fields, the policy's words that the customer used."""
    policy, data = rulebook.policy, command.data
    kind = policy.kinds[data["kind"]]
    if data.get("category") and kind.categories and data["category"] not in kind.categories:
        raise RefusedError(
            Problem("category", "unknown_value", {"value": data["category"], "known": ", ".join(kind.categories)})
        )
    unit = data.get("unit") or policy.intake.unit
    if not places.known(unit):
        raise RefusedError(Problem("unit", "unknown_unit", {"unit": unit}))
    event = Event(
        type="registered",
        at=command.at,
        by=command.by.person,
        data={
            **data,
            "policy": policy.id,
            "unit": unit,
            "tags": list(places.tags(unit)),
            "mentioned": rulebook.mentioned(str(command.personal.get("text", ""))),
            "state": kind.start,
            "phase": kind.states[kind.start].phase,
        },
        personal=dict(command.personal),
    )
    case = evolve(None, event, command.at)
    derived = derive(case, rulebook)
    start = first_of(kind.start_when, replace(case, derived=derived), rulebook, kind.start)
    more = {"derived": derived, "state": start, "phase": kind.states[start].phase}
    return [replace(event, data={**event.data, **more})]


def _classify(asked: Asked) -> list[Event]:
    """The case under another kind, category or cause; its derived fields follow, and limits that count from
    registration are held against it anew (reading R12)."""
    kind = asked.data.get("kind")
    moves: dict[str, Any] = {}
    if kind and kind != asked.case.kind:
        start = asked.rulebook.policy.kinds[kind].start
        moves = {"state": start, "phase": asked.rulebook.state(kind, start).phase, "from_kind": asked.case.kind}
    event = asked.event(**moves)
    after = evolve(asked.case, event, asked.command.at)
    return [replace(event, data={**event.data, "derived": derive(after, asked.rulebook)})]


def _confirm(asked: Asked) -> list[Event]:
    """Confirmed or rejected (POST-2): two events, since different things follow."""
    result = asked.data["result"]
    if result not in ("confirmed", "rejected"):
        raise asked.refuse("result", "unknown_value", value=result, known="confirmed, rejected")
    _known_unit(asked)
    return [replace(asked.event(), type=result)]


def _dispatch(asked: Asked) -> list[Event]:
    """A new work order, or the same one sent again, which no longer counts as solved at the first try (POST-7)."""
    if asked.order is not None:
        _known_unit(asked)
        _takes(asked, asked.data.get("unit"), asked.rulebook.policy.order_types[asked.order.type])
        return [asked.event(order_state="open", order_type=asked.order.type)]
    kind_of_order = asked.data.get("order_type")
    if not kind_of_order:
        raise asked.refuse("order_type", "required")
    unit = asked.data.get("unit")
    if not unit:
        raise asked.refuse("unit", "required")
    _known_unit(asked)
    order_type = asked.rulebook.policy.order_types[kind_of_order]
    _may_create(asked, order_type)
    _takes(asked, unit, order_type)
    parent = asked.case.order(int(asked.data.get("parent") or 0))
    if parent is None and asked.data.get("parent"):
        raise asked.refuse("parent", "unknown_order", order=asked.data["parent"])
    if order_type.parents and (parent is None or parent.type not in order_type.parents):
        raise asked.refuse("parent", "wrong_parent", known=", ".join(order_type.parents))
    n = 1 + max((order.n for order in asked.case.orders), default=0)
    event = asked.event(sender=asked.sender, tags=list(asked.places.tags(unit)))
    return [replace(event, order=n)]


def _may_create(asked: Asked, order_type: OrderType) -> None:
    """Who may create which kind of order (POST-14)."""
    roles = {post.role for post in asked.command.by.posts}
    if asked.command.by.kind == "staff" and order_type.by and not roles & set(order_type.by):
        raise asked.refuse("order_type", "not_your_order", known=", ".join(order_type.by))


def _takes(asked: Asked, unit: str | None, order_type: OrderType) -> None:
    level = asked.places.level(unit) if unit else ""
    if unit and order_type.levels and level not in order_type.levels:
        raise asked.refuse("unit", "wrong_level", level=level, known=", ".join(order_type.levels))


def _known_unit(asked: Asked) -> None:
    unit = asked.data.get("unit")
    if unit and not asked.places.known(unit):
        raise asked.refuse("unit", "unknown_unit", unit=unit)


def _answer(asked: Asked) -> list[Event]:
    """The answer of a unit. An interim one ends that try only (POST-7, reading R16)."""
    if asked.order is None:
        return [asked.event()]
    if asked.data.get("interim"):
        return [asked.event(interim=True, order_state="interim")]
    review = asked.rulebook.policy.order_types[asked.order.type].review
    return [asked.event(interim=False, order_state="answered" if review else "accepted")]


def _review(asked: Asked) -> list[Event]:
    """The sender passes an answer on, or sends the order again (POST-13)."""
    if asked.data["result"] == "pass":
        return [asked.event(order_state="accepted")]
    if asked.data["result"] == "again":
        return [asked.event(order_state="open", again=True)]
    raise asked.refuse("result", "unknown_value", value=asked.data["result"], known="pass, again")


def _follow_up(asked: Asked) -> list[Event]:
    """Continue (the next time is required), or close with or without a callback (AUTO-5)."""
    outcome = asked.data["outcome"]
    if outcome == "continue":
        if not asked.data.get("next_at"):
            raise asked.refuse("next_at", "required")
        if datetime.fromisoformat(asked.data["next_at"]) <= asked.command.at:
            raise asked.refuse("next_at", "not_later")
        return [asked.event()]
    if outcome not in ("close_callback", "close_no_callback"):
        raise asked.refuse(
            "outcome", "unknown_value", value=outcome, known="continue, close_callback, close_no_callback"
        )
    closing = replace(asked.command, name="close", order=0, data={"callback": outcome == "close_callback"}, personal={})
    action = asked.action
    if closing.by.kind != "system":
        action, _ = permit(
            asked.case,
            "close",
            closing.by,
            None,
            {**asked.data, **closing.data},
            asked.command.personal,
            asked.rulebook,
            asked.places,
        )
    return [asked.event(), *_close(replace(asked, command=closing, action=action, order=None))]


def _close(asked: Asked) -> list[Event]:
    """The end of the matter: orders still open go with it."""
    return [asked.event(cancels_orders=_open_orders(asked))]


def _open_orders(asked: Asked) -> list[int]:
    types = asked.rulebook.policy.order_types
    return [order.n for order in asked.case.orders if order.is_open and not types[order.type].after_close]


def _merge(asked: Asked) -> list[Event]:
    if asked.data["into"] == asked.case.reference:
        raise asked.refuse("into", "into_itself")
    return _close(asked)


def _rule(asked: Asked) -> list[Event]:
    """A ruling cites the rule that it applies and that rule's version (POST-19); its cause must suit the verdict."""
    cause = asked.rulebook.policy.causes.get(asked.data.get("cause") or "")
    if cause is not None and cause.valid is not None and cause.valid is not asked.data["valid"]:
        raise asked.refuse("cause", "cause_does_not_suit", cause=asked.data["cause"])
    sanction = asked.data.get("sanction")
    if sanction and sanction not in asked.rulebook.policy.sanctions:
        raise asked.refuse(
            "sanction", "unknown_value", value=sanction, known=", ".join(asked.rulebook.policy.sanctions)
        )
    _known_unit(asked)
    return [asked.event(rule=asked.data.get("rule") or asked.data.get("cause"), version=asked.rulebook.policy.version)]


def _sheet(state: str) -> Callable[[Asked], list[Event]]:
    def meaning(asked: Asked) -> list[Event]:
        if asked.order is None or not asked.rulebook.policy.order_types[asked.order.type].sheet:
            raise asked.refuse("order", "not_a_sheet")
        _known_unit(asked)
        return [asked.event(order_state=state)]

    return meaning


def _arbitrate(asked: Asked) -> list[Event]:
    """Not liable cancels the sheet, liable stands and must be detailed (POST-8)."""
    return _sheet("stands" if asked.data["liable"] else "cancelled")(asked)


def _pause(asked: Asked) -> list[Event]:
    if asked.data["reason"] not in asked.rulebook.policy.pause_reasons:
        known = ", ".join(asked.rulebook.policy.pause_reasons)
        raise asked.refuse("reason", "unknown_value", value=asked.data["reason"], known=known)
    if any(d.paused_at is not None for d in _concerned(asked)):
        raise asked.refuse("", "already_paused")
    return [asked.event()]


def _resume(asked: Asked) -> list[Event]:
    since = [d.paused_at for d in _concerned(asked) if d.paused_at is not None]
    if not since:
        raise asked.refuse("", "not_paused")
    if asked.command.at < max(since):
        raise asked.refuse("at", "before_pause", paused_at=max(since).isoformat())
    return [asked.event()]


def _concerned(asked: Asked) -> list[Deadline]:
    return [d for d in asked.case.deadlines if asked.command.order in (0, d.order)]


def _extend(asked: Asked) -> list[Event]:
    """More time, as often as the policy lets a deadline be extended, with an approver and a reason."""
    name = asked.data["deadline"]
    running = asked.case.deadline(name, asked.command.order)
    if running is None:
        known = ", ".join(sorted({d.name for d in asked.case.deadlines if d.order == asked.command.order}))
        raise asked.refuse("deadline", "not_running", value=name, known=known)
    most = asked.rulebook.policy.deadlines[name].extendable
    if len(running.extensions) >= most:
        raise asked.refuse("deadline", "not_extendable", most=most)
    try:
        by = asked.data["by"]
        asked.rulebook.due(by, running.due_at)
        asked.rulebook.due(running.limit, running.started_at, running.pauses, (*running.extensions, by))
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise asked.refuse("by", "bad_limit", detail=str(error)) from error
    return [asked.event()]


def _lift_miss(asked: Asked) -> list[Event]:
    """A recorded miss that was claimed to be none is lifted, by a role that the policy's actions name and by somebody
    else than who claimed it. The oldest claim first."""
    claim = asked.case.claim(asked.data["deadline"], asked.command.order)
    if claim is None:
        raise asked.refuse("deadline", "not_claimed", value=asked.data["deadline"])
    if claim.by == asked.command.by.person:
        raise asked.refuse("", "own_claim")
    said = {"due_at": claim.due_at.isoformat(), "claimed_at": claim.at.isoformat(), "claimed_by": claim.by}
    return [asked.event(**said)]


def _escalate(asked: Asked) -> list[Event]:
    """A customer who escalates climbs the same ladder: the first rung at once, or the next if it runs (POST-6, R13).

    Where several could be climbed it is the one that leads furthest: a chaser's own does not stand in its place.
    """
    rules = asked.rulebook.policy
    climbable = [
        (-running.rung, -len(rules.ladders[rules.deadlines[running.name].ladder]), running.due_at, rung, running)
        for running in _concerned(asked)
        if (rung := next_rung(asked.case, running, asked.rulebook)) is not None
    ]
    if not climbable:
        return [asked.event()]
    *_, rung, running = min(climbable, key=lambda one: one[:3])
    reached = rung_event(running, rung, asked.command.at)
    return [asked.event(), replace(reached, data={**reached.data, "asked": True})]


def _supervise(asked: Asked) -> list[Event]:
    if datetime.fromisoformat(asked.data["due_at"]) <= asked.command.at:
        raise asked.refuse("due_at", "not_later")
    return [asked.event()]


def _rate(asked: Asked) -> list[Event]:
    """One rating for each closing (HOT-5)."""
    if asked.case.rated:
        raise asked.refuse("score", "already_rated")
    return [asked.event()]


def _move(asked: Asked) -> list[Event]:
    if not asked.data.get("unit"):
        raise asked.refuse("unit", "required")
    _known_unit(asked)
    return [asked.event(tags=list(asked.places.tags(asked.data["unit"])))]


_MEANINGS: Final[dict[str, Callable[[Asked], list[Event]]]] = {
    "classify": _classify,
    "confirm": _confirm,
    "dispatch": _dispatch,
    "answer": _answer,
    "review": _review,
    "return": lambda asked: [asked.event(order_state="returned")],
    "follow-up": _follow_up,
    "close": _close,
    "withdraw": _close,
    "merge": _merge,
    "rule": _rule,
    "accept-ruling": _sheet("accepted"),
    "detail-liability": _sheet("accepted"),
    "appeal": _sheet("appealed"),
    "arbitrate": _arbitrate,
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "lift-miss": _lift_miss,
    "escalate": _escalate,
    "supervise": _supervise,
    "rate": _rate,
    "message": heard,
    "repeat": heard,
    "reopen": reopen,
    "dispute": heard,
    "move-unit": _move,
    "erase": not_held,
}
