"""From an event to its facts: what of it is counted, and where. `facts.TYPES` says the same in words."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from complaints.case.events import Effect
from complaints.case.state import Case, Order, deadline_key
from complaints.case.values import Places
from complaints.policy.model import Policy
from complaints.reporting.facts import Fact, instant, local_day
from complaints.reporting.telling import RecordedEvent, Telling

_CASE_CHANGES = ("kind", "category", "cause", "severity", "region", "channel", "path")
_ENDINGS = ("closed", "withdrawn", "merged")
_RULING = ("ruled", "ruling_accepted", "liability_detailed", "appealed", "arbitrated")


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


class _Extract(Telling):
    """What each kind of event tells."""

    def facts(self, told: Sequence[tuple[str, str]]) -> Iterator[Fact]:
        event = self.event
        if self.before is None:
            yield self.of_case("received")
        else:
            yield from self._moved(self.before)
        yield from self._deadlines()
        make = _MAKERS.get(event.type)
        if make is not None:
            yield from make(self)
        if event.type == "rung_reached":
            for role, person in told:
                yield self.of(event.order, "told", **self._rung(), role=role, person=person)

    # -- what changes under way ----------------------------------------------------------------------------

    def _moved(self, before: Case) -> Iterator[Fact]:
        old, new = self.dimensions(before), self.dimensions(self.after)
        if any(old[name] != new[name] for name in _CASE_CHANGES):
            yield self.fact("moved", **old, lead=new["path"], count=-1)
            yield self.fact("moved", **new)

    def _deadlines(self) -> Iterator[Fact]:
        event = self.event
        if event.type == "missed" and self.before is not None:
            running = self.before.deadline(event.data["deadline"], event.order)
            if running is not None and running.missed_at is None:
                yield self._deadline(running.name, running.order, running.due_at, "missed", -1)
        for effect in event.effects:
            if effect.do == "stop":
                yield from self._stopped(effect)

    def _stopped(self, effect: Effect) -> Iterator[Fact]:
        running = self.before.deadline(effect.deadline, effect.order) if self.before else None
        known_late = running is not None and running.missed_at is not None
        outcome = "met" if effect.met else "late" if known_late else "missed"
        due = effect.due_at or (running.due_at if running else None)
        if effect.met and known_late:
            yield self._deadline(effect.deadline, effect.order, due, "missed", -1, type_="acquitted", count=-1)
        seconds = effect.seconds if effect.seconds is not None else -1
        yield self._deadline(
            effect.deadline,
            effect.order,
            due,
            outcome,
            max(seconds, -1),
            first=effect.order == self.event.order and self._first_answer(),
            within=self._within(effect.deadline, outcome, seconds),
        )
        if effect.claimed:
            yield self.of(effect.order, "claimed", deadline=effect.deadline)

    def _within(self, name: str, outcome: str, seconds: int) -> bool:
        """Whether the deadline's measure was kept: its hours, where it has a measure of its own (R7)."""
        rule = self.policy.deadlines.get(name)
        measure = rule.measure if rule else {}
        hours = measure.get("working_hours", measure.get("hours"))
        return outcome == "met" if hours is None or seconds < 0 else seconds <= hours * 3600

    def _deadline(
        self,
        name: str,
        order: int,
        due: datetime | None,
        outcome: str,
        seconds: int,
        *,
        type_: str = "deadline",
        **more: Any,
    ) -> Fact:
        return self.of(
            order,
            type_,
            deadline=name,
            due_at=instant(due) if due else "",
            due_day=local_day(due, self.zone) if due else "",
            outcome=outcome,
            seconds=seconds,
            **more,
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
        yield self.of_case("repeated", outcome=self.event.data.get("channel") or self.after.channel)

    def reopened(self) -> Iterator[Fact]:
        closed = self.before.closed_at if self.before else None
        yield self.of_case("reopened", seconds=_between(closed, self.event.at))

    def dispatched(self) -> Iterator[Fact]:
        if self.before is not None and self.before.order(self.event.order) is not None:
            yield from self.resent()
            return
        order = self.after.order(self.event.order)
        kind = self.policy.order_types.get(order.type) if order else None
        sheet = bool(kind and kind.sheet)
        yield self.of(self.event.order, "dispatched", sheet=sheet, **(self._ruled() if sheet else {}))

    def reviewed(self) -> Iterator[Fact]:
        if self.event.data.get("again"):
            yield from self.resent()

    def resent(self) -> Iterator[Fact]:
        yield self.of(self.event.order, "resent")
        order = self.before.order(self.event.order) if self.before else None
        if order is None or not _answered_once(order):
            return
        for name, rule in self.policy.deadlines.items():
            stops = any(
                t.event == "answered" and (not t.order_types or order.type in t.order_types) for t in rule.stops
            )
            if rule.scope == "order" and stops and deadline_key(name, order.n) in self.after.started:
                yield self.of(order.n, "retracted", deadline=name)

    def answered(self) -> Iterator[Fact]:
        outcome = "interim" if self.event.data.get("interim") else "final"
        yield self.of(self.event.order, "answered", outcome=outcome, first=self._first_answer())
        order = self.after.order(self.event.order)
        if (
            outcome == "final"
            and order is not None
            and order.type == self.policy.reports.get("filing", {}).get("order_type")
        ):
            late = any(effect.met is False for effect in self.event.effects if effect.do == "stop")
            yield self.of(order.n, "filed", outcome="late" if late else "in_time")

    def rung_reached(self) -> Iterator[Fact]:
        yield self.of(self.event.order, "rung", **self._rung(), **self._escalation())

    def _rung(self) -> dict[str, Any]:
        return {"deadline": self.event.data["deadline"], "rung": int(self.event.data["rung"]) + 1}

    def escalated(self) -> Iterator[Fact]:
        yield self.of(self.event.order, "escalated", **self._escalation())

    def _escalation(self) -> dict[str, Any]:
        """What had escalated the case before this did."""
        prior = self.before.escalated_by if self.before else ()
        return {"first": not prior, "prior": ",".join(prior)}

    def chased(self) -> Iterator[Fact]:
        yield self.of(self.event.order, "chased", outcome=str(self.event.data.get("by_whom") or ""))

    def ended(self) -> Iterator[Fact]:
        type_ = "solved" if self.event.type == "solved" else "closed"
        outcome = self.event.data.get("outcome") or self.event.type
        yield self.of_case(type_, outcome=outcome, seconds=_between(self.after.opened_at, self.event.at))

    def ruling(self) -> Iterator[Fact]:
        ruling, data = self.after.ruling, self.event.data
        outcome = {"appealed": ""}.get(self.event.type, "valid" if ruling.get("valid", True) else "invalid")
        if self.event.type == "arbitrated":
            outcome = "liable" if data.get("liable") else "not_liable"
        type_ = {"ruling_accepted": "accepted", "liability_detailed": "detailed"}.get(self.event.type, self.event.type)
        yield self.of(self.event.order, type_, outcome=outcome, **self._ruled())

    def _ruled(self) -> dict[str, str]:
        """What the ruling says, as it stands now."""
        ruling = self.after.ruling
        liable = ruling.get("unit") or ""
        return {
            "stage": ruling.get("stage") or "",
            "liable": self.path(liable) if liable else "",
        }

    def called_back(self) -> Iterator[Fact]:
        data = self.event.data
        satisfied = data.get("satisfied")
        outcome = "unreached" if data.get("reached") is False else "reached"
        if satisfied is not None:
            outcome = "satisfied" if satisfied else "unsatisfied"
        yield self.of_case("called_back", outcome=outcome)
        if data.get("score") is not None:
            yield from self.rated()

    def rated(self) -> Iterator[Fact]:
        yield self.of_case("rated", score=int(self.event.data["score"]))

    def compensated(self) -> Iterator[Fact]:
        yield self.of_case("compensated", amount=round(float(self.event.data.get("amount") or 0) * 100))

    def marked(self) -> Iterator[Fact]:
        yield self.of(self.event.order, "marked", mark=self.event.data["mark"])

    def extended(self) -> Iterator[Fact]:
        yield self.of(self.event.order, "extended", deadline=self.event.data.get("deadline", ""))

    def lifted(self) -> Iterator[Fact]:
        name, order = self.event.data["deadline"], self.event.order
        yield self.of(order, "lifted", deadline=name)
        claim = self.before.claim(name, order) if self.before else None
        if claim is None:
            return
        yield self._deadline(name, order, claim.due_at, "missed", -1, type_="acquitted", count=-1)
        # what it took stays counted as it was; its measure is kept now, and counts unless the late answer counted it
        counted = self._within(name, "late", claim.seconds)
        yield self._deadline(name, order, claim.due_at, "met", -1, within=not counted)

    def plain(self) -> Iterator[Fact]:
        yield self.of(self.event.order, self.event.type)


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
    "miss_lifted": _Extract.lifted,
    **dict.fromkeys(("supervised", "disputed", "paused", "returned"), _Extract.plain),
}


def _between(start: datetime | None, end: datetime) -> int:
    """Clock seconds; -1 when the start is unknown or after the end."""
    return int((end - start).total_seconds()) if start is not None and start <= end else -1


def _answered_once(order: Order) -> bool:
    """Whether the order's only answer so far came at the first try and was final."""
    return order.tries == 1 and order.counts.get("answered", 0) == 1 and order.state != "interim"
