"""Limits in working days and in calendar days that end on a working day."""

from __future__ import annotations

from typing import Literal, get_args

from .engine import Engine
from .errors import CalendarSpecError
from .instants import MICROS, local_epoch
from .period import Moment, Period, moment, wall_instant
from .spec import Rules
from .table import date_intervals

Until = Literal["close_of_business", "same_time", "midnight"]
"""Where on its last day a period ends."""

DayZero = Literal["date", "cutoff"]
"""Which day is not counted: the date of the start, or the day on which the start counts as received."""


def working_days(engine: Engine, rules: Rules, until: str, day_zero: str) -> Period:
    """Working days after day zero, ending at close of business or at the wall time of the (effective) start."""
    check_choice("until", until, ("close_of_business", "same_time"))
    check_choice("day_zero", day_zero, get_args(DayZero))
    cutoff = day_zero == "cutoff"
    return Period(
        zone=rules.zone,
        received=lambda micros: _received(engine, rules, micros) if cutoff else moment(micros, rules.zone),
        last_day=engine.working_day,
        begun=engine.working_days_between,
        end_of=lambda day, wall: (
            _close(rules, day) if until == "close_of_business" else wall_instant(day, wall, rules.zone)
        ),
        admissible=lambda day: engine.working_day(day, 0),
    )


def calendar_days(engine: Engine, rules: Rules, until: str) -> Period:
    """Calendar days; a last day that is no working day moves to the next one (backwards: to the one before)."""
    check_choice("until", until, ("close_of_business", "midnight"))

    def last_day(zero: int, days: int) -> int:
        day = engine.working_day(zero + days, 0)
        return day if days >= 0 or day == zero + days else engine.working_day(zero + days, -1)

    return Period(
        zone=rules.zone,
        received=lambda micros: moment(micros, rules.zone),
        last_day=last_day,
        begun=lambda zero, day: day - zero,
        end_of=lambda day, _: (
            _close(rules, day) if until == "close_of_business" else local_epoch(day + 1, 0, rules.zone) * MICROS
        ),
        admissible=lambda day: engine.working_day(day, 0),
    )


def check_choice(place: str, value: object, choices: tuple[str, ...]) -> None:
    """Refuse a word that is none of the choices, naming them."""
    if value not in choices:
        raise CalendarSpecError(place, f"unknown value {value!r}", f"use one of {', '.join(choices)}")


def _received(engine: Engine, rules: Rules, micros: int) -> Moment:
    # In time is what comes before or exactly at the last close of its date, and whatever comes while somebody works
    # (the tail of a night shift on a rest day); all else counts as received at the next opening.
    day, wall = moment(micros, rules.zone)
    second, fraction = divmod(micros, MICROS)
    owned = date_intervals(rules, day)
    if owned and micros <= owned[-1][1] * MICROS:
        return day, wall
    if engine.between_epoch(second - 1, second) == 1 and fraction == 0:
        return day, wall
    opening = engine.opening_epoch(second)
    return (day, wall) if opening == second else moment(opening * MICROS, rules.zone)


def _close(rules: Rules, day: int) -> int:
    return date_intervals(rules, day)[-1][1] * MICROS
