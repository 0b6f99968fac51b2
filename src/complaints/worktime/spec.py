"""A calendar spec, read strictly into a normal form.

The normal form is what two specs share when they mean the same; its hash names the calendar. Nothing is guessed: an
unknown key, a window that is no pair, an hour that does not exist is refused with its place.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from .errors import CalendarSpecError
from .instants import DAY

Window = tuple[int, int]
"""Seconds after local midnight of the date that owns it: open, close; close may lie in the next date (C2)."""

Status = Literal["official", "provisional", "uncovered"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("tz", "week", "holidays", "extra_working_days", "holiday_status", "provisional_dates")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Rules(msgspec.Struct, frozen=True):
    """The normal form of a calendar spec. Dates are proleptic ordinals, windows sorted by opening."""

    tz: str
    zone: ZoneInfo
    week: tuple[tuple[Window, ...], ...]
    special: Mapping[int, tuple[Window, ...]]
    """Dates whose windows are not those of their weekday: empty for a holiday (C3, C4)."""
    holidays: tuple[int, ...]
    years: Mapping[int, Status] | None
    """Holiday status by year, contiguous; None when the calendar needs no notice (every date is then official)."""
    provisional: frozenset[int]
    """Dates that the next notice may still move."""
    canonical: str
    id: str

    def windows(self, ordinal: int) -> tuple[Window, ...]:
        """Windows that belong to the date, as wall time."""
        own = self.special.get(ordinal)
        return self.week[(ordinal + 6) % 7] if own is None else own


def read_rules(spec: Mapping[str, Any]) -> Rules:
    """Check a spec and bring it into normal form; raises `CalendarSpecError`."""
    table = mapping(spec, "calendar")
    known_keys(table, KEYS, "calendar")
    tz, zone = read_zone(table.get("tz"), "tz")
    week_spec = mapping(table.get("week"), "week")
    known_keys(week_spec, WEEKDAYS, "week")
    week = tuple(read_windows(week_spec.get(day, ()), f"week.{day}") for day in WEEKDAYS)
    holidays = _dates(table.get("holidays", ()), "holidays")
    extra: dict[int, tuple[Window, ...]] = {}
    for key, windows in mapping(table.get("extra_working_days", {}), "extra_working_days").items():
        ordinal = read_date(key, f"extra_working_days.{key}")
        if ordinal in extra:
            raise CalendarSpecError(f"extra_working_days.{key}", "the date is given twice", "give each date once")
        extra[ordinal] = read_windows(windows, f"extra_working_days.{key}")
    years = _years(table["holiday_status"]) if table.get("holiday_status") is not None else None
    provisional = _dates(table.get("provisional_dates", ()), "provisional_dates")
    if provisional and years is None:
        raise CalendarSpecError(
            "provisional_dates", "there is no holiday_status", "say the status of each year, or leave both out"
        )
    canonical = json.dumps(
        {
            "tz": tz,
            "week": dict(zip(WEEKDAYS, week, strict=True)),
            "holidays": [_iso(d) for d in holidays],
            "extra_working_days": {_iso(d): windows for d, windows in sorted(extra.items())},
            "holiday_status": None if years is None else {str(y): s for y, s in years.items()},
            "provisional_dates": [_iso(d) for d in provisional],
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    return Rules(
        tz=tz,
        zone=zone,
        week=week,
        special=MappingProxyType(dict.fromkeys(holidays, ()) | extra),
        holidays=holidays,
        years=None if years is None else MappingProxyType(years),
        provisional=frozenset(provisional),
        canonical=canonical,
        id=hashlib.sha256(canonical.encode()).hexdigest()[:16],
    )


def write_spec(rules: Rules) -> dict[str, Any]:
    """The spec in its normal spelling; `read_rules` of it gives equal rules."""
    plain: dict[str, Any] = json.loads(rules.canonical)
    plain["week"] = {day: _spelled(windows) for day, windows in plain["week"].items() if windows}
    plain["extra_working_days"] = {day: _spelled(windows) for day, windows in plain["extra_working_days"].items()}
    if rules.years is None:
        del plain["holiday_status"], plain["provisional_dates"]
    return plain


def mapping(value: object, place: str) -> Mapping[Any, Any]:
    """The value as a mapping, or a refusal that names the place."""
    if not isinstance(value, Mapping):
        raise CalendarSpecError(place, f"expected a mapping, found {value!r}", "write it as key: value")
    return value


def known_keys(table: Mapping[Any, Any], keys: Sequence[str], place: str) -> None:
    """Refuse keys that nobody reads: a misspelt `holiday:` would silently close nothing."""
    for key in table:
        if key not in keys:
            raise CalendarSpecError(f"{place}.{key}", "unknown key", f"use one of {', '.join(keys)}")


def read_zone(value: object, place: str) -> tuple[str, ZoneInfo]:
    """An IANA time zone by name."""
    try:
        if isinstance(value, str) and value:
            return value, ZoneInfo(value)
        problem = f"{value!r} is no time zone"
    except (KeyError, ValueError, OSError):  # a bad key fails in several ways: not found, not relative, a folder
        problem = f"unknown time zone {value!r}"
    raise CalendarSpecError(place, problem, "use an IANA name such as Asia/Shanghai")


def read_clock(value: object, place: str, *, end: bool = False) -> int:
    """Wall time "HH:MM" or "HH:MM:SS" as seconds after midnight; "24:00" only where an end is meant (C1)."""
    if end and value in ("24:00", "24:00:00"):
        return DAY
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        remedy = 'write "HH:MM" or "HH:MM:SS" in quotes' + (', at most "24:00"' if end else ', at most "23:59:59"')
        raise CalendarSpecError(place, f"{value!r} is no time of day", remedy)
    hours, minutes, seconds = match.groups(default="0")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def read_windows(value: object, place: str) -> tuple[Window, ...]:
    """A list of [open, close] pairs, sorted; a close at or before its open lies in the next date (C2)."""
    windows = []
    for index, pair in enumerate(_items(value, place, "a list of [open, close] pairs")):
        here = f"{place}[{index}]"
        times = _items(pair, here, "a pair [open, close]")
        if len(times) != 2:
            raise CalendarSpecError(here, f"{pair!r} is no pair", 'write ["08:30", "12:00"]')
        opening = read_clock(times[0], f"{here}[0]")
        close = read_clock(times[1], f"{here}[1]", end=True)
        windows.append((opening, close if close > opening else close + DAY))
    return tuple(sorted(set(windows)))


def read_date(value: object, place: str) -> int:
    """A date "YYYY-MM-DD" (or a `date`, as YAML loaders make them) as proleptic ordinal."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.toordinal()
    problem = f"{value!r} is no date"
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value).toordinal()
    except ValueError as error:
        problem = f"{value!r}: {error}"
    raise CalendarSpecError(place, problem, 'write "YYYY-MM-DD", a day that exists')


