"""A calendar that changes: which open deadlines move, and where to."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaints.worktime import Calendar, Limit
from complaints.worktime.retiming import Change, Retimed, TimedLimit, affected, retime

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = [["08:30", "12:00"], ["13:30", "17:30"]]
SPEC: dict[str, Any] = {
    "tz": "Asia/Shanghai",
    "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), OFFICE),
    "holidays": [f"2026-10-0{n}" for n in range(1, 8)],
}
OLD = Calendar.from_spec(SPEC)
CHANGES = {
    "a make-up Saturday and a day more": SPEC | {"extra_working_days": {"2026-10-10": OFFICE, "2026-10-08": []}},
    "a longer day": SPEC | {"extra_working_days": {"2026-09-24": [["08:30", "12:00"], ["13:30", "19:00"]]}},
    "another week": SPEC | {"week": SPEC["week"] | {"fri": [["09:00", "12:00"]]}},
    "two changes apart": SPEC | {"extra_working_days": {"2026-09-15": [], "2026-11-16": []}},
    "none": dict(SPEC),
}


def cn(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def some_deadlines(count: int) -> list[tuple[int, int]]:
    pick = random.Random(7)
    first = int(cn(9, 1, 0).timestamp())
    return [(first + pick.randrange(100 * 86400), pick.choice((1, 7200, 27000, 72000, 270000))) for _ in range(count)]


@pytest.mark.parametrize("name", CHANGES)
def test_exactly_the_deadlines_that_move_are_found(name: str) -> None:
    new = Calendar.from_spec(CHANGES[name])
    deadlines = some_deadlines(2000)
    paused = cn(10, 9, 9), cn(10, 12, 9)
    with_pauses = [
        (start, seconds, [paused]) if n % 9 == 0 else (start, seconds) for n, (start, seconds) in enumerate(deadlines)
    ]

    # every one computed anew, by the plain method
    expected = []
    for index, (start, seconds, *pauses) in enumerate(with_pauses):
        dues = [
            int(calendar.add_working_time(datetime.fromtimestamp(start, UTC), seconds, *pauses).timestamp())
            for calendar in (OLD, new)
        ]
        if dues[0] != dues[1]:
            expected.append(Retimed(index, *dues))

    assert affected(with_pauses, OLD, new) == expected
    assert bool(expected) == (name != "none")


def test_nothing_open_is_nothing_to_do() -> None:
    assert affected([], OLD, Calendar.from_spec(CHANGES["another week"])) == []
    assert retime([], OLD, OLD) == []


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    "spec",
    [
        {"working_hours": 20},
        {"working_days": 3},
        {"working_days": 3, "day_zero": "cutoff", "until": "same_time"},
        {"days": 10, "until": "midnight"},
        {"days": 10},
    ],
)
def test_limits_of_every_kind_are_found(name: str, spec: dict[str, Any]) -> None:
    new = Calendar.from_spec(CHANGES[name])
    limit = Limit.from_spec(spec | {"calendar": "office"}, {"office": OLD})
    starts = [cn(9, 1, 0) + timedelta(hours=5 * n) for n in range(400)]

    found = retime([TimedLimit(start, limit, limit.due(start)) for start in starts], OLD, new)

    expected = {
        index: int(limit.with_calendar(new).due(start).timestamp())
        for index, start in enumerate(starts)
        if limit.with_calendar(new).due(start) != limit.due(start)
    }
    assert {one.index: one.new_due for one in found} == expected
    if name in ("none", "two changes apart"):
        assert bool(expected) == (name != "none")


def test_limits_in_another_calendar_are_left_alone() -> None:
    other = Calendar.from_spec(SPEC | {"tz": "Asia/Tokyo"})
    limit = Limit.from_spec({"working_hours": 200, "calendar": "x"}, {"x": other})
    start = cn(9, 1, 9)

    assert retime([TimedLimit(start, limit, limit.due(start))], OLD, Calendar.from_spec(CHANGES["another week"])) == []


def test_where_two_calendars_differ() -> None:
    new = Calendar.from_spec(CHANGES["a longer day"])
    lo, hi = int(cn(9, 1, 0).timestamp()), int(cn(12, 1, 0).timestamp())

    change = Change.between(OLD, new, lo, hi)

    begin, end = int(cn(9, 24, 17, 30).timestamp()), int(cn(9, 24, 19).timestamp())
    assert (change.begins, change.ends) == ((begin,), (end,))
    assert change.touches(begin - 1, begin + 1)
    assert not change.touches(lo, begin)
    assert not change.touches(end, hi)
