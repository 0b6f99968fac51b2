"""How a value is written for people, in the page and in sentences."""

from collections.abc import Sequence
from fractions import Fraction

from complaints.reporting.values import Form, Ratio, Value, shown
from complaints.texts import text

NOTHING = "-"


def show(value: Value, form: Form, language: str, goals: Sequence[float] = ()) -> str:
    """A value in its form; "-" where there is none.

    `goals` are the values that a rounded rate must not seem to reach when the exact one does not (`values.shown`).
    """
    if isinstance(value, str):
        return value
    number = value.value if isinstance(value, Ratio) else value
    if number is None:
        return NOTHING
    exact = Fraction(str(number)) if isinstance(number, float) else Fraction(number)
    if form == "rate":
        near = shown(exact, [Fraction(str(goal)) for goal in goals]) * 100
        return f"{fixed(near, decimals(near))}%"
    if form == "change":
        return f"{signed(exact * 100)}%"
    if form == "points":
        return text("report.points_value", language, points=signed(exact * 100))
    if form == "seconds":
        return duration(round(exact), language)
    if form == "score":
        return fixed(exact, 2)
    if form == "count":
        return f"{round(exact):,}"
    return fixed(exact, 0) if exact.denominator == 1 else fixed(exact, 1 if abs(exact) >= 1 else 4)


def decimals(value: Fraction) -> int:
    """How many digits after the point a decimal number needs, one at least."""
    digits = 1
    while (value * 10**digits).denominator != 1 and digits < 12:
        digits += 1
    return digits


def fixed(value: Fraction, digits: int) -> str:
    """Decimal digits of an exact number, rounded half up in size, thousands apart."""
    scaled = abs(value) * 10**digits
    whole = int(scaled + Fraction(1, 2))
    sign = "-" if value < 0 and whole else ""
    head, tail = divmod(whole, 10**digits)
    return f"{sign}{head:,}" + (f".{tail:0{digits}d}" if digits else "")


def signed(value: Fraction) -> str:
    """With its sign, one digit after the point; what rounds to nothing has none."""
    plain = fixed(value, 1)
    return f"+{plain}" if value > 0 and plain != "0.0" else plain


def duration(seconds: int, language: str) -> str:
    """Hours and minutes; under an hour minutes, under a minute seconds."""
    if seconds < 60:
        return text("report.duration.seconds", language, seconds=seconds)
    minutes = (seconds + 30) // 60
    if minutes < 60:
        return text("report.duration.minutes", language, minutes=minutes)
    hours = f"{minutes // 60:,}"
    return text("report.duration.hours", language, hours=hours, minutes=f"{minutes % 60:02d}")
