"""Random timelines of cases over some months, as events: every kind of event that a report counts, in no tidy order."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from complaints.case.events import Effect, Event
from complaints.policy.model import DeadlineRule, Intake, LimitChoice, OrderType, Policy, Trigger

UNITS = {
    "hq": ("hq",),
    "east": ("hq", "east"),
    "west": ("hq", "west"),
    "e1": ("hq", "east", "e1"),
    "e2": ("hq", "east", "e2"),
    "w1": ("hq", "west", "w1"),
}
LEADS = ("east", "west")
OUTLETS = ("e1", "e2", "w1")
START = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)

POLICY = Policy(
    policy="random",
    name={"en": "random"},
    version="1",
    zone="Asia/Shanghai",
    levels=("head", "province", "outlet"),
    roles={},
    calendars={},
    channels={},
    kinds={},
    order_types={
        "ordinary": OrderType(name={"en": "ordinary"}),
        "quick": OrderType(name={"en": "quick"}),
        "sheet": OrderType(name={"en": "sheet"}, sheet=True),
    },
    actions=(),
    deadlines={
        "answer": DeadlineRule(
            name={"en": "answer"},
            limits=(LimitChoice(limit={"hours": 48}),),
            starts=(Trigger(event="dispatched", order_types=("ordinary",)),),
            stops=(Trigger(event="answered", order_types=("ordinary",)),),
            scope="order",
        ),
        "slot": DeadlineRule(
            name={"en": "slot"},
            limits=(LimitChoice(limit={"hours": 3}),),
            starts=(Trigger(event="dispatched", order_types=("quick",)),),
            stops=(Trigger(event="answered", order_types=("quick",)),),
            scope="order",
            measure={"hours": 4},
        ),
    },
    templates={},
    intake=Intake(unit="hq", kind="problem", channel_mail="mail", channel_web="web", consent={}, acknowledgement=""),
    retention={"months": 1},
    reports={"severity": "severity", "region": "region"},
)

Line = tuple[Event, datetime]
"""An event and when it was recorded."""


class SmallPlaces:
    """Where units stand."""

    def path(self, unit: str) -> tuple[str, ...]:
        """Unit ids from the root."""
        return UNITS.get(unit, ())

    def known(self, unit: str) -> bool:
        """Whether there is such a unit."""
        return unit in UNITS

    def ancestor(self, unit: str, level: str) -> str | None:
        """Not asked for by facts."""
        raise NotImplementedError(unit, level)

    def level(self, unit: str) -> str:
        """Not asked for by facts."""
        raise NotImplementedError(unit)

    def tags(self, unit: str) -> tuple[str, ...]:
        """Not asked for by facts."""
        raise NotImplementedError(unit)


@dataclass
class Story:
    """One case being told."""

    pick: Random
    number: int
    at: datetime
    recorded: datetime = START
    lines: list[Line] = field(default_factory=list)
    orders: int = 0

    @property
    def reference(self) -> str:
        """Of this case."""
        return f"R{self.number:05d}"

    def later(self, hours: float) -> None:
        """Let some time pass."""
        self.at += timedelta(seconds=round(self.pick.random() * hours * 3600))

    def tell(self, type_: str, order: int = 0, effects: tuple[Effect, ...] = (), **data: Any) -> None:
        """One event; now and then it is recorded much later than it happened."""
        late = self.pick.choice((0, 0, 0, 1, 40, 90_000)) if self.lines else 0
        self.recorded = max(self.recorded, self.at + timedelta(seconds=late))
        self.lines.append(
            (Event(type=type_, at=self.at, by="p1", order=order, data=data, effects=effects), self.recorded)
        )

    def whole(self) -> list[Line]:
        """The whole life of the case."""
        pick = self.pick
        self.tell(
            "registered",
            reference=self.reference,
            policy="x",
            kind=pick.choice(("problem", "problem", "inquiry")),
            state="new",
            phase="open",
            unit=pick.choice(LEADS),
            channel=pick.choice(("phone", "web")),
            category=pick.choice(("", "delay", "loss")),
            fields={"region": pick.choice(("north", "south", ""))},
            derived={"severity": pick.choice(("urgent", "ordinary"))},
        )
        for _ in range(pick.randrange(1, 8)):
            self.later(60)
            pick.choice(
                (
                    self.classified,
                    self.worked,
                    self.worked,
                    self.worked,
                    self.asked,
                    self.small,
                    self.moved,
                )
            )()
        if pick.random() < 0.8:
            self.end()
        return self.lines

    def classified(self) -> None:
        """Another category, cause or kind, or the same again."""
        self.tell(
            "classified",
            kind=self.pick.choice(("problem", "inquiry")),
            category=self.pick.choice(("delay", "loss", "fee")),
            cause=self.pick.choice(("sorting", "manner")),
        )

    def moved(self) -> None:
        """To another lead unit."""
        self.tell("moved", unit=self.pick.choice(LEADS))

    def asked(self) -> None:
        """What the customer does meanwhile."""
        for name in self.pick.sample(("repeated", "chased", "escalated", "disputed"), 2):
            if name == "chased":
                self.tell(name, by_whom="customer")
            elif name == "repeated":
                self.tell(name, channel="mail")
            else:
                self.tell(name)

    def small(self) -> None:
        """Things that happen to a case as a whole."""
        self.tell("supervised")
        self.tell("compensated", amount=self.pick.choice((10, 12.5, 99.99)))
        self.tell("marked", mark=self.pick.choice(("false", "found")))
        self.tell("paused")

    def worked(self) -> None:
        """An order: sent, answered or not, perhaps sent again."""
        pick, name = self.pick, self.pick.choice(("answer", "slot"))
        type_, hours = ("ordinary", 48) if name == "answer" else ("quick", 3)
        self.orders += 1
        n = self.orders
        due = self.at + timedelta(hours=hours)
        start = Effect(do="start", deadline=name, order=n, started_at=self.at, due_at=due, limit={"hours": hours})
        self.tell("dispatched", n, (start,), order_type=type_, unit=pick.choice(OUTLETS))
        started = self.at
        if pick.random() < 0.1:
            self.later(2)
            self.tell("returned", n, (Effect(do="cancel", deadline=name, order=n, due_at=due),), order_state="returned")
            return
        if pick.random() < 0.2:
            self.later(hours / 2)
            self.tell("answered", n, interim=True, order_state="interim")
            self.tell("dispatched", n, order_type=type_, order_state="open")
        self.later(hours * 1.5)
        if pick.random() < (0.9 if self.at > due else 0.1):
            # Now and then an answer in time becomes known only after the deadline was taken for missed.
            self.missed(name, n, due)
        if pick.random() < 0.1:
            return
        took = int((self.at - started).total_seconds())
        claimed = self.at > due and pick.random() < 0.3
        stop = Effect(
            do="stop",
            deadline=name,
            order=n,
            started_at=started,
            due_at=due,
            met=self.at <= due,
            claimed=claimed,
            seconds=took,
        )
        self.answered(n, stop, due if claimed else self.at)
        if claimed and pick.random() < 0.5:
            self.later(900)
            self.tell("miss_lifted", n, deadline=name)
        if pick.random() < 0.2:
            self.later(5)
            again = Effect(do="start", deadline=name, order=n, started_at=self.at, due_at=self.at, limit={})
            if pick.random() < 0.5:
                self.tell("reviewed", n, (again,), result="again", again=True, order_state="open")
            else:
                self.tell("dispatched", n, (again,), order_type=type_, order_state="open")

    def answered(self, n: int, stop: Effect, said: datetime) -> None:
        """The final answer, recorded now or later, with the instant at which it is said to have come."""
        now, self.at = self.at, said
        self.recorded = max(self.recorded, now)
        self.tell("answered", n, (stop,), interim=False, order_state="answered")
        self.at = now

    def missed(self, name: str, n: int, due: datetime) -> None:
        """The deadline passes; its ladder may be climbed."""
        now, self.at = self.at, due
        self.tell("missed", n, deadline=name)
        for rung in range(self.pick.randrange(3)):
            self.tell("rung_reached", n, deadline=name, rung=rung)
        self.at = now

    def end(self) -> None:
        """Solved, closed, and what comes after."""
        pick = self.pick
        self.later(40)
        if pick.random() < 0.7:
            self.tell("solved", outcome="repaired")
        name = pick.choice(("closed", "closed", "closed", "withdrawn", "merged"))
        more: dict[str, Any] = {"into": "R00000"} if name == "merged" else {}
        self.tell(name, phase="closed", state="done", **more)
        self.later(20)
        if pick.random() < 0.5:
            self.tell(
                "called_back",
                **pick.choice(({"satisfied": True, "score": 5}, {"satisfied": False}, {"reached": False})),
            )
        if pick.random() < 0.5:
            self.tell("rated", score=pick.randrange(1, 6))
        if pick.random() < 0.4:
            self.ruled()
        if pick.random() < 0.3:
            self.later(50)
            self.tell("reopened", phase="open", state="new", channel="phone")
            self.later(50)
            if pick.random() < 0.3:
                self.classified()
            self.tell("closed", phase="closed", state="done", outcome="second")

    def ruled(self) -> None:
        """A ruling, perhaps a sheet, perhaps an appeal."""
        pick = self.pick
        valid = pick.random() < 0.7
        self.tell(
            "ruled", valid=valid, cause=pick.choice(("sorting", "manner")), unit=pick.choice(OUTLETS), stage="delivery"
        )
        if not valid:
            return
        self.orders += 1
        n = self.orders
        self.tell("dispatched", n, order_type="sheet", unit=pick.choice(LEADS))
        self.later(60)
        if pick.random() < 0.5:
            self.tell("ruling_accepted", n, unit=pick.choice(OUTLETS), stage="sorting", order_state="accepted")
            return
        self.tell("appealed", n, order_state="appealed")
        self.later(60)
        liable = pick.random() < 0.5
        self.tell("arbitrated", n, liable=liable, order_state="stands" if liable else "cancelled")
        if liable:
            self.tell("liability_detailed", n, unit=pick.choice(OUTLETS), stage="handover", order_state="accepted")


def timelines(seed: int, cases: int) -> list[list[Line]]:
    """The events of so many cases, received over about three months."""
    pick = Random(seed)
    return [Story(pick, n, START + timedelta(seconds=pick.randrange(90 * 86400))).whole() for n in range(cases)]
