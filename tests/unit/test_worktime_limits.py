"""Every duration that a policy can name, and the arrival slots of POST-5."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaints.worktime import Calendar, CalendarSpecError, Limit, LimitError, SlotTable

ZONE = ZoneInfo("Asia/Shanghai")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
SERVICE = Calendar.from_spec(
    {"tz": "Asia/Shanghai", "week": {day: [["08:00", "18:00"]] for day in (*WORKDAYS, "sat", "sun")}, "holidays": []}
)
OFFICIAL = Calendar.from_spec(
    {
        "tz": "Asia/Shanghai",
        "week": {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in WORKDAYS},
        "holidays": [f"2026-10-0{n}" for n in range(1, 8)],
        "holiday_status": {"2026": "official", "2027": "provisional"},
        "provisional_dates": ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-02"],
    }
)
CALENDARS = {"service": SERVICE, "official": OFFICIAL}
SLOTS: dict[str, Any] = {
    "linked": {
        "tz": "Asia/Shanghai",
        "slots": [
            {"from": "08:00", "to": "10:00", "late_at": "12:00"},
            {"from": "10:00", "to": "12:00", "late_at": "14:00"},
            {"from": "12:00", "to": "14:00", "late_at": "16:00"},
            {"from": "14:00", "to": "16:00", "late_at": "18:00"},
            {"from": "16:00", "to": "08:00", "late_at": "10:00"},
        ],
    }
}


def cn(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=ZONE)


def limit(**spec: Any) -> Limit:
    return Limit.from_spec(spec, CALENDARS, SLOTS, "Asia/Shanghai")


FRIDAY = cn(11, 20, 17)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"working_hours": 20, "calendar": "service"}, cn(11, 22, 17)),  # R3
        ({"working_hours": 0.5, "calendar": "service"}, cn(11, 20, 17, 30)),
        ({"working_minutes": 90, "calendar": "service"}, cn(11, 21, 8, 30)),
        ({"working_seconds": 1, "calendar": "official"}, cn(11, 20, 17, 0, 1)),
        ({"hours": 24}, cn(11, 21, 17)),
        ({"hours": 0}, FRIDAY),
        ({"minutes": 30}, cn(11, 20, 17, 30)),
        ({"seconds": 5}, cn(11, 20, 17, 0, 5)),
        ({"working_days": 5, "calendar": "official"}, cn(11, 27, 18)),
        ({"working_days": 1, "calendar": "official", "until": "same_time"}, cn(11, 23, 17)),
        ({"working_days": 1, "calendar": "official", "day_zero": "cutoff"}, cn(11, 23, 18)),
        ({"days": 15, "calendar": "official", "until": "midnight"}, cn(12, 8, 0)),  # Saturday the 5th moves on
        ({"days": 15, "calendar": "official"}, cn(12, 7, 18)),
        ({"days": 15}, cn(12, 6, 0)),
        ({"months": 1}, cn(12, 21, 0)),
        ({"slots": "linked"}, cn(11, 21, 10)),
        ({"end_of_day": 0}, cn(11, 21, 0)),  # R11
        ({"end_of_day": True}, cn(11, 21, 0)),
        ({"end_of_day": 1}, cn(11, 22, 0)),
    ],
)
def test_a_limit_ends(spec: dict[str, Any], expected: datetime) -> None:
    assert limit(**spec).due(FRIDAY) == expected
    assert limit(**spec).due(FRIDAY).tzinfo is ZONE


def test_the_ladder_of_an_order_received_on_friday_at_five() -> None:
    """R3: due Sunday 17:00, then Monday 15:00, 17:00, 18:00."""
    at = limit(working_hours=20, calendar="service").due(FRIDAY)
    rungs = [at]
    for step in (
        limit(working_hours=8, calendar="service"),
        limit(working_hours=2, calendar="service"),
        limit(hours=1),
    ):
        rungs.append(step.due(rungs[-1]))

    assert rungs == [cn(11, 22, 17), cn(11, 23, 15), cn(11, 23, 17), cn(11, 23, 18)]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"working_hours": 1, "calendar": "service"}, cn(11, 20, 17)),
        ({"working_hours": 11, "calendar": "service"}, cn(11, 19, 17)),
        ({"hours": 2}, cn(11, 20, 16)),
        ({"hours": 0}, cn(11, 20, 18)),
        ({"working_days": 1, "calendar": "official"}, cn(11, 19, 18)),
        ({"working_days": 1, "calendar": "official", "until": "same_time"}, cn(11, 19, 18)),
        ({"days": 6, "calendar": "official"}, cn(11, 13, 18)),
        ({"days": 1}, cn(11, 20, 0)),
    ],
)
def test_what_lies_before_is_counted_back_in_the_same_time(spec: dict[str, Any], expected: datetime) -> None:
    assert limit(**spec).before(cn(11, 20, 18)) == expected


@pytest.mark.parametrize("spec", [{"months": 1}, {"slots": "linked"}, {"end_of_day": 0}])
def test_some_limits_cannot_be_counted_back(spec: dict[str, Any]) -> None:
    with pytest.raises(LimitError, match="counted back"):
        limit(**spec).before(FRIDAY)


def test_pauses_are_left_out_of_every_kind() -> None:
    pause = [(cn(11, 20, 17, 30), cn(11, 21, 9))]

    assert limit(hours=2).due(FRIDAY, pause) == cn(11, 21, 10, 30)
    assert limit(hours=2).elapsed(FRIDAY, cn(11, 21, 10, 30), pause) == 7200
    assert limit(working_hours=2, calendar="service").due(FRIDAY, pause) == cn(11, 21, 10, 30)
    assert limit(working_hours=2, calendar="service").elapsed(FRIDAY, cn(11, 21, 10, 30), pause) == 7200
    assert limit(end_of_day=0).due(FRIDAY, pause) == cn(11, 22, 0)
    # what arrives again when it resumes at 09:00 is late at noon
    assert limit(slots="linked").due(FRIDAY, pause) == cn(11, 21, 12)
    assert limit(slots="linked").due(FRIDAY, [(cn(11, 21, 10), cn(11, 22, 9))]) == cn(11, 21, 10)


def test_a_clock_limit_explains_itself_without_its_pauses() -> None:
    rows = limit(hours=2).explain(FRIDAY, cn(11, 20, 19, 30), [(cn(11, 20, 18), cn(11, 20, 18, 30))])

    assert rows == [(cn(11, 20, 17), cn(11, 20, 18), 3600), (cn(11, 20, 18, 30), cn(11, 20, 19, 30), 3600)]


def test_an_extension_counts_in_the_limits_own_unit() -> None:
    assert limit(working_days=5, calendar="official").due(FRIDAY, extended=5) == cn(12, 4, 18)
    assert limit(hours=1).due(FRIDAY, extended=1800) == cn(11, 20, 18, 30)
    with pytest.raises(LimitError, match="fixed"):
        limit(slots="linked").due(FRIDAY, extended=1)


def test_a_limit_knows_how_certain_its_calendar_is() -> None:
    rulings = limit(working_days=5, calendar="official")

    assert (rulings.certainty(FRIDAY, cn(11, 27, 18)), rulings.settled(FRIDAY, cn(11, 27, 18))) == ("official", True)
    assert rulings.certainty(FRIDAY, cn(12, 29, 18)) == "provisional"
    assert not rulings.settled(FRIDAY, cn(12, 29, 18))
    # in the provisional year only the dates listed may still move, yet the year as a whole is provisional
    june = datetime(2027, 6, 1, 9, tzinfo=ZONE), datetime(2027, 6, 8, 18, tzinfo=ZONE)
    assert (rulings.certainty(*june), rulings.settled(*june)) == ("provisional", True)
    assert limit(hours=1).certainty(*june) == "official"
    assert rulings.certainty(june[0], datetime(2028, 1, 3, tzinfo=ZONE)) == "uncovered"
    assert not rulings.settled(june[0], datetime(2028, 1, 3, tzinfo=ZONE))


def test_equal_limits_are_one_value_and_a_corrected_calendar_makes_another() -> None:
    one = limit(working_hours=2, calendar="official")

    assert one == limit(working_minutes=120, calendar="official")
    assert len({one, limit(working_hours=2, calendar="official")}) == 1
    assert one.calendar_id == OFFICIAL.id
    assert one.with_calendar(SERVICE) == limit(working_hours=2, calendar="service")
    assert limit(hours=2).calendar_id == ""


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({}, "expected one kind"),
        ({"hours": 1, "months": 1}, "hours and months"),
        ({"working_hours": 1}, "needs a calendar"),
        ({"working_days": 1}, "needs a calendar"),
        ({"working_hours": 1, "calendar": "servce"}, "no 'servce'.*service, official"),
        ({"working_hours": 1, "calendar": "service", "until": "midnight"}, "limit.until: unknown key"),
        ({"hours": 1, "calendar": "service"}, "limit.calendar: unknown key"),
        ({"hours": "24"}, "no number"),
        ({"hours": True}, "no number"),
        ({"hours": -1}, "out of range"),
        ({"hours": float("nan")}, "out of range"),
        ({"hours": 1e9}, "out of range"),
        ({"seconds": 0.5}, "no whole number of seconds"),
        ({"working_days": 1.5, "calendar": "official"}, "whole number"),
        ({"working_days": 5, "calendar": "official", "until": "midnight"}, "unknown value 'midnight'"),
        ({"working_days": 5, "calendar": "official", "day_zero": "next"}, "unknown value 'next'"),
        ({"days": 5, "calendar": "official", "until": "same_time"}, "unknown value 'same_time'"),
        ({"days": 5, "until": "close_of_business"}, "unknown value 'close_of_business'"),
        ({"months": -1}, "whole number"),
        ({"slots": "urgent"}, "no 'urgent'"),
    ],
)
def test_a_bad_limit_is_refused(spec: dict[str, Any], says: str) -> None:
    with pytest.raises(CalendarSpecError, match=says):
        limit(**spec)


# -- POST-5, R7 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "late"),
    [
        (cn(11, 20, 8), cn(11, 20, 12)),
        (cn(11, 20, 9, 59, 59), cn(11, 20, 12)),
        (cn(11, 20, 10), cn(11, 20, 14)),
        (cn(11, 20, 12), cn(11, 20, 16)),
        (cn(11, 20, 15, 59, 59), cn(11, 20, 18)),
        (cn(11, 20, 16), cn(11, 21, 10)),
        (cn(11, 20, 18), cn(11, 21, 10)),
        (cn(11, 20, 23, 59, 59), cn(11, 21, 10)),
        (cn(11, 21, 0), cn(11, 21, 10)),
        (cn(11, 21, 7, 59, 59), cn(11, 21, 10)),
        (cn(11, 30, 17), cn(12, 1, 10)),
    ],
)
def test_a_linked_dispatch_is_late_at_its_slots_instant(start: datetime, late: datetime) -> None:
    assert SlotTable.from_spec(SLOTS["linked"]).due(start) == late


def test_a_slot_is_never_later_than_four_working_hours() -> None:
    table = SlotTable.from_spec(SLOTS["linked"])

    for minute in range(0, 24 * 60, 7):
        start = cn(11, 20, 0) + timedelta(minutes=minute)
        assert 0 < SERVICE.working_time_between(start, table.due(start)) <= 4 * 3600


def test_the_day_may_be_said_explicitly() -> None:
    said = [*SLOTS["linked"]["slots"][:-1], {"from": "16:00", "to": "08:00", "late_at": "10:00", "day": "+1"}]

    assert SlotTable.from_spec({"tz": "Asia/Shanghai", "slots": said}) == SlotTable.from_spec(SLOTS["linked"])


@pytest.mark.parametrize(
    ("slots", "says"),
    [
        ([], "at least one"),
        ("08:00", "list of slots"),
        (["08:00"], "expected a mapping"),
        ([{"from": "08:00", "to": "10:00"}], "late_at"),
        ([{"from": "08:00", "to": "10:00", "late_at": "12:00"}], "leave a part of the day out before 08:00"),
        (
            [
                {"from": "08:00", "to": "10:00", "late_at": "12:00"},
                {"from": "09:00", "to": "08:00", "late_at": "12:00"},
            ],
            "overlap before 09:00",
        ),
        ([{"from": "08:00", "to": "08:00", "late_at": "07:00", "day": "+1"}], "before the slot ends"),
        ([{"from": "08:00", "to": "08:00", "late_at": "09:00", "day": "tomorrow"}], "no day"),
        ([{"from": "08:00", "to": "08:00", "late": "09:00"}], "unknown key"),
    ],
)
def test_bad_slots_are_refused(slots: Any, says: str) -> None:
    with pytest.raises(CalendarSpecError, match=says):
        SlotTable.from_spec({"tz": "Asia/Shanghai", "slots": slots})
