"""The compiled table of a calendar, grown as far as it is asked about."""

from __future__ import annotations

from typing import NoReturn

from .errors import UncoveredError, UnreachableError
from .instants import DAY, EPOCH_ORDINAL, from_epoch
from .spec import Rules
from .table import FIRST_ORDINAL, LAST_ORDINAL, MARGIN, Table, build, covered, new_year

FIRST_REACH = 400
"""Days compiled at first use beyond the instant asked for: most deadlines lie within a year and some weeks."""

FIRST_BACK = 31

MAX_DAYS = 366_000
"""The longest table, about a thousand years: a limit beyond it is a slip of the pen and not worth the memory."""


class Growth:
    """Holds the table of one calendar. Growing replaces the table whole, so a reader never sees half of one."""

    __slots__ = ("_bounds", "_limits", "_rules", "_table")

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._table: Table | None = None
        if rules.years is None:
            self._bounds = FIRST_ORDINAL, LAST_ORDINAL
            first, last = (day - EPOCH_ORDINAL for day in self._bounds)
            self._limits = (first + MARGIN) * DAY, (last - MARGIN) * DAY
        else:
            self._bounds = new_year(min(rules.years)), new_year(max(rules.years) + 1)
            self._limits = covered(rules)

    def cover(self, lo: int, hi: int) -> Table:
        """A table exact on [lo, hi]; raises `UncoveredError` or `UnreachableError` where there can be none."""
        table = self._table
        if table is not None and table.lo <= lo and hi <= table.hi:
            return table
        if lo < self._limits[0] or hi > self._limits[1]:
            self._refuse(lo if lo < self._limits[0] else hi)
        first = lo // DAY + EPOCH_ORDINAL - MARGIN
        last = -(-hi // DAY) + EPOCH_ORDINAL + MARGIN
        if last - first > MAX_DAYS:
            raise UnreachableError(f"a span of {(last - first) // 365} years is more than a limit can be; shorten it")
        wide = self._widened(first, last)
        if wide[1] - wide[0] > MAX_DAYS:
            wide = first, last
        self._table = build(self._rules, max(wide[0], self._bounds[0]), min(wide[1], self._bounds[1]))
        return self._table

    def further(self, table: Table, seconds: int) -> Table:
        """Grow past the end by what so many more working seconds take at least."""
        special = self._rules.special
        days = self._days_for(seconds)
        if days is None:
            days = max(special, default=0) + 2 * MARGIN - table.last
        if days <= 0:
            raise UnreachableError("no working time is left: the calendar has no weekly windows and no later day")
        if table.hi >= self._limits[1]:
            self._refuse(table.hi + 1)
        return self.cover(table.lo, min(self._limits[1], table.hi + days * DAY))

    def earlier(self, table: Table, seconds: int) -> Table:
        """Grow before the beginning by what so many more working seconds take at least."""
        special = self._rules.special
        days = self._days_for(seconds)
        if days is None:
            days = table.first - min(special, default=LAST_ORDINAL) + 2 * MARGIN
        if days <= 0:
            raise UnreachableError("no working time before: the calendar has no weekly windows and no earlier day")
        if table.lo <= self._limits[0]:
            self._refuse(table.lo - 1)
        return self.cover(max(self._limits[0], table.lo - days * DAY), table.hi)

    def around(self, first: int, last: int) -> Table:
        """A table whose list of working days holds the dates from `first` to `last`."""
        table = self._table
        if table is not None and table.first <= first and last < table.last:
            return table
        instants = [(day - EPOCH_ORDINAL) * DAY + DAY // 2 for day in (first, last)]
        for day, noon in zip((first, last), instants, strict=True):
            if not self._bounds[0] <= day < self._bounds[1]:
                self._refuse(noon)
        lowest, highest = self._limits
        return self.cover(*(max(lowest, min(highest, noon)) for noon in instants))

    def _widened(self, first: int, last: int) -> tuple[int, int]:
        # Growing by half of what is there keeps the cost of many small steps linear.
        table = self._table
        if table is None:
            return first - FIRST_BACK, last + FIRST_REACH
        more = (table.last - table.first) // 2
        return (
            first - more if first < table.first else table.first,
            last + more if last > table.last else table.last,
        )

    def _days_for(self, seconds: int) -> int | None:
        week = sum(close - opening for windows in self._rules.week for opening, close in windows)
        return seconds * 7 // week + 14 if week else None

    def _refuse(self, t: int) -> NoReturn:
        years = self._rules.years
        if years is None:
            raise UnreachableError("the answer lies outside the years 1 to 9999; shorten the limit")
        year = from_epoch(t, self._rules.zone).year
        raise UncoveredError(
            f"calendar {self._rules.id} ({self._rules.tz}) has holidays for {min(years)} to {max(years)} only and the "
            f"answer needs {year}; load the notice for {year} and publish the calendar"
        )
