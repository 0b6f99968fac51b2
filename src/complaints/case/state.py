"""The state of a case: what folding its events gives. Stored as one JSON document beside its version."""

from datetime import datetime
from typing import Any

import msgspec

from complaints.structs import fields_of, replace

SCHEMA = 1


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A work order: what one unit must answer. `state`: open, interim, answered (its sender must review), accepted,
    returned, appealed, stands, cancelled."""

    n: int
    type: str
    unit: str
    sender: str
    parent: int = 0
    state: str = "open"
    sent_at: datetime
    answered_at: datetime | None = None
    tries: int = 1
    tags: tuple[str, ...] = ()
    counts: dict[str, int] = {}

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes something on it."""
        return self.state in OPEN_ORDER_STATES


OPEN_ORDER_STATES = ("open", "interim", "answered", "returned", "appealed")


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """A running deadline. Everything that its due instant depends on is here, so that it can always be computed again.

    `rung` is the next rung of its ladder, `rung_base` the instant from which that rung counts; both move only when a
    rung is reached. `reminded` holds the reminders already given: each is given once for ever.
    """

    name: str
    order: int = 0
    started_at: datetime
    due_at: datetime
    limit: dict[str, Any]
    calendar: str = ""
    extensions: tuple[dict[str, Any], ...] = ()
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    paused_at: datetime | None = None
    missed_at: datetime | None = None
    rung: int = 0
    rung_base: datetime | None = None
    reminded: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """`name` for the case's own, `name#order` for an order's."""
        return deadline_key(self.name, self.order)


def deadline_key(name: str, order: int) -> str:
    """How a deadline is named within its case."""
    return f"{name}#{order}" if order else name


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody (`by`) said, after a deadline was due, to have met it before (`at`). It stands as missed, and this
    stands beside it, until the miss is lifted. `seconds` is what it took until it was recorded."""

    deadline: str
    order: int = 0
    due_at: datetime
    at: datetime
    by: str
    seconds: int = -1


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One matter raised by one customer, as it stands now. Holds no personal data.

    `policy` is the content hash of the rule book it was opened under. `counts` says how often each event happened.
    `mentioned` are the words of the policy's conditions that the customer's own words contain. `escalated_by` names the
    deadlines whose ladders have told somebody of it, and `customer` where the customer has asked for that. `rated` says
    whether the customer has rated the closing.
    """

    reference: str
    policy: str
    kind: str
    state: str
    phase: str
    unit: str
    channel: str
    opened_at: datetime
    recorded_at: datetime
    seq: int = 0
    category: str = ""
    cause: str = ""
    language: str = ""
    registered_by: str = ""
    fields: dict[str, Any] = {}
    derived: dict[str, str] = {}
    mentioned: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    started: tuple[str, ...] = ()
    contacts: tuple[tuple[datetime, str], ...] = ()
    counts: dict[str, int] = {}
    papers: tuple[str, ...] = ()
    handlers: tuple[str, ...] = ()
    solved_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    score: int | None = None
    rated: bool = False
    ruling: dict[str, Any] = {}
    escalated_by: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    merged_into: str = ""
    incident: str = ""
    marks: dict[str, str] = {}
    held: bool = False
    paused: bool = False
    erased: bool = False

    @property
    def order_types(self) -> tuple[str, ...]:
        """The kinds of order that it ever had, each once."""
        return tuple(dict.fromkeys(order.type for order in self.orders))

    @property
    def open_orders(self) -> tuple[str, ...]:
        """The kinds of those orders on which somebody still owes something."""
        return tuple(dict.fromkeys(order.type for order in self.orders if order.is_open))

    @property
    def running(self) -> tuple[str, ...]:
        """The names of its running deadlines, each once."""
        return tuple(dict.fromkeys(running.name for running in self.deadlines))

    @property
    def claimed(self) -> tuple[str, ...]:
        """The names of deadlines that are recorded as missed and said to have been met, each once."""
        return tuple(dict.fromkeys(claim.deadline for claim in self.claims))

    def claim(self, deadline: str, order: int = 0) -> Claim | None:
        """What is claimed about a deadline, the oldest first; None where nothing is."""
        return next((one for one in self.claims if (one.deadline, one.order) == (deadline, order)), None)

    def order(self, n: int) -> Order | None:
        """Work order `n`, or None."""
        return next((order for order in self.orders if order.n == n), None)

    def deadline(self, name: str, order: int = 0) -> Deadline | None:
        """The running deadline of that name, or None."""
        return next((one for one in self.deadlines if one.name == name and one.order == order), None)

    def with_order(self, order: Order) -> "Case":
        """With this order put in the place of its number, or added."""
        others = [other for other in self.orders if other.n != order.n]
        return replace(self, orders=tuple(sorted([*others, order], key=lambda one: one.n)))

    def with_deadline(self, deadline: Deadline) -> "Case":
        """With this deadline put in the place of its key, or added."""
        others = [other for other in self.deadlines if other.key != deadline.key]
        return replace(self, deadlines=tuple(sorted([*others, deadline], key=lambda one: (one.name, one.order))))

    def without_deadline(self, name: str, order: int) -> "Case":
        """With that deadline no longer running."""
        return replace(self, deadlines=tuple(d for d in self.deadlines if (d.name, d.order) != (name, order)))


def dump(case: Case) -> bytes:
    """The stored document of a case; equal cases have equal bytes. What has its default is left out, to stay small."""
    return msgspec.json.encode(_sparse(case), order="sorted")


def load(document: bytes | str) -> Case:
    """The case of a stored document.

    Raises
    ------
    msgspec.ValidationError
        The document is not a case; the message names the place.
    """
    return msgspec.json.decode(document, type=Case)


def _sparse(value: Any) -> Any:
    if isinstance(value, Case | Order | Deadline | Claim):
        return {
            one.name: _sparse(getattr(value, one.name))
            for one in fields_of(type(value))
            if getattr(value, one.name) not in (one.default, None, (), {}, "", False)
        }
    if isinstance(value, tuple):
        return [_sparse(one) for one in value]
    return value
