"""The engine against a count of single seconds, and the laws that adding and counting obey."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.worktime_oracle import DAYS, Oracle

from complaints.worktime import Calendar, UnreachableError

# Where the clocks change within the span, and where they never do.
PLACES = [
    ("Asia/Shanghai", date(2026, 9, 25)),
    ("Europe/Berlin", date(2026, 3, 20)),
    ("Europe/Berlin", date(2026, 10, 16)),
    ("Australia/Lord_Howe", date(2026, 3, 28)),
    ("Australia/Lord_Howe", date(2026, 9, 25)),
    ("Pacific/Apia", date(2011, 12, 22)),
    ("America/Sao_Paulo", date(2018, 10, 27)),
]
SPAN = 16

clocks = st.one_of(
    st.sampled_from(["00:00", "00:30", "01:30", "02:30", "08:30", "12:00", "13:30", "17:30", "22:00", "23:59:59"]),
    st.builds("{:02}:{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59)),
)
World = tuple[dict[str, Any], date]
"""A calendar's specification, and the first of the days that are looked at."""

windows = st.lists(st.tuples(clocks, st.one_of(clocks, st.just("24:00"))).map(list), max_size=3)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    tz, first = draw(st.sampled_from(PLACES))
    dates = st.integers(0, SPAN - 1).map(lambda n: (first + timedelta(n)).isoformat())
    spec = {
        "tz": tz,
        "week": draw(st.dictionaries(st.sampled_from(DAYS), windows, max_size=7)),
        "holidays": draw(st.lists(dates, max_size=4)),
        "extra_working_days": draw(st.dictionaries(dates, windows, max_size=3)),
    }
    return spec, first


@settings(max_examples=60, deadline=None)
@given(worlds(), st.data())
def test_counting_and_adding_agree_with_a_count_of_seconds(world: World, data: st.DataObject) -> None:
    # given a calendar of any shape, and instants at its edges, beside them and anywhere
    spec, first = world
    oracle, calendar = Oracle(spec, first, SPAN), Calendar.from_spec(spec)
    lo, hi = oracle.origin + 4 * 86400, oracle.origin + SPAN * 86400
    edges = [at + n for pair in calendar.intervals_epoch(lo, hi) for at in pair for n in (-1, 0, 1)]
    instants = st.one_of(st.integers(lo, hi), st.sampled_from([at for at in edges if lo <= at <= hi] or [lo]))
    a, b = data.draw(instants), data.draw(instants)
    pauses = [(min(pair), max(pair)) for pair in data.draw(st.lists(st.tuples(instants, instants), max_size=3))]
    spans = [(datetime.fromtimestamp(x, UTC), datetime.fromtimestamp(y, UTC)) for x, y in pauses]
    start, end = datetime.fromtimestamp(a, UTC), datetime.fromtimestamp(b, UTC)

    # then what is counted between them is what a count of seconds says
    assert calendar.between_epoch(a, b) == oracle.between(a, b)
    counted = oracle.between(a, b, pauses)
    assert calendar.working_time_between(start, end, spans) == counted
    assert sum(seconds for _, _, seconds in calendar.explain(start, end, spans)) == counted

    # and adding that much leads to the smallest (backwards: the largest) such instant
    if counted and abs(counted) < 60_000:
        assert calendar.add_working_time(start, counted, spans).timestamp() == oracle.add(a, counted, pauses)
    for offset in range(SPAN):
        day = first + timedelta(offset)
        assert calendar.is_working_day(day) == (day in oracle.closes)


WEEK = {day: [["08:30", "12:00"], ["13:30", "17:30"]] for day in DAYS[:5]} | {"fri": [["20:00", "04:00"]]}
SPLIT = Calendar.from_spec({"tz": "Australia/Lord_Howe", "week": WEEK, "holidays": ["2026-10-01"]})
starts = st.integers(
    int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2028, 1, 1, tzinfo=UTC).timestamp())
)
amounts = st.integers(1, 6_000_000)


@settings(max_examples=150, deadline=None)
@given(starts, amounts)
def test_what_is_added_is_what_is_counted(start: int, seconds: int) -> None:
    end = SPLIT.add_epoch(start, seconds)

    assert SPLIT.between_epoch(start, end) == seconds
    assert SPLIT.between_epoch(end, start) == -seconds
    assert SPLIT.between_epoch(start, end - 1) == seconds - 1  # the smallest such instant


@settings(max_examples=100, deadline=None)
@given(starts, amounts, amounts)
def test_adding_in_two_steps_is_adding_at_once(start: int, first: int, second: int) -> None:
    assert SPLIT.add_epoch(SPLIT.add_epoch(start, first), second) == SPLIT.add_epoch(start, first + second)


@settings(max_examples=100, deadline=None)
@given(starts, starts, amounts)
def test_adding_keeps_the_order_of_starts(one: int, other: int, seconds: int) -> None:
    low, high = sorted((one, other))

    assert SPLIT.add_epoch(low, seconds) <= SPLIT.add_epoch(high, seconds)


