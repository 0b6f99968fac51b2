"""The calendar: what an organisation's working time is, and every question that can be asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .days import DayZero, Until, calendar_days, working_days
from .engine import Engine
from .instants import MICROS, from_epoch, to_epoch
from .micros import add_micros, between_micros
from .pauses import Pause, add_around, between_around, cut, holes_in_micros
from .spec import Rules, Status, read_rules, write_spec
from .table import date_intervals


class Calendar(Engine):
    """Working time in one time zone. Immutable; equal and of equal hash when the content is.

    Instants are aware datetimes in any zone, results are in the calendar's zone; durations are whole seconds. Compare
    and subtract results in UTC: Python compares wall times within one zone, and calls a repeated one unequal to every
    instant of another. Working time is the union of half-open intervals (C7): the opening counts, the close does not,
    and a deadline exactly at a close stays there. The methods on epoch seconds (`add_epoch`, `between_epoch`,
    `add_epochs`, `between_epochs`) are those of `Engine`.

    Every method that counts raises `InstantError` for a naive datetime, `UncoveredError` where the answer needs a year
    without holiday data, and `UnreachableError` where no instant satisfies the request (A4).
    """

    __slots__ = ("_rules",)

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules)
        self._rules = rules

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Calendar:
        """Read a calendar spec (`docs/worktime.md`); raises `CalendarSpecError` naming the place and the remedy."""
        return cls(read_rules(spec))

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits of the content's hash: equal for equal calendars, however they were written."""
        return self._rules.id

    @property
    def tz(self) -> str:
        """Name of the time zone."""
        return self._rules.tz

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return self._rules.zone

    @property
    def spec(self) -> dict[str, Any]:
        """The spec in normal form, for storing: JSON-ready, and `from_spec` of it gives an equal calendar."""
        return write_spec(self._rules)

    @property
    def needs_holidays(self) -> bool:
        """Does this calendar close on holidays without saying for which years it knows them?"""
        return bool(self._rules.holidays) and self._rules.years is None

    def add_working_time(self, start: datetime, seconds: int, pauses: Iterable[Pause] = ()) -> datetime:
        """The smallest instant t after `start` with so many working seconds between (A1); 0 is the start itself (A2).

        For seconds < 0 the largest such t before it (A3). `pauses` are holes in working time and may overlap; one that
        begins at or after the answer changes nothing (A5).
        """
        seconds = _whole(seconds)
        second, fraction = to_epoch(start)
        holes = holes_in_micros(pauses)
        if not holes and not fraction:
            return from_epoch(self.add_epoch(second, seconds), self.zone)
        micros = add_around(
            second * MICROS + fraction,
            seconds * MICROS,
            holes,
            lambda t, amount: add_micros(self, t, amount),
            lambda a, b: between_micros(self, a, b),
        )
        return from_epoch(micros // MICROS, self.zone, micros % MICROS)

    def working_time_between(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> int:
        """Working seconds in [start, end), negative if end < start (B1); a fraction of a second is cut off."""
        (a, a_fraction), (b, b_fraction) = to_epoch(start), to_epoch(end)
        holes = holes_in_micros(pauses)
        if not holes and not a_fraction and not b_fraction:
            return self.between_epoch(a, b)
        micros = between_around(
            a * MICROS + a_fraction, b * MICROS + b_fraction, holes, lambda x, y: between_micros(self, x, y)
        )
        return micros // MICROS if micros >= 0 else -(-micros // MICROS)

    def add_working_days(
        self,
        start: datetime,
        days: int,
        until: Until = "close_of_business",
        day_zero: DayZero = "date",
        pauses: Iterable[Pause] = (),
    ) -> datetime:
        """The `days`-th working day after day zero: its last close, or with "same_time" the wall time of the start.

        `day_zero="date"`: the local date of the start is not counted, whatever the hour. `"cutoff"`: a start after the
        last close or on a rest day counts as received at the next opening; exactly at closing is still in time.
        For days < 0 the working day so many before day zero; 0 is the first end of a working day at or after the start.
        """
        return working_days(self, self._rules, until, day_zero).due(start, _whole(days), pauses)

    def add_calendar_days(
        self, start: datetime, days: int, until: Until = "close_of_business", pauses: Iterable[Pause] = ()
    ) -> datetime:
        """So many dates after that of the start; a last day that is no working day moves to the next one.

        Ends at the last close of that day, or with "midnight" at its 24:00. For days < 0 a rest day moves to the
        working day before.
        """
        return calendar_days(self, self._rules, until).due(start, _whole(days), pauses)

    def is_working_day(self, day: date) -> bool:
        """Has the date at least one window left (C6)?"""
        self._growth.around(day.toordinal(), day.toordinal())
        return bool(date_intervals(self._rules, day.toordinal()))

    def working_seconds_on(self, day: date) -> int:
        """Working seconds of the windows that belong to the date (C3). Half a working day (R10) is half of it."""
        self._growth.around(day.toordinal(), day.toordinal())
        return sum(close - opening for opening, close in date_intervals(self._rules, day.toordinal()))

    def next_opening(self, t: datetime) -> datetime:
        """The first instant at or after `t` that is working time: `t` itself while it is open."""
        second, fraction = to_epoch(t)
        opening = self.opening_epoch(second)
        if fraction and opening == second:
            return t.astimezone(self.zone)
        return from_epoch(opening, self.zone)

    def explain(
        self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
    ) -> list[tuple[datetime, datetime, int]]:
        """The intervals that count between two instants: (from, to, working seconds), pauses left out.

        The seconds add up to `working_time_between`; for end < start they are negative.
        """
        (a, a_fraction), (b, b_fraction) = to_epoch(start), to_epoch(end)
        low, high = sorted((a * MICROS + a_fraction, b * MICROS + b_fraction))
        sign = 1 if (a, a_fraction) <= (b, b_fraction) else -1
        holes = holes_in_micros(pauses)
        rows, counted = [], 0
        for opening, close in self.intervals_epoch(low // MICROS, -(-high // MICROS)):
            for x, y in cut(max(low, opening * MICROS), min(high, close * MICROS), holes):
                seconds = (counted + y - x) // MICROS - counted // MICROS
                counted += y - x
                rows.append((self._instant(x), self._instant(y), sign * seconds))
        return rows

    @property
    def years(self) -> Mapping[int, Status] | None:
        """Holiday status by year; None for a calendar that needs no holiday data."""
        return self._rules.years

    def status(self, day: date) -> Status:
        """Is the date's holiday status known: official, provisional (a notice may still come) or uncovered?"""
        years = self._rules.years
        if years is None:
            return "official"
        if day.toordinal() in self._rules.provisional and day.year in years:
            return "provisional"
        return years.get(day.year, "uncovered")

    def may_move(self, day: date) -> bool:
        """Is the date one that the next notice may still turn from working day to rest day, or back?

        In a provisional year these are its `provisional_dates`, or every date if it lists none.
        """
        if self.status(day) != "provisional" or day.toordinal() in self._rules.provisional:
            return self.status(day) == "provisional"
        return all(date.fromordinal(d).year != day.year for d in self._rules.provisional)

    def certainty(self, start: datetime, end: datetime) -> Status:
        """The least certain status of the local dates from `start` to `end`: what was computed over them says so."""
        found = {self.status(day) for day in self._dates(start, end)}
        return "uncovered" if "uncovered" in found else "provisional" if "provisional" in found else "official"

    def settled(self, start: datetime, end: datetime) -> bool:
        """Can no notice still move anything from `start` to `end`? A breach is declared only on a settled deadline."""
        return all(self.status(day) != "uncovered" and not self.may_move(day) for day in self._dates(start, end))

    def _dates(self, start: datetime, end: datetime) -> list[date]:
        # A date before which nothing is provisional or uncovered adds nothing; in the usual case no date is looked at.
        years = self._rules.years
        if years is None:
            return []
        first, last = sorted((start.astimezone(self.zone).date(), end.astimezone(self.zone).date()))
        sure = all(years.get(year) == "official" for year in range(first.year, last.year + 1))
        if sure:
            return [date.fromordinal(d) for d in self._rules.provisional if first.toordinal() <= d <= last.toordinal()]
        return [date.fromordinal(d) for d in range(first.toordinal(), last.toordinal() + 1)]

    def _instant(self, micros: int) -> datetime:
        return from_epoch(micros // MICROS, self.zone, micros % MICROS)

    def __eq__(self, other: object) -> bool:
        return self._rules.canonical == other._rules.canonical if isinstance(other, Calendar) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._rules.canonical)

    def __repr__(self) -> str:
        return f"Calendar({self.id!r}, tz={self.tz!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Calendar.from_spec, (self.spec,)


def _whole(amount: float) -> int:
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or amount != int(amount):
        raise TypeError(f"{amount!r} is no whole number; durations are whole seconds or days")
    return int(amount)
