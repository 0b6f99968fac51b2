"""Periods counted in dates, and what a pause does to them.

Day-based periods run from the next day (Civil Code article 201), hour-based ones from the moment itself: the day of the
start is day zero, and what is counted are dates, not hours.

Pauses (a choice of this product): when a paused period resumes, the days not yet begun at the pause are counted from
the resumption. A date begins at its midnight. A period paused on its last day has none left and ends with the first
admissible day whose end lies at or after the resumption.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from .errors import UnreachableError
from .instants import MICROS, from_epoch, local_epoch, to_epoch
from .pauses import Pause, holes_in_micros

LAST_YEAR = 9998

Moment = tuple[int, int]
"""A date (ordinal) and the wall time on it (microseconds after its midnight)."""


class Period(msgspec.Struct, frozen=True):
    """How one kind of day-based period counts. Dates are ordinals, instants epoch microseconds."""

    zone: ZoneInfo
    received: Callable[[int], Moment]
    """When a start (or resumption) counts as received: day zero and wall time."""
    last_day: Callable[[int, int], int]
    """(day zero, days) to the last day of the period."""
    begun: Callable[[int, int], int]
    """(day zero, date) to the days begun by then."""
    end_of: Callable[[int, int], int]
    """(date, wall time of the start) to the instant at which that day ends the period."""
    admissible: Callable[[int], int]
    """The date itself if a period can end on it, else the next one on which it can."""

    def due(self, start: datetime, days: int, pauses: Iterable[Pause] = ()) -> datetime:
        """The end of a period of so many days; 0 is the first end at or after the start.

        For days < 0 the end of the day so many before the one that `start` falls into: an instant that ends a day (its
        24:00, the close of its night shift) still belongs to it. Pauses matter to periods that run forward only.
        """
        second, micros = to_epoch(start)
        begin = second * MICROS + micros
        if days < 0:
            end = self._before(begin, days)
            return from_epoch(end // MICROS, self.zone, end % MICROS)
        zero, wall = self.received(begin)
        due = self.end_of(self.last_day(zero, days), wall) if days else self._first_end(zero, wall, begin)
        for paused, resumed in holes_in_micros(pauses):
            if paused >= due:
                break
            if resumed <= begin:
                continue
            if paused > begin:
                days = max(0, days - max(0, self.begun(zero, moment(paused, self.zone)[0])))
            zero, fresh = self.received(resumed)
            if days:
                wall = fresh
                due = self.end_of(self.last_day(zero, days), wall)
            else:
                due = self._first_end(zero, wall, resumed)
            begin = resumed
        return from_epoch(due // MICROS, self.zone, due % MICROS)

    def _before(self, instant: int, days: int) -> int:
        day, wall = moment(instant, self.zone)
        while self.end_of(self.last_day(day, -1), wall) >= instant:
            day = self.last_day(day, -1)
        return self.end_of(self.last_day(day, days), wall)

    def _first_end(self, day: int, wall: int, resumed: int) -> int:
        while True:
            day = self.admissible(day)
            end = self.end_of(day, wall)
            if end >= resumed:
                return end
            day += 1


def moment(micros: int, zone: ZoneInfo) -> Moment:
    """The local date and wall time of an instant."""
    local = from_epoch(micros // MICROS, zone)
    wall = local.hour * 3600 + local.minute * 60 + local.second
    return local.toordinal(), wall * MICROS + micros % MICROS


def wall_instant(day: int, wall: int, zone: ZoneInfo) -> int:
    """The instant of a wall time, both in microseconds (Z1, Z2)."""
    return local_epoch(day, wall // MICROS, zone) * MICROS + wall % MICROS


def plain_days(zone: ZoneInfo) -> Period:
    """Every date counts, and the period ends at the 24:00 of its last (R5, R11)."""
    return Period(
        zone=zone,
        received=lambda micros: moment(micros, zone),
        last_day=lambda zero, days: zero + days,
        begun=lambda zero, day: day - zero,
        end_of=lambda day, _: local_epoch(day + 1, 0, zone) * MICROS,
        admissible=lambda day: day,
    )


def add_months(start: datetime, months: int, zone: ZoneInfo, pauses: Iterable[Pause] = ()) -> datetime:
    """The 24:00 of the same day number so many months on, month ends clamped (R5): 31 January + 3 is 30 April, 24:00.

    The result is in `zone`, whose date of `start` counts. A pause moves the end as it does for days.
    """
    local = start.astimezone(zone) if to_epoch(start) else start
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    if not 1 <= year <= LAST_YEAR:
        raise UnreachableError(f"{months} months from {start} lie outside the years 1 to 9999; shorten the limit")
    last = min(local.day, monthrange(year, month + 1)[1])
    days = date(year, month + 1, last).toordinal() - local.toordinal()
    return plain_days(zone).due(start, days, pauses)


def end_of_day(start: datetime, days: int, zone: ZoneInfo, pauses: Iterable[Pause] = ()) -> datetime:
    """The 24:00 of the date so many days after that of `start` in `zone` (R11: "same day" is 0)."""
    return plain_days(zone).due(start, days, pauses)
