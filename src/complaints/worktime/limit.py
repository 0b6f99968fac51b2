"""A limit: one value for every kind of duration that a policy can name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from complaints.structs import replace

from .calendar import Calendar
from .days import DayZero, Until
from .errors import LimitError
from .instants import MICROS, from_epoch, to_epoch
from .limit_spec import read_limit
from .pauses import Pause, add_around, between_around, cut, holes_in_micros
from .period import add_months, end_of_day
from .slots import SlotTable
from .spec import Status

Kind = Literal[
    "working_seconds", "clock_seconds", "working_days", "calendar_days", "plain_days", "months", "slots", "end_of_day"
]
_BACKWARDS = ("working_seconds", "clock_seconds", "working_days", "calendar_days", "plain_days")
_IN_CALENDAR = ("working_seconds", "working_days", "calendar_days")


class Limit(msgspec.Struct, frozen=True):
    """A duration with its calendar; `from_spec` is the usual way to make one.

    `amount` is in the kind's own unit (seconds, days, months; none for slots). `until` and `day_zero` matter to days
    only. `zone` is that of results and of dates for the kinds without calendar. Every instant is aware; every method
    raises what `Calendar` raises.
    """

    kind: Kind
    amount: int = 0
    calendar: Calendar | None = None
    until: Until = "close_of_business"
    day_zero: DayZero = "date"
    table: SlotTable | None = None
    zone: ZoneInfo = ZoneInfo("UTC")  # immutable, and one object per name

    def __post_init__(self) -> None:
        if self.kind in _IN_CALENDAR and self.calendar is None:
            raise LimitError(f"a limit in {self.kind} needs a calendar")
        if self.kind == "slots" and self.table is None:
            raise LimitError("a limit in slots needs a slot table")

    @classmethod
    def from_spec(
        cls,
        spec: Mapping[str, Any],
        calendars: Mapping[str, Calendar],
        slots: Mapping[str, SlotTable | Mapping[str, Any]] | None = None,
        zone: str = "UTC",
    ) -> Limit:
        """Read a policy's spelling (`limit_spec`), its names resolved; slot tables may still be specs.

        Raises `CalendarSpecError` naming the key that is wrong.
        """
        return cls(**read_limit(spec, calendars, slots or {}, zone))

    @property
    def calendar_id(self) -> str:
        """Content id of the calendar counted in; empty where none is."""
        return self.calendar.id if self.calendar is not None else ""

    def with_calendar(self, calendar: Calendar) -> Limit:
        """The same limit in another (a corrected) calendar."""
        return replace(self, calendar=calendar)

    def due(self, start: datetime, pauses: Iterable[Pause] = (), extended: int = 0) -> datetime:
        """When the limit that starts then ends; an instant exactly at it is in time.

        `pauses` are holes in the time counted; for days and slots see `period` and `SlotTable.due`. `extended` adds to
        `amount`, in its unit.
        """
        if extended and self.kind == "slots":
            raise LimitError("a slot's instant is fixed; extend it with a limit of another kind that starts there")
        return self._end(start, self.amount + extended, pauses)

    def before(self, instant: datetime) -> datetime:
        """The instant that lies this long before another, counted back in the same kind of time."""
        if self.kind not in _BACKWARDS:
            raise LimitError(f"a limit in {self.kind} cannot be counted back; use hours or days")
        if self.amount == 0:
            return instant
        return self._end(instant, -self.amount, ())

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> int:
        """Seconds counted in [start, end), pauses left out: working time where there is a calendar, else clock time."""
        if self.calendar is not None:
            return self.calendar.working_time_between(start, end, pauses)
        micros = between_around(_micros(start), _micros(end), holes_in_micros(pauses), lambda a, b: b - a)
        return micros // MICROS if micros >= 0 else -(-micros // MICROS)

    def explain(
        self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
    ) -> list[tuple[datetime, datetime, int]]:
        """The intervals counted between two instants: (from, to, seconds), pauses left out."""
        if self.calendar is not None:
            return self.calendar.explain(start, end, pauses)
        pieces = cut(_micros(start), _micros(end), holes_in_micros(pauses))
        return [(self._instant(a), self._instant(b), (b - a) // MICROS) for a, b in pieces]

    def certainty(self, start: datetime, end: datetime) -> Status:
        """How certain the holidays are that a due instant computed from `start` rests on; see `Calendar.certainty`."""
        return self.calendar.certainty(start, end) if self.calendar is not None else "official"

    def settled(self, start: datetime, end: datetime) -> bool:
        """Can no notice still move the due instant? A breach is declared only when it is settled."""
        return self.calendar is None or self.calendar.settled(start, end)

    def _end(self, start: datetime, amount: int, pauses: Iterable[Pause]) -> datetime:
        calendar = self.calendar
        if self.kind == "slots" and self.table is not None:
            return self.table.due(start, pauses)
        if self.kind == "clock_seconds":
            holes = holes_in_micros(pauses)
            return self._instant(
                add_around(_micros(start), amount * MICROS, holes, lambda t, more: t + more, lambda a, b: b - a)
            )
        if self.kind == "months":
            return add_months(start, amount, self.zone, pauses)
        if calendar is None:
            return end_of_day(start, amount, self.zone, pauses)
        if self.kind == "working_seconds":
            return calendar.add_working_time(start, amount, pauses)
        if self.kind == "working_days":
            return calendar.add_working_days(start, amount, self.until, self.day_zero, pauses)
        return calendar.add_calendar_days(start, amount, self.until, pauses)

    def _instant(self, micros: int) -> datetime:
        return from_epoch(micros // MICROS, self.zone, micros % MICROS)


def _micros(instant: datetime) -> int:
    second, fraction = to_epoch(instant)
    return second * MICROS + fraction
