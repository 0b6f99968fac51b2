"""How a policy spells a limit.

`{working_hours: 20, calendar: service}`, `{hours: 24}` (each also in minutes or seconds),
`{working_days: 5, calendar: official, until: close_of_business, day_zero: date}`,
`{days: 15, calendar: official, until: midnight}`, `{days: 30}` (no calendar: ends at 24:00 on any day),
`{months: 3}`, `{slots: linked}`, `{end_of_day: 0}` (days after today; `true` means 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from .calendar import Calendar
from .days import DayZero, check_choice
from .errors import CalendarSpecError
from .instants import DAY
from .slots import SlotTable
from .spec import known_keys, mapping, read_zone

_SECONDS = {"hours": 3600, "minutes": 60, "seconds": 1}
_FORMS: Mapping[str, tuple[str, ...]] = {
    **{f"working_{unit}": ("calendar",) for unit in _SECONDS},
    **dict.fromkeys(_SECONDS, ()),
    "working_days": ("calendar", "until", "day_zero"),
    "days": ("calendar", "until"),
    "months": (),
    "slots": (),
    "end_of_day": (),
}
_LONGEST_DAYS = 36_525
_LONGEST_MONTHS = 1_200
_PLACE = "limit"


def read_limit(
    spec: Mapping[str, Any],
    calendars: Mapping[str, Calendar],
    slots: Mapping[str, SlotTable | Mapping[str, Any]],
    zone: str,
) -> dict[str, Any]:
    """The fields of a `Limit`; raises `CalendarSpecError` naming the key that is wrong."""
    table = mapping(spec, _PLACE)
    forms = [key for key in table if key in _FORMS]
    if len(forms) != 1:
        found = " and ".join(forms) or f"none in {dict(table)!r}"
        raise CalendarSpecError(_PLACE, f"expected one kind of duration, found {found}", f"use one of {_known()}")
    form = forms[0]
    known_keys(table, (form, *_FORMS[form]), _PLACE)
    value = table[form]
    fields: dict[str, Any] = {"zone": read_zone(zone, "zone")[1]}
    if "calendar" in table:
        fields["calendar"] = _named(calendars, table["calendar"], f"{_PLACE}.calendar")
    elif form.startswith("working_"):
        raise CalendarSpecError(_PLACE, f"{form} needs a calendar", f"add calendar: {' or '.join(calendars) or 'NAME'}")
    if form == "slots":
        chosen = _named(slots, value, f"{_PLACE}.slots")
        resolved = chosen if isinstance(chosen, SlotTable) else SlotTable.from_spec(chosen)
        return fields | {"kind": "slots", "table": resolved, "zone": resolved.zone}
    if form == "months":
        return fields | {"kind": "months", "amount": _count(value, form, _LONGEST_MONTHS)}
    if form == "end_of_day":
        return fields | {"kind": "end_of_day", "amount": 0 if value is True else _count(value, form, _LONGEST_DAYS)}
    if form == "working_days":
        until, day_zero = table.get("until", "close_of_business"), table.get("day_zero", "date")
        check_choice(f"{_PLACE}.until", until, ("close_of_business", "same_time"))
        check_choice(f"{_PLACE}.day_zero", day_zero, get_args(DayZero))
        amount = _count(value, form, _LONGEST_DAYS)
        return fields | {"kind": "working_days", "amount": amount, "until": until, "day_zero": day_zero}
    if form == "days":
        return fields | _days(table, value)
    unit = form.removeprefix("working_")
    kind = "clock_seconds" if form == unit else "working_seconds"
    return fields | {"kind": kind, "amount": _seconds(value, form, _SECONDS[unit])}


def _days(table: Mapping[Any, Any], value: object) -> dict[str, Any]:
    amount = _count(value, "days", _LONGEST_DAYS)
    if "calendar" not in table:
        check_choice(f"{_PLACE}.until", table.get("until", "midnight"), ("midnight",))
        return {"kind": "plain_days", "amount": amount, "until": "midnight"}
    until = table.get("until", "close_of_business")
    check_choice(f"{_PLACE}.until", until, ("close_of_business", "midnight"))
    return {"kind": "calendar_days", "amount": amount, "until": until}


def _seconds(value: object, form: str, unit: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise CalendarSpecError(f"{_PLACE}.{form}", f"{value!r} is no number", "write a number such as 20 or 0.5")
    seconds = value * unit
    if not 0 <= seconds <= _LONGEST_DAYS * DAY:  # also refuses a NaN, which compares false
        raise CalendarSpecError(f"{_PLACE}.{form}", f"{value!r} is out of range", "give 0 or more, at most 100 years")
    if abs(seconds - round(seconds)) > 1e-6:
        raise CalendarSpecError(f"{_PLACE}.{form}", f"{value!r} is no whole number of seconds", "round it")
    return round(seconds)


def _count(value: object, form: str, longest: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= longest:
        remedy = f"give a whole number from 0 to {longest}"
        raise CalendarSpecError(f"{_PLACE}.{form}", f"{value!r} is no such number", remedy)
    return value


def _named(known: Mapping[str, Any], name: object, place: str) -> Any:
    if not isinstance(name, str) or name not in known:
        raise CalendarSpecError(place, f"there is no {name!r}", f"use one of {', '.join(known) or '(none is defined)'}")
    return known[name]


def _known() -> str:
    return ", ".join(_FORMS)
