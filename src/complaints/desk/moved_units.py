"""A unit that hangs elsewhere in the tree takes its open work with it, into the lists above its new place.

Functions know the old place for a minute and may write a line there after the lists were gone through. So what moves is
written down before the organisation is, and the lists are gone through twice: at once, and again when nobody can know
the old place any more. What is written down is struck out then; whoever is interrupted loads the organisation again. (A
check of the directory's version in every transaction would let all commands meet at one item.)
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from complaints.adapters.directory import FRESH
from complaints.adapters.rows import OPEN, SCHEMA, OrderRow
from complaints.adapters.table import Item
from complaints.desk.commit import load_case
from complaints.desk.context import Desk
from complaints.desk.lists import lines_of
from complaints.directory.model import MAX_DEPTH, Unit

PAGE = 200
PLACE = "S#moved", "UNITS"

KNOWN_FOR = FRESH + timedelta(seconds=40)
"""How long after a change somebody may still write what they knew before: as long as it is kept in memory, and for the
longest call that had begun by then."""

Moving = dict[str, set[int]]
"""Units on the move, and the depths at which they hung before."""


def moving(desk: Desk) -> Moving:
    """The units whose work has not been listed anew for good."""
    item = desk.store.get(*PLACE)
    return msgspec.json.decode(item.document or "{}", type=Moving) if item is not None else {}


def set_out(desk: Desk, old: Mapping[str, Unit], new: Mapping[str, Unit]) -> Moving:
    """Write down which units are about to move, beside those that still do. Call it before the organisation changes."""
    units = moving(desk)
    for unit in new.values():
        if unit.id in old and old[unit.id].path != unit.path:
            units.setdefault(unit.id, set()).add(len(old[unit.id].path) - 1)
    if units:
        document = msgspec.json.encode(units, order="sorted").decode()
        desk.store.put(Item(*PLACE, schema=SCHEMA, document=document))
    return units


def arrive(desk: Desk, now: datetime) -> int:
    """List the open work of the units on the move under their new paths for good; how many lines were written.

    Call it when `KNOWN_FOR` has passed since the organisation changed.
    """
    count = relist(desk, moving(desk), now)
    desk.store.delete(*PLACE)
    return count


def relist(desk: Desk, units: Moving, now: datetime) -> int:
    """List the open work of these units where they hang now; how many lines were written.

    Call it after the directory was written. A line that somebody changes meanwhile is left to that change.
    """
    listed = {reference for unit, depths in units.items() for depth in depths for reference in _open(desk, unit, depth)}
    places = desk.directory.places(now)
    count = 0
    for reference in sorted(listed):
        stored = load_case(desk, reference)
        lines = lines_of(stored.case, places).values() if stored is not None else ()
        count += sum(_move(desk, line) for line in lines if line.columns["unit"] in units)
    return count


def _open(desk: Desk, unit: str, depth: int) -> Iterable[str]:
    """The cases with open lines at a unit or under it, as it was listed before."""
    after = ""
    while page := desk.store.unit_list(unit, depth, OPEN, after=after, limit=PAGE):
        yield from (str(line.columns["reference"]) for line in page)
        after = page[-1].place


def _move(desk: Desk, line: OrderRow) -> bool:
    item = line.item()
    keys = [(getattr(Item, f"q{depth}_pk"), getattr(item, f"q{depth}_pk")) for depth in range(MAX_DEPTH)]
    actions = [attribute.set(value) if value else attribute.remove() for attribute, value in keys]
    return desk.store.update(line.pk, line.sk, actions, Item.q_sk == line.place) is not None
