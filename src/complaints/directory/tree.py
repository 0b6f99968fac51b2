"""How units hang together: building and checking the tree, moving a part of it, and what a post can see.

A tree has one root and is at most `MAX_DEPTH` units deep.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from complaints.directory.model import MAX_DEPTH, Holder, Shift, Unit
from complaints.posts import Post
from complaints.structs import replace


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with the units as a tree: the unit concerned, a code, and what the sentence for it needs."""

    unit: str
    code: str
    params: Mapping[str, object] = {}


class TreeError(ValueError):
    """The units make no tree; `faults` says everything that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        listed = "; ".join(f"{fault.unit or 'organisation'}: {fault.code} {dict(fault.params)}" for fault in faults)
        super().__init__(f"the units make no tree, correct their parents: {listed}")


class UnknownUnitError(LookupError):
    """A unit was asked for that is not among those loaded."""

    def __init__(self, unit: str) -> None:
        super().__init__(f"unit {unit!r} is not loaded: load it together with the units above it")


def faults(units: Sequence[Unit]) -> list[Fault]:
    """Everything that keeps `units` from being a tree, judged by id and parent alone; in the order of the units."""
    found: list[Fault] = []
    parents: dict[str, str | None] = {}
    for unit in units:
        if unit.id in parents:
            found.append(Fault(unit.id, "duplicate_unit", {"unit": unit.id}))
        else:
            parents[unit.id] = unit.parent
    depths, cyclic = _depths(parents)
    roots = [unit_id for unit_id, parent in parents.items() if parent is None]
    for unit_id, parent in parents.items():
        if parent is not None and parent not in parents:
            found.append(Fault(unit_id, "unknown_parent", {"unit": unit_id, "parent": parent}))
        if unit_id in cyclic:
            found.append(Fault(unit_id, "cycle", {"unit": unit_id}))
        if (depth := depths[unit_id] or 0) > MAX_DEPTH:
            found.append(Fault(unit_id, "too_deep", {"unit": unit_id, "depth": depth, "most": MAX_DEPTH}))
        if parent is None and unit_id != roots[0]:
            found.append(Fault(unit_id, "second_root", {"unit": unit_id, "root": roots[0]}))
    if not roots:
        found.append(Fault("", "no_root"))
    return found


def _depths(parents: Mapping[str, str | None]) -> tuple[dict[str, int | None], set[str]]:
    """How many units down each one is (None in or below a cycle), and those that are in a cycle; each visited once."""
    depths: dict[str, int | None] = {}
    cyclic: set[str] = set()
    for start in parents:
        trail: dict[str, None] = {}
        at: str | None = start
        while at is not None and at in parents and at not in depths and at not in trail:
            trail[at] = None
            at = parents[at]
        climbed = list(trail)
        if at is not None and at in trail:
            cyclic.update(climbed[climbed.index(at) :])
            depths.update(dict.fromkeys(climbed))
            continue
        above = depths.get(at, 0) if at is not None else 0
        for steps, below in enumerate(reversed(climbed), start=1):
            depths[below] = None if above is None else above + steps
    return depths, cyclic


class Units:
    """Some units by id, each loaded together with all those above it.

    Questions about a unit that is not among them are answered with nothing, where that has a meaning; `unit` and
    `chain` raise `UnknownUnitError`, and so does every question whose answer needs a unit above that was not loaded.
    """

    __slots__ = ("_units",)

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.id: unit for unit in units}

    @property
    def units(self) -> Mapping[str, Unit]:
        """All units by id, in the order given."""
        return self._units

    def known(self, unit: str) -> bool:
        """Whether there is such a unit."""
        return unit in self._units

    def unit(self, unit: str) -> Unit:
        """The unit of this id."""
        try:
            return self._units[unit]
        except KeyError:
            raise UnknownUnitError(unit) from None

    def chain(self, unit: str) -> tuple[Unit, ...]:
        """The unit first, then each unit above it, the root last."""
        return tuple(self.unit(above) for above in reversed(self.unit(unit).path))

    def path(self, unit: str) -> tuple[str, ...]:
        """Ids from the root down to the unit, both included; nothing for an unknown unit."""
        return self._units[unit].path if unit in self._units else ()

    def ancestor(self, unit: str, level: str) -> str | None:
        """The nearest unit of that level at or above `unit`; None when its path has none."""
        return next((above.id for above in self._climb(unit) if above.level == level), None)

    def level(self, unit: str) -> str:
        """The name of the unit's level; empty for an unknown unit."""
        return self._units[unit].level if unit in self._units else ""

    def line(self, unit: str) -> str:
        """The line of business: the unit's own or that of the nearest unit above that has one; else empty."""
        return next((above.line for above in self._climb(unit) if above.line), "")

    def name(self, unit: str, lang: str) -> str:
        """The unit's name in the language nearest to `lang`; an unknown unit goes by its id."""
        return self._units[unit].name(lang) if unit in self._units else unit

    def _climb(self, unit: str) -> tuple[Unit, ...]:
        return self.chain(unit) if unit in self._units else ()


