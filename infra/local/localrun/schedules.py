"""When a schedule of EventBridge Scheduler comes round: `rate(...)` and `cron(...)` in its own time zone."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_UNIT = {"minute": 60, "hour": 3600, "day": 86400}
_POLLER_LIMIT = 3600
_TIME_ATTRIBUTE = "<aws.scheduler.scheduled-time>"


class ScheduleError(Exception):
    """A schedule of the template has an expression that the local run cannot follow."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule: its name, expression, zone, the function it calls and the input it gives."""

    name: str
    expression: str
    zone: ZoneInfo
    function: str
    input: str

    @property
    def period(self) -> int | None:
        """Seconds between two runs of a `rate`, None for a `cron`."""
        found = _RATE.fullmatch(self.expression)
        return int(found[1]) * _UNIT[found[2]] if found else None

    @property
    def polls(self) -> bool:
        """Whether it comes round so often that most of its runs find nothing to do."""
        return self.period is not None and self.period < _POLLER_LIMIT

    def after(self, instant: float) -> float:
        """Return the first instant strictly after `instant` at which it comes round (epoch seconds)."""
        period = self.period
        if period is not None:
            return (int(instant) // period + 1) * period
        return _next_cron(self.expression, datetime.fromtimestamp(instant, self.zone))

    def late(self, occurrence: float, most: float) -> float:
        """Return by how many seconds its run at `occurrence` comes late: at most `most`, another delay each time.

        The real service promises no more than the minute.
        """
        return random.Random(f"{self.name} {occurrence}").uniform(0, most)

    def payload(self, instant: float) -> str:
        """Return the input for the run at `instant`, with the scheduled time filled in as the service does."""
        stamp = datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.input.replace(_TIME_ATTRIBUTE, stamp)


def read_schedule(record: Mapping[str, Any]) -> Schedule:
    """Make a schedule of the record that `GetSchedule` answers."""
    target = record["Target"]
    return Schedule(
        name=record["Name"],
        expression=record["ScheduleExpression"],
        zone=ZoneInfo(record.get("ScheduleExpressionTimezone") or "UTC"),
        function=target["Arn"],
        input=target.get("Input", "{}"),
    )


def _numbers(field: str, low: int, high: int, expression: str) -> set[int]:
    if field in ("*", "?"):
        return set(range(low, high + 1))
    numbers: set[int] = set()
    for part in field.split(","):
        first, _, last = part.partition("-")
        if not first.isdigit() or (last and not last.isdigit()):
            raise ScheduleError(f"schedule {expression!r}: the local run knows numbers, lists, ranges, * and ? only")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers


def _next_cron(expression: str, after: datetime) -> float:
    if not (expression.startswith("cron(") and expression.endswith(")")):
        raise ScheduleError(f"schedule {expression!r}: neither rate(...) nor cron(...)")
    minute, hour, day, month, weekday, year = expression[5:-1].split()
    if weekday not in ("?", "*") or year != "*":
        raise ScheduleError(f"schedule {expression!r}: the local run knows no weekdays and no years")
    minutes, hours = _numbers(minute, 0, 59, expression), _numbers(hour, 0, 23, expression)
    days, months = _numbers(day, 1, 31, expression), _numbers(month, 1, 12, expression)
    today = after.date()
    for ahead in range(366 * 5):
        date = today + timedelta(days=ahead)
        if date.day not in days or date.month not in months:
            continue
        for at_hour in sorted(hours):
            for at_minute in sorted(minutes):
                found = datetime(date.year, date.month, date.day, at_hour, at_minute, tzinfo=after.tzinfo)
                if found.timestamp() > after.timestamp():
                    return found.timestamp()
    raise ScheduleError(f"schedule {expression!r}: it never comes round")