def merge(windows: Sequence[Window]) -> list[Window]:
    """Half-open intervals with overlapping and touching ones made one (C5), sorted."""
    merged: list[Window] = []
    for opening, close in sorted(windows):
        if merged and opening <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(close, merged[-1][1]))
        else:
            merged.append((opening, close))
    return merged


def _items(value: object, place: str, wanted: str) -> Sequence[Any]:
    if isinstance(value, (list, tuple)):
        return value
    raise CalendarSpecError(place, f"expected {wanted}, found {value!r}", 'write for example [["08:30", "12:00"]]')


def _dates(value: object, place: str) -> tuple[int, ...]:
    items: Sequence[Any] = sorted(value, key=str) if isinstance(value, (set, frozenset)) else _list(value, place)
    return tuple(sorted({read_date(item, f"{place}[{index}]") for index, item in enumerate(items)}))


def _list(value: object, place: str) -> Sequence[Any]:
    if isinstance(value, (list, tuple)):
        return value
    raise CalendarSpecError(place, f"expected a list of dates, found {value!r}", 'write ["2026-10-01", ...]')


def _years(value: object) -> dict[int, Status]:
    years: dict[int, Status] = {}
    for key, status in mapping(value, "holiday_status").items():
        place = f"holiday_status.{key}"
        if not (str(key).isascii() and str(key).isdecimal() and 1 <= int(key) <= 9998):
            raise CalendarSpecError(place, f"{key!r} is no year", 'write a year such as "2026"')
        if status not in ("official", "provisional", "uncovered"):
            raise CalendarSpecError(place, f"unknown status {status!r}", "use official, provisional or uncovered")
        if status != "uncovered":
            years[int(key)] = status
    ordered = dict(sorted(years.items()))
    if not ordered or max(ordered) - min(ordered) + 1 != len(ordered):
        raise CalendarSpecError(
            "holiday_status", f"covers {sorted(ordered)}", "give at least one year, and years without a gap"
        )
    return ordered


def _spelled(windows: Sequence[Sequence[int]]) -> list[list[str]]:
    return [[_clock_text(opening), _clock_text(close)] for opening, close in windows]


def _clock_text(second: int) -> str:
    if second == DAY:
        return "24:00"
    second %= DAY  # a close in the next date is written as its wall time (C2)
    text = f"{second // 3600:02}:{second // 60 % 60:02}"
    return text if second % 60 == 0 else f"{text}:{second % 60:02}"


def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
