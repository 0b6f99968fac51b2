"""Figures as values: ratios that never lose their parts, medians, and how they are rounded."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import msgspec

Form = Literal["text", "date", "count", "rate", "seconds", "score", "change", "number", "points"]
"""What a column or a figure holds: `rate` and `change` are ratios, `points` a difference of rates, `seconds` a
duration, `score` a mean of 1-5."""


class Ratio(msgspec.Struct, frozen=True):
    """`part` of `whole`. Nothing to divide by has no value and shows as "-" (reading R18)."""

    part: int
    whole: int

    @property
    def value(self) -> Fraction | None:
        """The exact ratio, or None when there is nothing to divide by."""
        return Fraction(self.part, self.whole) if self.whole else None


Value = Ratio | Fraction | int | float | str | None
"""A cell of a report."""


def shown(value: Fraction, boundaries: Sequence[Fraction] = (), digits: int = 3) -> Fraction:
    """A ratio rounded for showing, never across nor onto a boundary that it has not reached.

    0 and 1 are always boundaries: 99.951 % stays below 100 % and one in a million above 0 %; a goal is another one, so
    that a figure just short of its goal does not read as if it met it. Where no number of so many digits lies between
    two boundaries, more digits are taken.
    """
    edges = (Fraction(0), Fraction(1), *boundaries)
    while True:
        unit = Fraction(1, 10**digits)
        near = Fraction(round(value / unit)) * unit
        for candidate in (near, near - unit, near + unit):
            if abs(candidate - value) < unit and all(_side(candidate, edge) == _side(value, edge) for edge in edges):
                return candidate
        digits += 1


def _side(value: Fraction, edge: Fraction) -> int:
    return (value > edge) - (value < edge)


def median(ascending: Sequence[int]) -> Fraction | None:
    """The middle of ascending numbers, the mean of the two middle ones when there is none; None of nothing."""
    n = len(ascending)
    if not n:
        return None
    return Fraction(ascending[(n - 1) // 2] + ascending[n // 2], 2)


def percentile(ascending: Sequence[int], percent: int) -> int | None:
    """The smallest of the numbers that at least `percent` of a hundred do not exceed (nearest rank)."""
    n = len(ascending)
    return ascending[max(0, -(-n * percent // 100) - 1)] if n else None


def change(now: int | Fraction, then: int | Fraction) -> Fraction | None:
    """The relative change from `then` to `now`; None when there was nothing to compare with."""
    return Fraction(now - then) / Fraction(then) if then else None
