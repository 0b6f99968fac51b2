"""The places among which a customer picks the one that a complaint is about."""

from datetime import datetime

from complaints.adapters.rows import UNITS
from complaints.desk.context import Desk
from complaints.directory.model import Unit

MOST_OFFERED = 200
"""A longer list than this is not picked from; the customer then names the place in words."""


def branches(desk: Desk, now: datetime) -> list[Unit]:
    """The units of the policy's last level, in the order of the tree; none where the organisation is larger than
    `MOST_OFFERED` units. One query, for the units are known by then."""
    policy = desk.policies.current(now).policy
    door = desk.directory.unit(policy.intake.unit, now)
    if door is None:
        return []
    listed = desk.store.unit_list(door.path[0], 0, UNITS, limit=MOST_OFFERED + 1)
    if len(listed) > MOST_OFFERED:
        return []
    units: dict[str, Unit] = desk.directory.units([line.columns["unit"] for line in listed], now)
    return sorted((unit for unit in units.values() if unit.level == policy.levels[-1]), key=lambda unit: unit.path)
