"""The steps of a deadline: the reminders before it, its due instant, the rungs after it. Each with its instant."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from complaints.case.events import TIME, Event
from complaints.case.lookup import lookup
from complaints.case.state import Case, Deadline
from complaints.policy.conditions import holds
from complaints.policy.rulebook import Rulebook


def steps(case: Case, running: Deadline, rulebook: Rulebook) -> Iterator[Event]:
    """What is still to come of a running deadline, each as the event it will be, `at` its nominal instant.

    Nothing while it is paused. A reminder that lies before the start is not given, nor one for a deadline that is
    already missed. The rungs count each from the one before (POST-6, reading R3), the first from the due instant.
    """
    if running.paused_at is not None:
        return
    if running.missed_at is None:
        yield from _reminders(running, rulebook)
        yield _step("missed", running, declared_at(running, rulebook), due_at=running.due_at.isoformat())
    if running.rung_base is not None:
        rung = next_rung(case, running, rulebook)
        if rung is not None:
            after = rulebook.policy.ladders[rulebook.policy.deadlines[running.name].ladder][rung].after
            yield rung_event(running, rung, rulebook.due(after, running.rung_base))


def ahead(case: Case, running: Deadline, rulebook: Rulebook) -> Event | None:
    """The rung that a running deadline reaches next if nothing is done, `at` its instant; None while it is paused,
    without a ladder, and at the ladder's end."""
    rung = next_rung(case, running, rulebook) if running.paused_at is None else None
    if rung is None:
        return None
    after = rulebook.policy.ladders[rulebook.policy.deadlines[running.name].ladder][rung].after
    base = running.rung_base or declared_at(running, rulebook)
    return rung_event(running, rung, rulebook.due(after, base))


def declared_at(running: Deadline, rulebook: Rulebook) -> datetime:
    """When a deadline is declared missed: at its due instant, unless that lies on a day which the next holiday notice
    may still move. Then at the end of those days: by then the notice has moved the deadline, or it stands."""
    calendar = rulebook.calendars.get(running.limit.get("calendar", ""))
    if calendar is None:
        return running.due_at
    first = day = running.due_at.astimezone(calendar.zone).date()
    while calendar.may_move(day):
        day += timedelta(days=1)
    if day == first:
        return running.due_at
    return datetime.combine(day, time(), calendar.zone).astimezone(UTC)


def _reminders(running: Deadline, rulebook: Rulebook) -> Iterator[Event]:
    for number, reminder in enumerate(rulebook.policy.deadlines[running.name].reminders):
        at = rulebook.before(reminder.before, running.due_at)
        if number not in running.reminded and running.started_at <= at < running.due_at:
            yield _step("reminded", running, at, reminder=number, due_at=running.due_at.isoformat())


def next_rung(case: Case, running: Deadline, rulebook: Rulebook) -> int | None:
    """The number of the rung that a deadline's ladder reaches next, or None: no ladder, or its end."""
    ladder = rulebook.policy.deadlines[running.name].ladder
    values = lookup(case, rulebook, order=case.order(running.order))
    rungs = rulebook.policy.ladders[ladder] if ladder else ()
    return next((n for n in range(running.rung, len(rungs)) if holds(rungs[n].when, values)), None)


def rung_event(running: Deadline, rung: int, at: datetime) -> Event:
    """The event of reaching a rung."""
    return _step("rung_reached", running, at, rung=rung, due_at=running.due_at.isoformat())


def _step(event_type: str, running: Deadline, at: datetime, **data: object) -> Event:
    return Event(type=event_type, at=at, by=TIME, order=running.order, data={"deadline": running.name, **data})
