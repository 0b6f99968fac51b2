"""Working time on epoch seconds: adding, counting, in ones and in bulk.

The hot paths unpack the whole look-up at once and check the range once; everything unusual (growth, counting
backwards, refusals) leaves through the slow door.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from .adder import NOTHING, compose
from .growth import Growth
from .spec import Rules
from .table import NEVER, Lookup, Table

FEW = 256
"""Below so many starts composing the steps costs more than it saves."""

MOST_ADDERS = 16
"""Amounts whose steps are kept, each some hundred kilobytes a decade; a policy has few distinct limits."""


class Engine:
    """Working time of one calendar on epoch seconds. All arguments and results are integers.

    Every method raises `UncoveredError` where the answer needs a year without holiday data, and `UnreachableError`
    where the calendar has not so much working time.
    """

    __slots__ = ("_adders", "_growth", "_lookup")

    def __init__(self, rules: Rules) -> None:
        self._growth = Growth(rules)
        self._adders: dict[int, Callable[[int], int]] = {}
        self._lookup: Lookup = (0, -1, 0, 0, [], 0, [])

    def add_epoch(self, start: int, seconds: int) -> int:
        """`start` plus working seconds: the smallest such instant for seconds > 0 (A1), the largest for < 0 (A3)."""
        lo, span, total, t_bits, t_rows, w_bits, w_rows = self._lookup
        t = start - lo
        if seconds > 0 and 0 <= t <= span:
            after, shift, cap, row = t_rows[t >> t_bits]
            while after <= t:
                after, shift, cap, row = row
            t -= shift
            if t > cap:
                t = cap
            t += seconds
            if t <= total:
                _, shift, cap, row = w_rows[t >> w_bits]
                while cap < t:
                    _, shift, cap, row = row
                return t + shift + lo
        return self._add_growing(start, seconds)

    def between_epoch(self, start: int, end: int) -> int:
        """Working seconds in [start, end), negative if end < start (B1)."""
        lo, span, _, t_bits, t_rows, _, _ = self._lookup
        a = start - lo
        b = end - lo
        if 0 <= a <= b <= span:
            after, shift, cap, row = t_rows[a >> t_bits]
            while after <= a:
                after, shift, cap, row = row
            a -= shift
            if a > cap:
                a = cap
            after, shift, cap, row = t_rows[b >> t_bits]
            while after <= b:
                after, shift, cap, row = row
            b -= shift
            return b - a if b < cap else cap - a
        if start == end:
            return 0
        table = self._cover(min(start, end), max(start, end))
        return table.worked(end) - table.worked(start)

    def adder(self, seconds: int) -> Callable[[int], int]:
        """`add_epoch` for one amount, as a function of the start: made once, it answers faster (see `adder`)."""
        if seconds <= 0:
            return lambda start: self.add_epoch(start, seconds)
        lo, span, bits, buckets = NOTHING
        composed: Table | None = None

        def add(start: int) -> int:
            t = start - lo
            if 0 <= t <= span:
                after, shift, cap, row = buckets[t >> bits]
                while after <= t:
                    after, shift, cap, row = row
                t -= shift
                return (t if t < cap else cap) + lo
            return add_growing(start)

        def add_growing(start: int) -> int:
            nonlocal lo, span, bits, buckets, composed
            end = self._add_growing(start, seconds)
            table = self._cover(start, end)
            if table is not composed:
                lo, span, bits, buckets = compose(table, seconds)
                composed = table
            return end

        return add

    def add_epochs(self, starts: Sequence[int], seconds: int) -> list[int]:
        """`add_epoch` of every start with the same seconds, faster than one by one."""
        if len(starts) < FEW:
            return [self.add_epoch(start, seconds) for start in starts]
        add = self._adders.get(seconds)
        if add is None:
            if len(self._adders) >= MOST_ADDERS:
                self._adders.clear()
            add = self._adders[seconds] = self.adder(seconds)
        return [add(start) for start in starts]

    def between_epochs(self, starts: Sequence[int], ends: Sequence[int]) -> list[int]:
        """`between_epoch` of every pair, faster than one by one."""
        lo, span, _, bits, buckets, _, _ = self._lookup
        results: list[int] = []
        append = results.append
        for start, end in zip(starts, ends, strict=True):
            a = start - lo
            b = end - lo
            if not 0 <= a <= b <= span:
                append(self.between_epoch(start, end))
                lo, span, _, bits, buckets, _, _ = self._lookup  # the table may have grown
                continue
            after, shift, cap, row = buckets[a >> bits]
            while after <= a:
                after, shift, cap, row = row
            a -= shift
            if a > cap:
                a = cap
            after, shift, cap, row = buckets[b >> bits]
            while after <= b:
                after, shift, cap, row = row
            b -= shift
            append(b - a if b < cap else cap - a)
        return results

    def opening_epoch(self, t: int) -> int:
        """`t` itself where it is working time, else the next opening."""
        table = self._cover(t, t)
        while (opening := table.opening(t)) == NEVER:
            table = self._grown(self._growth.further(table, 1))
        return opening

    def intervals_epoch(self, start: int, end: int) -> list[tuple[int, int]]:
        """Working time in [start, end) as maximal intervals, clipped to it; empty if end <= start."""
        if start >= end:
            return []
        table = self._cover(start, end)
        first, last = bisect_right(table.closes, start), bisect_left(table.opens, end)
        return [
            (max(opening, start), min(close, end))
            for opening, close in zip(table.opens[first:last], table.closes[first:last], strict=True)
        ]

    def working_day(self, ordinal: int, k: int) -> int:
        """Ordinal of the k-th working day after a date; for k < 0 before it.

        For k = 0 the date itself, or the next working day if it is none.
        """
        table = self._grown(self._growth.around(ordinal, ordinal))
        while True:
            days = table.days
            place = bisect_left(days, ordinal) + k if k <= 0 else bisect_right(days, ordinal) + k - 1
            if 0 <= place < len(days):
                return days[place]
            table = self._grown(
                self._growth.further(table, place - len(days) + 1)
                if place >= 0
                else self._growth.earlier(table, -place)
            )

    def working_days_between(self, first: int, last: int) -> int:
        """How many working days lie in (first, last], both ordinals; 0 if last <= first."""
        if last <= first:
            return 0
        days = self._grown(self._growth.around(first, last)).days
        return bisect_right(days, last) - bisect_right(days, first)

    def _add_growing(self, start: int, seconds: int) -> int:
        if seconds == 0:
            return start
        table = self._cover(start, start)
        while True:
            count = table.worked(start) + seconds
            if seconds > 0:
                if count <= table.total:
                    return table.reached(count)
                table = self._grown(self._growth.further(table, count - table.total))
            else:
                if count >= 0:
                    return table.left(count)
                table = self._grown(self._growth.earlier(table, -count))

    def _cover(self, lo: int, hi: int) -> Table:
        return self._grown(self._growth.cover(lo, hi))

    def _grown(self, table: Table) -> Table:
        self._lookup = table.lookup
        return table