class Places(Units):
    """What case rules may ask of the organisation as it stands at one instant."""

    __slots__ = ("_now",)

    def __init__(self, units: Iterable[Unit], now: datetime) -> None:
        super().__init__(units)
        self._now = now

    def tags(self, unit: str) -> tuple[str, ...]:
        """Tags of the unit and of all above it, then its own marks in force, each once; nothing for an unknown unit."""
        climbed = self._climb(unit)
        tags = [tag for above in climbed for tag in above.tags]
        marks = [mark for mark in climbed[0].marks if climbed[0].marked(mark, self._now)] if climbed else []
        return tuple(dict.fromkeys([*tags, *marks]))


class Tree(Units):
    """A whole organisation: every parent is there, so it can also be walked downwards and changed."""

    __slots__ = ("_children", "root")

    def __init__(self, units: Sequence[Unit]) -> None:
        """Give each unit its path from its parent; a path that a unit came with is not looked at.

        Raises `TreeError` with everything that is wrong.
        """
        if wrong := faults(units):
            raise TreeError(wrong)
        self._children: defaultdict[str, list[str]] = defaultdict(list)
        for unit in units:
            if unit.parent is not None:
                self._children[unit.parent].append(unit.id)
        self.root: str = next(unit.id for unit in units if unit.parent is None)
        by_id = {unit.id: unit for unit in units}
        paths: dict[str, tuple[str, ...]] = {self.root: (self.root,)}
        for unit_id in self._downwards(self.root):
            for child in self._children.get(unit_id, ()):
                paths[child] = (*paths[unit_id], child)
        super().__init__(
            unit if unit.path == paths[unit_id] else replace(unit, path=paths[unit_id])
            for unit_id, unit in by_id.items()
        )

    def subtree(self, unit: str) -> tuple[Unit, ...]:
        """The unit and everything under it, each after the unit above it."""
        return tuple(self._units[below] for below in self._downwards(self.unit(unit).id))

    def find(self, place: str) -> Unit | None:
        """The unit of an id or an address (``hq/north/n-01``); None when there is none."""
        unit = self._units.get(place.strip("/").rpartition("/")[2])
        return unit if unit is not None and place.strip("/") in (unit.id, unit.address) else None

    def move(self, unit: str, parent: str) -> tuple["Tree", tuple[Unit, ...]]:
        """Hang `unit` with everything under it below `parent`: the new tree, and the units whose path changed.

        Raises `UnknownUnitError`, or `TreeError` when the move would make a cycle, a tree too deep, or move the root.
        """
        self.unit(parent)
        moved = replace(self.unit(unit), parent=parent)
        after = Tree([moved if each.id == unit else each for each in self._units.values()])
        return after, tuple(each for each in after.subtree(unit) if each.path != self.path(each.id))

    def _downwards(self, start: str) -> Iterable[str]:
        waiting = [start]
        while waiting:
            unit = waiting.pop()
            yield unit
            waiting.extend(reversed(self._children.get(unit, ())))


def posts_of(units: Iterable[Unit], person: str, now: datetime) -> tuple[Post, ...]:
    """The posts that `person` has at `now` among `units`: held, deputised or on the duty roster, each once."""
    found: dict[Post, None] = {}
    for unit in units:
        entries: tuple[Holder | Shift, ...] = (*unit.holders, *unit.roster)
        for entry in entries:
            if entry.person == person and entry.holds(now):
                found[Post(unit.id, entry.role, unit.path)] = None
    return tuple(found)


def sees(posts: Iterable[Post], path: Sequence[str]) -> bool:
    """Whether one of the posts is at the unit of `path` (root first) or above it: its visible scope (AUTO-8)."""
    place = tuple(path)
    return any(post.path == place[: len(post.path)] for post in posts if post.path)
