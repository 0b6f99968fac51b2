"""Conditions: the `when:` of a policy. A mapping whose entries must all hold.

>>> holds({"severity": "urgent", "amount": {"at_least": 20000}}, {"severity": "urgent", "amount": 25000}.get)
True

A key names a value (`severity`, `event.result`, `order.type`, `case.chasers`); what stands behind it is a value it must
equal, a list it must be in, or tests: `is`, `not`, `in`, `has`, `at_least`, `over`, `at_most`, `under`, `present`,
`within_days`, `within_months`. `any:`, `all:` and `not:` combine conditions. A test on a value that is not there fails
(`present: false` and `not` excepted), so that nothing is presumed of what nobody has said.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

Condition = Mapping[str, Any]
Lookup = Callable[[str], Any]

COMBINERS: Final = ("any", "all", "not")


def holds(condition: Condition, lookup: Lookup) -> bool:
    """Whether the condition holds for the values that `lookup` gives by name (None: not there)."""
    return all(_entry_holds(key, wanted, lookup) for key, wanted in condition.items())


def may_hold(condition: Condition, lookup: Lookup, unsaid: Callable[[str], bool]) -> bool:
    """Whether the condition can still hold, whatever the values will be of which `unsaid` says that nobody knows yet.

    Never false where some values would make it hold; each unknown value counts for itself, so it may be true where none
    together would.

    >>> may_hold({"event.result": "pass", "kind": "inquiry"}, {"kind": "complaint"}.get, lambda name: "event." in name)
    False
    """
    return _chances(condition, lookup, unsaid)[0]


def _chances(condition: Condition, lookup: Lookup, unsaid: Callable[[str], bool]) -> tuple[bool, bool]:
    """Whether a condition can hold, and whether it can fail."""
    found = [_entry_chances(key, wanted, lookup, unsaid) for key, wanted in condition.items()]
    return all(may for may, _ in found), any(may_not for _, may_not in found)


def _entry_chances(key: str, wanted: Any, lookup: Lookup, unsaid: Callable[[str], bool]) -> tuple[bool, bool]:
    if key in ("any", "all"):
        parts = [_chances(part, lookup, unsaid) for part in wanted]
        some, every = (any, all) if key == "any" else (all, any)
        return some(part[0] for part in parts), every(part[1] for part in parts)
    if key == "not":
        may, may_not = _chances(wanted, lookup, unsaid)
        return may_not, may
    if unsaid(key):
        return True, True
    held = _entry_holds(key, wanted, lookup)
    return held, not held


def _entry_holds(key: str, wanted: Any, lookup: Lookup) -> bool:
    if key == "any":
        return any(holds(part, lookup) for part in wanted)
    if key == "all":
        return all(holds(part, lookup) for part in wanted)
    if key == "not":
        return not holds(wanted, lookup)
    value = lookup(key)
    if isinstance(wanted, Mapping):
        return all(TESTS[test](value, against, lookup) for test, against in wanted.items())
    if isinstance(wanted, list | tuple):
        return _in(value, wanted, lookup)
    return _is(value, wanted, lookup)


def _is(value: Any, against: Any, _: Lookup) -> bool:
    return bool(value == against) or (against is False and value is None)


def _in(value: Any, against: Any, _: Lookup) -> bool:
    if isinstance(value, list | tuple):
        return any(one in against for one in value)
    return value in against


def _has(value: Any, against: Any, _: Lookup) -> bool:
    wanted = against if isinstance(against, list | tuple) else (against,)
    return isinstance(value, list | tuple | dict) and any(one in value for one in wanted)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value


def _compare(test: Callable[[float, float], bool]) -> Callable[[Any, Any, Lookup], bool]:
    def compare(value: Any, against: Any, _: Lookup) -> bool:
        number = _number(value)
        return number is not None and test(number, against)

    return compare


def _present(value: Any, against: Any, _: Lookup) -> bool:
    return (value not in (None, "", [], ())) is bool(against)


def _as_date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None


def _within_days(value: Any, against: Any, lookup: Lookup) -> bool:
    """The day itself is not counted, the last day is included (reading R6)."""
    start, today = _as_date(value), _as_date(lookup("today"))
    return start is not None and today is not None and 0 <= (today - start).days <= against


def _within_months(value: Any, against: Any, lookup: Lookup) -> bool:
    start, today = _as_date(value), _as_date(lookup("today"))
    if start is None or today is None or today < start:
        return False
    year, month = divmod(start.year * 12 + start.month - 1 + against, 12)
    last = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
    return today <= last


TESTS: Final[Mapping[str, Callable[[Any, Any, Lookup], bool]]] = {
    "is": _is,
    "not": lambda value, against, lookup: not _is(value, against, lookup),
    "in": _in,
    "has": _has,
    "at_least": _compare(lambda a, b: a >= b),
    "over": _compare(lambda a, b: a > b),
    "at_most": _compare(lambda a, b: a <= b),
    "under": _compare(lambda a, b: a < b),
    "present": _present,
    "within_days": _within_days,
    "within_months": _within_months,
}


def names(condition: Condition) -> Iterator[tuple[str, Any]]:
    """Every (name, what it is tested against) of a condition, however deep: what a check must know of."""
    for key, wanted in condition.items():
        if key in ("any", "all"):
            for part in wanted:
                yield from names(part)
        elif key == "not":
            yield from names(wanted)
        else:
            yield key, wanted
