"""The local run's schedules come round when EventBridge Scheduler's would."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from localrun.schedules import Schedule, ScheduleError, read_schedule

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def schedule(expression: str, zone: ZoneInfo = SHANGHAI) -> Schedule:
    return Schedule(
        name="s", expression=expression, zone=zone, function="f", input='{"at": "<aws.scheduler.scheduled-time>"}'
    )


def at(text: str, zone: ZoneInfo = SHANGHAI) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("rate(1 minute)", "2026-11-20T17:00:00", "2026-11-20T17:01:00"),
        ("rate(1 minute)", "2026-11-20T17:00:59", "2026-11-20T17:01:00"),
        ("rate(5 minutes)", "2026-11-20T17:04:59", "2026-11-20T17:05:00"),
        ("cron(0 2 * * ? *)", "2026-11-20T01:59:59", "2026-11-20T02:00:00"),
        ("cron(0 2 * * ? *)", "2026-11-20T02:00:00", "2026-11-21T02:00:00"),
        ("cron(0 4 1 * ? *)", "2026-11-01T04:00:00", "2026-12-01T04:00:00"),
        ("cron(0 4 1 * ? *)", "2026-12-31T23:59:59", "2027-01-01T04:00:00"),
        ("cron(30 8,20 1-3 3 ? *)", "2026-03-01T08:30:00", "2026-03-01T20:30:00"),
        ("cron(0 0 29 2 ? *)", "2026-03-01T00:00:00", "2028-02-29T00:00:00"),
    ],
)
def test_the_next_run_is_the_first_one_later(expression: str, after: str, expected: str) -> None:
    assert schedule(expression).after(at(after)) == at(expected)


def test_a_daily_run_keeps_its_local_hour_over_a_change_of_the_clocks() -> None:
    daily = schedule("cron(0 4 * * ? *)", BERLIN)

    first = daily.after(at("2026-10-24T05:00:00", BERLIN))
    second = daily.after(first)

    assert [datetime.fromtimestamp(run, BERLIN).hour for run in (first, second)] == [4, 4]
    assert first == at("2026-10-25T04:00:00", BERLIN)


def test_the_function_is_told_the_instant_for_which_it_runs() -> None:
    assert schedule("rate(1 minute)").payload(at("2026-11-20T17:00:00")) == '{"at": "2026-11-20T09:00:00Z"}'


def test_a_schedule_without_a_zone_counts_in_utc() -> None:
    record = {"Name": "n", "ScheduleExpression": "cron(0 2 * * ? *)", "Target": {"Arn": "f"}}

    assert read_schedule(record).after(at("2026-11-20T00:00:00")) == at("2026-11-20T02:00:00", ZoneInfo("UTC"))


@pytest.mark.parametrize("expression", ["cron(0 2 ? * MON *)", "at(2026-11-20T17:00:00)", "cron(0 2 1/2 * ? *)"])
def test_what_it_cannot_follow_it_refuses(expression: str) -> None:
    with pytest.raises(ScheduleError, match=r"local run|neither"):
        schedule(expression).after(at("2026-11-20T00:00:00"))


def test_a_run_may_come_late_by_another_delay_each_time_and_never_by_more_than_allowed() -> None:
    minutely = schedule("rate(1 minute)")
    runs = [at("2026-11-20T17:00:00") + 60 * n for n in range(50)]

    delays = [minutely.late(run, 60) for run in runs]

    assert all(0 <= delay <= 60 for delay in delays)
    assert len(set(delays)) == len(delays)
    assert delays == [minutely.late(run, 60) for run in runs]
    assert {minutely.late(run, 0) for run in runs} == {0}
