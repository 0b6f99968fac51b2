"""One event between two states of its case, and how a fact of it is made: what all facts of an event have in common."""

from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from complaints.case.events import Event
from complaints.case.state import Case
from complaints.case.values import Places
from complaints.policy.model import Policy
from complaints.reporting.facts import Fact, instant, local_day


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


class Telling:
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

    def dimensions(self, case: Case) -> dict[str, str]:
        """What and where a case is. What a ruling found its cause to be stands against what it was taken for."""
        reports = self.policy.reports
        region = case.fields.get(reports.get("region", ""), "")
        return {
            "kind": case.kind,
            "category": case.category,
            "channel": case.channel,
            "cause": case.ruling.get("cause") or case.cause,
            "severity": case.derived.get(reports.get("severity", ""), ""),
            "region": region if isinstance(region, str) else "",
            "path": self.path(case.unit),
        }

    def path(self, unit: str) -> str:
        """The unit's path as facts write it."""
        # A unit that the directory no longer knows keeps its own id, so that its figures are not lost.
        return "/".join(self.places.path(unit)) or unit

    def of_case(self, type_: str, **fields: Any) -> Fact:
        """A fact of the case, counted for the case's unit."""
        return self.fact(type_, **{**self.dimensions(self.after), **fields})

    def of(self, order: int, type_: str, **fields: Any) -> Fact:
        """A fact of an order, counted for the order's unit; of the case if `order` is 0."""
        work = self.after.order(order) or (self.before.order(order) if self.before else None)
        if work is None:
            return self.of_case(type_, **fields)
        mine = {"order": work.n, "order_type": work.type, "path": self.path(work.unit), "sheet": False}
        return self.of_case(type_, **{**mine, "lead": self.path(self.after.unit), **fields})

    def fact(self, type_: str, **fields: Any) -> Fact:
        """The event's next fact."""
        if fields.get("lead") == fields.get("path"):
            fields.pop("lead", None)
        made = Fact(type=type_, part=self.parts, **{**self.common, **fields})
        self.parts += 1
        return made
