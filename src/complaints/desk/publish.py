"""What an operator puts to work: a policy, a corrected calendar, an organisation. Counts everywhere within a minute."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from complaints.adapters.policies import NoPolicyError, Pointer
from complaints.adapters.rows import UNITS
from complaints.desk.context import Desk
from complaints.desk.moved_units import relist, set_out
from complaints.directory.difference import Change, carry_marks, difference
from complaints.directory.load import PEOPLE, POSTS, ROSTER, Directory, load
from complaints.directory.load import UNITS as UNITS_FILE
from complaints.directory.model import Person, Unit
from complaints.structs import replace
from complaints.worktime import Calendar


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that was loaded, or would be: what changes, and how much there is. `moving` units hang elsewhere
    than before: `moved_units.arrive` is still to come for them."""

    changes: tuple[Change, ...]
    units: int
    people: int
    moving: int = 0


def publish_policy(desk: Desk, path: Path | str) -> str:
    """Compile a policy (a file, or its YAML text), keep it under its content hash, let it count for new cases.

    Returns the hash.

    Cases that are open keep the policy under which they were opened.
    """
    from complaints.policy.compile import compile_policy  # here, because no function carries what it needs

    compiled = compile_policy(path)
    policy = compiled.id
    desk.files.write(f"policies/{policy}.json", compiled.document)
    pointer = desk.policies.read_pointer()
    if pointer.policy != policy:
        history = (*(one for one in pointer.history if one != policy), policy)
        desk.policies.move_pointer(replace(pointer, policy=policy, history=history))
    return policy


def publish_calendar(desk: Desk, name: str, spec: Mapping[str, Any]) -> tuple[str, str]:
    """Let a corrected calendar count in place of the one of that name in the current policy, in every policy version
    that counts in the very same calendar; returns the ids of the old and the new one.

    Open deadlines that count in it move (`desk.retime`); closed ones stay.

    Raises
    ------
    NoPolicyError
        No policy is published, or it has no calendar of that name.
    """
    pointer = desk.policies.read_pointer()
    old, new = _own_calendar(desk, pointer, name).id, Calendar.from_spec(dict(spec)).id
    kept = desk.files.keep("policies", msgspec.json.encode(dict(spec), order="sorted"))
    desk.policies.move_pointer(replace(pointer, calendars={**pointer.calendars, old: kept}))
    return old, new


def is_standing(desk: Desk, name: str, spec: Mapping[str, Any]) -> bool:
    """Whether a calendar is the current policy's own of that name and none was ever put in its place, so that no
    deadline can be left to move. One that was corrected, and now again, may have been broken off. Raises as
    `publish_calendar` does."""
    pointer = desk.policies.read_pointer()
    own = _own_calendar(desk, pointer, name).id
    return own not in pointer.calendars and own == Calendar.from_spec(dict(spec)).id


def _own_calendar(desk: Desk, pointer: Pointer, name: str) -> Calendar:
    policy = desk.policies.policy(pointer.policy) if pointer.policy else None
    if policy is None or name not in policy.calendars:
        known = ", ".join(policy.calendars) if policy is not None else "none"
        raise NoPolicyError(f"no calendar {name!r} in the current policy; there are: {known}")
    return Calendar.from_spec(policy.calendars[name])


def load_organisation(desk: Desk, folder: Path, now: datetime, *, dry_run: bool = False) -> Loaded:
    """Load the organisation from the CSV files of a folder (`directory.load`), or only say what that would change.

    Raises
    ------
    directory.load.LoadError
        The files are no organisation; every problem is listed, and nothing was changed.
    """
    names = (UNITS_FILE, PEOPLE, POSTS, ROSTER)
    files = {name: (folder / name).read_bytes() for name in names if (folder / name).exists()}
    pointer = desk.policies.read_pointer()
    policy = desk.policies.policy(pointer.policy) if pointer.policy else None
    new = load(
        files,
        desk.settings.zone,
        levels=policy.levels if policy is not None else None,
        roles=policy.roles if policy is not None else None,
    )
    old = standing(desk, new, now)
    new = carry_marks(old, new, now)
    changes = tuple(difference(old, new))
    if dry_run:
        return Loaded(changes=changes, units=len(new.units), people=len(new.people))
    moving = set_out(desk, old.units, new.units)
    desk.directory.write(new.units.values(), new.people.values())
    relist(desk, moving, now)
    return Loaded(changes=changes, units=len(new.units), people=len(new.people), moving=len(moving))


def standing(desk: Desk, new: Directory, now: datetime) -> Directory:
    """The organisation as it stands under the root of `new`: its units, and the people whom they or `new` name."""
    root = next((unit for unit in new.units.values() if unit.parent is None), None)
    listed = unit_ids(desk, root.id) if root is not None else []
    units: dict[str, Unit] = desk.directory.units([*listed, *new.units], now)
    named = [person for unit in units.values() for person in unit.staff()]
    people: dict[str, Person] = desk.directory.people([*named, *new.people], now)
    return Directory(units=units, people=people)


def all_units(desk: Desk, now: datetime) -> list[Unit]:
    """Every unit of the organisation that the current policy serves, the root first."""
    door = desk.directory.unit(desk.policies.current(now).policy.intake.unit, now)
    if door is None:
        return []
    units: dict[str, Unit] = desk.directory.units(unit_ids(desk, door.path[0]), now)
    return sorted(units.values(), key=lambda unit: (len(unit.path), unit.path))


def unit_ids(desk: Desk, root: str) -> list[str]:
    """The ids of all units that the table lists under the root."""
    found: list[str] = []
    after = ""
    while page := desk.store.unit_list(root, 0, UNITS, after=after, limit=200):
        found += [line.columns["unit"] for line in page]
        after = page[-1].place
    return found
