"""Working time by brute force: one byte for every second, nothing shared with the engine.

Wall times are resolved by looking at which UTC seconds show them, not by `fold`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def shown(utc_second: int, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows at that UTC second, naive."""
    return datetime.fromtimestamp(utc_second, UTC).astimezone(zone).replace(tzinfo=None, fold=0)


def seconds_of(clock: str) -> int:
    parts = [int(part) for part in clock.split(":")] + [0]
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def instant(wall: datetime, zone: ZoneInfo) -> int:
    """First UTC second that shows `wall`; if none does, read with the offset in force before the gap."""
    as_utc = int(wall.replace(tzinfo=UTC).timestamp())
    samples = range(as_utc - 30 * 3600, as_utc + 30 * 3600, 1800)
    gaps = {
        int((shown(u, zone) - datetime.fromtimestamp(u, UTC).replace(tzinfo=None)).total_seconds()) for u in samples
    }
    hits = sorted(as_utc - gap for gap in gaps if shown(as_utc - gap, zone) == wall)
    if hits:
        return hits[0]
    before = shown(samples[0], zone) - datetime.fromtimestamp(samples[0], UTC).replace(tzinfo=None)
    return as_utc - int(before.total_seconds())


class Oracle:
    """The seconds from `first` (a date) for so many days, each open or not."""

    def __init__(self, spec: Mapping[str, Any], first: date, days: int) -> None:
        self.zone = ZoneInfo(spec["tz"])
        self.origin = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) - 2 * 86400
        self.open = bytearray((days + 6) * 86400)
        self.closes: dict[date, int] = {}
        self.opens: dict[date, int] = {}
        for n in range(-2, days + 2):
            day = first + timedelta(n)
            for a, b in self.windows(spec, day):
                if a < b:
                    low, high = max(0, a - self.origin), max(0, b - self.origin)
                    self.open[low:high] = b"\1" * (high - low)
                    self.closes[day] = max(b, self.closes.get(day, b))
                    self.opens[day] = min(a, self.opens.get(day, a))
        self.size = len(self.open)

    def windows(self, spec: Mapping[str, Any], day: date) -> list[tuple[int, int]]:
        iso = day.isoformat()
        if iso in spec.get("extra_working_days", {}):
            pairs = spec["extra_working_days"][iso]
        elif iso in spec.get("holidays", ()):
            pairs = []
        else:
            pairs = spec["week"].get(DAYS[day.weekday()], [])
        midnight = datetime.fromordinal(day.toordinal())
        result = []
        for opening, close in pairs:
            a, b = seconds_of(opening), seconds_of(close)
            b += 86400 if b <= a else 0
            result.append(
                (
                    instant(midnight + timedelta(seconds=a), self.zone),
                    instant(midnight + timedelta(seconds=b), self.zone),
                )
            )
        return result

    def between(self, a: int, b: int, pauses: list[tuple[int, int]] = []) -> int:  # noqa: B006
        if b < a:
            return -self.between(b, a, pauses)
        return self.without(pauses).count(1, a - self.origin, b - self.origin)

    def add(self, start: int, seconds: int, pauses: list[tuple[int, int]] = []) -> int | None:  # noqa: B006
        """The contract's words: the smallest t > start (largest t < start) with so many seconds between."""
        board = self.without(pauses)
        here = start - self.origin
        for _ in range(seconds):
            here = board.find(1, here) + 1
            if here == 0:
                return None
        if seconds < 0:
            for _ in range(-seconds):
                here = board.rfind(1, 0, here)
                if here < 0:
                    return None
        return here + self.origin

    def without(self, pauses: list[tuple[int, int]]) -> bytearray:
        if not pauses:
            return self.open
        board = bytearray(self.open)
        for a, b in pauses:
            low, high = max(0, a - self.origin), max(0, b - self.origin)
            board[low:high] = bytes(max(0, min(high, self.size) - low))
        return board[: self.size]
