"""The parts of a rule book that a case is made of and timed by: kinds, fields, actions, orders, deadlines, ladders.

They belong to `policy.model`, from which everybody takes them.
"""

from typing import Any, Literal

import msgspec

Text = dict[str, str]
"""A text for people: language tag -> text, e.g. {"zh-CN": "投诉", "en": "complaint"}."""

Condition = dict[str, Any]
"""See `policy.conditions`."""

LimitSpec = dict[str, Any]
"""A duration: {working_hours, calendar} | {hours} | {working_days, calendar, until, day_zero} | {days, calendar, until}
| {months} | {slots} | {end_of_day} | {given: name of the event field that holds the instant}."""

Phase = Literal["open", "closed", "final"]


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """Something that people see by a name."""

    name: Text
    tags: tuple[str, ...] = ()


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why a complaint arose or how it is ruled; `valid` says which ruling may carry it (INS-3, INS-4)."""

    name: Text
    valid: bool | None = None
    group: str = ""
    category: str = ""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A declared fact of a case. `identifier`: how it is normalised for look-up (phone, email, parcel, vin, policy).
    `kinds`: the kinds of case whose forms ask for it; all of them where none is named."""

    name: Text
    type: Literal["text", "choice", "number", "money", "date", "boolean", "unit", "list"] = "text"
    choices: dict[str, Text] = {}
    identifier: str = ""
    personal: bool = False
    public: bool = False
    kinds: tuple[str, ...] = ()
    required_for: tuple[str, ...] = ()


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """How many contacts there were lately, for conditions: the rolling window is `working_share` of one date's working
    time (INS-7, reading R10) or `hours` of clock time."""

    channels: tuple[str, ...] = ()
    calendar: str = ""
    working_share: float = 0
    hours: float = 0


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """One possible value of a derived field; the first whose condition holds is taken."""

    value: str
    when: Condition = {}


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A state of a case. `closed` still allows what comes after closing; `final` allows nothing but keeping."""

    name: Text
    phase: Phase = "open"


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of case with its states."""

    name: Text
    start: str
    states: dict[str, State]
    group: str = ""
    public: bool = False
    start_when: tuple[Derived, ...] = ()
    categories: tuple[str, ...] = ()


class UnitRef(msgspec.Struct, frozen=True, kw_only=True):
    """A unit named from where a case stands: `order`, `sender`, `case`, `above` (the unit right above the order's, or
    the case's), `root`, `event.<field>` or `field.<name>`; `level` climbs from it to that level."""

    of: str = "order"
    level: str = ""


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
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
    when: Condition = {}


class Action(msgspec.Struct, frozen=True, kw_only=True):
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
    when: Condition = {}
    requires: tuple[Requirement, ...] = ()
    to: str = ""
    order_to: str = ""


class OrderType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of work order (POST-3, POST-14): to which levels it goes, whether its sender reviews the answer, whether
    it hangs under another order, and whether it is a liability sheet, whose answer is acceptance or appeal (POST-8)."""

    name: Text
    levels: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    review: bool = False
    parents: tuple[str, ...] = ()
    sheet: bool = False
    after_close: bool = False


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """An event that matters, of one of these order types, under this condition."""

    event: str
    order_types: tuple[str, ...] = ()
    when: Condition = {}


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told: the holder of a role at a unit, or the customer. `level` climbs from `of` to that level."""

    role: str = ""
    level: str = ""
    of: str = "order"
    customer: bool = False
    when: Condition = {}


class LimitChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A limit and when it is the one that counts; the first that holds.

    `ahead` is counted back from its end, so that a limit of one's own beats somebody else's whatever holidays lie
    between (D4).
    """

    limit: LimitSpec
    when: Condition = {}
    ahead: LimitSpec = {}


class Reminder(msgspec.Struct, frozen=True, kw_only=True):
    """A text before a deadline, counted back in the calendar it names."""

    before: LimitSpec
    to: tuple[Recipient, ...]
    template: str


class DeadlineRule(msgspec.Struct, frozen=True, kw_only=True):
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
    promise: Text = {}
    pauses: bool = False
    pause_reasons: tuple[str, ...] = ()
    restarts: bool = False
    extendable: int = 0
    after_close: bool = False
    reminders: tuple[Reminder, ...] = ()
    ladder: str = ""
    measure: LimitSpec = {}


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an escalation ladder: `after` counts from the previous rung (the first from the due instant)."""

    name: Text
    after: LimitSpec
    to: tuple[Recipient, ...]
    template: str
    when: Condition = {}
