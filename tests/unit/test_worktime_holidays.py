"""Holiday data: official, provisional, uncovered; notices loaded by hand; when somebody is told that one is missing."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaints.worktime import Calendar, CalendarSpecError, UncoveredError
from complaints.worktime.holidays import expand_spec, load_country, parse_country, write_country
from complaints.worktime.notices import NoticeCheck, notice_check, read_notice
from complaints.worktime.spec import Status

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = [["09:00", "12:00"], ["13:00", "18:00"]]
POLICY = {
    "country": "CN",
    "tz": "Asia/Shanghai",
    "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), OFFICE),
    "make_up_windows": [["09:00", "17:00"]],
}
# Made up for the test: no notice for 2027 is known to it.
NOTICE = """\ufefffrom,to,kind,name
2027-01-01,2027-01-03,holiday,元旦
2026-12-31,,holiday,元旦
2026-12-27,,work,元旦
2027-02-05,2027-02-11,放假,春节
2027-02-20,,上班,春节
2027-10-01,2027-10-07,holiday,国庆节
"""


def test_the_make_up_days_and_holidays_of_2026() -> None:
    calendar = Calendar.from_spec(expand_spec(POLICY))

    assert not calendar.is_working_day(date(2026, 10, 7))
    assert calendar.working_seconds_on(date(2026, 10, 10)) == 8 * 3600
    assert not calendar.is_working_day(date(2026, 10, 11))
    assert calendar.status(date(2026, 10, 7)) == "official"
    # China moved these days while they were already running: 31 January 2020 became a rest day
    assert not calendar.is_working_day(date(2020, 1, 31))


def test_late_december_and_the_next_year_are_provisional_until_the_notice_is_in() -> None:
    data = load_country("CN")
    last = max(year for year, entry in data.years.items() if entry.status == "official")
    calendar = Calendar.from_spec(expand_spec(POLICY, data))

    assert [calendar.status(date(last, 12, day)) for day in (28, 29, 30, 31)] == ["official", *["provisional"] * 3]
    assert calendar.status(date(last - 1, 12, 31)) == "official"
    assert calendar.status(date(last + 1, 6, 1)) == "provisional"
    assert calendar.may_move(date(last + 1, 1, 4))
    assert not calendar.may_move(date(last + 1, 3, 10))
    assert calendar.status(date(max(data.years) + 1, 1, 1)) == "uncovered"
    with pytest.raises(UncoveredError):
        calendar.is_working_day(date(max(data.years) + 1, 1, 4))


def test_a_notice_loaded_by_hand_makes_its_year_official_and_moves_late_december() -> None:
    data = load_country("CN").with_notice(read_notice(NOTICE, 2027))
    calendar = Calendar.from_spec(expand_spec(POLICY, data))

    assert [calendar.status(date(2026, 12, day)) for day in (28, 29, 30, 31)] == ["official"] * 4
    assert calendar.status(date(2027, 2, 5)) == "official"
    assert calendar.status(date(2027, 12, 31)) == "provisional"
    assert not calendar.is_working_day(date(2026, 12, 31))
    assert calendar.is_working_day(date(2026, 12, 27))
    assert calendar.is_working_day(date(2027, 2, 20))
    assert calendar.settled(datetime(2026, 12, 25, tzinfo=ZONE), datetime(2027, 3, 1, tzinfo=ZONE))
    # what was computed before the notice is another calendar, so that open deadlines are found and recomputed
    assert calendar.id != Calendar.from_spec(expand_spec(POLICY)).id


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("date,name\n", "line 1.*from,to,kind,name"),
        ("from,to,kind,name\n2027-01-01,,rest,x\n", "line 2: unknown kind"),
        ("from,to,kind,name\n2027-13-01,,holiday,x\n", "line 2: '2027-13-01'"),
        ("from,to,kind,name\n2028-01-01,,holiday,x\n", "not in 2027"),
        ("from,to,kind,name\n2026-12-24,,holiday,x\n", "not in 2027"),
        ("from,to,kind,name\n2027-02-05,2027-01-05,holiday,x\n", "no holiday"),
        ("from,to,kind,name\n2027-02-05,2027-03-05,holiday,x\n", "no holiday"),
        ("from,to,kind,name\n2027-02-05,,work,x\n", "ordinary weekday"),
        (NOTICE + "2027-10-07,,holiday,x\n", "line 8: 2027-10-07 is given twice"),
        ("from,to,kind,name\n2027-01-01,,holiday,x\n", "only 1 holidays"),
        ("", "line 1"),
    ],
)
def test_a_notice_with_a_slip_is_refused(text: str, says: str) -> None:
    with pytest.raises(CalendarSpecError, match=says):
        read_notice(text, 2027)


def test_a_notice_beyond_a_gap_is_refused() -> None:
    text = "from,to,kind,name\n2035-10-01,2035-10-07,holiday,国庆节\n"

    with pytest.raises(CalendarSpecError, match="between"):
        load_country("CN").with_notice(read_notice(text, 2035))


@pytest.mark.parametrize(
    ("today", "known", "expected"),
    [
        (date(2026, 10, 31), {2026: "official", 2027: "provisional"}, NoticeCheck("none", 2027)),
        (date(2026, 11, 1), {2026: "official", 2027: "provisional"}, NoticeCheck("remind", 2027)),
        (date(2026, 12, 9), {2026: "official"}, NoticeCheck("remind", 2027)),
        (date(2026, 12, 10), {2026: "official"}, NoticeCheck("alarm", 2027)),
        (date(2026, 12, 31), {2026: "official", 2027: "official"}, NoticeCheck("none", 2027)),
        (date(2027, 1, 1), {2026: "official", 2027: "provisional"}, NoticeCheck("alarm", 2027)),
        (date(2026, 12, 31), None, NoticeCheck("none", 2026)),
    ],
)
def test_who_must_be_told_that_a_notice_is_missing(
    today: date, known: dict[int, Status] | None, expected: NoticeCheck
) -> None:
    assert notice_check(known, today) == expected


def test_an_organisations_own_days_beat_the_countrys() -> None:
    spec = expand_spec(
        POLICY | {"holidays": ["2026-03-10", "2026-10-10"], "extra_working_days": {"2026-10-07": [["10:00", "12:00"]]}}
    )
    calendar = Calendar.from_spec(spec)

    assert not calendar.is_working_day(date(2026, 3, 10))
    assert not calendar.is_working_day(date(2026, 10, 10))  # a make-up day, but closed here
    assert calendar.working_seconds_on(date(2026, 10, 7)) == 7200


def test_a_calendar_without_country_needs_no_data() -> None:
    plain = {"tz": "Asia/Shanghai", "week": {"mon": OFFICE}, "holidays": []}

    assert expand_spec(plain) == plain
    assert Calendar.from_spec(plain).years is None
    assert Calendar.from_spec(plain).status(date(1999, 1, 1)) == "official"
    assert not Calendar.from_spec(plain).needs_holidays
    assert Calendar.from_spec(plain | {"holidays": ["2026-10-01"]}).needs_holidays


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"country": "XX"}, "country: no holiday data.*CN"),
        ({"country": 86}, "country: 86"),
        ({"country": None}, "make_up_windows: there is no country"),
        ({"make_up_windows": None}, "make_up_windows: CN has make-up working days"),
        ({"holiday_status": {}}, "holiday_status"),
    ],
)
def test_a_bad_country_calendar_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(CalendarSpecError, match=says):
        expand_spec(POLICY | change)


def test_what_is_written_is_what_is_read() -> None:
    data = load_country("CN")

    assert parse_country(write_country(data)) == data


def test_the_shipped_data_is_what_the_packages_say() -> None:
    pytest.importorskip("chinese_calendar")
    pytest.importorskip("holidays")
    from complaints.worktime.holidays_build import compile_country

    shipped = load_country("CN")

    assert compile_country("CN", min(shipped.years), max(shipped.years)).years == shipped.years


def test_another_country_has_no_notices_but_a_last_certain_year() -> None:
    pytest.importorskip("holidays")
    from complaints.worktime.holidays_build import compile_country

    data = compile_country("DE", 2026, 2027, official_through=2026)
    calendar = Calendar.from_spec(expand_spec({**POLICY, "country": "DE", "tz": "Europe/Berlin"}, data))

    assert not calendar.is_working_day(date(2026, 10, 3))
    assert not calendar.is_working_day(date(2026, 12, 25))
    assert calendar.status(date(2027, 5, 5)) == "provisional"


def test_counting_time_imports_nothing_but_the_standard_library_and_msgspec() -> None:
    code = (
        "import sys, complaints.worktime, complaints.worktime.retiming, complaints.worktime.holidays\n"
        "own = {m.partition('.')[0] for m in sys.modules} - set(sys.stdlib_module_names) - {'complaints', '__main__'}\n"
        "own -= {'msgspec', 'typing_extensions'}  # which msgspec takes where it is there\n"
        "print(sorted(m for m in own if not m.startswith('_')))"
    )

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert found.strip() == "[]"
