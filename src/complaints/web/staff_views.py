"""What the staff interface answers. Names and sentences are in the caller's language, ids beside them."""

from dataclasses import dataclass, field
from typing import Any

from complaints.web.views import Instant, PromiseView


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line of a work list: a case (`order` 0) or one of its work orders; `left` as in a deadline."""

    reference: str
    order: int
    kind: str
    kind_text: str
    state: str
    state_text: str
    unit: str
    unit_text: str
    lead: str
    category: str
    channel: str
    opened_at: Instant
    due_at: Instant | None = None
    deadline: str = ""
    deadline_text: str = ""
    late: bool = False
    left: int | None = None
    working: bool = False
    order_type: str = ""
    order_type_text: str = ""
    order_state: str = ""
    severity: str = ""
    chasers: int = 0
    incident: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """One page of a work list, most pressing first; `next` asks for the page after it."""

    unit: str
    cases: list[LineView]
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineView:
    """A running deadline; `rung` is the next rung of its ladder, counted from 0.

    `left` is seconds until it is due, negative once late, in working time where `working`; null while it is paused.
    `next_at`, `next_rung` and `next_told` say when the ladder goes on if nothing is done, to which rung, to whom.
    """

    name: str
    text: str
    order: int
    started_at: Instant
    due_at: Instant
    late: bool
    paused: bool
    rung: int
    left: int | None = None
    working: bool = False
    next_at: Instant | None = None
    next_rung: str = ""
    next_told: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """A work order."""

    order: int
    type: str
    type_text: str
    unit: str
    unit_text: str
    sender: str
    state: str
    sent_at: Instant
    answered_at: Instant | None
    tries: int
    parent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One thing that happened: `at` when it counts, `recorded_at` when it was entered. `claimed` names the deadlines
    that it says were met, though it was entered after they were due: they stand as missed until that is lifted."""

    seq: int
    type: str
    at: Instant
    recorded_at: Instant
    by: str
    by_text: str
    order: int
    data: dict[str, Any]
    personal: dict[str, Any]
    claimed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """A command open to the caller now, on a work order or (0) on the case."""

    command: str
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptView:
    """A reply script for the handler (INS-21)."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as the caller sees it. `version` goes into If-Match; `whole` is false where more of it is out of sight."""

    reference: str
    version: int
    whole: bool
    kind: str
    kind_text: str
    state: str
    state_text: str
    phase: str
    unit: str
    unit_text: str
    channel: str
    category: str
    cause: str
    language: str
    opened_at: Instant
    closed_at: Instant | None
    outcome: str
    score: int | None
    text: str
    complainant: dict[str, Any]
    fields: dict[str, Any]
    derived: dict[str, str]
    papers: list[str]
    marks: dict[str, str]
    ruling: dict[str, Any]
    incident: str
    merged_into: str
    held: bool
    paused: bool
    orders: list[OrderView]
    deadlines: list[DeadlineView]
    timeline: list[EventView]
    allowed: list[OfferView]
    scripts: list[ScriptView]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneView:
    """What a command made of the case; `version` goes into the next If-Match."""

    reference: str
    version: int
    state: str
    phase: str
    order: int
    events: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredView:
    """A complaint registered for a caller; `joined` when it repeats or reopens a case that was there."""

    reference: str
    version: int
    joined: bool
    promises: list[PromiseView]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """One case of a batch: its HTTP status on its own, and what was wrong with it."""

    reference: str
    status: int
    version: int | None = None
    state: str = ""
    problems: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """Every case of a batch or an incident, each answered for itself."""

    results: list[ResultView]
    incident: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalView:
    """A stretch of time that a deadline counted, in seconds."""

    since: Instant
    until: Instant
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationView:
    """Why a deadline is due when it is."""

    deadline: str
    text: str
    order: int
    started_at: Instant
    due_at: Instant
    limit: dict[str, Any]
    calendar: str
    counted: list[IntervalView]
    pauses: list[IntervalView]
    extensions: list[dict[str, Any]]
    paused_since: Instant | None
    missed_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderView:
    """Who holds a post, from when until when."""

    role: str
    person: str
    name: str
    since: Instant | None = None
    until: Instant | None = None
    deputy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """A unit with its duty holders."""

    id: str
    path: str
    parent: str | None
    level: str
    names: dict[str, str]
    line: str
    tags: list[str]
    holders: list[HolderView]
    roster: list[HolderView]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A unit as lists show it."""

    id: str
    path: str
    level: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsView:
    """The units in sight, by name."""

    units: list[UnitLine]
    next: str = ""
