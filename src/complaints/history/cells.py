"""Single cells: as text, as instants, as durations."""

import json
import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from complaints.history.mapping import EPOCHS

YEARS = range(1950, 2200)
"""Years that a complaint can be of; others are a slip or stand for no date at all."""

_BLANK = " \t\r\n\v\f\u00a0\u3000\u200b\ufeff"
_QUOTED = re.compile(r'="(.*)"', re.DOTALL)
_YEAR_FIRST = re.compile(
    r"""(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?
    (?:[\ T]*(上午|下午|中午|凌晨|晚上)?\s*
        (\d{1,2})\s*[:：时点]\s*(\d{1,2})\s*分?
        (?:[:：]?\s*(\d{1,2})(?:[.,]\d+)?\s*秒?)?
        \s*([AaPp])?(?:\.?[Mm]\.?)?
    )?""",
    re.VERBOSE,
)
_DIGITS = re.compile(r"\d{8}(?:\d{4}(?:\d{2})?)?")
_HALVES = {"上午": "AM", "下午": "PM"}
_PART = re.compile(
    r"(\d+(?:\.\d+)?)\s*(个?工作日|天|日|days?|d|个?小时|时|hours?|hrs?|h|分钟|分|minutes?|mins?|m|秒钟?|seconds?|secs?|s)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d+)\s*days?,?\s*)?(\d+):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?")
SECONDS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


def text_of(value: Any) -> str:
    """A cell as text without blanks around it: nothing for null, ``true`` and ``false`` for truth values, the members
    of a list with commas, whole numbers without a point, dates as RFC 3339 writes them."""
    if type(value) is str:
        text = value.strip(_BLANK)
        if text.startswith('="') and (quoted := _QUOTED.fullmatch(text)):
            return quoted[1].strip(_BLANK)  # how numbers are kept from being read as numbers by a spreadsheet
        return text
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        whole = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return whole.date().isoformat() if whole.time() == time() else whole.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{round(value.total_seconds())}s"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list):
        return ",".join(filter(None, map(text_of, value)))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value).strip(_BLANK)


def code_of(value: str) -> str:
    """A code as it is meant: full-width letters and digits made plain, upper-case."""
    return unicodedata.normalize("NFKC", value).strip().upper()


def heading_of(value: str) -> str:
    """A heading as it is compared: without blanks, line ends and width, in one case."""
    return "".join(unicodedata.normalize("NFKC", value).casefold().split())


def instant_of(value: str, forms: Collection[str]) -> datetime:
    """The instant of a text: by one of the forms, year first, or RFC 3339; naive where the text has no offset.

    Raises `ValueError`.
    """
    for form in forms:
        try:
            found = _number(value, form) if form in EPOCHS else _by_form(value, form)
        except (ValueError, OverflowError, OSError):
            continue
        if found.year in YEARS:
            return found
    found = _year_first(value) or _digits(value) or datetime.fromisoformat(value)
    if found.year not in YEARS:
        raise ValueError(f"the year {found.year} is not between {YEARS[0]} and {YEARS[-1]}")
    return found


def seconds_of(value: str, unit: str) -> int:
    """The seconds of a duration: a number of `unit`, 26:30(:00), or numbers with their units. Raises `ValueError`."""
    clock = _CLOCK.fullmatch(value)
    if clock is not None:
        days, hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return days * 86_400 + hours * 3_600 + minutes * 60 + seconds
    named = _PART.findall(value)
    if not named:
        return round(float(value.replace(",", "")) * SECONDS[unit])
    if _PART.sub("", value).strip(" ,，零") or any("工作日" in name for _, name in named):
        raise ValueError(value)
    return round(sum(float(number) * SECONDS[_unit(name)] for number, name in named))


def _unit(name: str) -> str:
    first = name.lstrip("个").lower()[0]
    return {"天": "days", "日": "days", "d": "days", "小": "hours", "时": "hours", "h": "hours", "秒": "seconds"}.get(
        first, "seconds" if first == "s" else "minutes"
    )


def _number(value: str, form: str) -> datetime:
    number = float(value)
    if form == "excel":
        return datetime(1899, 12, 30) + timedelta(seconds=round(number * 86_400))  # noqa: DTZ001  # wall time
    return datetime.fromtimestamp(number / 1000 if form == "epoch_ms" else number, UTC)


def _by_form(value: str, form: str) -> datetime:
    if "%p" in form:
        for half, latin in _HALVES.items():
            value = value.replace(half, latin)
    return datetime.strptime(value, form)  # noqa: DTZ007  # the caller gives it the mapping's zone


def _year_first(value: str) -> datetime | None:
    found = _YEAR_FIRST.fullmatch(value)
    if found is None:
        return None
    half, letter = found[4], (found[8] or "").lower()
    hour, minute, second = int(found[5] or 0), int(found[6] or 0), int(found[7] or 0)
    if (half in ("下午", "晚上") or letter == "p" or (half == "中午" and hour < 11)) and hour < 12:
        hour += 12
    elif (half in ("上午", "凌晨") or letter == "a") and hour == 12:
        hour = 0
    midnight = (hour, minute, second) == (24, 0, 0)
    day = datetime(int(found[1]), int(found[2]), int(found[3]), 0 if midnight else hour, minute, second)  # noqa: DTZ001
    return day + timedelta(days=1) if midnight else day


def _digits(value: str) -> datetime | None:
    if not _DIGITS.fullmatch(value):
        return None
    form = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}[len(value)]
    return datetime.strptime(value, form)  # noqa: DTZ007  # wall time
