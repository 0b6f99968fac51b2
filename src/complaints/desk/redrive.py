"""Bringing back what was parked, when its cause is mended."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from complaints.adapters.queues import Message, Queue
from complaints.adapters.rows import PARKED, instant, shard
from complaints.adapters.table import Item
from complaints.desk.context import Desk
from complaints.desk.outbox import NOBODY, load, row_of
from complaints.structs import replace


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """Something parked: a case (its reference), or a notice (its recipient and its case), and why."""

    pk: str
    sk: str
    case: str
    recipient: str = ""
    reason: str = ""


def parked(desk: Desk) -> list[Parked]:
    """Everything that is parked, oldest first."""
    keys = [(item.pk, item.sk) for item in Item.due.query(PARKED)]
    items = {(item.pk, item.sk): item for item in desk.store.get_many(keys)}
    found = []
    for key in keys:
        item = items.get(key)
        if item is None:
            continue
        case = item.pk[2:] if item.sk == "CASE" else load(item.document).reference
        recipient = "" if item.sk == "CASE" else item.pk[2:]
        found.append(Parked(pk=item.pk, sk=item.sk, case=case, recipient=recipient, reason=item.failure or ""))
    return found


def redrive(desk: Desk, which: Sequence[Parked], now: datetime) -> int:
    """Let these be tried again, from the first failure on; how many were brought back.

    A notice for which nobody could be found goes to whoever answers for the role by now.
    """
    messages = [message for one in which if (message := _bring_back(desk, one, now)) is not None]
    desk.queues.send(messages)
    return len(messages)


def _bring_back(desk: Desk, one: Parked, now: datetime) -> Message | None:
    still = Item.due_shard == PARKED
    if one.sk == "CASE":
        due = Item.due_shard.set(f"due#{shard(one.case, desk.settings.due_shards)}")
        again = [due, Item.state.remove(), Item.failures.remove(), Item.failure.remove()]
        item = desk.store.update(one.pk, one.sk, again, still)
        return Message("work", {"ref": one.case, "at": int(item.next_at or 0)}) if item is not None else None
    if one.recipient == NOBODY:
        return _find_somebody(desk, one, now)
    due = Item.due_shard.set(f"due#{shard(one.recipient, desk.settings.due_shards)}")
    again = [due, Item.state.set("pending"), Item.next_at.set(int(now.timestamp()))]
    again += [Item.failures.remove(), Item.failure.remove()]
    if desk.store.update(one.pk, one.sk, again, still) is None:
        return None
    send_at, _, id = one.sk[2:].partition("#")
    return _message(one.recipient, id, instant(send_at))


def _find_somebody(desk: Desk, one: Parked, now: datetime) -> Message | None:
    item = desk.store.get(one.pk, one.sk)
    if item is None:
        return None
    notice = load(item.document)
    found = desk.directory.answers(notice.unit, notice.role, now, notice.tried)
    if found is None:
        return None
    send_at = instant(one.sk[2:].partition("#")[0])
    row = row_of(desk, replace(notice, made_at=now), found.person.id, send_at, now)
    desk.store.put(row.item())
    desk.store.delete(one.pk, one.sk)
    return _message(found.person.id, row.id, send_at)


def _message(person: str, id: str, send_at: datetime) -> Message:
    queue: Queue = "urgent" if id.startswith("u") else "notice"
    return Message(queue, {"person": person, "at": int(send_at.timestamp())})
