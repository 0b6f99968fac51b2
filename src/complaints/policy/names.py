"""Whether every name that a policy uses is one that it, or the vocabulary, knows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from complaints.policy.findings import Finding, Path, nearest
from complaints.policy.model import (
    Action,
    Automation,
    Cause,
    Counter,
    DeadlineRule,
    Delivery,
    Derived,
    Field,
    Intake,
    Kind,
    NoticeRule,
    OrderType,
    Policy,
    Recipient,
    Reminder,
    RepeatRule,
    Requirement,
    Role,
    Rung,
    Script,
    Survey,
    Trigger,
    UnitRef,
)
from complaints.policy.scope import ORDER_STATES, UNIT_PLACES, catalogue_of, data_of, said_by
from complaints.policy.spots import Spot, spots
from complaints.policy.vocabulary import COMMANDS, EVENTS

ANY_STATE: Final = "*"
CUSTOMER: Final = "customer"
CONTACT_KEYS: Final = ("phone", "email", "name")
"""What identifies a complainant beside the declared identifiers, see `RepeatRule.match`."""

Known = Callable[[Policy, Spot], Iterable[str]]


def unknown(
    what: str, value: str, known: Iterable[str], path: Path, *, at_key: bool = False, code: str = "unknown_name"
) -> Finding:
    """A name that nothing bears; `what` is a word of the catalogue (`policy.what.<what>`)."""
    listed = list(dict.fromkeys(known))
    meant = nearest(value, listed)
    shown = ", ".join(listed) if len(listed) <= 40 else ""
    params = {"what": what, "value": value, "known": shown, "meant": meant}
    variant = "_near" if meant else "" if shown else "_bare"
    return Finding(code=f"{code}{variant}", path=path, params=params, at_key=at_key)


def name_findings(policy: Policy) -> Iterator[Finding]:
    """Every name that is not known, each at its place."""
    for spot in spots(policy):
        rule = _RULES.get((type(spot.owner), spot.field)) if spot.path[-1] == spot.field else None
        if rule is None:
            continue
        what, known = rule
        values = spot.value if isinstance(spot.value, tuple) else (spot.value,)
        allowed = dict.fromkeys(known(policy, spot))
        for number, value in enumerate(values):
            if value not in ("", None) and value not in allowed:
                path = (*spot.path, number) if isinstance(spot.value, tuple) else spot.path
                yield unknown(what, value, allowed, path)
    yield from _unit_places(policy)
    yield from _automation_data(policy)
    yield from _required_fields(policy)
    yield from _repeats(policy)
    for number, language in enumerate(policy.languages):
        if not language.replace("-", "").isalnum():
            yield Finding(code="bad_language", path=("languages", number), params={"value": language})


def states_of(policy: Policy, kinds: Iterable[str]) -> list[str]:
    """The states of some kinds; of all when none is named."""
    chosen = [kind for kind in kinds if kind in policy.kinds] or list(policy.kinds)
    return [state for kind in chosen for state in policy.kinds[kind].states]


def _of(attribute: str) -> Known:
    return lambda policy, spot: getattr(policy, attribute)


def _states(policy: Policy, spot: Spot) -> Iterable[str]:
    return [*states_of(policy, spot.owner.kinds), *((ANY_STATE,) if spot.field == "states" else ())]


def _own_states(_: Policy, spot: Spot) -> Iterable[str]:
    kind = spot.within(Kind)
    return kind.states if kind is not None else [spot.value]


def _fixed(names: Iterable[str]) -> Known:
    listed = tuple(names)
    return lambda policy, spot: listed


_RULES: Final[Mapping[tuple[type, str], tuple[str, Known]]] = {
    (Role, "levels"): ("level", _of("levels")),
    (OrderType, "levels"): ("level", _of("levels")),
    (OrderType, "by"): ("role", _of("roles")),
    (Delivery, "role"): ("role", _of("roles")),
    (Delivery, "levels"): ("level", _of("levels")),
    (Delivery, "template"): ("template", _of("templates")),
    (OrderType, "parents"): ("order_type", _of("order_types")),
    (Kind, "start"): ("state", _own_states),
    (Kind, "categories"): ("category", _of("categories")),
    (Derived, "value"): ("state", _own_states),
    (Field, "kinds"): ("kind", _of("kinds")),
    (Field, "required_for"): ("kind", _of("kinds")),
    (Counter, "channels"): ("channel", _of("channels")),
    (Counter, "calendar"): ("calendar", _of("calendars")),
    (Cause, "category"): ("category", _of("categories")),
    (Action, "do"): ("command", _fixed(COMMANDS)),
    (Action, "by"): ("role", lambda policy, spot: [*policy.roles, CUSTOMER]),
    (Action, "kinds"): ("kind", _of("kinds")),
    (Action, "states"): ("state", _states),
    (Action, "to"): ("state", _states),
    (Action, "order_types"): ("order_type", _of("order_types")),
    (Action, "order_states"): ("order_state", _fixed(ORDER_STATES)),
    (Action, "order_to"): ("order_state", _fixed(ORDER_STATES)),
    (Requirement, "paper"): ("paper", lambda policy, spot: _papers(policy)),
    (Requirement, "event"): ("event", _fixed(sorted(EVENTS))),
    (Trigger, "event"): ("event", _fixed(sorted(EVENTS))),
    (Trigger, "order_types"): ("order_type", _of("order_types")),
    (Recipient, "role"): ("role", _of("roles")),
    (Recipient, "level"): ("level", _of("levels")),
    (UnitRef, "level"): ("level", _of("levels")),
    (DeadlineRule, "kinds"): ("kind", _of("kinds")),
    (DeadlineRule, "pause_reasons"): ("pause_reason", _of("pause_reasons")),
    (DeadlineRule, "ladder"): ("ladder", _of("ladders")),
    (Reminder, "template"): ("template", _of("templates")),
    (Rung, "template"): ("template", _of("templates")),
    (NoticeRule, "template"): ("template", _of("templates")),
    (NoticeRule, "kinds"): ("kind", _of("kinds")),
    (Automation, "kinds"): ("kind", _of("kinds")),
    (Automation, "do"): ("command", _fixed(COMMANDS)),
    (Automation, "to"): ("state", _states),
    (Automation, "order_to"): ("order_state", _fixed(ORDER_STATES)),
    (RepeatRule, "kinds"): ("kind", _of("kinds")),
    (Intake, "kind"): ("kind", _of("kinds")),
    (Intake, "channel_mail"): ("channel", _of("channels")),
    (Intake, "channel_web"): ("channel", _of("channels")),
    (Intake, "acknowledgement"): ("template", _of("templates")),
    (Script, "kinds"): ("kind", _of("kinds")),
    (Script, "categories"): ("category", _of("categories")),
    (Survey, "kind"): ("kind", _of("kinds")),
    (Survey, "channel"): ("channel", _of("channels")),
}


def _papers(policy: Policy) -> list[str]:
    """A paper may be asked for as attached, or as signed (`signed:<paper>`)."""
    return [*policy.papers, *(f"signed:{paper}" for paper in policy.papers)]


def _unit_places(policy: Policy) -> Iterator[Finding]:
    """`of` names a place, a unit that the event names, or a declared field that holds a unit."""
    for spot in spots(policy):
        if spot.field != "of" or not isinstance(spot.owner, Recipient | UnitRef):
            continue
        value = str(spot.value)
        head, _, rest = value.partition(".")
        if head == "event" and rest:
            trigger = _trigger_of(spot)
            said = data_of(trigger.event) if trigger is not None and trigger.event in EVENTS else None
            units = [name for name, param in (said or {}).items() if param is not None and param.type == "unit"]
            if said is None or rest not in units:
                yield unknown("unit_place", value, [*UNIT_PLACES, *(f"event.{name}" for name in units)], spot.path)
        elif head == "field" and rest:
            fields = [name for name, field in policy.fields.items() if field.type == "unit"]
            if rest not in fields:
                yield unknown("unit_place", value, [*UNIT_PLACES, *(f"field.{name}" for name in fields)], spot.path)
        elif value not in UNIT_PLACES:
            yield unknown("unit_place", value, UNIT_PLACES, spot.path)


def _trigger_of(spot: Spot) -> Trigger | None:
    rule: Any = spot.within(NoticeRule) or spot.within(Automation)
    return rule.on if rule is not None else None


def _automation_data(policy: Policy) -> Iterator[Finding]:
    """What an automation says must be what its command takes."""
    for number, automation in enumerate(policy.automations):
        path: Path = ("automations", number)
        if automation.do in COMMANDS:
            yield from said_findings(automation.do, automation.data, policy, (*path, "data"))
        elif automation.data and not automation.do:
            yield Finding(code="data_without_do", path=(*path, "data"), at_key=True)
        if not (automation.do or automation.to or automation.order_to):
            yield Finding(code="automation_does_nothing", path=path)


def said_findings(command: str, data: Mapping[str, Any], policy: Policy, path: Path) -> Iterator[Finding]:
    """Whether a command takes these fields, and knows the names in them."""
    params = said_by(command)
    for key, value in data.items():
        if key not in params:
            yield unknown("command_field", key, params, (*path, key), at_key=True)
            continue
        catalogue = catalogue_of(key, policy)
        if catalogue and isinstance(value, str) and value not in catalogue:
            yield unknown(key, value, catalogue, (*path, key))
        if key == "fields" and isinstance(value, Mapping):
            for name in value:
                if name not in policy.fields:
                    yield unknown("field", name, policy.fields, (*path, key, name), at_key=True)


def _required_fields(policy: Policy) -> Iterator[Finding]:
    """A required field is one of the command's, or `fields.<a declared one>`."""
    for number, action in enumerate(policy.actions):
        commands = [name for name in action.do if name in COMMANDS]
        known = {name for command in commands for name in said_by(command)}
        for place, requirement in enumerate(action.requires):
            path: Path = ("actions", number, "requires", place)
            if not (requirement.field or requirement.paper or requirement.event):
                yield Finding(code="requires_nothing", path=path)
            head, _, rest = requirement.field.partition(".")
            if head == "fields" and rest:
                if rest not in policy.fields:
                    yield unknown("field", rest, policy.fields, (*path, "field"))
            elif head and head not in known:
                yield unknown("command_field", requirement.field, sorted(known), (*path, "field"))


def _repeats(policy: Policy) -> Iterator[Finding]:
    identifiers = [name for name, field in policy.fields.items() if field.identifier]
    compared = ["kind", "channel", "category", "cause", *policy.fields]
    for number, rule in enumerate(policy.repeats):
        for name, known in (("match", [*CONTACT_KEYS, *identifiers]), ("same", compared)):
            for place, value in enumerate(getattr(rule, name)):
                if value not in known:
                    yield unknown(
                        "identifier" if name == "match" else "field", value, known, ("repeats", number, name, place)
                    )
