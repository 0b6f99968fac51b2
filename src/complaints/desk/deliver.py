"""Tell people that something of their unit's is ready: a report, a list. Owed once, sent like any other text."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from complaints.adapters.store import VersionConflictError
from complaints.desk.commit import hand_on_notices
from complaints.desk.context import Desk
from complaints.desk.outbox import NOBODY, Notice, row_of
from complaints.directory.model import Unit
from complaints.policy.model import Delivery


def deliver(
    desk: Desk,
    deliveries: Iterable[Delivery],
    unit: Unit,
    key: str,
    params: Mapping[str, str],
    ready_at: datetime,
    now: datetime,
) -> int:
    """Owe each delivery's role at the unit a notice; how many are new.

    Parameters
    ----------
    key, ready_at
        what it is and from when on it can be had: the same at every run, so that whoever was told is not told again.
    """
    rows = []
    policy = desk.policies.current(now).policy
    for delivery in deliveries:
        if delivery.levels and unit.level not in delivery.levels:
            continue
        found = desk.directory.answers(unit.id, delivery.role, now)
        notice = Notice(
            reference="",
            key=f"{key}:{delivery.role}@{unit.id}",
            template=delivery.template,
            policy=policy.id,
            params={**params, "unit": unit.id},
            unit=unit.id,
            role=delivery.role,
            urgent=policy.templates[delivery.template].urgent,
            made_at=now,
        )
        row = row_of(desk, notice, found.person.id if found is not None else NOBODY, ready_at, now)
        try:
            desk.store.put(row.item(), expected=0)
        except VersionConflictError:
            continue
        rows.append(row)
    hand_on_notices(desk, rows)
    return len(rows)
