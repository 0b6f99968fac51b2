"""Whether conditions make sense: names that mean something where they stand, tests that exist, values that can be."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from complaints.policy.conditions import COMBINERS, TESTS
from complaints.policy.findings import Finding, Path
from complaints.policy.model import (
    Action,
    Automation,
    Condition,
    DeadlineRule,
    Derived,
    NoticeRule,
    Policy,
    Reminder,
    Requirement,
    Rung,
    Trigger,
)
from complaints.policy.names import unknown
from complaints.policy.scope import Scope, data_of, personal_of, said_by
from complaints.policy.spots import Spot, spots
from complaints.policy.vocabulary import COMMANDS, EVENTS, Param

_COMPARES: Final = ("at_least", "over", "at_most", "under")
_TEXTS: Final = ("text", "choice", "list")
_NUMBERS: Final = (*_COMPARES, "within_days", "within_months")


def term_findings(policy: Policy) -> Iterator[Finding]:
    """Everything that is wrong with the conditions of a policy."""
    for spot in spots(policy):
        if spot.kind is Condition and spot.value:
            yield from condition_findings(spot.value, spot.path, scope_at(policy, spot))


def scope_at(policy: Policy, spot: Spot) -> Scope:
    """What the condition at a place may name: it depends on who asks it, and after which event."""
    if isinstance(spot.owner, Derived):
        return Scope(policy, order=False)
    action = spot.within(Action)
    if isinstance(spot.owner, Action | Requirement) and action is not None:
        said: dict[str, Param | None] = {}
        for command in action.do:
            said |= said_by(command) if command in COMMANDS else {}
        return Scope(policy, said, actor=True)
    events = _events_before(spot)
    said = {}
    personal: frozenset[str] = frozenset()
    for event in events:
        if event in EVENTS:
            said |= data_of(event)
            personal |= personal_of(event)
    return Scope(policy, said if events else None, personal)


def _events_before(spot: Spot) -> list[str]:
    """The events after which a condition is asked; none for a rung, which only time reaches."""
    if isinstance(spot.owner, Trigger):
        return [spot.owner.event]
    if isinstance(spot.owner, Rung):
        return []
    if spot.within(Rung) is not None:
        return ["rung_reached"]
    if spot.within(Reminder) is not None:
        return ["reminded"]
    rule = spot.within(NoticeRule) or spot.within(Automation)
    if rule is not None:
        return [rule.on.event]
    deadline = spot.within(DeadlineRule)
    return [trigger.event for trigger in deadline.starts] if deadline is not None else []


def condition_findings(condition: Any, path: Path, scope: Scope) -> Iterator[Finding]:
    """What is wrong with one condition, however deep."""
    if not isinstance(condition, Mapping):
        yield Finding(code="condition_is_no_mapping", path=path, params={"value": str(condition)})
        return
    for key, wanted in condition.items():
        place = (*path, key)
        if key in ("any", "all"):
            if not isinstance(wanted, list) or not wanted:
                yield Finding(code="combiner_wants_list", path=place, params={"key": key})
                continue
            for number, part in enumerate(wanted):
                yield from condition_findings(part, (*place, number), scope)
        elif key == "not":
            yield from condition_findings(wanted, place, scope)
        else:
            yield from _entry_findings(key, wanted, place, scope)


def _entry_findings(name: str, wanted: Any, path: Path, scope: Scope) -> Iterator[Finding]:
    if not scope.knows(name):
        yield _unknown_term(name, path, scope)
        return
    if not isinstance(wanted, Mapping):
        yield from _value_findings(name, wanted, path, scope)
        return
    for test, against in wanted.items():
        if test not in TESTS:
            yield unknown("test", test, TESTS, (*path, test), at_key=True)
        elif test in _NUMBERS:
            if isinstance(against, bool) or not isinstance(against, int | float):
                yield Finding(code="test_wants_number", path=(*path, test), params={"test": test})
        elif test == "present":
            if not isinstance(against, bool):
                yield Finding(code="test_wants_boolean", path=(*path, test), params={"test": test})
        else:
            yield from _value_findings(name, against, (*path, test), scope)
        if test in _COMPARES and scope.type_of(name) in (*_TEXTS, "boolean"):
            yield Finding(code="not_comparable", path=(*path, test), params={"name": name, "test": test})


def _unknown_term(name: str, path: Path, scope: Scope) -> Finding:
    head, _, rest = name.partition(".")
    if head == "event" and rest and rest in scope.personal:
        return Finding(code="personal_in_condition", path=path, params={"name": name}, at_key=True)
    if head == "event" and scope.event is None:
        return Finding(code="no_event_here", path=path, params={"name": name}, at_key=True)
    if head == "order" and not scope.order:
        return Finding(code="no_order_here", path=path, params={"name": name}, at_key=True)
    if head == "event" and rest:
        said = [f"event.{one}" for one in scope.event or () if one not in ("type", "state", "phase", "order_state")]
        return unknown("event_field", name, said, path, at_key=True)
    if name in COMBINERS:
        return Finding(code="combiner_wants_list", path=path, params={"key": name})
    return unknown("term", name, scope.names(), path, at_key=True)


def _value_findings(name: str, wanted: Any, path: Path, scope: Scope) -> Iterator[Finding]:
    """Values that the name can never have: the condition would never hold."""
    known = scope.values_of(name)
    kind = scope.type_of(name)
    listed = isinstance(wanted, list)
    for number, value in enumerate(wanted if listed else [wanted]):
        place = (*path, number) if listed else path
        if isinstance(value, Mapping | list) or value is None:
            yield Finding(code="value_is_no_value", path=place, params={"name": name})
        elif kind == "boolean" and not isinstance(value, bool):
            yield Finding(code="compares_boolean", path=place, params={"name": name, "value": str(value)})
        elif kind in ("number", "money") and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield Finding(code="compares_number", path=place, params={"name": name, "value": str(value)})
        elif kind in _TEXTS and not isinstance(value, str):
            yield Finding(code="compares_text", path=place, params={"name": name, "value": str(value)})
        elif kind in _TEXTS and known and value not in known:
            yield unknown("value", value, known, place)
