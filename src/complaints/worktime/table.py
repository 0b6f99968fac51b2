"""The compiled calendar: working time as linked rows that answer both directions in constant time.

Interval `i` is open in [open, close). Two facts about it answer everything: its `cap`, the working seconds from the
table's origin to its close, and its `shift`, its opening less the working seconds before it. Inside the interval the
count at `t` is `t - shift`, in the closed time after it `cap`; so it is the smaller of the two, and the instant with
`w` counted is `w + shift`. What remains is to find the interval. A table of equal buckets over the
instants, and another over the counts, names the row in force where the bucket begins; each row leads to the next, and
at most a few steps reach the one wanted. The width of a bucket follows the calendar's mean spacing.

The first row is an empty interval at the origin and a guard stands after the last, so no step checks a bound. Rows
hold seconds since the origin, not since 1970: such numbers fit one digit of a Python integer, which is the fast path
of its arithmetic.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

import msgspec

from .instants import DAY, EPOCH_ORDINAL, local_epoch
from .spec import Rules, merge

NEVER = 1 << 62
MARGIN = 3
"""Days at either end of a table that windows of unbuilt dates may reach into: a window is up to a day long, and a gap
in wall time may shift it by another."""

FIRST_ORDINAL = 2
LAST_ORDINAL = date.max.toordinal() - 4
"""The dates whose windows, over midnight and shifted, still lie within the years 1 to 9999."""

Row = tuple[int, int, int, Any]
"""Opening of the next interval, shift, cap, next row; seconds since the origin `lo`."""

Lookup = tuple[int, int, int, int, list[Row], int, list[Row]]
"""lo, hi - lo, total, bits and buckets over instants, bits and buckets over counts: all that the hot paths read."""


class Table(msgspec.Struct, frozen=True):
    """Working time of the dates [first, last), exact for instants lo <= t <= hi (epoch seconds)."""

    first: int
    last: int
    lo: int
    hi: int
    total: int
    """Working seconds in [lo, hi)."""
    opens: list[int]
    closes: list[int]
    """The working time itself: maximal half-open intervals, ascending, clipped to [lo, hi]."""
    days: list[int]
    """Ordinals of the working days in [first, last) (C6), ascending."""
    lookup: Lookup

    def worked(self, t: int) -> int:
        """Working seconds in [lo, t). Needs lo <= t <= hi."""
        t -= self.lo
        _, shift, cap = self._row_at(t)
        return min(t - shift, cap)

    def reached(self, w: int) -> int:
        """The smallest instant with `w` working seconds counted (A1). Needs 0 < w <= total."""
        bits, buckets = self.lookup[5:]
        _, shift, cap, row = buckets[w >> bits]
        while cap < w:
            _, shift, cap, row = row
        return w + shift + self.lo

    def left(self, w: int) -> int:
        """The largest instant with `w` working seconds counted (A3). Needs 0 <= w < total."""
        bits, buckets = self.lookup[5:]
        _, shift, cap, row = buckets[w >> bits]
        while cap <= w:
            _, shift, cap, row = row
        return w + shift + self.lo

    def opening(self, t: int) -> int:
        """`t` where it is working time, else the next opening, `NEVER` if none is in the table."""
        t -= self.lo
        after, shift, cap = self._row_at(t)
        return t + self.lo if t - shift < cap else NEVER if after == NEVER else after + self.lo

    def _row_at(self, t: int) -> tuple[int, int, int]:
        after, shift, cap, row = self.lookup[4][t >> self.lookup[3]]
        while after <= t:
            after, shift, cap, row = row
        return after, shift, cap


def build(rules: Rules, first: int, last: int) -> Table:
    """Compile the dates [first, last), given as ordinals."""
    lo = (first + MARGIN - EPOCH_ORDINAL) * DAY
    hi = (last - MARGIN - EPOCH_ORDINAL) * DAY
    if rules.years is not None:
        # Nothing is known outside the covered years, so there is nothing beyond them to allow for.
        edges = covered(rules)
        lo = edges[0] if first <= new_year(min(rules.years)) else lo
        hi = edges[1] if last >= new_year(max(rules.years) + 1) else hi
    opens, closes, days = _intervals(rules, first, last)
    left, right = bisect_right(closes, lo), bisect_left(opens, hi)
    opens, closes = opens[left:right], closes[left:right]
    if opens:
        opens[0], closes[-1] = max(lo, opens[0]), min(hi, closes[-1])
    caps = list(accumulate((c - o for o, c in zip(opens, closes, strict=True)), initial=0))
    begins = [o - lo for o in opens]
    shifts = [0, *(o - w for o, w in zip(begins, caps, strict=False))]
    total = caps[-1]
    rows: list[Row] = []
    row: Row = (NEVER, NEVER, NEVER, None)
    for after, shift, cap in zip([NEVER, *reversed(begins)], reversed(shifts), reversed(caps), strict=True):
        row = (after, shift, cap, row)
        rows.append(row)
    rows.reverse()
    spread = len(rows)
    t_bits = max(1, ((hi - lo) // spread).bit_length() - 2)
    w_bits = max(1, (total // spread).bit_length() - 2)
    by_time = in_force(rows, begins, t_bits, hi - lo)
    # A count exactly at a close stays there (A1), so a row takes over one second after the close before it.
    by_count = in_force(rows, [w + 1 for w in caps[:-1]], w_bits, total)
    lookup = (lo, hi - lo, total, t_bits, by_time, w_bits, by_count)
    return Table(first, last, lo, hi, total, opens, closes, days, lookup)


def covered(rules: Rules) -> tuple[int, int]:
    """First and last instant that the calendar's years cover, local midnight to local midnight."""
    assert rules.years is not None
    first, last = new_year(min(rules.years)), new_year(max(rules.years) + 1)
    return local_epoch(first, 0, rules.zone), local_epoch(last, 0, rules.zone)


