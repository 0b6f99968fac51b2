"""Calendar specs that say something else than they seem to are refused, with the place and the remedy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from complaints.worktime import Calendar, CalendarSpecError

GOOD: dict[str, Any] = {"tz": "Asia/Shanghai", "week": {"mon": [["08:30", "12:00"]]}}


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        ({"tz": "Asia/Shangai"}, "tz", "unknown time zone"),
        ({"tz": ""}, "tz", "time zone"),
        ({"tz": "../etc/passwd"}, "tz", "unknown time zone"),
        ({"tz": "Asia"}, "tz", "unknown time zone"),
        ({"tz": 8}, "tz", "time zone"),
        ({"week": None}, "week", "expected a mapping"),
        ({"week": {"monday": []}}, "week.monday", "unknown key"),
        ({"week": {"mon": "08:30-12:00"}}, "week.mon", "expected a list"),
        ({"week": {"mon": ["08:30-12:00"]}}, "week.mon[0]", "expected a pair"),
        ({"week": {"mon": [["08:30"]]}}, "week.mon[0]", "no pair"),
        ({"week": {"mon": [["08:30", "12:00", "13:00"]]}}, "week.mon[0]", "no pair"),
        ({"week": {"mon": [["08:30", "25:00"]]}}, "week.mon[0][1]", "no time of day"),
        ({"week": {"mon": [["24:00", "25:00"]]}}, "week.mon[0][0]", "no time of day"),
        ({"week": {"mon": [["8:30", "12:00"]]}}, "week.mon[0][0]", "no time of day"),
        ({"week": {"mon": [["08:30", "12:60"]]}}, "week.mon[0][1]", "no time of day"),
        ({"week": {"mon": [["08:30", "24:01"]]}}, "week.mon[0][1]", "no time of day"),
        ({"week": {"mon": [[510, 720]]}}, "week.mon[0][0]", "no time of day"),
        ({"week": {"mon": [["08:30", "1２:00"]]}}, "week.mon[0][1]", "no time of day"),
        ({"holidays": ["2026-02-30"]}, "holidays[0]", "day"),
        ({"holidays": ["2026-10-01", "1 October"]}, "holidays[1]", "no date"),
        ({"holidays": ["20261001"]}, "holidays[0]", "no date"),
        ({"holidays": "2026-10-01"}, "holidays", "expected a list"),
        ({"extra_working_days": ["2026-10-10"]}, "extra_working_days", "expected a mapping"),
        ({"extra_working_days": {"10-10": []}}, "extra_working_days.10-10", "no date"),
        ({"extra_working_days": {"2026-10-10": None}}, "extra_working_days.2026-10-10", "expected a list"),
        ({"extra_working_days": {"2026-10-10": [], date(2026, 10, 10): []}}, "extra_working_days.2026-10-10", "twice"),
        ({"holiday": []}, "calendar.holiday", "unknown key"),
        ({"holiday_status": {"2026": "final"}}, "holiday_status.2026", "unknown status"),
        ({"holiday_status": {"next": "official"}}, "holiday_status.next", "no year"),
        ({"holiday_status": {"2024": "official", "2026": "official"}}, "holiday_status", "gap"),
        ({"holiday_status": {}}, "holiday_status", "at least one"),
        ({"provisional_dates": ["2026-12-29"]}, "provisional_dates", "no holiday_status"),
    ],
)
def test_a_bad_spec_names_the_place_and_the_remedy(change: dict[str, Any], place: str, says: str) -> None:
    with pytest.raises(CalendarSpecError) as refusal:
        Calendar.from_spec(GOOD | change)

    assert refusal.value.place == place
    assert says in str(refusal.value)
    assert refusal.value.remedy


@pytest.mark.parametrize("spec", [None, [], "mon"])
def test_a_spec_that_is_no_mapping_is_refused(spec: Any) -> None:
    with pytest.raises(CalendarSpecError, match="expected a mapping"):
        Calendar.from_spec(spec)


def test_dates_may_be_dates_as_yaml_loaders_make_them() -> None:
    written = Calendar.from_spec(GOOD | {"holidays": ["2026-10-05"], "extra_working_days": {"2026-10-10": []}})
    loaded = Calendar.from_spec(
        GOOD | {"holidays": [date(2026, 10, 5)], "extra_working_days": {date(2026, 10, 10): []}}
    )

    assert written == loaded


def test_the_normal_spelling_of_a_spec() -> None:
    # given windows to midnight, over midnight, round the clock, to the second
    week = {
        "mon": [["00:00", "24:00"]],
        "tue": [["22:00", "06:00"]],
        "wed": [["08:00", "08:00"]],
        "thu": [["12:00:01", "24:00"]],
        "fri": [["10:00", "00:00"]],
    }

    spec = Calendar.from_spec({"tz": "UTC", "week": week}).spec

    assert spec["week"] == week | {"fri": [["10:00", "24:00"]]}
    assert Calendar.from_spec(spec).spec == spec
