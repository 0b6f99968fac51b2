"""Limits in days: which day is not counted, where the last one ends, what a pause leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.worktime_oracle import Oracle

from complaints.worktime import Calendar, CalendarSpecError, add_months, end_of_day
from complaints.worktime.days import DayZero, Until

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = [["08:30", "12:00"], ["13:30", "17:30"]]
SPEC = {
    "tz": "Asia/Shanghai",
    "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), OFFICE),
    "holidays": [f"2026-10-0{n}" for n in range(1, 8)],
    "extra_working_days": {"2026-09-20": OFFICE, "2026-10-10": [["09:00", "15:00"]]},
}
CALENDAR = Calendar.from_spec(SPEC)
ORACLE = Oracle(SPEC, date(2026, 9, 1), 90)


def cn(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "day_zero", "expected"),
    [
        # Monday 21 September: by date, the day of the start is not counted whatever the hour
        (cn(9, 21, 9), "date", cn(9, 24, 17, 30)),
        (cn(9, 21, 23, 59), "date", cn(9, 24, 17, 30)),
        (cn(9, 21, 0), "date", cn(9, 24, 17, 30)),
        (cn(9, 19, 12), "date", cn(9, 22, 17, 30)),  # a Saturday, then a Sunday that is worked
        # by cutoff: before opening, in the break and exactly at closing are in time
        (cn(9, 21, 7), "cutoff", cn(9, 24, 17, 30)),
        (cn(9, 21, 12, 30), "cutoff", cn(9, 24, 17, 30)),
        (cn(9, 21, 17, 30), "cutoff", cn(9, 24, 17, 30)),
        (cn(9, 21, 17, 30, 1), "cutoff", cn(9, 25, 17, 30)),
        (cn(9, 19, 12), "cutoff", cn(9, 23, 17, 30)),  # received on the worked Sunday
        (cn(10, 3, 12), "cutoff", cn(10, 12, 17, 30)),  # in the Golden Week: received on the 8th
        (cn(10, 3, 12), "date", cn(10, 10, 15)),  # the third is the make-up Saturday, which closes at 15:00
    ],
)
def test_three_working_days(start: datetime, day_zero: DayZero, expected: datetime) -> None:
    assert CALENDAR.add_working_days(start, 3, day_zero=day_zero) == expected


@pytest.mark.parametrize(
    ("start", "day_zero", "expected"),
    [
        (cn(9, 21, 9, 15, 7), "date", cn(9, 22, 9, 15, 7)),
        (cn(9, 21, 20), "date", cn(9, 22, 20)),  # not rolled into hours
        (cn(9, 21, 20), "cutoff", cn(9, 23, 8, 30)),  # the effective start is the next opening
        (cn(9, 30, 20), "date", cn(10, 8, 20)),
    ],
)
def test_the_same_time_one_working_day_on(start: datetime, day_zero: DayZero, expected: datetime) -> None:
    assert CALENDAR.add_working_days(start, 1, until="same_time", day_zero=day_zero) == expected


@pytest.mark.parametrize(
    ("days", "until", "expected"),
    [
        (1, "midnight", cn(9, 23, 0)),
        (1, "close_of_business", cn(9, 22, 17, 30)),
        (4, "midnight", cn(9, 26, 0)),
        (5, "close_of_business", cn(9, 28, 17, 30)),  # Saturday the 26th moves to Monday
        (10, "midnight", cn(10, 9, 0)),  # 1 October moves to the 8th
        (19, "close_of_business", cn(10, 10, 15)),
        (20, "midnight", cn(10, 13, 0)),
    ],
)
def test_calendar_days_end_on_a_working_day(days: int, until: Until, expected: datetime) -> None:
    assert CALENDAR.add_calendar_days(cn(9, 21, 9), days, until) == expected


def test_before_a_rest_day_counting_back_leads_to_the_working_day_before() -> None:
    assert CALENDAR.add_working_days(cn(9, 22, 17, 30), -1) == cn(9, 21, 17, 30)
    assert CALENDAR.add_working_days(cn(10, 8, 17, 30), -1) == cn(9, 30, 17, 30)
    assert CALENDAR.add_calendar_days(cn(10, 8, 17, 30), -3) == cn(9, 30, 17, 30)


def test_an_instant_that_ends_a_day_belongs_to_it_when_counting_back() -> None:
    # given a 24:00, and the close of a night shift that is already tomorrow's date
    nights = Calendar.from_spec(
        {"tz": "Asia/Shanghai", "week": {d: [["22:00", "06:00"]] for d in ("mon", "tue", "wed")}}
    )

    assert CALENDAR.add_calendar_days(cn(9, 24, 0), -1, "midnight") == cn(9, 23, 0)
    assert nights.add_working_days(cn(9, 24, 6), -1) == cn(9, 23, 6)


def test_no_days_is_the_first_end_at_or_after_the_start() -> None:
    assert CALENDAR.add_working_days(cn(9, 21, 9), 0) == cn(9, 21, 17, 30)
    assert CALENDAR.add_working_days(cn(9, 21, 17, 31), 0) == cn(9, 22, 17, 30)
    assert CALENDAR.add_working_days(cn(10, 3, 9), 0) == cn(10, 8, 17, 30)


def test_a_night_shift_belongs_to_the_date_on_which_it_starts() -> None:
    # given shifts on Friday and Monday nights
    nights = Calendar.from_spec({"tz": "Asia/Shanghai", "week": {d: [["22:00", "06:00"]] for d in ("fri", "mon")}})
    in_the_tail = cn(9, 26, 2)  # Saturday, while Friday's shift runs

    assert nights.add_working_days(in_the_tail, 1, day_zero="cutoff") == cn(9, 29, 6)
    assert nights.add_working_days(cn(9, 26, 6), 1, day_zero="cutoff") == cn(9, 29, 6)  # exactly at its close
    assert nights.add_working_days(cn(9, 26, 6, 0, 1), 1, day_zero="cutoff") == cn(10, 3, 6)


@pytest.mark.parametrize(("name", "value"), [("until", "noon"), ("until", "midnight"), ("day_zero", "today")])
def test_an_unknown_word_is_refused(name: str, value: str) -> None:
    with pytest.raises(CalendarSpecError, match=value):
        CALENDAR.add_working_days(cn(9, 21, 9), 1, **{name: value})  # type: ignore[arg-type]  # the refusal is the point


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 60 * 86400), st.integers(1, 20), st.sampled_from(["date", "cutoff"]))
def test_working_days_agree_with_walking_from_date_to_date(offset: int, days: int, day_zero: DayZero) -> None:
    start = cn(9, 1, 0) + timedelta(seconds=offset)
    # by hand: day zero, then one date after the other
    day, stamp = start.date(), int(start.timestamp())
    if day_zero == "cutoff" and (day not in ORACLE.closes or stamp > ORACLE.closes[day]):
        while day not in ORACLE.closes or stamp > ORACLE.opens[day]:
            day += timedelta(1)
    for _ in range(days):
        day += timedelta(1)
        while day not in ORACLE.closes:
            day += timedelta(1)

    due = CALENDAR.add_working_days(start, days, day_zero=day_zero)

    assert due.timestamp() == ORACLE.closes[day]


# -- pauses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        # five working days from Monday 7 September: the 8th to the 14th
        ([], cn(9, 14, 17, 30)),
        # paused on Thursday: 8th, 9th, 10th have begun, two are left, counted from Wednesday
        ([(cn(9, 10, 10), cn(9, 16, 9))], cn(9, 18, 17, 30)),
        # a pause within one day changes nothing, nor one over the weekend, nor one from the deadline on
        ([(cn(9, 9, 10), cn(9, 9, 15))], cn(9, 14, 17, 30)),
        ([(cn(9, 12, 10), cn(9, 13, 15))], cn(9, 14, 17, 30)),
        ([(cn(9, 14, 17, 30), cn(9, 20, 9))], cn(9, 14, 17, 30)),
        # on the day of the start nothing has begun
        ([(cn(9, 7, 11), cn(9, 9, 9))], cn(9, 16, 17, 30)),
        # on the last day none is left: the first close after the resumption
        ([(cn(9, 14, 9), cn(9, 16, 9))], cn(9, 16, 17, 30)),
        ([(cn(9, 14, 9), cn(9, 16, 18))], cn(9, 17, 17, 30)),
        # two pauses, one after the other
        ([(cn(9, 8, 10), cn(9, 10, 9)), (cn(9, 11, 10), cn(9, 15, 9))], cn(9, 18, 17, 30)),
        # one that covers the start
        ([(cn(9, 6, 10), cn(9, 8, 9))], cn(9, 15, 17, 30)),
    ],
)
def test_after_a_pause_the_days_not_yet_begun_count_from_the_resumption(
    pauses: list[tuple[datetime, datetime]], expected: datetime
) -> None:
    assert CALENDAR.add_working_days(cn(9, 7, 10), 5, pauses=pauses) == expected


def test_a_pause_of_calendar_days_and_of_months() -> None:
    pauses = [(cn(9, 10, 10), cn(9, 15, 9))]  # three of ten have begun, seven are left

    assert CALENDAR.add_calendar_days(cn(9, 7, 10), 10, "midnight") == cn(9, 18, 0)
    assert CALENDAR.add_calendar_days(cn(9, 7, 10), 10, "midnight", pauses) == cn(9, 23, 0)
    assert add_months(cn(9, 7, 10), 1, ZONE, pauses) == cn(10, 13, 0)
    assert end_of_day(cn(9, 10, 9), 0, ZONE, pauses) == cn(9, 16, 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 20 * 86400), st.integers(1, 8), st.integers(0, 20 * 86400), st.integers(1, 20 * 86400))
def test_a_pause_never_brings_a_deadline_forward(offset: int, days: int, after: int, length: int) -> None:
    start = cn(9, 1, 0) + timedelta(seconds=offset)
    begin = start + timedelta(seconds=after)
    pause = (begin, begin + timedelta(seconds=length))

    assert CALENDAR.add_working_days(start, days, pauses=[pause]) >= CALENDAR.add_working_days(start, days)


# -- months and the end of a day --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_end_at_midnight_of_the_same_day_number_or_the_months_last(
    start: date, months: int, expected: date
) -> None:
    """R5."""
    at = datetime(start.year, start.month, start.day, 15, 30, tzinfo=ZONE)

    due = add_months(at, months, ZONE)

    assert due == datetime(expected.year, expected.month, expected.day, tzinfo=ZONE) + timedelta(1)


def test_the_zone_decides_which_date_it_is() -> None:
    # 20:00 UTC on the 21st is the 22nd in Shanghai
    start = datetime(2026, 9, 21, 20, tzinfo=UTC)

    assert end_of_day(start, 0, ZONE) == cn(9, 23, 0)
    assert add_months(start, 1, ZONE) == cn(10, 23, 0)
    assert CALENDAR.add_working_days(start, 1) == cn(9, 23, 17, 30)
