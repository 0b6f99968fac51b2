"""A policy with its working calendars: everything a decision asks of the rules, ready to answer.

The calendars may be newer than the policy: a corrected calendar applies to open cases, an edited policy does not.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from complaints.policy.conditions import names
from complaints.policy.model import Condition, DeadlineRule, LimitSpec, Policy, State, Trigger
from complaints.worktime import Calendar, Limit

Pauses = Sequence[tuple[datetime, datetime]]


AHEAD = "ahead"
"""In a limit as it is stored with a running deadline: what it ends ahead of its own end (`LimitChoice.ahead`)."""


class Rulebook:
    """One organisation's rules at work.

    Parameters
    ----------
    policy
        the compiled policy.
    calendars
        compiled calendar specs by name that replace those of the policy (a corrected calendar).
    """

    def __init__(self, policy: Policy, calendars: Mapping[str, dict[str, Any]] | None = None) -> None:
        self.policy = policy
        specs = {**policy.calendars, **(calendars or {})}
        self.calendars = {name: Calendar.from_spec(spec) for name, spec in specs.items()}
        self.zone = ZoneInfo(policy.zone)
        self._limits: dict[bytes, Limit] = {}

    def limit(self, spec: LimitSpec) -> Limit:
        """The duration that a spec names, its calendar resolved."""
        key = msgspec.json.encode(spec, order="sorted")
        if key not in self._limits:
            self._limits[key] = Limit.from_spec(
                spec, calendars=self.calendars, slots=self.policy.slots, zone=self.policy.zone
            )
        return self._limits[key]

    def due(
        self, spec: LimitSpec, start: datetime, pauses: Pauses = (), extensions: Sequence[LimitSpec] = ()
    ) -> datetime:
        """When a limit that starts then ends, in UTC; each extension counts on from the end before it.

        What the limit is to end `ahead` of that is counted back last, and never before the start.
        """
        plain = {key: value for key, value in spec.items() if key != AHEAD}
        end = datetime.fromisoformat(spec["at"]) if "at" in spec else self.limit(plain).due(start, pauses=pauses)
        for extension in extensions:
            end = self.limit(extension).due(end, pauses=pauses)
        if AHEAD in spec:
            end = max(start, self.limit(spec[AHEAD]).before(end))
        return end.astimezone(UTC)

    def before(self, spec: LimitSpec, due: datetime) -> datetime:
        """The instant that lies this long before a due instant, counted back in the same kind of time."""
        return self.limit(spec).before(due).astimezone(UTC)

    def calendar_id(self, spec: LimitSpec) -> str:
        """The content id of the calendar that a limit counts in; empty for clock time."""
        name = spec.get("calendar", "")
        return self.calendars[name].id if name else ""

    def state(self, kind: str, state: str) -> State:
        """The state of a kind of case."""
        return self.policy.kinds[kind].states[state]

    @cached_property
    def rules_started_by(self) -> Mapping[str, tuple[tuple[str, DeadlineRule], ...]]:
        """Deadline rules by the event that can start them, so that an event looks only at its own."""
        found: dict[str, list[tuple[str, DeadlineRule]]] = defaultdict(list)
        for name, rule in self.policy.deadlines.items():
            for event in dict.fromkeys(trigger.event for trigger in rule.starts):
                found[event].append((name, rule))
        return {event: tuple(rules) for event, rules in found.items()}

    @cached_property
    def mention_words(self) -> tuple[str, ...]:
        """Every word that some condition looks for in the customer's own words (`mentioned: {has: [...]}`)."""
        words: set[str] = set()
        for condition in self._conditions():
            for name, wanted in names(condition):
                if name == "mentioned" and isinstance(wanted, Mapping):
                    asked = wanted.get("has", ())
                    words.update([asked] if isinstance(asked, str) else asked)
        return tuple(sorted(words))

    def mentioned(self, text: str) -> list[str]:
        """The words of the policy's conditions that a text contains, whatever their case."""
        folded = text.casefold()
        return [word for word in self.mention_words if word.casefold() in folded]

    def _conditions(self) -> Iterator[Condition]:
        policy = self.policy
        for choices in policy.derived.values():
            yield from (choice.when for choice in choices)
        for kind in policy.kinds.values():
            yield from (choice.when for choice in kind.start_when)
        for action in policy.actions:
            yield action.when
            yield from (requirement.when for requirement in action.requires)
        for rule in policy.deadlines.values():
            yield from (trigger.when for trigger in _triggers(rule))
            yield from (choice.when for choice in rule.limits)
        for rungs in policy.ladders.values():
            yield from (rung.when for rung in rungs)
        yield from (notice.on.when for notice in policy.notices)
        yield from (automation.on.when for automation in policy.automations)


def _triggers(rule: DeadlineRule) -> Iterator[Trigger]:
    yield from rule.starts
    yield from rule.stops
    yield from rule.cancels
