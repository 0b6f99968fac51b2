"""The rule book as values: what a policy file says once it is compiled.

These classes are the one definition: the JSON Schema for editors, the checks, the reference page and the run-time
loader are all derived from them. YAML is never read at run time; `load` takes the compiled JSON.
"""

from dataclasses import dataclass
from dataclasses import field as default
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
    attached, or something that has happened (`event`, on the order if there is one: POST-21)."""

    field: str = ""
    count: int = 1
    paper: str = ""
    event: str = ""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """A text sent because something happened."""

    on: Trigger
    to: tuple[Recipient, ...]
    template: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Who is told that something of a unit's is ready, at units of these levels (none named: at every unit)."""

    role: str
    template: str
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """What the system does by itself after an event: a command, or a move to another state."""

    on: Trigger
    kinds: tuple[str, ...] = ()
    do: str = ""
    data: dict[str, Any] = default(default_factory=dict)
    unit: UnitRef | None = None
    to: str = ""
    order_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatRule:
    """When a new contact belongs to an old case (AUTO-4): the same identifier and the same values of `same`."""

    kinds: tuple[str, ...]
    match: tuple[str, ...]
    same: tuple[str, ...] = ()
    reopen_within: LimitSpec = default(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """What a remark must not be (AUTO-5, POST-10): shorter than this, or nothing but one of these phrases."""

    shortest: int = 2
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A text to send. `codes`: a carrier's approved template id by carrier name; `urgent` texts ignore quiet hours."""

    text: Text
    subject: Text = default(default_factory=dict)
    codes: dict[str, str] = default(default_factory=dict)
    channels: tuple[Literal["sms", "mail"], ...] = ("sms",)
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Texting:
    """Quiet hours for ordinary texts (local time), the window in which texts to one person are bundled, the most that
    one person gets in an hour."""

    quiet_from: str = "21:00"
    quiet_to: str = "08:00"
    bundle_seconds: int = 60
    hourly_limit: int = 20
    acknowledgement_stops_ladder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What the public door accepts and where it goes."""

    unit: str
    kind: str
    channel_mail: str
    channel_web: str
    consent: Text
    acknowledgement: str
    thank_you_url: str = ""
    honeypot: str = "website"
    file_types: tuple[str, ...] = ("image/jpeg", "image/png", "application/pdf")
    file_bytes: int = 20_000_000
    file_count: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A reply script with placeholders, offered to the handler (INS-21, D6)."""

    name: Text
    text: Text
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """An outside survey whose rows are imported (AUTO-9).

    `columns` says under which headings of the file a value stands: `text`, `name`, `phone`, `email`, `unit`,
    `category` or a declared field -> headings, the first that is there. `key` names the values that make a row the
    same row when its file comes again. A row for which `transfer` holds becomes a case of `kind`, the rest is kept as
    raw data; a row without one of `required` is reported by its number.
    """

    name: Text
    kind: str
    channel: str
    columns: dict[str, tuple[str, ...]]
    key: tuple[str, ...]
    transfer: Condition = default(default_factory=dict)
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A post that somebody holds; `sees` widens what it sees beyond its own unit's tree."""

    name: Text
    levels: tuple[str, ...] = ()
    sees: Literal["own", "all"] = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a worked example: somebody does something at an instant (local time of the policy's zone).

    `by` is `role@unit`, `customer` or `system`; `refused` is the code of the refusal that must follow.
    """

    at: str
    do: str = ""
    by: str = ""
    order: int = 0
    data: dict[str, Any] = default(default_factory=dict)
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked example, run as a test: these steps give these deadlines, texts and state.

    `until`: how far time runs on after the last step. `due`: deadline (or `deadline#order`) -> local instant; `met`:
    its verdict. `texts`: ["2026-11-22 17:00 role@unit template"], exactly those of roles; `customer`:
    ["2026-11-22 17:00 template"], exactly those of the customer. `orders`: number -> state. `then` must
    hold for the case at the end.
    """

    name: Text
    proves: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    until: str = ""
    due: dict[str, str] = default(default_factory=dict)
    met: dict[str, bool] = default(default_factory=dict)
    texts: tuple[str, ...] | None = None
    customer: tuple[str, ...] | None = None
    orders: dict[str, str] = default(default_factory=dict)
    state: str = ""
    then: Condition = default(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The whole rule book of one organisation."""

    policy: str
    name: Text
    version: str
    zone: str
    levels: tuple[str, ...]
    roles: dict[str, Role]
    calendars: dict[str, dict[str, Any]]
    channels: dict[str, Named]
    kinds: dict[str, Kind]
    order_types: dict[str, OrderType]
    actions: tuple[Action, ...]
    deadlines: dict[str, DeadlineRule]
    templates: dict[str, Template]
    intake: Intake
    retention: LimitSpec
    languages: tuple[str, ...] = ("zh-CN", "en")
    slots: dict[str, dict[str, Any]] = default(default_factory=dict)
    categories: dict[str, Named] = default(default_factory=dict)
    causes: dict[str, Cause] = default(default_factory=dict)
    stages: dict[str, Named] = default(default_factory=dict)
    sanctions: dict[str, Named] = default(default_factory=dict)
    papers: dict[str, Named] = default(default_factory=dict)
    outcomes: dict[str, Named] = default(default_factory=dict)
    pause_reasons: dict[str, Named] = default(default_factory=dict)
    notes: dict[str, Named] = default(default_factory=dict)
    marks: dict[str, Named] = default(default_factory=dict)
    findings: dict[str, Named] = default(default_factory=dict)
    surveys: dict[str, Survey] = default(default_factory=dict)
    fields: dict[str, Field] = default(default_factory=dict)
    counters: dict[str, Counter] = default(default_factory=dict)
    derived: dict[str, tuple[Derived, ...]] = default(default_factory=dict)
    ladders: dict[str, tuple[Rung, ...]] = default(default_factory=dict)
    notices: tuple[NoticeRule, ...] = ()
    report_delivery: tuple[Delivery, ...] = ()
    daily_delivery: tuple[Delivery, ...] = ()
    calendar_delivery: tuple[Delivery, ...] = ()
    automations: tuple[Automation, ...] = ()
    repeats: tuple[RepeatRule, ...] = ()
    remarks: Remarks = default(default_factory=Remarks)
    texting: Texting = default(default_factory=Texting)
    scripts: dict[str, Script] = default(default_factory=dict)
    reports: dict[str, Any] = default(default_factory=dict)
    examples: tuple[Example, ...] = ()
    id: str = ""

    def state(self, kind: str, state: str) -> State:
        """The state of a kind of case."""
        return self.kinds[kind].states[state]


def load(compiled: bytes) -> Policy:
    """The policy of a compiled document (`policy.compile`).

    Raises
    ------
    msgspec.ValidationError
        The document is not a compiled policy; the message names the place.
    """
    return msgspec.json.decode(compiled, type=Policy)


def dump(policy: Policy) -> bytes:
    """The canonical bytes of a policy. Names keep the order of the file, because it means something: derived fields are
    worked out in it, and lists are shown in it."""
    return msgspec.json.encode(policy)
