"""What happened: events as they are decided, and their effects on deadlines.

An event is self-contained: what it does to deadlines is decided once, with the policy of that moment, and travels with
it (`effects`), so that folding the events never needs a policy and gives the same state for ever.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

SCHEMA = 1
"""The shape of stored events; older shapes are lifted when read (`case.chain.parse`)."""

CUSTOMER = "customer"
TIME = "time"
SYSTEM = "system"

NAMING_UNITS = ("unit", "city", "liable_unit")
"""What of an event's data is the id of a unit."""

NAMING_PEOPLE = ("person", "claimed_by", "approver")
"""What of an event's data is the id of a person."""


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What an event does to one deadline.

    start
        it runs from `started_at` and is due at `due_at` under `limit`.
    stop
        it ends with a verdict: `met` when it is known to have come not after the due instant (reading R16). `claimed`
        says that somebody's own word alone puts it there: it was recorded after the due instant, with an earlier `at`;
        it counts as late until somebody whom the policy names lifts the miss. `seconds` is what it took, in the
        deadline's own measure; what is claimed took until it was recorded.
    cancel
        it ends without a verdict.
    pause, resume, extend, retime
        it rests from `started_at`; it goes on with a new `due_at`; it is given `limit` more; its calendar changed.
    """

    do: Literal["start", "stop", "cancel", "pause", "resume", "extend", "retime"]
    deadline: str
    order: int = 0
    started_at: datetime | None = None
    due_at: datetime | None = None
    limit: dict[str, Any] | None = None
    calendar: str = ""
    met: bool | None = None
    claimed: bool = False
    seconds: int | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a case.

    `at` is when it counts, aware UTC, whole seconds. `by` is a person's id, or `customer`, `time`, `system`. `order` is
    the work order concerned, 0 for the case. `personal` fields are never part of `data`.
    """

    type: str
    at: datetime
    by: str = SYSTEM
    order: int = 0
    data: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    effects: tuple[Effect, ...] = ()
