"""The rule book as values: what a policy file says once it is compiled.

These classes are the one definition: the JSON Schema for editors, the checks, the reference page and the run-time
loader are all derived from them. YAML is never read at run time; `load` takes the compiled JSON.
"""

from typing import Any, Literal

import msgspec

from complaints.policy.parts import (
    Action,
    Cause,
    Condition,
    Counter,
    DeadlineRule,
    Derived,
    Field,
    Kind,
    LimitChoice,
    LimitSpec,
    Named,
    OrderType,
    Phase,
    Recipient,
    Reminder,
    Requirement,
    Rung,
    State,
    Text,
    Trigger,
    UnitRef,
)

__all__ = [
    "Action",
    "Automation",
    "Cause",
    "Condition",
    "Counter",
    "DeadlineRule",
    "Delivery",
    "Derived",
    "Example",
    "Field",
    "Intake",
    "Kind",
    "LimitChoice",
    "LimitSpec",
    "Named",
    "NoticeRule",
    "OrderType",
    "Phase",
    "Policy",
    "Recipient",
    "Remarks",
    "Reminder",
    "RepeatRule",
    "Requirement",
    "Role",
    "Rung",
    "Script",
    "State",
    "Step",
    "Survey",
    "Template",
    "Text",
    "Texting",
    "Trigger",
    "UnitRef",
    "dump",
    "load",
]


class NoticeRule(msgspec.Struct, frozen=True, kw_only=True):
    """A text sent because something happened."""

    on: Trigger
    to: tuple[Recipient, ...]
    template: str
    kinds: tuple[str, ...] = ()


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told that something of a unit's is ready, at units of these levels (none named: at every unit)."""

    role: str
    template: str
    levels: tuple[str, ...] = ()


class Automation(msgspec.Struct, frozen=True, kw_only=True):
    """What the system does by itself after an event: a command, or a move to another state."""

    on: Trigger
    kinds: tuple[str, ...] = ()
    do: str = ""
    data: dict[str, Any] = {}
    unit: UnitRef | None = None
    to: str = ""
    order_to: str = ""


class RepeatRule(msgspec.Struct, frozen=True, kw_only=True):
    """When a new contact belongs to an old case (AUTO-4): the same identifier and the same values of `same`."""

    kinds: tuple[str, ...]
    match: tuple[str, ...]
    same: tuple[str, ...] = ()
    reopen_within: LimitSpec = {}


class Remarks(msgspec.Struct, frozen=True, kw_only=True):
    """What a remark must not be (AUTO-5, POST-10): shorter than this, or nothing but one of these phrases."""

    shortest: int = 2
    empty: tuple[str, ...] = ()


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A text to send. `codes`: a carrier's approved template id by carrier name; `urgent` texts ignore quiet hours."""

    text: Text
    subject: Text = {}
    codes: dict[str, str] = {}
    channels: tuple[Literal["sms", "mail"], ...] = ("sms",)
    urgent: bool = False


class Texting(msgspec.Struct, frozen=True, kw_only=True):
    """Quiet hours for ordinary texts (local time), the window in which texts to one person are bundled, the most that
    one person gets in an hour."""

    quiet_from: str = "21:00"
    quiet_to: str = "08:00"
    bundle_seconds: int = 60
    hourly_limit: int = 20
    acknowledgement_stops_ladder: bool = False


class Intake(msgspec.Struct, frozen=True, kw_only=True):
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


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A reply script with placeholders, offered to the handler (INS-21, D6)."""

    name: Text
    text: Text
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class Survey(msgspec.Struct, frozen=True, kw_only=True):
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
    transfer: Condition = {}
    required: tuple[str, ...] = ()


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A post that somebody holds; `sees` widens what it sees beyond its own unit's tree."""

    name: Text
    levels: tuple[str, ...] = ()
    sees: Literal["own", "all"] = "own"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a worked example: somebody does something at an instant (local time of the policy's zone).

    `by` is `role@unit`, `customer` or `system`; `refused` is the code of the refusal that must follow.
    """

    at: str
    do: str = ""
    by: str = ""
    order: int = 0
    data: dict[str, Any] = {}
    refused: str = ""


class Example(msgspec.Struct, frozen=True, kw_only=True):
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
    due: dict[str, str] = {}
    met: dict[str, bool] = {}
    texts: tuple[str, ...] | None = None
    customer: tuple[str, ...] | None = None
    orders: dict[str, str] = {}
    state: str = ""
    then: Condition = {}


class Policy(msgspec.Struct, frozen=True, kw_only=True):
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
    slots: dict[str, dict[str, Any]] = {}
    categories: dict[str, Named] = {}
    causes: dict[str, Cause] = {}
    stages: dict[str, Named] = {}
    sanctions: dict[str, Named] = {}
    papers: dict[str, Named] = {}
    outcomes: dict[str, Named] = {}
    pause_reasons: dict[str, Named] = {}
    notes: dict[str, Named] = {}
    marks: dict[str, Named] = {}
    findings: dict[str, Named] = {}
    surveys: dict[str, Survey] = {}
    fields: dict[str, Field] = {}
    counters: dict[str, Counter] = {}
    derived: dict[str, tuple[Derived, ...]] = {}
    ladders: dict[str, tuple[Rung, ...]] = {}
    notices: tuple[NoticeRule, ...] = ()
    report_delivery: tuple[Delivery, ...] = ()
    daily_delivery: tuple[Delivery, ...] = ()
    calendar_delivery: tuple[Delivery, ...] = ()
    automations: tuple[Automation, ...] = ()
    repeats: tuple[RepeatRule, ...] = ()
    remarks: Remarks = msgspec.field(default_factory=Remarks)
    texting: Texting = msgspec.field(default_factory=Texting)
    scripts: dict[str, Script] = {}
    reports: dict[str, Any] = {}
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
