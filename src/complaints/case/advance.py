"""`advance`: what time alone makes happen to a case, one instant at a time.

A reminder, a missed deadline, the next rung of a ladder, retirement: each has an instant that follows from the case
alone. `next_at` is the earliest of them, which is exactly the instant from which `advance` answers something.
"""

from collections.abc import Iterator
from datetime import datetime

from complaints.case.decide import settle
from complaints.case.events import TIME, Effect, Event
from complaints.case.evolve import evolve
from complaints.case.ladder import next_rung, rung_event, steps
from complaints.case.state import Case
from complaints.case.values import Places
from complaints.policy.rulebook import Rulebook


def next_at(case: Case, rulebook: Rulebook) -> datetime | None:
    """The earliest instant at which time alone changes the case; None: never."""
    return min((event.at for event in _coming(case, rulebook)), default=None)


def advance(case: Case, rulebook: Rulebook, now: datetime, places: Places) -> list[Event]:
    """What happens at the earliest due instant, consequences included; nothing when none is due by `now`.

    The worker calls it again until it answers nothing. A case whose calendar was corrected is timed anew first.
    """
    again = retime(case, rulebook, now)
    if again:
        return again
    coming = list(_coming(case, rulebook))
    first = min((event.at for event in coming), default=None)
    if first is None or first > now:
        return []
    due = [event for event in coming if event.at == first]
    if any(event.type == "retired" for event in due):
        due = [event for event in due if event.type == "retired"]
    # a missed deadline makes the first rung's instant known, which may be this same one
    happening: list[Event] = []
    after = case
    for event in due:
        happening.append(event)
        after = evolve(after, event, now)
        happening += _rungs_at_once(after, event, rulebook)
    return settle(case, happening, rulebook, now, places)


def _rungs_at_once(case: Case, event: Event, rulebook: Rulebook) -> Iterator[Event]:
    if event.type != "missed":
        return
    running = case.deadline(event.data["deadline"], event.order)
    if running is None or running.rung > 0:
        return
    rung = next_rung(case, running, rulebook)
    if rung is None:
        return
    after = rulebook.policy.ladders[rulebook.policy.deadlines[running.name].ladder][rung].after
    if rulebook.due(after, event.at) == event.at:
        yield rung_event(running, rung, event.at)


def _coming(case: Case, rulebook: Rulebook) -> Iterator[Event]:
    if case.phase == "retired":
        return
    for running in case.deadlines:
        yield from steps(case, running, rulebook)
    if case.closed_at is not None and not case.held:
        at = rulebook.due(rulebook.policy.retention, case.closed_at)
        yield Event(type="retired", at=at, by=TIME)


def retime(case: Case, rulebook: Rulebook, now: datetime) -> list[Event]:
    """Open deadlines computed again under a corrected calendar, as one event; nothing when none moves.

    Deadlines that were already missed keep their verdict: a published breach is corrected by people, not by a calendar.
    """
    effects, was = [], {}
    for running in case.deadlines:
        calendar = rulebook.calendar_id(running.limit)
        if calendar == running.calendar or running.missed_at is not None:
            continue
        due = rulebook.due(running.limit, running.started_at, running.pauses, running.extensions)
        if due != running.due_at:
            was[running.key] = running.due_at.isoformat()
            effects.append(
                Effect(do="retime", deadline=running.name, order=running.order, due_at=due, calendar=calendar)
            )
    if not effects:
        return []
    return [Event(type="retimed", at=now, data={"was": was}, effects=tuple(effects))]
