"""Figures of more than one view: shares, changes, averages of months, stocks of open cases, customers kept and lost."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from complaints.reporting.figure import figure
from complaints.reporting.plan import Keep
from complaints.reporting.values import Ratio, Value


@figure(
    "rate",
    numerator="the cases of one type, channel, cause or score",
    denominator="all cases of the same table",
    instant="as the count beside it",
    of_view=False,
)
def share(part: int, whole: int) -> Ratio:
    """Share of a total."""
    return Ratio(part, whole)


@figure(
    "rate",
    numerator="the cases of one type in the period's month and the two before it",
    denominator="all cases of these three months",
    instant="the day on which the case was registered",
    edges="Months before the first fact count as none (HOT-6).",
    of_view=False,
)
def share_of_three_months(parts: Iterable[int], wholes: Iterable[int]) -> Ratio:
    """Share over three months."""
    return Ratio(sum(parts), sum(wholes))


@figure(
    "change",
    numerator="the figure of this period less that of the other one",
    denominator="the figure of the other period",
    instant="both periods whole",
    edges='Nothing in the other period: "-".',
    of_view=False,
)
def change(now: Value, then: Value) -> Fraction | None:
    """Relative change of a count, a duration or a score."""
    if not isinstance(now, int | Fraction) or not isinstance(then, int | Fraction) or not then:
        return None
    return Fraction(now - then) / Fraction(then)


@figure(
    "points",
    numerator="the rate of this period less that of the other one, in percentage points",
    instant="both periods whole",
    edges='One of them has nothing to divide by: "-".',
    of_view=False,
)
def difference(now: Value, then: Value) -> Fraction | None:
    """Change of a rate in percentage points."""
    if not isinstance(now, Ratio) or not isinstance(then, Ratio) or now.value is None or then.value is None:
        return None
    return now.value - then.value


@figure(
    "number",
    numerator="`received` of the months of a year that have ended by the period",
    denominator="the number of these months",
    instant="the day on which the case was registered",
    edges="Months before the first fact of that year and months to come are left out (AUTO-12).",
    of_view=False,
)
def monthly_average(counts: Sequence[int | None]) -> Fraction | None:
    """Average of the months."""
    known = [count for count in counts if count is not None]
    return Fraction(sum(known), len(known)) if known else None


@figure(
    "count",
    numerator="cases that are open after the last fact of the period",
    instant="the end of the period",
    edges="Carried from month to month, so that a case without any event is in it too.",
    of_view=False,
)
def open_cases(phases: Iterable[str]) -> int:
    """Cases open at the end."""
    return sum(1 for phase in phases if phase == "open")


@figure(
    "count",
    numerator="days from receipt to the last day of the period",
    instant="the end of the period",
    of_view=False,
)
def age_days(opened: str, end: str) -> int:
    """Age of an open case in days."""
    return (date.fromisoformat(end) - date.fromisoformat(opened)).days


@figure(
    "number",
    numerator="closed cases by treatment, each times the rate at which such customers come back; those who do not "
    "complain: the number entered",
    instant="the day of closing",
    edges="Treatments: not complained; unsolved (closed without a solution); solved; solved quickly (within the "
    "policy's time since receipt). Rates are policy data (CAR-4). An estimate.",
    of_view=False,
)
def kept(counts: dict[str, int], keep: Keep) -> dict[str, Fraction]:
    """Customers kept, estimated."""
    return {name: count * Fraction(str(getattr(keep, name))) for name, count in counts.items()}


@figure(
    "number",
    numerator="the customers of each treatment less `kept`",
    instant="the day of closing",
    edges="An estimate.",
    of_view=False,
)
def lost(counts: dict[str, int], keep: Keep) -> dict[str, Fraction]:
    """Customers lost, estimated."""
    return {name: counts[name] - staying for name, staying in kept(counts, keep).items()}


@figure(
    "count",
    numerator="cases closed, by how the customer was treated",
    instant="the day of closing",
    edges="As `kept`.",
    of_view=False,
)
def treated(closings: int, unsolved: int, quick: int, untold: int) -> dict[str, int]:
    """Customers by treatment."""
    return {"untold": untold, "unsolved": unsolved, "solved": closings - unsolved - quick, "quick": quick}


@figure(
    "number",
    numerator="a number entered by hand for the unit and the period",
    instant="the period",
    edges='Not entered: "-" (HOT-10).',
    of_view=False,
)
def entered(value: float | None) -> float | None:
    """A figure entered by hand."""
    return value


@figure(
    "number",
    numerator="what a target is held against: a figure of the year, or a number entered by hand",
    instant="the year",
    edges='A rate as its exact ratio; nothing to divide by or not entered: "-" (HOT-10).',
    of_view=False,
)
def target_result(value: Value) -> Fraction | None:
    """Result beside a yearly target."""
    if isinstance(value, Ratio):
        return value.value
    if isinstance(value, float):
        return Fraction(str(value))
    return Fraction(value) if isinstance(value, int | Fraction) else None


@figure(
    "rate",
    numerator="the rate at which customers treated like this come back",
    instant="the period",
    edges="Policy data (CAR-4).",
    of_view=False,
)
def keep_rate(keep: Keep, treatment: str) -> Fraction:
    """Return rate of a treatment."""
    return Fraction(str(getattr(keep, treatment)))


@figure(
    "count",
    numerator="liability sheets and rulings that stand, by unit or cause",
    instant="as they stood after the last fact of the period",
    edges="Ruled invalid and found not liable by arbitration are left out (POST-18).",
    of_view=False,
)
def liable_cases(names: Iterable[str]) -> dict[str, int]:
    """Liable cases."""
    return dict(Counter(names))


@figure(
    "change",
    numerator="the change that the organisation aims at for the year",
    instant="the year",
    edges="Policy data (HOT-10).",
    of_view=False,
)
def target(aim: float) -> Fraction:
    """Yearly target."""
    return Fraction(str(aim))


@figure(
    "rate",
    numerator="the goal of an indicator",
    instant="the period",
    edges="Policy data; a rate, a duration or a score as the indicator is.",
    of_view=False,
)
def goal(aim: float | None) -> Fraction | None:
    """Goal."""
    return None if aim is None else Fraction(str(aim))


@figure(
    "count",
    numerator="the part of a rate that stands beside it",
    instant="as the rate beside it",
    of_view=False,
)
def part_of(value: Value) -> int | None:
    """Numerator of a rate."""
    return value.part if isinstance(value, Ratio) else None


@figure(
    "count",
    numerator="the whole of a rate that stands beside it",
    instant="as the rate beside it",
    of_view=False,
)
def whole_of(value: Value) -> int | None:
    """Denominator of a rate."""
    return value.whole if isinstance(value, Ratio) else None
