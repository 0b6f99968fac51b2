"""The organisation as the staff see it, and changes to a unit: its names, tags, duty holders and roster."""

from collections.abc import Iterable
from datetime import datetime

from complaints.case.authority import ANY_STATE
from complaints.case.values import Problem, RefusedError
from complaints.desk.context import Desk
from complaints.desk.staff import Member
from complaints.desk.worklist import NoUnitError, unit_path
from complaints.directory.model import Holder, Person, Shift, Unit
from complaints.policy.model import Policy
from complaints.structs import replace

CHANGES_UNITS = "move-unit"
"""Who may move any case from unit to unit, whatever its kind and state, keeps the organisation: the policy says which
roles. Who moves cases at work does not: they could make themselves whoever they like."""


def read_unit(desk: Desk, member: Member, unit: str, now: datetime) -> tuple[Unit, dict[str, Person]]:
    """A unit in sight, with the people whom it names. Raises `NoUnitError`."""
    path = unit_path(desk, member.sight, unit, now)
    found = desk.directory.unit(path[-1], now)
    if found is None:
        raise NoUnitError(f"no unit {unit!r}")
    return found, desk.directory.people(_named(found), now)


def change_unit(
    desk: Desk,
    member: Member,
    unit: str,
    now: datetime,
    *,
    names: dict[str, str] | None = None,
    tags: tuple[str, ...] | None = None,
    line: str | None = None,
    holders: tuple[Holder, ...] | None = None,
    roster: tuple[Shift, ...] | None = None,
) -> Unit:
    """Change what is named of a unit and leave the rest; whoever is told from now on follows it within a minute.

    Where a unit hangs in the tree is changed by loading the organisation anew, which moves its open work with it.

    Raises
    ------
    NoUnitError
        No such unit in sight.
    RefusedError
        The person's roles do not keep the organisation, or a holder is nobody known, a role none of the policy's.
    """
    found, _ = read_unit(desk, member, unit, now)
    if not keeps_units(member, desk.policies.current(now).policy):
        raise RefusedError(Problem("", "not_yours", {"command": CHANGES_UNITS}))
    after = replace(
        found,
        names=found.names if names is None else names,
        tags=found.tags if tags is None else tags,
        line=found.line if line is None else line,
        holders=found.holders if holders is None else holders,
        roster=found.roster if roster is None else roster,
    )
    people = desk.directory.people(_named(after), now)
    roles = desk.policies.current(now).policy.roles
    entries: list[Holder | Shift] = [*after.holders, *after.roster]
    problems = [
        *(Problem("person", "web.unknown_person", {"person": one}) for one in _named(after) if one not in people),
        *(
            Problem("role", "unknown_value", {"value": one.role, "known": ", ".join(roles)})
            for one in entries
            if one.role not in roles
        ),
    ]
    if problems:
        raise RefusedError(*problems)
    # who signs in is known by the units that name them
    known = [
        replace(person, units=(*person.units, after.id)) for person in people.values() if after.id not in person.units
    ]
    desk.directory.write([after], known)
    return after


def keeps_units(member: Member, policy: Policy) -> bool:
    """Whether one of the person's roles keeps the organisation."""
    keepers = keeper_roles(policy)
    return any(post.role in keepers for post in member.actor.posts)


def keeper_roles(policy: Policy) -> frozenset[str]:
    """The roles that keep the organisation."""
    return frozenset(
        role
        for action in policy.actions
        if CHANGES_UNITS in action.do and ANY_STATE in action.states and not (action.kinds or action.when)
        for role in action.by
    )


def _named(unit: Unit) -> Iterable[str]:
    return dict.fromkeys([*(one.person for one in unit.holders), *(one.person for one in unit.roster)])