@settings(max_examples=100, deadline=None)
@given(starts, amounts)
def test_subtracting_inverts_adding(start: int, seconds: int) -> None:
    end = SPLIT.add_epoch(start, seconds)
    back = SPLIT.add_epoch(end, -seconds)

    # the largest such instant: the start itself while it is open, else the opening that follows it
    assert back == SPLIT.opening_epoch(start)
    assert SPLIT.between_epoch(back, end) == seconds


@settings(max_examples=60, deadline=None)
@given(st.lists(starts, min_size=1, max_size=30), amounts)
def test_bulk_answers_are_the_single_ones(many: list[int], seconds: int) -> None:
    calendar = Calendar.from_spec(SPLIT.spec)  # fresh, so that the bulk path has to grow its own table

    ends = calendar.add_epochs(many, seconds)

    assert ends == [SPLIT.add_epoch(start, seconds) for start in many]
    assert calendar.between_epochs(many, ends) == [seconds] * len(many)
    assert calendar.between_epochs(ends, many) == [-seconds] * len(many)
    assert calendar.add_epochs(many, -seconds) == [SPLIT.add_epoch(start, -seconds) for start in many]


@settings(max_examples=60, deadline=None)
@given(starts, st.integers(1, 400_000), st.integers(0, 999_999), st.integers(0, 3_000_000))
def test_fractions_of_a_second_are_kept_exactly(start: int, seconds: int, micros: int, pause: int) -> None:
    # given a start within a second, and a pause from somewhere after it
    begin = datetime.fromtimestamp(start, UTC) + timedelta(microseconds=micros)
    paused = begin + timedelta(seconds=pause / 10)
    pauses = [(paused, paused + timedelta(microseconds=1_234_567))]

    end = SPLIT.add_working_time(begin, seconds, pauses)

    assert SPLIT.working_time_between(begin, end, pauses) == seconds
    assert SPLIT.working_time_between(begin, end - timedelta(microseconds=1), pauses) == seconds - 1


@settings(max_examples=40, deadline=None)
@given(st.lists(starts, min_size=1, max_size=20), st.sampled_from([1, 12600, 14400, 27000, 27001, 10**8]))
def test_an_adder_answers_what_adding_answers(many: list[int], seconds: int) -> None:
    # given starts anywhere and at the edges, where an answer jumps from one interval to the next
    opening, close = SPLIT.intervals_epoch(many[0], many[0] + 10 * 86400)[0]
    edges = [at + n - back for at in (opening, close) for n in (-1, 0, 1) for back in (0, seconds)]
    fresh = Calendar.from_spec(SPLIT.spec)

    for amount in (seconds, 0, -seconds):
        add = fresh.adder(amount)
        assert [add(start) for start in many + edges] == [SPLIT.add_epoch(start, amount) for start in many + edges]


def test_many_starts_at_once_are_as_one_by_one() -> None:
    many = list(range(1_780_000_000, 1_800_000_000, 40_009))

    for seconds in range(1, 80_000, 3599):
        assert SPLIT.add_epochs(many, seconds) == [SPLIT.add_epoch(start, seconds) for start in many]


def test_growing_step_by_step_gives_what_growing_at_once_gives() -> None:
    spec = SPLIT.spec
    far = int(datetime(2060, 5, 1, tzinfo=UTC).timestamp())
    near = int(datetime(2026, 5, 1, tzinfo=UTC).timestamp())
    past = int(datetime(1990, 5, 1, tzinfo=UTC).timestamp())
    stepwise, at_once = Calendar.from_spec(spec), Calendar.from_spec(spec)

    for instant in (near, near + 40_000_000, far, past):
        stepwise.between_epoch(instant, instant + 1)

    assert stepwise.between_epoch(past, far) == at_once.between_epoch(past, far)
    assert stepwise.between_epoch(past, near) + stepwise.between_epoch(near, far) == at_once.between_epoch(past, far)


@pytest.mark.parametrize("seconds", [1, 3600, -1, -3600, 10**12, -(10**12)])
def test_a_calendar_that_never_opens_reaches_nothing(seconds: int) -> None:
    never = Calendar.from_spec({"tz": "Asia/Shanghai", "week": {}})

    with pytest.raises(UnreachableError):
        never.add_epoch(0, seconds)


def test_a_calendar_of_single_days_ends_with_the_last() -> None:
    # given two working days, a hundred years apart
    spec = {
        "tz": "UTC",
        "week": {},
        "extra_working_days": {"1990-01-01": [["08:00", "09:00"]], "2090-01-01": [["08:00", "09:00"]]},
    }
    calendar = Calendar.from_spec(spec)
    start = datetime(2026, 1, 1, tzinfo=UTC)

    assert calendar.add_working_time(start, 3600) == datetime(2090, 1, 1, 9, tzinfo=UTC)
    assert calendar.add_working_time(start, -3600) == datetime(1990, 1, 1, 8, tzinfo=UTC)
    assert calendar.working_time_between(datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)) == 7200
    for seconds in (3601, -3601):
        with pytest.raises(UnreachableError):
            calendar.add_working_time(start, seconds)


def test_limits_beyond_the_years_that_exist_are_unreachable() -> None:
    with pytest.raises(UnreachableError):
        SPLIT.add_epoch(0, 10**12)
    with pytest.raises(UnreachableError):
        SPLIT.add_epoch(0, -(10**12))
