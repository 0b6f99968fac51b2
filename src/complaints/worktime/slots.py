"""Arrival slots: what arrives in a window of the day is late at a fixed time of day (POST-5, reading R7)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from .errors import CalendarSpecError
from .instants import DAY, MICROS, from_epoch, local_epoch, to_epoch
from .pauses import Pause, holes_in_micros
from .period import moment
from .spec import known_keys, mapping, read_clock, read_zone

Slot = tuple[int, int, int]
"""From, to, late: seconds after the midnight of the date on which the slot begins; half-open [from, to)."""


class SlotTable(msgspec.Struct, frozen=True):
    """Slots that together cover the day, each with the instant at which what arrived in it is late."""

    tz: str
    zone: ZoneInfo
    slots: tuple[Slot, ...]

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> SlotTable:
        """Read `{"tz": ..., "slots": [{"from": "08:00", "to": "10:00", "late_at": "12:00"}, ...]}`.

        A slot whose `to` is at or before its `from` runs over midnight. `late_at` is the first such time of day at or
        after the slot's end; `day: "+1"` says the date explicitly, counted from the one on which the slot begins.
        Raises `CalendarSpecError`, also where slots overlap or leave a part of the day out.
        """
        known_keys(mapping(spec, "slots"), ("tz", "slots"), "slots")
        tz, zone = read_zone(spec.get("tz"), "slots.tz")
        rows = spec.get("slots")
        if not isinstance(rows, (list, tuple)) or not rows:
            raise CalendarSpecError("slots.slots", f"expected a list of slots, found {rows!r}", "write at least one")
        slots = sorted(_read_slot(row, f"slots.slots[{index}]") for index, row in enumerate(rows))
        _check_cover(slots)
        return cls(tz, zone, tuple(slots))

    def due(self, start: datetime, pauses: Iterable[Pause] = ()) -> datetime:
        """The instant at which what arrives at `start` is late, in the table's zone.

        A pause that begins before it makes the resumption the arrival (a choice of this product).
        """
        second, fraction = to_epoch(start)
        arrived = second * MICROS + fraction
        due = self._late(arrived)
        for begin, end in holes_in_micros(pauses):
            if begin >= due:
                break
            if end > arrived:
                due = self._late(end)
        return from_epoch(due // MICROS, self.zone)

    def _late(self, arrived: int) -> int:
        day, wall = moment(arrived, self.zone)
        place = bisect_right(self.slots, (wall // MICROS, DAY * 9, 0)) - 1
        # Before the first slot of the day, the last one of the day before still runs; index -1 is that slot.
        return local_epoch(day if place >= 0 else day - 1, self.slots[place][2], self.zone) * MICROS


def _read_slot(row: object, place: str) -> Slot:
    table = mapping(row, place)
    known_keys(table, ("from", "to", "late_at", "day"), place)
    begin = read_clock(table.get("from"), f"{place}.from")
    end = read_clock(table.get("to"), f"{place}.to", end=True)
    late = read_clock(table.get("late_at"), f"{place}.late_at", end=True)
    end += DAY if end <= begin else 0
    day = table.get("day")
    if day is None:
        late += -(-(end - late) // DAY) * DAY if late < end else 0
    elif isinstance(day, bool) or str(day) not in ("0", "+0", "1", "+1", "2", "+2"):
        raise CalendarSpecError(f"{place}.day", f"{day!r} is no day", 'write "+1" for the date after the slot begins')
    else:
        late += int(day) * DAY
    if late < end:
        raise CalendarSpecError(f"{place}.late_at", "lies before the slot ends", "give a later time or day")
    return begin, end, late


def _check_cover(slots: list[Slot]) -> None:
    for (_, end, _), (begin, _, _) in zip(slots, [*slots[1:], (slots[0][0] + DAY, 0, 0)], strict=True):
        if end != begin:
            problem = "overlap" if end > begin else "leave a part of the day out"
            clock = f"{begin % DAY // 3600:02}:{begin // 60 % 60:02}"
            raise CalendarSpecError("slots.slots", f"slots {problem} before {clock}", "let each begin where one ends")
