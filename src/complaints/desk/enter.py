"""A complaint that the staff write down for somebody: by telephone, at a counter, from a letter (AUTO-7, HOT-1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from complaints.case.values import Problem, RefusedError
from complaints.desk.answers import Once
from complaints.desk.command import unit_ids
from complaints.desk.context import Desk
from complaints.desk.register import Complaint, Registered, register
from complaints.desk.staff import Member, may_ever


def enter(desk: Desk, member: Member, values: Mapping[str, Any], once: Once, now: datetime) -> Registered:
    """Register a complaint for a caller.

    It belongs to the unit named; where none is, to the policy's intake unit if the person sees that, else to the unit
    of their own first post (a dealer's own complaint is the dealer's).

    Raises
    ------
    RefusedError
        The person's roles do not register complaints of this kind, the unit is out of sight, or a field is at fault.
    """
    policy = desk.policies.current(now).policy
    given = unit_ids("register", values, policy)
    if not may_ever(member, "register", desk, now, str(given.get("kind") or "")):
        raise RefusedError(Problem("", "not_yours", {"command": "register"}))
    unit = given.get("unit") or _usual_unit(desk, member, policy.intake.unit, now)
    known = desk.directory.unit(str(unit), now)
    if known is None or not member.sight.unit(known.path):
        raise RefusedError(Problem("unit", "unknown_unit", {"unit": str(unit)}))
    complaint = Complaint(values={**given, "unit": known.id}, by=member.actor, once=once)
    return register(desk, complaint, now)


def _usual_unit(desk: Desk, member: Member, intake: str, now: datetime) -> str:
    known = desk.directory.unit(intake, now)
    return intake if known is not None and member.sight.unit(known.path) else member.actor.posts[0].unit
