"""Pauses: holes in the time that is counted (contract A5).

The arithmetic here knows nothing of calendars. It is given two functions over one integer axis, `add(t, amount)` and
`between(a, b)`, and cuts the holes out; so clock time and working time, seconds and microseconds all share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from .errors import InstantError
from .instants import MICROS, to_epoch
from .spec import merge

Pause = tuple[datetime, datetime]
"""From, to: half-open, aware."""

Hole = tuple[int, int]
"""From, to: half-open, on the axis of whoever counts."""


def holes_in_micros(pauses: Iterable[Pause]) -> list[Hole]:
    """Pauses in epoch microseconds, sorted, overlapping ones joined, empty ones left out.

    Raises `InstantError` for a pause that ends before it begins or has no time zone.
    """
    holes = []
    for begin, end in pauses:
        (a, a_micros), (b, b_micros) = to_epoch(begin), to_epoch(end)
        hole = a * MICROS + a_micros, b * MICROS + b_micros
        if hole[1] < hole[0]:
            raise InstantError(f"the pause from {begin} ends before it begins, at {end}; give (from, to) in order")
        if hole[0] < hole[1]:
            holes.append(hole)
    return merge(holes)


def add_around(
    start: int,
    amount: int,
    holes: Sequence[Hole],
    add: Callable[[int, int], int],
    between: Callable[[int, int], int],
) -> int:
    """`add(start, amount)` with the holes left out; a hole that begins at or after the answer changes nothing."""
    if amount == 0:
        return start
    if amount < 0:
        return _add_back(start, -amount, holes, add, between)
    for begin, end in holes:
        if begin > start:
            there = between(start, begin)
            if there >= amount:
                break
            amount -= there
        start = max(start, end)
    return add(start, amount)


def _add_back(
    start: int,
    amount: int,
    holes: Sequence[Hole],
    add: Callable[[int, int], int],
    between: Callable[[int, int], int],
) -> int:
    for begin, end in reversed(holes):
        if end < start:
            there = between(end, start)
            if there >= amount:
                break
            amount -= there
        start = min(start, begin)
    return add(start, -amount)


def between_around(start: int, end: int, holes: Sequence[Hole], between: Callable[[int, int], int]) -> int:
    """`between(start, end)` less what lies in holes; negative if end < start."""
    if end < start:
        return -between_around(end, start, holes, between)
    cut = sum(between(max(a, start), min(b, end)) for a, b in holes if a < end and b > start)
    return between(start, end) - cut


def cut(start: int, end: int, holes: Sequence[Hole]) -> list[Hole]:
    """What of [start, end) lies in no hole."""
    pieces = []
    for begin, stop in holes:
        if begin >= end:
            break
        if begin > start:
            pieces.append((start, begin))
        start = max(start, stop)
    if start < end:
        pieces.append((start, end))
    return pieces
