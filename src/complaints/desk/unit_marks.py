"""Marks that a unit earns by a month's figures and bears for the next one: a lost right to appeal, say (POST-9)."""

from datetime import datetime
from functools import partial

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
        if unit is None or _stands(unit, mark, until):
            continue
        changed[id] = desk.directory.change_unit(id, partial(_marked, mark=mark, until=until))
        log.info("marked", unit=id, mark=mark, until=until.isoformat())
    return list(changed.values())


def _stands(unit: Unit, mark: str, until: datetime) -> bool:
    return mark in unit.marks and unit.marks[mark] >= until


def _marked(unit: Unit, *, mark: str, until: datetime) -> Unit:
    return unit if _stands(unit, mark, until) else replace(unit, marks={**unit.marks, mark: until})
