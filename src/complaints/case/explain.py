"""Why a deadline is due when it is due: start, calendar, intervals counted, pauses left out."""

from datetime import datetime

import msgspec

from complaints.case.state import Case, Deadline
from complaints.policy.model import LimitSpec, Text
from complaints.policy.rulebook import Rulebook
from complaints.worktime import Calendar


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline's account of itself. `intervals` are (from, to, seconds counted), instants in the calendar's zone;
    empty for clock time. `certainty` says whether all the days it counts are official."""

    deadline: str
    name: Text
    order: int
    started_at: datetime
    due_at: datetime
    limit: LimitSpec
    calendar: str
    intervals: tuple[tuple[datetime, datetime, int], ...]
    pauses: tuple[tuple[datetime, datetime], ...]
    extensions: tuple[LimitSpec, ...]
    paused_at: datetime | None
    missed_at: datetime | None
    certainty: str = "official"


def explain(running: Deadline, rulebook: Rulebook) -> Explanation:
    """The account of a running deadline."""
    name = running.limit.get("calendar", "")
    calendar = rulebook.calendars.get(name)
    counted = calendar.explain(running.started_at, running.due_at, pauses=running.pauses) if calendar else ()
    return Explanation(
        deadline=running.name,
        name=rulebook.policy.deadlines[running.name].name,
        order=running.order,
        started_at=running.started_at,
        due_at=running.due_at,
        limit=running.limit,
        calendar=name,
        intervals=tuple(counted),
        pauses=running.pauses,
        extensions=running.extensions,
        paused_at=running.paused_at,
        missed_at=running.missed_at,
        certainty=calendar.certainty(running.started_at, running.due_at) if calendar else "official",
    )


def seconds_left(due_at: datetime, calendar: Calendar | None, now: datetime) -> int:
    """Seconds from `now` to a due instant in the working time of the calendar, clock time without one; negative once it
    is late."""
    first, last = min(now, due_at), max(now, due_at)
    length = calendar.working_time_between(first, last) if calendar else int((last - first).total_seconds())
    return length if now <= due_at else -length


def promises(case: Case, rulebook: Rulebook) -> list[tuple[str, Text, datetime]]:
    """What the customer is promised and by when: (deadline, its public name, due), the earliest first."""
    found = [
        (running.name, rulebook.policy.deadlines[running.name].promise, running.due_at)
        for running in case.deadlines
        if rulebook.policy.deadlines[running.name].promise
    ]
    return sorted(found, key=lambda one: one[2])
