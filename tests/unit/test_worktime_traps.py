"""The traps that cost other systems most, each by name; every expected instant worked out by hand."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from complaints.worktime import Calendar, InstantError, UncoveredError, UnreachableError

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = [["08:30", "12:00"], ["13:30", "17:30"]]
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
ALL_DAYS = (*WORKDAYS, "sat", "sun")
GOLDEN_WEEK = [f"2026-10-0{n}" for n in range(1, 8)]


def office(**more: object) -> Calendar:
    return Calendar.from_spec({"tz": "Asia/Shanghai", "week": dict.fromkeys(WORKDAYS, OFFICE), **more})


def one_shift(tz: str, opening: str, close: str, days: tuple[str, ...] = ALL_DAYS, **more: object) -> Calendar:
    return Calendar.from_spec({"tz": tz, "week": {day: [[opening, close]] for day in days}, **more})


def cn(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=SHANGHAI)


def test_a_deadline_exactly_at_closing_stays_there() -> None:
    # given the last hour before the Golden Week of 2026
    calendar = one_shift("Asia/Shanghai", "08:00", "18:00", WORKDAYS, holidays=GOLDEN_WEEK)

    assert calendar.add_working_time(cn(9, 30, 17), 3600) == cn(9, 30, 18)
    assert calendar.add_working_time(cn(9, 30, 17), 3601) == cn(10, 8, 8, 0, 1)


def test_a_start_before_opening_in_the_break_or_after_closing_counts_from_the_opening() -> None:
    calendar = office()

    for start in (cn(9, 22, 7), cn(9, 22, 8, 30), cn(9, 21, 17, 30), cn(9, 21, 23, 59, 59)):
        assert calendar.add_working_time(start, 60) == cn(9, 22, 8, 31)
    for start in (cn(9, 22, 12), cn(9, 22, 12, 45), cn(9, 22, 13, 30)):
        assert calendar.add_working_time(start, 60) == cn(9, 22, 13, 31)


def test_nothing_added_is_the_start_even_while_closed() -> None:
    start = cn(9, 20, 3)

    assert office().add_working_time(start, 0) == start
    assert office().add_working_time(start, 0).tzinfo is SHANGHAI


def test_one_hour_before_counts_back_in_the_same_calendar() -> None:
    calendar = office()

    assert calendar.add_working_time(cn(9, 22, 9), -3600) == cn(9, 21, 17)
    assert calendar.add_working_time(cn(9, 22, 9, 30), -3600) == cn(9, 22, 8, 30)
    assert calendar.add_working_time(cn(9, 22, 13, 30), -1) == cn(9, 22, 11, 59, 59)
    # the largest such instant: not yesterday's close but today's opening
    assert calendar.add_working_time(cn(9, 22, 8, 30), -1) == cn(9, 21, 17, 29, 59)


def test_the_golden_week_of_2026_with_its_make_up_days() -> None:
    # given the notice for 2026: 1 to 7 October off, Sunday 20 September and Saturday 10 October worked
    calendar = office(holidays=GOLDEN_WEEK, extra_working_days={"2026-09-20": OFFICE, "2026-10-10": OFFICE})

    assert calendar.is_working_day(date(2026, 9, 20))
    assert not calendar.is_working_day(date(2026, 10, 7))
    assert calendar.add_working_time(cn(9, 30, 17), 3600) == cn(10, 8, 9)
    assert calendar.add_working_days(cn(9, 30, 10), 3) == cn(10, 10, 17, 30)
    assert calendar.working_time_between(cn(9, 19, 0), cn(10, 12, 0)) == (9 + 3) * 7.5 * 3600


def test_an_override_beats_the_holiday_and_an_empty_one_closes() -> None:
    calendar = office(
        holidays=["2026-05-05"], extra_working_days={"2026-05-05": [["09:00", "10:00"]], "2026-05-06": []}
    )

    assert calendar.working_seconds_on(date(2026, 5, 5)) == 3600
    assert not calendar.is_working_day(date(2026, 5, 6))


@pytest.mark.parametrize(
    ("holiday", "expected"),
    [
        # a holiday removes the shift that starts on it, not the tail of last night's
        ("2026-09-22", [(cn(9, 21, 22), cn(9, 22, 6), 28800), (cn(9, 23, 22), cn(9, 24, 6), 28800)]),
        ("2026-09-23", [(cn(9, 21, 22), cn(9, 22, 6), 28800), (cn(9, 22, 22), cn(9, 23, 6), 28800)]),
    ],
)
def test_a_night_shift_before_and_after_a_holiday(holiday: str, expected: list[tuple[datetime, datetime, int]]) -> None:
    calendar = one_shift("Asia/Shanghai", "22:00", "06:00", ("mon", "tue", "wed"), holidays=[holiday])

    assert calendar.explain(cn(9, 21, 12), cn(9, 25, 12)) == expected


@pytest.mark.parametrize(("day", "hours"), [(28, 7), (27, 8), (29, 8)])
def test_a_night_shift_is_as_long_as_it_takes(day: int, hours: int) -> None:
    # Berlin loses 02:00-03:00 on 29 March 2026, so the shift that begins on the 28th is an hour short
    calendar = one_shift("Europe/Berlin", "22:00", "06:00")

    assert calendar.working_seconds_on(date(2026, 3, day)) == hours * 3600


def test_a_night_shift_over_the_doubled_hour_is_nine_hours_long() -> None:
    calendar = one_shift("Europe/Berlin", "22:00", "06:00")
    start = datetime(2026, 10, 24, 22, tzinfo=BERLIN)

    assert calendar.working_seconds_on(date(2026, 10, 24)) == 9 * 3600
    assert calendar.add_working_time(start, 9 * 3600) == datetime(2026, 10, 25, 6, tzinfo=BERLIN)


def test_a_wall_time_that_happens_twice_is_the_first() -> None:
    calendar = one_shift("Europe/Berlin", "02:30", "04:00", ("sun",))

    opening = calendar.next_opening(datetime(2026, 10, 25, tzinfo=BERLIN))

    # in UTC, because Python calls a repeated wall time unequal to any instant of another zone (PEP 495)
    assert opening.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert calendar.working_seconds_on(date(2026, 10, 25)) == 9000


def test_a_wall_time_that_does_not_exist_is_read_with_the_offset_before() -> None:
    # 02:30 on 29 March 2026 does not exist in Berlin: it is 03:30, summer time
    calendar = one_shift("Europe/Berlin", "02:30", "04:00", ("sun",))

    assert calendar.next_opening(datetime(2026, 3, 29, tzinfo=BERLIN)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert calendar.working_seconds_on(date(2026, 3, 29)) == 1800


def test_a_window_without_length_is_dropped_and_its_day_is_no_working_day() -> None:
    # 02:30-03:00 becomes 03:30-03:00 on that night
    calendar = one_shift("Europe/Berlin", "02:30", "03:00", ("sun",))

    assert not calendar.is_working_day(date(2026, 3, 29))
    assert calendar.is_working_day(date(2026, 4, 5))
    assert calendar.add_working_days(datetime(2026, 3, 28, 12, tzinfo=BERLIN), 1).date() == date(2026, 4, 5)


def test_lord_howe_changes_by_half_an_hour() -> None:
    # clocks go from 02:00 to 02:30 on 4 October 2026, back from 02:00 to 01:30 on 5 April
    calendar = one_shift("Australia/Lord_Howe", "00:00", "04:00")

    assert calendar.working_seconds_on(date(2026, 10, 4)) == 3.5 * 3600
    assert calendar.working_seconds_on(date(2026, 4, 5)) == 4.5 * 3600


def test_a_date_that_a_zone_skips_counts_once() -> None:
    # Samoa had no 30 December 2011: read with the offset before, its windows are those of the 31st
    calendar = one_shift("Pacific/Apia", "08:00", "16:00")
    apia = ZoneInfo("Pacific/Apia")

    span = datetime(2011, 12, 29, tzinfo=apia), datetime(2012, 1, 1, tzinfo=apia)
    assert calendar.working_time_between(*span) == 2 * 8 * 3600


@pytest.mark.parametrize(
    "spelling", [[["00:00", "24:00"]], [["00:00", "00:00"]], [["00:00", "12:00"], ["12:00", "24:00"]]]
)
def test_a_calendar_that_never_closes_is_clock_time(spelling: list[list[str]]) -> None:
    calendar = Calendar.from_spec({"tz": "Asia/Shanghai", "week": dict.fromkeys(ALL_DAYS, spelling)})
    start = cn(9, 22, 3, 4, 5)

    assert calendar.add_working_time(start, 48 * 3600) == cn(9, 24, 3, 4, 5)
    assert calendar.add_working_time(start, -48 * 3600) == cn(9, 20, 3, 4, 5)
    assert len(calendar.explain(cn(1, 1, 0), cn(12, 31, 0))) == 1
    assert calendar.next_opening(start) == start


def test_windows_that_overlap_or_touch_count_once() -> None:
    calendar = Calendar.from_spec(
        {"tz": "Asia/Shanghai", "week": {"mon": [["20:00", "04:00"], ["21:00", "22:00"]], "tue": [["03:00", "08:00"]]}}
    )

    assert calendar.explain(cn(9, 21, 0), cn(9, 23, 0)) == [(cn(9, 21, 20), cn(9, 22, 8), 12 * 3600)]


def test_pauses_are_holes_in_working_time() -> None:
    calendar = office()
    start = cn(9, 22, 9)
    # two that overlap, one at night (nothing), one that begins exactly at the deadline (nothing)
    pauses = [
        (cn(9, 22, 10), cn(9, 22, 11)),
        (cn(9, 22, 10, 30), cn(9, 22, 11, 30)),
        (cn(9, 22, 18), cn(9, 23, 8)),
        (cn(9, 23, 10), cn(9, 24, 10)),
    ]

    due = calendar.add_working_time(start, (7 * 60 + 0) * 60, pauses)

    assert due == cn(9, 23, 10)
    assert calendar.working_time_between(start, due, pauses) == 7 * 3600
    assert [row[2] for row in calendar.explain(start, due, pauses)] == [3600, 1800, 14400, 5400]


def test_a_pause_over_the_start_and_an_empty_one_and_one_the_wrong_way_round() -> None:
    calendar = office()

    assert calendar.add_working_time(cn(9, 22, 9), 3600, [(cn(9, 22, 8), cn(9, 22, 10))]) == cn(9, 22, 11)
    assert calendar.add_working_time(cn(9, 22, 9), 3600, [(cn(9, 22, 9), cn(9, 22, 9))]) == cn(9, 22, 10)
    with pytest.raises(InstantError, match="ends before it begins"):
        calendar.add_working_time(cn(9, 22, 9), 3600, [(cn(9, 22, 10), cn(9, 22, 9))])


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(InstantError, match="no time zone"):
        office().add_working_time(datetime(2026, 9, 22, 9), 3600)  # noqa: DTZ001


@pytest.mark.parametrize("amount", [1.5, True, "60"])
def test_an_amount_that_is_no_whole_number_is_refused(amount: object) -> None:
    with pytest.raises(TypeError, match="whole"):
        office().add_working_time(cn(9, 22, 9), amount)  # type: ignore[arg-type]  # the refusal is the point


def test_a_year_without_holiday_data_is_refused_not_guessed() -> None:
    calendar = office(holidays=["2026-10-01"], holiday_status={"2026": "official"})
    last = cn(12, 31, 17)

    assert calendar.add_working_time(last, 1800) == cn(12, 31, 17, 30)
    assert calendar.working_time_between(cn(12, 31, 0), datetime(2027, 1, 1, tzinfo=SHANGHAI)) == 27000
    for question in (
        lambda: calendar.add_working_time(last, 1801),
        lambda: calendar.add_working_time(cn(1, 1, 9), -3601),
        lambda: calendar.add_working_days(last, 1),
        lambda: calendar.add_calendar_days(last, 1),
        lambda: calendar.is_working_day(date(2027, 1, 4)),
        lambda: calendar.next_opening(cn(12, 31, 18)),
        lambda: calendar.working_time_between(last, datetime(2027, 1, 1, 0, 0, 1, tzinfo=SHANGHAI)),
    ):
        with pytest.raises(UncoveredError, match=r"2026 to 2026 only.*(2025|2027)"):
            question()


def test_days_of_a_calendar_that_never_opens_are_unreachable() -> None:
    never = Calendar.from_spec({"tz": "Asia/Shanghai", "week": {}})

    questions: tuple[Callable[[], datetime], ...] = (
        lambda: never.add_working_days(cn(9, 22, 9), 1),
        lambda: never.add_working_days(cn(9, 22, 9), -1),
        lambda: never.add_calendar_days(cn(9, 22, 9), 15),
        lambda: never.next_opening(cn(9, 22, 9)),
    )
    for question in questions:
        with pytest.raises(UnreachableError):
            question()


def test_equal_content_is_one_calendar_however_it_is_written() -> None:
    one = office(holidays=["2026-10-02", "2026-10-01"])
    other = Calendar.from_spec(
        {
            "tz": "Asia/Shanghai",
            "week": {day: [["13:30:00", "17:30"], ["08:30", "12:00"]] for day in reversed(WORKDAYS)},
            "holidays": ["2026-10-01", "2026-10-02", "2026-10-01"],
            "extra_working_days": {},
        }
    )

    assert one == other
    assert len({one, other}) == 1
    assert one.id == other.id
    assert len(one.id) == 16
    assert one != office()
    assert one.id != office().id
    assert Calendar.from_spec(one.spec) == one
    assert pickle.loads(pickle.dumps(one)) == one


def test_results_are_in_the_calendars_zone_whatever_the_zone_of_the_start() -> None:
    due = office().add_working_time(datetime(2026, 9, 22, 1, tzinfo=UTC), 3600)

    assert due == cn(9, 22, 10)
    assert due.tzinfo is SHANGHAI
