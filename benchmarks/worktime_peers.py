"""The same three questions put to other libraries, each in the way its own documentation shows.

Every peer answers `add(start, hours)` and `elapsed(start, end)` on the values that it works with; `prepare` makes them
from epoch seconds outside the measured time, and `epoch` brings answers back. A peer that is not installed is left out
and named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from zoneinfo import ZoneInfo

TZ = "Asia/Shanghai"
ZONE = ZoneInfo(TZ)
OFFSET = 8 * 3600
SHIFTS = ((8 * 3600 + 1800, 12 * 3600), (13 * 3600 + 1800, 17 * 3600 + 1800))
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
# Weekdays off by the notice for 2026. Make-up days are left out: no peer can express them.
HOLIDAYS = [
    date.fromisoformat(f"2026-{day}")
    for day in (
        *("01-01", "01-02", "02-16", "02-17", "02-18", "02-19", "02-20", "02-23", "04-06", "05-01", "05-04", "05-05"),
        *("06-19", "09-25", "10-01", "10-02", "10-05", "10-06", "10-07"),
    )
]
SPEC: dict[str, Any] = {
    "tz": TZ,
    "week": {day: [["08:30", "12:00"], ["13:30", "17:30"]] for day in WORKDAYS},
    "holidays": [day.isoformat() for day in HOLIDAYS],
}


@dataclass(frozen=True)
class Peer:
    """One way to count working time."""

    name: str
    prepare: Callable[[int], Any]
    epoch: Callable[[Any], int]
    add: Callable[[Any, int], Any]
    elapsed: Callable[[Any, Any], Any] | None
    seconds: Callable[[Any], int]
    samples: int


def peers() -> tuple[list[Peer], list[str]]:
    """The peers that are here, and the names of those that are not."""
    found, missing = [day_loop(), tuned_day_loop()], []
    for package, make in (
        ("exchange-calendars", exchange_calendars),
        ("exchange-calendars", minute_array),
        ("pandas", custom_business_hour),
        ("opening-hours-py", opening_hours),
        ("businesstimedelta", businesstimedelta),
    ):
        try:
            label = f"{package} {version(package)}"
        except PackageNotFoundError:
            missing += [package] if package not in missing else []
            continue
        found.append(make(label))
    return found, missing


def day_loop() -> Peer:
    """What one writes by hand: date by date, window by window. Epoch seconds throughout, no datetime at all."""
    closed = _closed_days()

    def add(start: int, hours: int) -> int:
        left = hours * 3600
        day = (start + OFFSET) // 86_400
        while True:
            if (day + 3) % 7 < 5 and day not in closed:
                for opening, close in SHIFTS:
                    begin = max(start, day * 86_400 + opening - OFFSET)
                    end = day * 86_400 + close - OFFSET
                    if begin < end:
                        if left <= end - begin:
                            return begin + left
                        left -= end - begin
            day += 1

    def elapsed(start: int, end: int) -> int:
        total = 0
        for day in range((start + OFFSET) // 86_400, (end + OFFSET) // 86_400 + 1):
            if (day + 3) % 7 < 5 and day not in closed:
                for opening, close in SHIFTS:
                    midnight = day * 86_400 - OFFSET
                    total += max(0, min(end, midnight + close) - max(start, midnight + opening))
        return total

    return Peer("plain day loop", lambda t: t, lambda t: t, add, elapsed, lambda s: s, 100_000)


def tuned_day_loop() -> Peer:
    """The same with whole days taken at once: right for a calendar whose days are all alike, and for no other."""
    closed = _closed_days()
    per_day = sum(close - opening for opening, close in SHIFTS)

    def add(start: int, hours: int) -> int:
        left = hours * 3600
        day, second = divmod(start + OFFSET, 86_400)
        while True:
            if (day + 3) % 7 < 5 and day not in closed:
                if second == 0 and left > per_day:
                    left -= per_day
                else:
                    for opening, close in SHIFTS:
                        begin = second if second > opening else opening
                        if begin < close:
                            if left <= close - begin:
                                return day * 86_400 + begin + left - OFFSET
                            left -= close - begin
            day += 1
            second = 0

    def before(second: int) -> int:
        return sum(min(max(second - opening, 0), close - opening) for opening, close in SHIFTS)

    def elapsed(start: int, end: int) -> int:
        (first, a), (last, b) = divmod(start + OFFSET, 86_400), divmod(end + OFFSET, 86_400)
        total = 0
        for day in range(first, last + 1):
            if (day + 3) % 7 < 5 and day not in closed:
                total += (before(b) if day == last else per_day) - (before(a) if day == first else 0)
        return total

    return Peer("day loop, whole days at once", lambda t: t, lambda t: t, add, elapsed, lambda s: s, 100_000)


def exchange_calendars(label: str) -> Peer:
    """A custom exchange with a lunch break, asked by its own methods; it knows minutes, so answers are whole ones."""
    import pandas as pd

    calendar = _exchange()
    minute = pd.Timedelta(minutes=1)

    def add(start: Any, hours: int) -> Any:
        first = start if calendar.is_open_on_minute(start) else calendar.next_minute(start)
        return calendar.minute_offset(first, hours * 60 - 1) + minute

    def elapsed(start: Any, end: Any) -> int:
        return len(calendar.minutes_in_range(start, end - minute))

    return Peer(
        label,
        lambda t: pd.Timestamp(t, unit="s", tz="UTC"),
        lambda t: int(t.timestamp()),
        add,
        elapsed,
        lambda n: n * 60,
        300,
    )


def minute_array(label: str) -> Peer:
    """A NumPy search in the minute array of the same exchange: no method of the library, but its fastest use."""
    minutes = _exchange().minutes_nanos
    search, minute, nano = minutes.searchsorted, 60 * 10**9, 10**9

    def add(start: int, hours: int) -> int:
        return int(minutes[search(start) + hours * 60 - 1]) + minute

    def elapsed(start: int, end: int) -> int:
        return int(search(end) - search(start))

    return Peer(
        f"NumPy search, {label}", lambda t: t * nano, lambda t: t // nano, add, elapsed, lambda n: n * 60, 100_000
    )


def _closed_days() -> set[int]:
    return {(day - date(1970, 1, 1)).days for day in HOLIDAYS}


@cache
def _exchange() -> Any:
    import pandas as pd
    from exchange_calendars import ExchangeCalendar

    class Office(ExchangeCalendar):  # type: ignore[misc]  # the peers are not installed where types are checked
        name = "office"
        tz = ZONE
        open_times = ((None, time(8, 30)),)
        break_start_times = ((None, time(12, 0)),)
        break_end_times = ((None, time(13, 30)),)
        close_times = ((None, time(17, 30)),)

        @property
        def adhoc_holidays(self) -> list[Any]:
            return [pd.Timestamp(day) for day in HOLIDAYS]

    return Office(start="2025-12-01", end="2032-01-15", side="left")


def custom_business_hour(label: str) -> Peer:
    """`CustomBusinessHour` with two openings; it counts from a start to a result only, never between two."""
    import pandas as pd

    offset = pd.offsets.CustomBusinessHour(
        start=["08:30", "13:30"], end=["12:00", "17:30"], holidays=[str(day) for day in HOLIDAYS]
    )

    def prepare(t: int) -> Any:
        return pd.Timestamp(t + OFFSET, unit="s")

    def add(start: Any, hours: int) -> Any:
        return start + offset * hours

    return Peer(
        f"{label} CustomBusinessHour", prepare, lambda t: int(t.value // 10**9) - OFFSET, add, None, lambda s: s, 400
    )


def opening_hours(label: str) -> Peer:
    """OpenStreetMap's grammar in Rust; adding and counting walk its intervals."""
    from opening_hours import OpeningHours

    closed = "; ".join(f"{day:%Y %b %d} off" for day in HOLIDAYS)
    hours_of = OpeningHours(f"Mo-Fr 08:30-12:00,13:30-17:30; {closed}")

    def add(start: datetime, hours: int) -> datetime:
        left = timedelta(hours=hours)
        for begin, end, state, _ in hours_of.intervals(start):
            if str(state) == "open":
                if left <= end - begin:
                    reached: datetime = begin + left
                    return reached
                left -= end - begin
        raise ValueError("never open")

    def elapsed(start: datetime, end: datetime) -> int:
        total = timedelta()
        for begin, close, state, _ in hours_of.intervals(start, end):
            if str(state) == "open":
                total += min(close, end) - begin
        return int(total.total_seconds())

    return Peer(label, _wall, _wall_epoch, add, elapsed, lambda s: s, 60)


