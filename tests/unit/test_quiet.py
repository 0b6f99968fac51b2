"""Quiet hours, and at which ages what is overdue is sent again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.desk.quiet import quiet_until
from complaints.desk.sweep import _comes_of_age
from complaints.policy.model import Texting

NIGHT = Texting(quiet_from="21:00", quiet_to="08:00")
NOON = Texting(quiet_from="12:00", quiet_to="13:30")
ZONE = "Asia/Shanghai"


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("texting", "now", "until"),
    [
        (NIGHT, "2026-11-20T20:59:59", None),
        (NIGHT, "2026-11-20T21:00:00", "2026-11-21T08:00:00"),
        (NIGHT, "2026-11-20T23:59:59", "2026-11-21T08:00:00"),
        (NIGHT, "2026-11-21T00:00:00", "2026-11-21T08:00:00"),
        (NIGHT, "2026-11-21T07:59:59", "2026-11-21T08:00:00"),
        (NIGHT, "2026-11-21T08:00:00", None),
        (NOON, "2026-11-20T11:59:59", None),
        (NOON, "2026-11-20T12:00:00", "2026-11-20T13:30:00"),
        (NOON, "2026-11-20T13:30:00", None),
        (Texting(quiet_from="00:00", quiet_to="00:00"), "2026-11-20T03:00:00", None),
    ],
)
def test_quiet_hours_end_in_the_morning(texting: Texting, now: str, until: str | None) -> None:
    assert quiet_until(texting, ZONE, shanghai(now)) == (shanghai(until) if until is not None else None)


@given(st.integers(0, 365 * 86400), st.sampled_from(["Europe/Berlin", ZONE]))
def test_when_quiet_hours_end_they_are_over(second: int, zone: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    until = quiet_until(NIGHT, zone, now)
    if until is not None:
        assert timedelta() < until - now <= timedelta(hours=12)
        assert quiet_until(NIGHT, zone, until) is None


def test_what_is_overdue_is_sent_again_at_growing_ages() -> None:
    due, ahead = 1_000_000_020, 180
    minutes = [age for age in range(400) if _comes_of_age(due, due - 20 + (age - 1) * 60 + ahead, due - 20 + age * 60)]
    # the sweep of the first minute at which the age is reached: ages of 1, 5, 10, 20, 40 ... minutes
    assert minutes == [2, 6, 11, 21, 41, 81, 161, 321]


def test_an_age_that_passed_while_no_sweep_ran_counts_once() -> None:
    due, ahead = 1_000_000_020, 180
    assert _comes_of_age(due, due + 120 + ahead, due + 3600)
    assert not _comes_of_age(due, due + 3600 + ahead, due + 3660)
