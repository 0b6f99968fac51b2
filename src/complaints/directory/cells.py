"""Single cells as values: identifiers, lists, dates, times, yes or no. Each refuses with a `CellError`."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from complaints.directory.table import narrow

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
_NAME = re.compile(r"^\w[\w-]{0,63}$")
_DAY = re.compile(r"^(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日)")
_TIME = re.compile(r"^[T ]?\s*(\d{1,2}):(\d{2})(?::(\d{2}))?$")
_PHONE = re.compile(r"^\+[1-9]\d{6,14}$")
_EMAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+$")
_BETWEEN = re.compile(r"[;；、|]")
_YEARS: Final = range(1950, 2200)
_YES: Final = {"yes", "y", "true", "1", "是", "√"}
_NO: Final = {"", "no", "n", "false", "0", "否", "×"}


class CellError(ValueError):
    """A cell that cannot be read; `code` and `params` say why, and what to write instead."""

    def __init__(self, code: str, params: Mapping[str, object]) -> None:
        self.code = code
        self.params = dict(params)
        super().__init__(f"{code} {self.params}")


def identifier(value: str) -> str:
    """The id of a unit or a person: it stands in keys and links, so letters, digits, dot, dash, underscore."""
    found = narrow(value)
    if not found:
        raise CellError("empty", {})
    if not _ID.match(found):
        raise CellError("bad_id", {"value": value})
    return found


def name(value: str) -> str:
    """The name of a role, level, line, tag or mark: one word in any script."""
    found = narrow(value)
    if not found:
        raise CellError("empty", {})
    if not _NAME.match(found):
        raise CellError("bad_name", {"value": value})
    return found


def names(value: str) -> tuple[str, ...]:
    """Several names between semicolons (also ``；``, ``、`` and ``|``), each once."""
    return tuple(dict.fromkeys(name(part) for part in _BETWEEN.split(value) if part.strip()))


def marks(value: str, zone: ZoneInfo) -> dict[str, datetime]:
    """Dated marks, ``watched=2026-12-31; ...``: each stands to the end of that day."""
    found: dict[str, datetime] = {}
    for part in (part for part in _BETWEEN.split(value) if part.strip()):
        mark, equals, until = part.partition("=")
        ends = instant(until, zone, end=True) if equals else None
        if ends is None:
            raise CellError("bad_mark", {"value": part.strip()})
        found[name(mark)] = ends
    return found


def day(value: str) -> date:
    """A day as 2026-10-01, 2026/10/1 or 2026年10月1日."""
    found, rest = _day(narrow(value))
    if rest:
        raise CellError("bad_date", {"value": value})
    return found


def instant(value: str, zone: ZoneInfo, *, end: bool) -> datetime | None:
    """A day or a day and a time in `zone` as an instant; None for an empty cell.

    A day alone begins at its 00:00, or with `end` ends at its 24:00, so that "until 31 December" includes that day.
    """
    text = narrow(value)
    if not text:
        return None
    found, rest = _day(text)
    if not rest.strip():
        return wall(found, time(), zone) if not end else wall(found + timedelta(days=1), time(), zone)
    at, over = clock(rest)
    return wall(found + timedelta(days=over), at, zone)


def clock(value: str) -> tuple[time, int]:
    """A time of day as 8:00 or 08:00:00, and how many days it lies ahead: 24:00 is 00:00 of the next day."""
    matched = _TIME.match(narrow(value))
    if matched is None:
        raise CellError("bad_time", {"value": value})
    hour, minute, second = (int(part or 0) for part in matched.groups())
    if (hour, minute, second) == (24, 0, 0):
        return time(), 1
    try:
        return time(hour, minute, second), 0
    except ValueError:
        raise CellError("bad_time", {"value": value}) from None


def wall(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time; one that happens twice is the first, a missing one is read as before the gap."""
    return datetime.combine(on, at, tzinfo=zone).astimezone(UTC)


def yes(value: str) -> bool:
    """Yes or no; an empty cell is no."""
    text = narrow(value).lower()
    if text not in _YES | _NO:
        raise CellError("bad_yes_no", {"value": value})
    return text in _YES


def phone(value: str) -> str:
    """A telephone number with its country as E.164, ``+`` or ``00`` first; empty stays empty."""
    text = re.sub(r"[\s().·-]", "", narrow(value))
    found = f"+{text[2:]}" if text.startswith("00") else text
    if found and not found.startswith("+"):
        raise CellError("phone_without_country", {"value": value})
    if found and not _PHONE.match(found):
        raise CellError("bad_phone", {"value": value})
    return found


def email(value: str) -> str:
    """An e-mail address; empty stays empty."""
    found = narrow(value)
    if found and not _EMAIL.match(found):
        raise CellError("bad_email", {"value": value})
    return found


def _day(text: str) -> tuple[date, str]:
    matched = _DAY.match(text)
    if matched is None:
        raise CellError("bad_date", {"value": text})
    year, *parts = matched.groups()
    month, on = (int(part) for part in parts if part is not None)
    try:
        found = date(int(year), month, on)
    except ValueError:
        raise CellError("bad_date", {"value": text}) from None
    if found.year not in _YEARS:
        raise CellError("year_out_of_range", {"value": text, "first": _YEARS.start, "last": _YEARS.stop - 1})
    return found, text[matched.end() :]
