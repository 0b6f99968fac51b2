"""Units and people as the table holds them, kept in memory: who answers where, without a read a case.

A stamp in the table changes with every change of the organisation. Each process looks at it once a minute, so that a
change counts everywhere within a minute and nothing is read again as long as there is none.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import msgspec

from complaints.adapters.rows import SCHEMA, UNITS, listed
from complaints.adapters.store import BusyError, Store, VersionConflictError
from complaints.adapters.table import Item
from complaints.directory.answer import Found, next_answerer
from complaints.directory.codec import decode_person, decode_unit, encode
from complaints.directory.model import Person, Unit
from complaints.directory.tree import posts_of
from complaints.posts import Post
from complaints.structs import replace

FRESH = timedelta(seconds=60)
"""How old the stamp may be; and a unit or a person, while a change is under way."""

KEPT = timedelta(minutes=15)
"""How old a unit or a person may be under one stamp: a bound on what two changes at once, one of them broken off, can
leave unseen."""

MOST_KEPT = 20_000
"""Units, and likewise people, that one process keeps in memory."""

CONFLICTS = 8
"""How often somebody else may change a unit in between before the caller is asked to try again later."""

_STAMP = ("S#organisation", "STAMP")
_CHANGING = "changing"


T = TypeVar("T")
_Known = dict[str, tuple[datetime, T | None]]


class Directory:
    """The organisation, read when asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._units: _Known[Unit] = {}
        self._people: _Known[Person] = {}
        self._stamp = _CHANGING
        self._looked_at: datetime | None = None

    def unit(self, unit: str, now: datetime) -> Unit | None:
        """The unit of this id; None when there is none."""
        return self.units([unit], now).get(unit)

    def units(self, wanted: Iterable[str], now: datetime) -> dict[str, Unit]:
        """The units of these ids that there are, by id."""
        ids = list(dict.fromkeys(filter(None, wanted)))
        missing = self._missing(self._units, ids, now)
        if missing:
            # read first: a read that fails must not leave units behind as unknown
            items = self._store.get_many((f"U#{unit}", "UNIT") for unit in missing)
            self._units.update(dict.fromkeys(missing, (now, None)))
            for item in items:
                found = decode_unit(item.document or "")
                self._units[found.id] = (now, found)
        return {unit: known for unit in ids if (known := self._units[unit][1]) is not None}

    def chain(self, unit: str, now: datetime) -> tuple[Unit, ...]:
        """The unit first, then each unit above it, the root last; empty for an unknown unit."""
        here = self.unit(unit, now)
        if here is None:
            return ()
        above = self.units(here.path, now)
        return tuple(above[id] for id in reversed(here.path) if id in above)

    def people(self, wanted: Iterable[str], now: datetime) -> dict[str, Person]:
        """The people of these ids that there are, by id."""
        ids = list(dict.fromkeys(filter(None, wanted)))
        missing = self._missing(self._people, ids, now)
        if missing:
            items = self._store.get_many((f"H#{person}", "PERSON") for person in missing)
            self._people.update(dict.fromkeys(missing, (now, None)))
            for item in items:
                found = decode_person(item.document or "")
                self._people[found.id] = (now, found)
        return {person: known for person in ids if (known := self._people[person][1]) is not None}

    def person(self, person: str, now: datetime) -> Person | None:
        """The person of this id; None when there is none."""
        return self.people([person], now).get(person)

    def gather(self, wanted: Iterable[str], now: datetime) -> None:
        """Read units, all above them and whoever has a post there together, before they are asked for one by one."""
        paths = [unit.path for unit in self.units(wanted, now).values()]
        chain = self.units((id for path in paths for id in path), now).values()
        self.people((person for unit in chain for person in unit.staff()), now)

    def posts(self, person: str, now: datetime) -> tuple[Post, ...]:
        """The posts that somebody has at `now`."""
        known = self.person(person, now)
        return posts_of(self.units(known.units, now).values(), person, now) if known is not None else ()

    def answers(self, unit: str, role: str, now: datetime, tried: Collection[str] = ()) -> Found | None:
        """Who answers for a role at a unit at `now`, those in `tried` passed over; None when nobody is left."""
        chain = self.chain(unit, now)
        named = self.people((person for above in chain for person in above.staff(role)), now)
        return next_answerer(chain, named, role, now, tried)

    def places(self, now: datetime) -> "Places":
        """What case rules may ask of the organisation as it stands at `now`."""
        return Places(self, now)

    def write(self, units: Iterable[Unit], people: Iterable[Person]) -> None:
        """Put units and people in place of those of the same id, whatever these have become meanwhile."""
        with self._changing():
            # People first: a unit that names somebody who is not there yet would let the next one be told instead.
            self._store.put_many([_person_item(person) for person in people])
            self._store.put_many([_unit_item(unit) for unit in units])

    def change_unit(self, id: str, change: Callable[[Unit], Unit]) -> Unit:
        """Put `change` of a unit in its place and return it; who names somebody makes them known as of this unit.

        `change` is called with the unit as it stands in the table, again when somebody else was quicker.

        Raises
        ------
        KeyError
            There is no such unit.
        BusyError
            Others kept changing it; try again later.
        """
        with self._changing():
            after = self._swap((f"U#{id}", "UNIT"), decode_unit, change, _unit_item)
            if after is None:
                raise KeyError(f"there is no unit {id!r}")
            for person in set(after.staff()) - {""}:
                self._swap((f"H#{person}", "PERSON"), decode_person, partial(_of_unit, id), _person_item)
        return after

    def _swap(
        self, place: tuple[str, str], decode: Callable[[str], T], change: Callable[[T], T], item: Callable[[T], Item]
    ) -> T | None:
        """What stands at a place, changed; None when nothing stands there."""
        for _ in range(CONFLICTS):
            standing = self._store.get(*place)
            if standing is None:
                return None
            was = standing.document or ""
            before = decode(was)
            after = change(before)
            if after == before:
                return after
            try:
                self._store.put(item(after), condition=Item.document == was)
            except VersionConflictError:
                continue
            return after
        raise BusyError(f"{place[0]} was changed by others {CONFLICTS} times; try again later")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Broken off in the middle, a change leaves everybody to read again every minute, until the next is through."""
        self._put_stamp(_CHANGING)
        yield
        self._put_stamp(secrets.token_hex(8))
        self._forget()

    def _put_stamp(self, stamp: str) -> None:
        self._store.put(Item(*_STAMP, schema=SCHEMA, document=stamp))

    def _forget(self) -> None:
        self._units.clear()
        self._people.clear()
        self._looked_at = None

    def _missing(self, known: _Known[T], ids: list[str], now: datetime) -> list[str]:
        """Those that have to be read."""
        self._look_at_stamp(now)
        lasts = FRESH if self._stamp == _CHANGING else KEPT
        missing = [id for id in ids if id not in known or not timedelta() <= now - known[id][0] < lasts]
        if missing and len(known) + len(missing) > MOST_KEPT:
            known.clear()
            return ids
        return missing

    def _look_at_stamp(self, now: datetime) -> None:
        if self._looked_at is not None and timedelta() <= now - self._looked_at < FRESH:
            return
        item = self._store.get(*_STAMP)
        stamp = _CHANGING if item is None else item.document or _CHANGING
        if stamp != self._stamp:
            self._forget()
        self._stamp, self._looked_at = stamp, now


class Places:
    """`case.values.Places` over the cached directory: a unit is read when a rule asks for it."""

    __slots__ = ("_directory", "_now")

    def __init__(self, directory: Directory, now: datetime) -> None:
        self._directory, self._now = directory, now

    def known(self, unit: str) -> bool:
        """Whether there is such a unit."""
        return self._directory.unit(unit, self._now) is not None

    def path(self, unit: str) -> tuple[str, ...]:
        """Unit ids from the root to the unit itself; nothing for an unknown unit."""
        known = self._directory.unit(unit, self._now)
        return known.path if known is not None else ()

    def ancestor(self, unit: str, level: str) -> str | None:
        """The unit itself or the nearest one above it that stands at this level."""
        return next((above.id for above in self._directory.chain(unit, self._now) if above.level == level), None)

    def level(self, unit: str) -> str:
        """The name of the unit's level; empty for an unknown unit."""
        known = self._directory.unit(unit, self._now)
        return known.level if known is not None else ""

    def tags(self, unit: str) -> tuple[str, ...]:
        """Tags of the unit and of all above it, then its own marks in force, each once."""
        chain = self._directory.chain(unit, self._now)
        tags = [tag for above in chain for tag in above.tags]
        marks = [mark for mark in chain[0].marks if chain[0].marked(mark, self._now)] if chain else []
        return tuple(dict.fromkeys([*tags, *marks]))


def _of_unit(unit: str, person: Person) -> Person:
    """Who signs in is known by the units that name them."""
    return person if unit in person.units else replace(person, units=(*person.units, unit))


def _person_item(person: Person) -> Item:
    return Item(f"H#{person.id}", "PERSON", schema=SCHEMA, document=encode(person).decode())


def _unit_item(unit: Unit) -> Item:
    item = Item(f"U#{unit.id}", "UNIT", schema=SCHEMA, document=encode(unit).decode())
    item.q_sk = f"{UNITS}{unit.name('zh')}#{unit.id}"
    columns = {"unit": unit.id, "names": dict(unit.names), "level": unit.level, "path": unit.path}
    item.row = msgspec.json.encode(columns).decode()
    return listed(item, unit.path, unit.id)
