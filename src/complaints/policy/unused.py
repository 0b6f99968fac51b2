"""What a policy defines and nothing uses: most often the sign of a misspelt or forgotten reference."""

from collections.abc import Iterator

from complaints.policy.findings import Finding
from complaints.policy.model import Policy
from complaints.policy.spots import spots


def unused_findings(policy: Policy) -> Iterator[Finding]:
    """Templates, ladders, calendars and slots that nothing refers to, as warnings."""
    templates = {policy.intake.acknowledgement}
    calendars = {counter.calendar for counter in policy.counters.values()}
    slots: set[str] = set()
    for spot in spots(policy):
        if spot.field == "template":
            templates.add(spot.value)
        elif isinstance(spot.value, dict) and spot.kind is not dict:
            calendars.add(str(spot.value.get("calendar", "")))
            slots.add(str(spot.value.get("slots", "")))
    ladders = {rule.ladder for rule in policy.deadlines.values()}
    for what, used in (("templates", templates), ("ladders", ladders), ("calendars", calendars), ("slots", slots)):
        for name in getattr(policy, what):
            if name not in used:
                params = {"what": what.rstrip("s") if what != "slots" else what, "value": name}
                yield Finding(code="unused", path=(what, name), level="warning", params=params, at_key=True)
