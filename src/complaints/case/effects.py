"""What an event does to deadlines: the policy's triggers held against it, once, when it is decided."""

from collections.abc import Iterator
from datetime import datetime

from complaints.case.events import Effect, Event
from complaints.case.lookup import lookup
from complaints.case.state import Case, Deadline, Order, deadline_key
from complaints.case.values import Places
from complaints.policy.conditions import holds
from complaints.policy.model import DeadlineRule, LimitSpec, Trigger
from complaints.policy.rulebook import AHEAD, Rulebook


class MissingInstantError(Exception):
    """A deadline takes its instant from a field that the event lacks: name the field in the action's `requires`."""

    impersonal = True


def effects_of(
    case: Case, event: Event, rulebook: Rulebook, places: Places, known: datetime | None = None
) -> tuple[Effect, ...]:
    """The effects of an event on deadlines.

    Parameters
    ----------
    case
        the case as it stands after the event, its deadlines still untouched by it.
    known
        the earliest instant by which the event is known to have happened, where `at` is only what somebody says of it;
        None: `at` itself. A record that a person's own word could correct would prove nothing (INS-10).
    """
    look = _Look(case, event, rulebook, places, max(known or event.at, event.at))
    ended = list(look.ended())
    gone = {(one.deadline, one.order) for one in ended}
    changed = [one for one in look.changed() if (one.deadline, one.order) not in gone]
    started = list(look.started(gone))
    return (*ended, *changed, *started)


def elapsed(rulebook: Rulebook, rule: DeadlineRule, running: Deadline, until: datetime) -> int:
    """Seconds that a deadline ran, pauses left out: working time for a limit in working hours, else clock time."""
    spec = rule.measure or running.limit
    pauses = list(running.pauses)
    if running.paused_at is not None and running.paused_at < until:
        pauses.append((running.paused_at, until))
    calendar = rulebook.calendars.get(spec.get("calendar", ""))
    if calendar is not None and "working_hours" in spec:
        return calendar.working_time_between(running.started_at, until, pauses=pauses)
    held = sum((min(b, until) - max(a, running.started_at)).total_seconds() for a, b in pauses if a < until)
    return int((until - running.started_at).total_seconds() - held)


