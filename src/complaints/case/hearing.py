"""What the customer says anew: words that the policy listens for, whether the matter may still be opened again, and
whether what was said may be erased."""

from datetime import datetime

from complaints.case.asked import Asked
from complaints.case.events import Event
from complaints.case.evolve import evolve
from complaints.case.fields import derive
from complaints.structs import replace


def heard(asked: Asked) -> list[Event]:
    """A new word of the customer's may hold words that the policy listens for; derived fields follow."""
    said = asked.rulebook.mentioned(str(asked.command.personal.get("text", "")))
    event = asked.event(mentioned=said)
    after = evolve(asked.case, event, asked.command.at)
    derived = derive(after, asked.rulebook)
    return [event if derived == asked.case.derived else replace(event, data={**event.data, "derived": derived})]


def reopen(asked: Asked) -> list[Event]:
    """The old case goes on, as long as the policy lets a matter be taken up again (AUTO-4, reading R5).

    After that it is a new case.
    """
    ends = reopening_ends(asked)
    if ends is not None and asked.command.at > ends:
        raise asked.refuse("", "reopening_over", ended_at=ends.isoformat())
    return heard(asked)


def not_held(asked: Asked) -> list[Event]:
    """What is held for a court or an authority is kept as it is: nothing of it is erased until it is released."""
    if asked.case.held:
        raise asked.refuse("", "held")
    return [asked.event()]


def reopening_ends(asked: Asked) -> datetime | None:
    """The last instant at which the case can be reopened; None: no rule of its kind sets one."""
    closed = asked.case.closed_at
    windows = [
        rule.reopen_within
        for rule in asked.rulebook.policy.repeats
        if asked.case.kind in rule.kinds and rule.reopen_within
    ]
    if closed is None or not windows:
        return None
    return max(asked.rulebook.due(window, closed) for window in windows)
