"""From an event to its facts: what of it is counted, and where. `facts.TYPES` says the same in words."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from complaints.case.events import Effect, Event
from complaints.case.state import Case, Order, deadline_key
from complaints.case.values import Places
from complaints.policy.model import Policy
from complaints.reporting.facts import Fact, instant, local_day

_CASE_CHANGES = ("kind", "category", "cause", "severity", "region", "channel", "path")
_ENDINGS = ("closed", "withdrawn", "merged")
_RULING = ("ruled", "ruling_accepted", "liability_detailed", "appealed", "arbitrated")


class RecordedEvent(Protocol):
    """What is needed of a committed event: its number in the case, when it was committed, and itself."""

    @property
    def seq(self) -> int:
        """1 for the first event of a case."""
        ...

    @property
    def recorded_at(self) -> datetime:
        """Aware UTC."""
        ...

    @property
    def event(self) -> Event:
        """The event."""
        ...


def facts_of(
    recorded: RecordedEvent,
    before: Case | None,
    after: Case,
    policy: Policy,
    places: Places,
    *,
    told: Sequence[tuple[str, str]] = (),
    origin: str = "",
) -> list[Fact]:
    """The facts of one event.

    Parameters
    ----------
    before, after
        the case without and with the event; `before` is None for the first one.
    policy
        the rule book of the case: its zone decides which day an instant belongs to; its section `reports` may name the
        derived field that is reported as `severity` and the field that is reported as `region`.
    told
        (role, person id) of those whom a rung's texts go to, where the event is a rung (POST-20).
    origin
        "import" for history; empty for what happened here.
    """
    return list(_Extract(recorded, before, after, policy, places, origin).facts(told))


class _Extract:
    """One event and the case around it."""

    def __init__(
        self, recorded: RecordedEvent, before: Case | None, after: Case, policy: Policy, places: Places, origin: str
    ) -> None:
        self.event, self.before, self.after, self.policy = recorded.event, before, after, policy
        self.zone = ZoneInfo(policy.zone)
        self.places = places
        self.parts = 0
        self.common: dict[str, Any] = {
            "at": instant(recorded.event.at),
            "recorded_at": instant(recorded.recorded_at),
            "reference": after.reference,
            "seq": recorded.seq,
            "origin": origin,
            **self._snapshot(),
        }

    def facts(self, told: Sequence[tuple[str, str]]) -> Iterator[Fact]:
        event = self.event
        if self.before is None:
            yield self._case("received")
        else:
            yield from self._moved(self.before)
        yield from self._deadlines()
        make = _MAKERS.get(event.type)
        if make is not None:
            yield from make(self)
        if event.type == "rung_reached":
            for role, person in told:
                yield self._of(event.order, "told", **self._rung(), role=role, person=person)

    # -- the case as it is now -----------------------------------------------------------------------------

    def _snapshot(self) -> dict[str, Any]:
        case = self.after
        handled = case.solved_at or case.closed_at
        return {
            "state": case.state,
            "phase": case.phase,
            "opened_at": instant(case.opened_at),
            "opened_day": local_day(case.opened_at, self.zone),
            "handled_day": local_day(handled, self.zone) if handled else "",
            "score": case.score or 0,
            "rungs": case.counts.get("rung_reached", 0),
            "chasers": case.counts.get("chased", 0),
            "reopenings": case.counts.get("reopened", 0),
        }

    def _dimensions(self, case: Case) -> dict[str, str]:
        reports = self.policy.reports
        region = case.fields.get(reports.get("region", ""), "")
        return {
            "kind": case.kind,
            "category": case.category,
            "channel": case.channel,
            "cause": case.cause,
            "severity": case.derived.get(reports.get("severity", ""), ""),
            "region": region if isinstance(region, str) else "",
            "path": self._path(case.unit),
        }

    def _path(self, unit: str) -> str:
        # A unit that the directory no longer knows keeps its own id, so that its figures are not lost.
        return "/".join(self.places.path(unit)) or unit

    def _case(self, type_: str, **fields: Any) -> Fact:
        return self._fact(type_, **{**self._dimensions(self.after), **fields})

    def _of(self, order: int, type_: str, **fields: Any) -> Fact:
        """A fact of an order, counted for the order's unit; of the case if `order` is 0."""
        work = self.after.order(order) or (self.before.order(order) if self.before else None)
        if work is None:
            return self._case(type_, **fields)
        mine = {"order": work.n, "order_type": work.type, "path": self._path(work.unit), "sheet": False}
        return self._case(type_, **{**mine, "lead": self._path(self.after.unit), **fields})

    def _fact(self, type_: str, **fields: Any) -> Fact:
        if fields.get("lead") == fields.get("path"):
            fields.pop("lead", None)
        made = Fact(type=type_, part=self.parts, **{**self.common, **fields})
        self.parts += 1
        return made

    # -- what changes under way ----------------------------------------------------------------------------

    def _moved(self, before: Case) -> Iterator[Fact]:
        old, new = self._dimensions(before), self._dimensions(self.after)
        if any(old[name] != new[name] for name in _CASE_CHANGES):
            yield self._fact("moved", **old, lead=new["path"], count=-1)
            yield self._fact("moved", **new)

    def _deadlines(self) -> Iterator[Fact]:
        event = self.event
        if event.type == "missed" and self.before is not None:
            running = self.before.deadline(event.data["deadline"], event.order)
            if running is not None and running.missed_at is None:
                yield self._deadline(running.name, running.order, running.due_at, "missed", -1)
        for effect in event.effects:
            if effect.do == "stop":
                yield self._stopped(effect)

    def _stopped(self, effect: Effect) -> Fact:
        running = self.before.deadline(effect.deadline, effect.order) if self.before else None
        known_late = running is not None and running.missed_at is not None
        outcome = "late" if known_late else "met" if effect.met else "missed"
        due = effect.due_at or (running.due_at if running else None)
        seconds = effect.seconds if effect.seconds is not None else -1
        return self._deadline(
            effect.deadline,
            effect.order,
            due,
            outcome,
            max(seconds, -1),
            first=effect.order == self.event.order and self._first_answer(),
            within=self._within(effect.deadline, outcome, seconds),
        )

    def _within(self, name: str, outcome: str, seconds: int) -> bool:
        """Whether the deadline's measure was kept: its hours, where it has a measure of its own (R7)."""
        rule = self.policy.deadlines.get(name)
        measure = rule.measure if rule else {}
        hours = measure.get("working_hours", measure.get("hours"))
        return outcome == "met" if hours is None or seconds < 0 else seconds <= hours * 3600

    def _deadline(self, name: str, order: int, due: datetime | None, outcome: str, seconds: int, **flags: bool) -> Fact:
        return self._of(
            order,
            "deadline",
            deadline=name,
            due_at=instant(due) if due else "",
            due_day=local_day(due, self.zone) if due else "",
            outcome=outcome,
            seconds=seconds,
            **flags,
        )

    def _first_answer(self) -> bool:
        """Whether this event answers its order finally, at the first try (POST-7, POST-11)."""
        if self.event.type != "answered" or self.event.data.get("interim"):
            return False
        order = self.after.order(self.event.order)
        answers = (order.counts if order else self.after.counts).get("answered", 0)
        return answers == 1 and (order is None or order.tries == 1)

    # -- one method an event -------------------------------------------------------------------------------

    def repeated(self) -> Iterator[Fact]:
        yield self._case("repeated", channel=self.event.data.get("channel") or self.after.channel)

    def reopened(self) -> Iterator[Fact]:
        closed = self.before.closed_at if self.before else None
        yield self._case("reopened", seconds=_between(closed, self.event.at))

    def dispatched(self) -> Iterator[Fact]:
        if self.before is not None and self.before.order(self.event.order) is not None:
            yield from self.resent()
            return
        order = self.after.order(self.event.order)
        kind = self.policy.order_types.get(order.type) if order else None
        sheet = bool(kind and kind.sheet)
        yield self._of(self.event.order, "dispatched", sheet=sheet, **(self._ruled() if sheet else {}))

    def reviewed(self) -> Iterator[Fact]:
        if self.event.data.get("again"):
            yield from self.resent()

    def resent(self) -> Iterator[Fact]:
        yield self._of(self.event.order, "resent")
        order = self.before.order(self.event.order) if self.before else None
        if order is None or not _answered_once(order):
            return
        for name, rule in self.policy.deadlines.items():
            stops = any(
                t.event == "answered" and (not t.order_types or order.type in t.order_types) for t in rule.stops
            )
            if rule.scope == "order" and stops and deadline_key(name, order.n) in self.after.started:
                yield self._of(order.n, "retracted", deadline=name)

    def answered(self) -> Iterator[Fact]:
        outcome = "interim" if self.event.data.get("interim") else "final"
        yield self._of(self.event.order, "answered", outcome=outcome, first=self._first_answer())

    def rung_reached(self) -> Iterator[Fact]:
        yield self._of(self.event.order, "rung", **self._rung(), first=self._first_escalation())

    def _rung(self) -> dict[str, Any]:
        return {"deadline": self.event.data["deadline"], "rung": int(self.event.data["rung"]) + 1}

    def escalated(self) -> Iterator[Fact]:
        yield self._of(self.event.order, "escalated", first=self._first_escalation())

    def _first_escalation(self) -> bool:
        counts = self.before.counts if self.before else {}
        return not counts.get("rung_reached") and not counts.get("escalated")

    def chased(self) -> Iterator[Fact]:
        yield self._of(self.event.order, "chased", outcome=str(self.event.data.get("by_whom") or ""))

    def ended(self) -> Iterator[Fact]:
        type_ = "solved" if self.event.type == "solved" else "closed"
        outcome = self.event.data.get("outcome") or self.event.type
        yield self._case(type_, outcome=outcome, seconds=_between(self.after.opened_at, self.event.at))

    def ruling(self) -> Iterator[Fact]:
        ruling, data = self.after.ruling, self.event.data
        outcome = {"appealed": ""}.get(self.event.type, "valid" if ruling.get("valid", True) else "invalid")
        if self.event.type == "arbitrated":
            outcome = "liable" if data.get("liable") else "not_liable"
        type_ = {"ruling_accepted": "accepted", "liability_detailed": "detailed"}.get(self.event.type, self.event.type)
        yield self._of(self.event.order, type_, outcome=outcome, **self._ruled())

    def _ruled(self) -> dict[str, str]:
        """What the ruling says, as it stands now."""
        ruling = self.after.ruling
        liable = ruling.get("unit") or ""
        return {
            "cause": ruling.get("cause") or self.after.cause,
            "stage": ruling.get("stage") or "",
            "liable": self._path(liable) if liable else "",
        }

    def called_back(self) -> Iterator[Fact]:
        data = self.event.data
        satisfied = data.get("satisfied")
        outcome = "unreached" if data.get("reached") is False else "reached"
        if satisfied is not None:
            outcome = "satisfied" if satisfied else "unsatisfied"
        yield self._case("called_back", outcome=outcome)
        if data.get("score") is not None:
            yield from self.rated()

    def rated(self) -> Iterator[Fact]:
        yield self._case("rated", score=int(self.event.data["score"]))

    def compensated(self) -> Iterator[Fact]:
        yield self._case("compensated", amount=round(float(self.event.data.get("amount") or 0) * 100))

    def marked(self) -> Iterator[Fact]:
        yield self._of(self.event.order, "marked", mark=self.event.data["mark"])

    def extended(self) -> Iterator[Fact]:
        yield self._of(self.event.order, "extended", deadline=self.event.data.get("deadline", ""))

    def plain(self) -> Iterator[Fact]:
        yield self._of(self.event.order, self.event.type)


_MAKERS: dict[str, Callable[[_Extract], Iterator[Fact]]] = {
    "repeated": _Extract.repeated,
    "reopened": _Extract.reopened,
    "dispatched": _Extract.dispatched,
    "answered": _Extract.answered,
    "reviewed": _Extract.reviewed,
    "rung_reached": _Extract.rung_reached,
    "escalated": _Extract.escalated,
    "chased": _Extract.chased,
    "solved": _Extract.ended,
    **dict.fromkeys(_ENDINGS, _Extract.ended),
    **dict.fromkeys(_RULING, _Extract.ruling),
    "called_back": _Extract.called_back,
    "rated": _Extract.rated,
    "compensated": _Extract.compensated,
    "marked": _Extract.marked,
    "extended": _Extract.extended,
    **dict.fromkeys(("supervised", "disputed", "paused", "returned"), _Extract.plain),
}


def _between(start: datetime | None, end: datetime) -> int:
    """Clock seconds; -1 when the start is unknown or after the end."""
    return int((end - start).total_seconds()) if start is not None and start <= end else -1


def _answered_once(order: Order) -> bool:
    """Whether the order's only answer so far came at the first try and was final."""
    return order.tries == 1 and order.counts.get("answered", 0) == 1 and order.state != "interim"