def businesstimedelta(label: str) -> Peer:
    """Rules for the working day, the lunch break and the holidays."""
    import businesstimedelta as btd
    import pytz

    zone = pytz.timezone(TZ)
    work = btd.WorkDayRule(start_time=time(8, 30), end_time=time(17, 30), working_days=[0, 1, 2, 3, 4], tz=zone)
    lunch = btd.LunchTimeRule(start_time=time(12, 0), end_time=time(13, 30), working_days=[0, 1, 2, 3, 4], tz=zone)
    # It fails when no holiday lies within five years, so it is given Sundays, which change nothing.
    sundays = [date(2026, 11, 1) + timedelta(weeks=26 * n) for n in range(30)]
    rest = btd.HolidayRule({*HOLIDAYS, *sundays}, tz=zone)
    rules = btd.Rules([work, lunch, rest])

    def prepare(t: int) -> datetime:
        there: datetime = zone.fromutc(datetime.fromtimestamp(t, UTC).replace(tzinfo=None))
        return there

    def add(start: datetime, hours: int) -> datetime:
        reached: datetime = start + btd.BusinessTimeDelta(rules, hours=hours)
        return reached

    def elapsed(start: datetime, end: datetime) -> int:
        found = rules.difference(start, end)
        return int(found.hours * 3600 + found.seconds)

    return Peer(label, prepare, lambda t: int(t.timestamp()), add, elapsed, lambda s: s, 30)


def _wall(t: int) -> datetime:
    return datetime.fromtimestamp(t, ZONE).replace(tzinfo=None)


def _wall_epoch(wall: datetime) -> int:
    return int(wall.replace(tzinfo=UTC).timestamp()) - OFFSET
