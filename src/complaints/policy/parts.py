"""The parts of a rule book that a case is made of and timed by: kinds, fields, actions, orders, deadlines, ladders.

They belong to `policy.model`, from which everybody takes them.
"""

from dataclasses import dataclass
from dataclasses import field as default
from typing import Any, Literal

Text = dict[str, str]
"""A text for people: language tag -> text, e.g. {"zh-CN": "投诉", "en": "complaint"}."""

Condition = dict[str, Any]
"""See `policy.conditions`."""

LimitSpec = dict[str, Any]
"""A duration: {working_hours, calendar} | {hours} | {working_days, calendar, until, day_zero} | {days, calendar, until}
| {months} | {slots} | {end_of_day} | {given: name of the event field that holds the instant}."""

Phase = Literal["open", "closed", "final"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something that people see by a name."""

    name: Text
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a complaint arose or how it is ruled; `valid` says which ruling may carry it (INS-3, INS-4)."""

    name: Text
    valid: bool | None = None
    group: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A declared fact of a case. `identifier`: how it is normalised for look-up (phone, email, parcel, vin, policy)."""

    name: Text
    type: Literal["text", "choice", "number", "money", "date", "boolean", "unit", "list"] = "text"
    choices: dict[str, Text] = default(default_factory=dict)
    identifier: str = ""
    personal: bool = False
    public: bool = False
    required_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """How many contacts there were lately, for conditions: the rolling window is `working_share` of one date's working
    time (INS-7, reading R10) or `hours` of clock time."""

    channels: tuple[str, ...] = ()
    calendar: str = ""
    working_share: float = 0
    hours: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """One possible value of a derived field; the first whose condition holds is taken."""

    value: str
    when: Condition = default(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of a case. `closed` still allows what comes after closing; `final` allows nothing but keeping."""

    name: Text
    phase: Phase = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of case with its states."""

    name: Text
    start: str
    states: dict[str, State]
    group: str = ""
    public: bool = False
    start_when: tuple[Derived, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRef:
    """A unit named from where a case stands: `order`, `sender`, `case`, `above` (the unit right above the order's, or
    the case's), `root`, `event.<field>` or `field.<name>`; `level` climbs from it to that level."""

    of: str = "order"
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What an action needs before it is done: a field of the command (a list of at least `count`), a paper that is
    attached, or something that has happened (`event`).

    An event counts where the action is done (`where: here`): for an action on an order on that very order (POST-21),
    for one on the case on the case itself, so that what a unit did on its order is not taken for what the desk owes
    (POST-12). With `where: anywhere` it counts on the case and on every order of it.
    """

    field: str = ""
    count: int = 1
    paper: str = ""
    event: str = ""
    where: Literal["here", "anywhere"] = "here"
    when: Condition = default(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Who may do what in which state, and where it leads.

    `at` relates the person's unit to the case: `lead` (the case's unit or above it), `order` (the order's unit or above
    it), `sender` (the unit that sent the order, or above), `above` (strictly above the order's unit, or the case's
    where no order is meant), `involved` (at or above the case's unit or one that was sent an order of it), `any`,
    `uninvolved` (a unit that has not handled the case, INS-15).
    """

    do: tuple[str, ...]
    by: tuple[str, ...]
    at: Literal["lead", "order", "sender", "above", "involved", "any", "uninvolved"] = "lead"
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    order_types: tuple[str, ...] = ()
    order_states: tuple[str, ...] = ()
    when: Condition = default(default_factory=dict)
    requires: tuple[Requirement, ...] = ()
    to: str = ""
    order_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderType:
    """A kind of work order (POST-3, POST-14): to which levels it goes, whether its sender reviews the answer, whether
    it hangs under another order, and whether it is a liability sheet, whose answer is acceptance or appeal (POST-8)."""

    name: Text
    levels: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    review: bool = False
    parents: tuple[str, ...] = ()
    sheet: bool = False
    after_close: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """An event that matters, of one of these order types, under this condition."""

    event: str
    order_types: tuple[str, ...] = ()
    when: Condition = default(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is told: the holder of a role at a unit, or the customer. `level` climbs from `of` to that level."""

    role: str = ""
    level: str = ""
    of: str = "order"
    customer: bool = False
    when: Condition = default(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChoice:
    """A limit and when it is the one that counts; the first that holds.

    `ahead` is counted back from its end, so that a limit of one's own beats somebody else's whatever holidays lie
    between (D4).
    """

    limit: LimitSpec
    when: Condition = default(default_factory=dict)
    ahead: LimitSpec = default(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A text before a deadline, counted back in the calendar it names."""

    before: LimitSpec
    to: tuple[Recipient, ...]
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """A named time limit: what starts, stops and cancels it, how long it is, what warns before and climbs after it.

    A deadline of scope `order` runs once for each order. `stops` gives a verdict (met when at or before the due
    instant, reading R16); `cancels` ends it without one. `after_close` deadlines may run in a closed case.
    """

    name: Text
    limits: tuple[LimitChoice, ...]
    starts: tuple[Trigger, ...]
    stops: tuple[Trigger, ...]
    cancels: tuple[Trigger, ...] = ()
    scope: Literal["case", "order"] = "case"
    kinds: tuple[str, ...] = ()
    promise: Text = default(default_factory=dict)
    pauses: bool = False
    pause_reasons: tuple[str, ...] = ()
    restarts: bool = False
    extendable: int = 0
    after_close: bool = False
    reminders: tuple[Reminder, ...] = ()
    ladder: str = ""
    measure: LimitSpec = default(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of an escalation ladder: `after` counts from the previous rung (the first from the due instant)."""

    name: Text
    after: LimitSpec
    to: tuple[Recipient, ...]
    template: str
    when: Condition = default(default_factory=dict)