class _Look:
    """One event held against the deadlines of one case."""

    def __init__(self, case: Case, event: Event, rulebook: Rulebook, places: Places, known: datetime) -> None:
        self.case = case
        self.event = event
        self.known = known
        self.rulebook = rulebook
        self.order = case.order(event.order)
        self.values = lookup(case, rulebook, event=event.data, event_type=event.type, order=self.order, places=places)
        self._places = places

    def matches(self, triggers: tuple[Trigger, ...]) -> bool:
        return any(
            triggered(trigger, self.event.type, self.order) and holds(trigger.when, self.values) for trigger in triggers
        )

    # -- ends ----------------------------------------------------------------------------------------------

    def ended(self) -> Iterator[Effect]:
        for running in self.case.deadlines:
            rule = self.rulebook.policy.deadlines[running.name]
            concerns = self.event.order in (0, running.order) or not running.order
            if concerns and self.matches(rule.stops):
                yield self._stop(rule, running)
            elif (concerns and self.matches(rule.cancels)) or self._moot(rule, running):
                yield Effect(do="cancel", deadline=running.name, order=running.order, due_at=running.due_at)

    def _stop(self, rule: DeadlineRule, running: Deadline) -> Effect:
        rested = running.paused_at is not None and running.paused_at <= running.due_at and running.missed_at is None
        met = self.known <= running.due_at or rested
        claimed = not met and self.event.at <= running.due_at
        return Effect(
            do="stop",
            deadline=running.name,
            order=running.order,
            started_at=running.started_at,
            due_at=running.due_at,
            met=met,
            claimed=claimed,
            seconds=elapsed(self.rulebook, rule, running, self.known if claimed else self.event.at),
        )

    def _moot(self, rule: DeadlineRule, running: Deadline) -> bool:
        """Whether nothing is left to be late with: the case is closed, or the order is not open any more."""
        if self.case.phase in ("final", "retired") or (self.case.phase == "closed" and not rule.after_close):
            return True
        order = self.case.order(running.order)
        return order is not None and not order.is_open

    # -- changes -------------------------------------------------------------------------------------------

    def changed(self) -> Iterator[Effect]:
        if self.event.type == "paused":
            yield from self._paused()
        elif self.event.type == "resumed":
            yield from self._resumed()
        elif self.event.type == "extended":
            yield from self._extended()
        elif self.event.type == "classified":
            yield from self._reclassified()

    def _paused(self) -> Iterator[Effect]:
        for running in self.case.deadlines:
            rule = self.rulebook.policy.deadlines[running.name]
            reason_counts = not rule.pause_reasons or self.event.data.get("reason") in rule.pause_reasons
            if rule.pauses and reason_counts and self.event.order in (0, running.order) and running.paused_at is None:
                # a rest that is said to have begun before a due instant already past does not move that instant
                since = self.known if running.due_at < self.known else self.event.at
                yield Effect(do="pause", deadline=running.name, order=running.order, started_at=since)

    def _resumed(self) -> Iterator[Effect]:
        for running in self.case.deadlines:
            if running.paused_at is not None and self.event.order in (0, running.order):
                pauses = (*running.pauses, (running.paused_at, self.event.at))
                due = self.rulebook.due(running.limit, running.started_at, pauses, running.extensions)
                yield Effect(do="resume", deadline=running.name, order=running.order, due_at=due)

    def _extended(self) -> Iterator[Effect]:
        running = self.case.deadline(self.event.data["deadline"], self.event.order)
        if running is not None:
            by = self.event.data["by"]
            due = self.rulebook.due(running.limit, running.started_at, running.pauses, (*running.extensions, by))
            yield Effect(do="extend", deadline=running.name, order=running.order, due_at=due, limit=by)

    def _reclassified(self) -> Iterator[Effect]:
        """Limits that count from registration are held against the case as it is now classified (reading R12)."""
        for name, rule in self.rulebook.rules_started_by.get("registered", ()):
            running = self.case.deadline(name)
            wanted = self._applies(rule) and any(
                trigger.event == "registered" and holds(trigger.when, self.values) for trigger in rule.starts
            )
            if running is None:
                if wanted and name not in self.case.started:
                    yield self._start(name, rule, 0, self.case.opened_at)
            elif not wanted:
                yield Effect(do="cancel", deadline=name, due_at=running.due_at)
            else:
                limit = self._chosen(rule)
                if limit != running.limit:
                    due = self.rulebook.due(limit, running.started_at, running.pauses, running.extensions)
                    calendar = self.rulebook.calendar_id(limit)
                    yield Effect(do="retime", deadline=name, due_at=due, limit=limit, calendar=calendar)

    # -- starts --------------------------------------------------------------------------------------------

    def started(self, gone: set[tuple[str, int]]) -> Iterator[Effect]:
        for name, rule in self.rulebook.rules_started_by.get(self.event.type, ()):
            order = self.event.order if rule.scope == "order" else 0
            if (rule.scope == "order" and not order) or not self._applies(rule) or not self.matches(rule.starts):
                continue
            running = self.case.deadline(name, order)
            if running is not None and (name, order) not in gone:
                if not rule.restarts:
                    continue
                yield Effect(do="cancel", deadline=name, order=order, due_at=running.due_at)
            yield self._start(name, rule, order, self.event.at)

    def _applies(self, rule: DeadlineRule) -> bool:
        if rule.kinds and self.case.kind not in rule.kinds:
            return False
        return self.case.phase == "open" or (self.case.phase == "closed" and rule.after_close)

    def _chosen(self, rule: DeadlineRule) -> LimitSpec:
        choice = next((one for one in rule.limits if holds(one.when, self.values)), None)
        if choice is None:
            raise MissingInstantError(
                f"no limit of this deadline holds for case {self.case.reference}: add one without 'when'"
            )
        chosen = {**choice.limit, AHEAD: choice.ahead} if choice.ahead else choice.limit
        if "given" not in chosen:
            return chosen
        instant = self.values(f"event.{chosen['given']}")
        if not instant:
            raise MissingInstantError(f"event {self.event.type!r} has no {chosen['given']!r} to take a deadline from")
        ahead = {AHEAD: choice.ahead} if choice.ahead else {}
        return {"at": instant if isinstance(instant, str) else instant.isoformat(), **ahead}

    def _start(self, name: str, rule: DeadlineRule, order: int, at: datetime) -> Effect:
        limit = self._chosen(rule)
        return Effect(
            do="start",
            deadline=name,
            order=order,
            started_at=at,
            due_at=self.rulebook.due(limit, at),
            limit=limit,
            calendar=self.rulebook.calendar_id(limit),
        )


def triggered(trigger: Trigger, event_type: str, order: Order | None) -> bool:
    """Whether a trigger speaks of this event, its condition aside."""
    if trigger.event != event_type:
        return False
    return not trigger.order_types or (order is not None and order.type in trigger.order_types)


def key_of(effect: Effect) -> str:
    """The deadline that an effect concerns, as it is named within its case."""
    return deadline_key(effect.deadline, effect.order)