def date_intervals(rules: Rules, ordinal: int) -> list[tuple[int, int]]:
    """Working time that belongs to one date as epoch intervals, merged; empty on a rest day (C3, C6, Z1-Z4)."""
    zone = rules.zone
    edges = [(local_epoch(ordinal, o, zone), local_epoch(ordinal, c, zone)) for o, c in rules.windows(ordinal)]
    return merge([(opening, close) for opening, close in edges if opening < close])


def _intervals(rules: Rules, first: int, last: int) -> tuple[list[int], list[int], list[int]]:
    week = [tuple(merge(windows)) for windows in rules.week]
    special = {d: tuple(merge(w)) for d, w in rules.special.items() if first <= d < last}
    # No zone has two offset changes within three days, so equal midnights mean that the days between are regular.
    utcoffset, midnight, one = rules.zone.utcoffset, datetime.fromordinal(first), timedelta(1)
    offsets = []
    for _ in range(last - first + 2):
        offsets.append(utcoffset(midnight))
        midnight += one
    opens: list[int] = []
    closes: list[int] = []
    days: list[int] = []
    base, current, latest, ordered = 0, None, -NEVER, True
    for k in range(last - first):
        day = first + k
        windows = special[day] if day in special else week[(day + 6) % 7]
        if not windows:
            continue
        offset = offsets[k]
        if offset == offsets[k + 1] == offsets[k + 2]:
            if offset is not current:
                assert offset is not None
                current, base = offset, EPOCH_ORDINAL * DAY + offset.days * DAY + offset.seconds
            shift = day * DAY - base
        else:
            shift = 0
            windows = tuple(date_intervals(rules, day))
            if not windows:
                continue
        days.append(day)
        for o, c in windows:
            o += shift
            c += shift
            if o > latest:
                opens.append(o)
                closes.append(c)
                latest = c
            elif ordered and o >= opens[-1]:  # touches or overlaps what came before (C5)
                if c > latest:
                    closes[-1] = latest = c
            else:  # a gap in wall time threw the window before it forward, past this one
                ordered = False
                opens.append(o)
                closes.append(c)
                latest = max(latest, c)
    if not ordered:
        merged = merge(list(zip(opens, closes, strict=True)))
        opens, closes = [o for o, _ in merged], [c for _, c in merged]
    return opens, closes, days


def in_force(rows: list[Row], begins: Sequence[int], bits: int, end: int) -> list[Row]:
    """For each bucket of 2**bits up to `end`: the last row that begins at or before the bucket does.

    `begins` are the beginnings of all rows but the first, which begins before everything.
    """
    buckets: list[Row] = []
    ceiling = (1 << bits) - 1
    for row, begin in zip(rows, begins, strict=False):
        fresh = ((begin + ceiling) >> bits) - len(buckets)
        if fresh > 0:
            buckets += [row] * fresh
    buckets += [rows[-1]] * ((end >> bits) + 1 - len(buckets))
    return buckets[: (end >> bits) + 1]


def new_year(year: int) -> int:
    """Ordinal of the first of January."""
    return date(year, 1, 1).toordinal()
