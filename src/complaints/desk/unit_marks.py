"""Marks that a unit earns by a month's figures and bears for the next one: a lost right to appeal, say (POST-9)."""

from datetime import datetime

from complaints.desk import log
from complaints.desk.context import Desk
from complaints.directory.model import Unit
from complaints.structs import replace


def set_marks(desk: Desk, due: list[tuple[str, str]], until: datetime, now: datetime) -> list[Unit]:
    """Set (unit path, mark) until an instant; the units changed. A mark that already stands as long stays as it is."""
    changed: dict[str, Unit] = {}
    for path, mark in due:
        id = path.rpartition("/")[2]
        unit = changed.get(id) or desk.directory.unit(id, now)
        if unit is None or unit.marks.get(mark, until) > until or unit.marks.get(mark) == until:
            continue
        changed[id] = replace(unit, marks={**unit.marks, mark: until})
        log.info("marked", unit=id, mark=mark, until=until.isoformat())
    desk.directory.write(changed.values(), ())
    return list(changed.values())
