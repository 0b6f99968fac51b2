"""Figures as people read them: never rounded across what they have not reached, "-" where there is nothing."""

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.reporting.values import Ratio, median, percentile, shown
from complaints.reporting.wording import duration, fixed, show, signed


def test_just_short_of_all_is_not_all() -> None:
    """R18's trap: 99.951 % must not become 100 %."""
    assert show(Ratio(99951, 100_000), "rate", "en") == "99.9%"
    assert show(Ratio(100_000, 100_000), "rate", "en") == "100.0%"
    assert show(Ratio(1, 1_000_000), "rate", "en") == "0.1%"
    assert show(Ratio(0, 7), "rate", "en") == "0.0%"
    assert show(Ratio(1, 1_500), "rate", "en", (0.001,)) == "0.07%"


def test_just_short_of_its_goal_does_not_read_as_met() -> None:
    assert show(Ratio(89_960, 100_000), "rate", "en", (0.9,)) == "89.9%"
    assert show(Ratio(89_960, 100_000), "rate", "en") == "90.0%"
    assert show(Ratio(5_004, 100_000), "rate", "en", (0.05,)) == "5.1%"


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 1000))
def test_shown_stays_on_its_side_of_every_boundary(part: int, whole: int, goal: int) -> None:
    value, boundary = Fraction(min(part, whole), whole), Fraction(goal, 1000)
    near = shown(value, [boundary])
    assert abs(near - value) <= Fraction(1, 1000)
    for edge in (Fraction(0), Fraction(1), boundary):
        assert (near > edge) == (value > edge)
        assert (near == edge) == (value == edge)


def test_nothing_to_divide_by_shows_a_dash() -> None:
    assert show(Ratio(0, 0), "rate", "zh-CN") == "-"
    assert show(None, "seconds", "en") == "-"
    assert show("", "text", "en") == ""


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_medians_are_exact(numbers: list[int]) -> None:
    ascending = sorted(numbers)
    assert median(ascending) == Fraction(statistics.median(numbers))
    p90 = percentile(ascending, 90)
    assert p90 is not None
    assert sum(1 for n in numbers if n <= p90) * 10 >= len(numbers) * 9
    assert sum(1 for n in numbers if n < p90) * 10 < len(numbers) * 9


def test_of_nothing_there_is_no_median() -> None:
    assert median([]) is None
    assert percentile([], 90) is None


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (59, "59 s", "59 秒"),
        (90, "2 min", "2 分钟"),
        (3_599, "1 h 00 min", "1 小时 00 分"),
        (72_000, "20 h 00 min", "20 小时 00 分"),
    ],
)
def test_durations(seconds: int, en: str, zh: str) -> None:
    assert duration(seconds, "en") == en
    assert duration(seconds, "zh-CN") == zh


def test_numbers() -> None:
    assert fixed(Fraction(1234567, 100), 1) == "12,345.7"
    assert fixed(Fraction(-1, 100), 1) == "0.0"
    assert signed(Fraction(1, 3)) == "+0.3"
    assert signed(Fraction(1, 100)) == "0.0"
    assert show(1234, "count", "en") == "1,234"
    assert show(Fraction(13, 3), "score", "en") == "4.33"
    assert show(Fraction(-21, 1000), "points", "en") == "-2.1 pp"
    assert show(Fraction(7, 2), "number", "en") == "3.5"
    assert show(Fraction(123, 10_000), "number", "en") == "0.0123"
