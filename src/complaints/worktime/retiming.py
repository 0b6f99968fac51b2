"""Re-timing: which open deadlines a changed calendar can touch, and when they are due now.

Two calendars are compared once, as working time; what differs are a few spans (a made-up Saturday, three cancelled
days). A deadline counted in hours depends on the working time from its start to its due instant and on nothing else, so
only those that such a span meets are computed anew. One counted in days depends on whole dates, so it is asked with a
margin of some days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from .calendar import Calendar
from .errors import UnreachableError
from .instants import DAY, MICROS, to_epoch
from .limit import Limit
from .micros import add_micros, between_micros
from .pauses import Pause, add_around, holes_in_micros
from .table import NEVER

OpenDeadline = tuple[int, int] | tuple[int, int, Sequence[Pause]]
"""Start (epoch seconds), working seconds above 0, and pauses if there are any."""

DAYS_MARGIN = 2 * DAY
"""How far beyond its due instant a day-based deadline looks: to the end of that date, and of its night shift."""


class Retimed(msgspec.Struct, frozen=True):
    """A deadline whose due instant a change of calendar moves; `index` is its place in the input."""

    index: int
    old_due: int
    new_due: int


class Change(msgspec.Struct, frozen=True):
    """Where two calendars differ between two instants, as half-open spans of epoch seconds, ascending."""

    begins: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def between(cls, old: Calendar, new: Calendar, lo: int, hi: int) -> Change:
        """Compare two calendars over [lo, hi)."""
        edges: dict[int, int] = {}
        for bit, calendar in ((1, old), (2, new)):
            for opening, close in calendar.intervals_epoch(lo, hi):
                edges[opening] = edges.get(opening, 0) ^ bit
                edges[close] = edges.get(close, 0) ^ bit
        begins: list[int] = []
        ends: list[int] = []
        state = 0
        for at in sorted(edges):
            differed = state in (1, 2)
            state ^= edges[at]
            if differed != (state in (1, 2)):
                (ends if differed else begins).append(at)
        return cls(tuple(begins), tuple(ends))

    def touches(self, start: int, end: int) -> bool:
        """Does working time differ anywhere in [start, end)?"""
        place = bisect_right(self.ends, start)
        return place < len(self.begins) and self.begins[place] < end


class TimedLimit(msgspec.Struct, frozen=True):
    """An open deadline of any kind: its limit in the old calendar and when that made it due."""

    start: datetime
    limit: Limit
    due: datetime
    pauses: Sequence[Pause] = ()
    extended: int = 0


def affected(deadlines: Sequence[OpenDeadline], old: Calendar, new: Calendar) -> list[Retimed]:
    """The deadlines in working seconds that a change of calendar moves, with their old and new due instants.

    A deadline is over before a difference begins exactly if it started no later than the difference less its seconds,
    counted back (A3). There are few distinct limits, so that is a few subtractions and one pass of comparisons; only
    what is left is computed. Pauses make a deadline longer than its seconds say: one that has them is always computed.
    """
    if not deadlines:
        return []
    starts = [deadline[0] for deadline in deadlines]
    amounts = {deadline[1] for deadline in deadlines}
    change = Change.between(old, new, min(starts), old.add_epoch(max(starts), max(amounts)))
    moved = []
    for index in _near(deadlines, amounts, change, old):
        deadline = deadlines[index]
        was = _due(deadline, old)
        if len(deadline) > 2 or change.touches(deadline[0], was):
            now = _due(deadline, new)
            if was != now:
                moved.append(Retimed(index, was, now))
    return moved


def retime(deadlines: Iterable[TimedLimit], old: Calendar, new: Calendar) -> list[Retimed]:
    """The deadlines of any kind of limit that a change of calendar moves; those in other calendars are left alone.

    `old_due` is the due instant given, `new_due` the one in the new calendar, in epoch seconds rounded down.
    """
    candidates = [
        (index, one, to_epoch(one.start)[0], to_epoch(one.due)[0])
        for index, one in enumerate(deadlines)
        if one.limit.calendar == old
    ]
    if not candidates:
        return []
    lo = min(start for _, _, start, _ in candidates) - DAYS_MARGIN
    hi = max(due for _, _, _, due in candidates) + DAYS_MARGIN
    change = Change.between(old, new, lo, hi)
    moved = []
    for index, one, start, due in candidates:
        margin = 0 if one.limit.kind == "working_seconds" else DAYS_MARGIN
        if change.touches(start - margin, due + margin):
            now = to_epoch(one.limit.with_calendar(new).due(one.start, one.pauses, one.extended))
            if now != to_epoch(one.due):
                moved.append(Retimed(index, due, now[0]))
    return moved


def _near(deadlines: Sequence[OpenDeadline], amounts: Iterable[int], change: Change, old: Calendar) -> Iterable[int]:
    some = max(map(len, deadlines)) > 2
    paused = [index for index, deadline in enumerate(deadlines) if len(deadline) > 2] if some else []
    if not change.begins:
        return paused
    first, last = change.begins[0], change.ends[-1]
    over = {seconds: _latest_start(old, first, seconds) for seconds in amounts}
    near = [index for index, deadline in enumerate(deadlines) if over[deadline[1]] < deadline[0] < last]
    return sorted({*near, *paused}) if paused else near


def _latest_start(calendar: Calendar, due: int, seconds: int) -> int:
    """The latest start from which so many working seconds end by `due`; none is too early if the calendar begins."""
    try:
        return calendar.add_epoch(due, -seconds)
    except UnreachableError:
        return -NEVER


def _due(deadline: OpenDeadline, calendar: Calendar) -> int:
    if len(deadline) == 2:
        return calendar.add_epoch(deadline[0], deadline[1])
    start, seconds, pauses = deadline
    return (
        add_around(
            start * MICROS,
            seconds * MICROS,
            holes_in_micros(pauses),
            lambda t, amount: add_micros(calendar, t, amount),
            lambda a, b: between_micros(calendar, a, b),
        )
        // MICROS
    )
