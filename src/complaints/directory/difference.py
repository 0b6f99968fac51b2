"""What loading an organisation would change, for the dry run: nothing is written before somebody has read it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from complaints.directory.load import Directory
from complaints.directory.model import Holder, Person, Shift, Unit
from complaints.structs import replace

What = Literal["added", "removed", "changed", "moved", "appointed", "dismissed", "rostered", "unrostered"]


class Change(msgspec.Struct, frozen=True):
    """One difference. `subject` is `unit` or `person`; `field` is empty for what is added or removed as a whole.

    `before` and `after` are shown as text, instants as RFC 3339; for a post or a shift one of them says
    ``role person from..until``.
    """

    what: What
    subject: Literal["unit", "person"]
    id: str
    field: str = ""
    before: str = ""
    after: str = ""


def difference(old: Directory, new: Directory) -> list[Change]:
    """All changes that turn `old` into `new`: units, then people, in the order of `new`, removed ones last.

    A unit whose path alone changed is `moved` too: it goes along with a unit above it, and so does its open work.
    """
    return [*_units(old.units, new.units), *_people(old.people, new.people)]


def carry_marks(old: Directory, new: Directory, now: datetime) -> Directory:
    """`new` with the marks that units of `old` have earned and that stand beyond `now`, unless `new` names the same
    mark: files that say who works where must not give back a right that a month's figures have cost (POST-9)."""
    units = {}
    for id, unit in new.units.items():
        before = old.units.get(id)
        earned = {name: until for name, until in before.marks.items() if until > now} if before is not None else {}
        units[id] = replace(unit, marks={**earned, **unit.marks}) if earned else unit
    return replace(new, units=units)


def _units(old: Mapping[str, Unit], new: Mapping[str, Unit]) -> Iterator[Change]:
    for id, unit in new.items():
        before = old.get(id)
        if before is None:
            yield Change("added", "unit", id, after=unit.address)
            yield from _posts(id, (), unit.holders, (), unit.roster)
            continue
        if before.path != unit.path:
            yield Change("moved", "unit", id, "path", before.address, unit.address)
        for name in ("level", "names", "line", "tags", "marks", "last_resort"):
            was, now = getattr(before, name), getattr(unit, name)
            if was != now:
                yield Change("changed", "unit", id, name, _show(was), _show(now))
        yield from _posts(id, before.holders, unit.holders, before.roster, unit.roster)
    yield from (Change("removed", "unit", id, before=unit.address) for id, unit in old.items() if id not in new)


def _posts(
    unit: str,
    held: tuple[Holder, ...],
    holds: tuple[Holder, ...],
    was_on: tuple[Shift, ...],
    is_on: tuple[Shift, ...],
) -> Iterator[Change]:
    yield from (Change("dismissed", "unit", unit, each.role, before=_entry(each)) for each in held if each not in holds)
    yield from (Change("appointed", "unit", unit, each.role, after=_entry(each)) for each in holds if each not in held)
    yield from (
        Change("unrostered", "unit", unit, each.role, before=_entry(each)) for each in was_on if each not in is_on
    )
    yield from (Change("rostered", "unit", unit, each.role, after=_entry(each)) for each in is_on if each not in was_on)
    for role in dict.fromkeys(each.role for each in holds):
        before = [each.person for each in held if each.role == role and each in holds]
        after = [each.person for each in holds if each.role == role and each in held]
        if before != after:
            yield Change("changed", "unit", unit, role, ", ".join(before), ", ".join(after))


def _people(old: Mapping[str, Person], new: Mapping[str, Person]) -> Iterator[Change]:
    for id, person in new.items():
        before = old.get(id)
        if before is None:
            yield Change("added", "person", id, after=person.name)
            continue
        for name in (name for name in Person.__struct_fields__ if name != "units"):
            was, now = getattr(before, name), getattr(person, name)
            if was != now:
                yield Change("changed", "person", id, name, was, now)
    yield from (Change("removed", "person", id, before=person.name) for id, person in old.items() if id not in new)


def _entry(entry: Holder | Shift) -> str:
    period = f"{_show(entry.since)}..{_show(entry.until)}"
    deputy = " deputy" if isinstance(entry, Holder) and entry.deputy else ""
    return f"{entry.role} {entry.person}{deputy}" + (f" {period}" if period != ".." else "")


def _show(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return "; ".join(f"{key}={_show(each)}" for key, each in sorted(value.items()))
    if isinstance(value, tuple):
        return "; ".join(map(_show, value))
    return "" if value is None else str(value)
