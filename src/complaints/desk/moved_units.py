"""A unit that hangs elsewhere in the tree takes its open work with it, into the lists above its new place."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from complaints.adapters.rows import OPEN, OrderRow
from complaints.adapters.table import Item
from complaints.desk.commit import load_case
from complaints.desk.context import Desk
from complaints.desk.lists import lines_of
from complaints.directory.model import MAX_DEPTH, Unit

PAGE = 200


def relist(desk: Desk, old: Mapping[str, Unit], new: Mapping[str, Unit], now: datetime) -> int:
    """List the open work of every unit whose path changed under its new path; how many lines were moved.

    Call it after the directory was written. A line that somebody changes meanwhile is left to that change; functions
    know the old place for a minute at most, so a line they write in that minute stands in the old lists until its next
    change.
    """
    moved = [unit for unit in new.values() if unit.id in old and old[unit.id].path != unit.path]
    listed = {reference for unit in moved for reference in _open_under(desk, old[unit.id])}
    places = desk.directory.places(now)
    ids = {unit.id for unit in moved}
    count = 0
    for reference in sorted(listed):
        stored = load_case(desk, reference)
        lines = lines_of(stored.case, places).values() if stored is not None else ()
        count += sum(_move(desk, line) for line in lines if line.columns["unit"] in ids)
    return count


def _open_under(desk: Desk, unit: Unit) -> Iterable[str]:
    """The cases with open lines at a unit or under it, as it was listed before."""
    after = ""
    while page := desk.store.unit_list(unit.id, len(unit.path) - 1, OPEN, after=after, limit=PAGE):
        yield from (str(line.columns["reference"]) for line in page)
        after = page[-1].place


def _move(desk: Desk, line: OrderRow) -> bool:
    item = line.item()
    keys = [(getattr(Item, f"q{depth}_pk"), getattr(item, f"q{depth}_pk")) for depth in range(MAX_DEPTH)]
    actions = [attribute.set(value) if value else attribute.remove() for attribute, value in keys]
    return desk.store.update(line.pk, line.sk, actions, Item.q_sk == line.place) is not None
