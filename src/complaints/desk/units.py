"""The organisation as the staff see it, and changes to a unit: its names, tags, duty holders and roster."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from complaints.case.authority import ANY_STATE
from complaints.case.values import Problem, RefusedError
from complaints.desk import log
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

    def changed(standing: Unit) -> Unit:
        return replace(
            standing,
            names=standing.names if names is None else names,
            tags=standing.tags if tags is None else tags,
            line=standing.line if line is None else line,
            holders=standing.holders if holders is None else holders,
            roster=standing.roster if roster is None else roster,
        )

    problems = list(_problems(desk, changed(found), now))
    if problems:
        raise RefusedError(*problems)
    after = desk.directory.change_unit(found.id, changed)
    log.info("unit changed", unit=after.id, by=member.actor.person)
    return after


def _problems(desk: Desk, unit: Unit, now: datetime) -> Iterator[Problem]:
    """Holders who are nobody known, roles that are none of the policy's."""
    people = desk.directory.people(_named(unit), now)
    roles = desk.policies.current(now).policy.roles
    entries: list[Holder | Shift] = [*unit.holders, *unit.roster]
    for one in _named(unit):
        if one not in people:
            yield Problem("person", "web.unknown_person", {"person": one})
    for entry in entries:
        if entry.role not in roles:
            yield Problem("role", "unknown_value", {"value": entry.role, "known": ", ".join(roles)})


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
