"""Aware datetimes to whole epoch seconds and back.

The engine counts in integer seconds since 1970-01-01T00:00Z. A fraction of a second is carried beside them, never
rounded away, because events are stamped finer than limits are written.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from .errors import InstantError, UnreachableError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()
DAY = 86_400
MICROS = 1_000_000


def to_epoch(instant: datetime) -> tuple[int, int]:
    """Whole seconds since the epoch (rounded down) and the microseconds beyond them.

    Raises `InstantError` for a naive datetime: which zone it was meant in cannot be known.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise InstantError(f"{instant!r} has no time zone; give an aware datetime, for example with tzinfo=UTC")
    gap = instant - EPOCH
    return gap.days * DAY + gap.seconds, gap.microseconds


def from_epoch(seconds: int, zone: tzinfo, micros: int = 0) -> datetime:
    """The aware datetime in `zone`; raises `UnreachableError` outside the years 1 to 9999."""
    try:
        return (EPOCH + timedelta(seconds=seconds, microseconds=micros)).astimezone(zone)
    except OverflowError:
        raise UnreachableError(f"epoch second {seconds} is outside the years 1 to 9999; shorten the limit") from None


def local_epoch(ordinal: int, second: int, zone: tzinfo) -> int:
    """Epoch second of a wall time: `second` after the midnight that begins date `ordinal` in `zone`.

    `second` may be a day or more. A wall time that happens twice is the first one (Z1); one that does not exist is
    read with the offset before the gap (Z2). Both are what `fold=0` means.
    """
    days, second = divmod(second, DAY)
    try:
        wall = datetime.fromordinal(ordinal + days) + timedelta(seconds=second)
        offset = zone.utcoffset(wall)
    except (ValueError, OverflowError):
        raise UnreachableError(f"day {ordinal + days} is outside the years 1 to 9999; shorten the limit") from None
    assert offset is not None  # zoneinfo answers for every wall time
    return (ordinal + days - EPOCH_ORDINAL) * DAY + second - (offset.days * DAY + offset.seconds)
