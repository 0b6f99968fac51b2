"""The sweep: every minute, what falls due within the minutes to come goes to its queue, so that it is worked at its
instant.

One query a shard of the `due` index sees the overdue and the coming, oldest first. How far the sweep got stands in the
same index, before everything else, so that it is read by that very query: a sweep that was late, died or never came is
made up for by the next one. It is written only when something was there.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import msgspec

from complaints.adapters.queues import Message, Queue
from complaints.adapters.rows import instant
from complaints.adapters.table import Item
from complaints.desk import log
from complaints.desk.context import Desk

AHEAD = timedelta(minutes=3)
"""The sweep of minute M looks to M + 3 minutes: the scheduler may be a minute late, and the index a moment behind."""

AGAIN_MINUTES = (1, 5)
"""What is overdue and still stands is sent again at these ages, and then at 10, 20, 40 ... minutes."""

DEEP = 1_000
"""With more messages waiting than this, nothing is sent again: it would only wait behind them."""

FLUSH = 1_000
"""Messages collected before they are sent and the place is noted."""

_MARK = "S#sweep"
_BEFORE_ALL = 4_000_000_000
"""Taken from an epoch second, it makes a number below every instant: the mark stands first in its shard."""


class Swept(msgspec.Struct):
    """What a sweep did: messages sent for the first time, sent again, and left to the queue because it is deep."""

    sent: int = 0
    again: int = 0
    left: int = 0


class _Shard(msgspec.Struct):
    """One shard under way. `through` is the epoch second up to which everything was sent (None: never swept)."""

    name: str
    through: int | None = None
    seen: bool = False
    waiting: dict[tuple[str, str], Message] = {}


def sweep(desk: Desk, scheduled: datetime) -> Swept:
    """Send on what is due by the scheduled minute and three more.

    Parameters
    ----------
    scheduled
        the minute for which the scheduler called, which may be a minute ago.

    Raises
    ------
    QueueError
        A queue did not take everything; what was sent is noted, the next sweep goes on from there.
    """
    minute = int(scheduled.timestamp()) // 60 * 60
    swept, lock = Swept(), threading.Lock()
    depths: dict[Queue, bool] = {}

    def deep(queue: Queue) -> bool:
        with lock:
            if queue not in depths:
                depths[queue] = desk.queues.depth(queue) > DEEP
            return depths[queue]

    def one(number: int) -> None:
        shard = _Shard(f"due#{number}")
        for item in _due(shard, minute):
            message, fresh = _message(item, shard, minute)
            if message is None:
                continue
            left = not fresh and deep(message.queue)
            with lock:
                swept.sent += fresh
                swept.again += not fresh and not left
                swept.left += left
            if not left:
                shard.waiting.setdefault((message.queue, str(sorted(message.body.items()))), message)
            if len(shard.waiting) >= FLUSH:
                _flush(desk, shard, int(item.next_at or 0))
        if shard.seen:
            _flush(desk, shard, minute + int(AHEAD.total_seconds()))

    with ThreadPoolExecutor(max_workers=desk.settings.due_shards) as pool:
        list(pool.map(one, range(desk.settings.due_shards)))
    if swept.left:
        log.warning("overdue, but the queue is deep", left=swept.left)
    return swept


def _due(shard: _Shard, minute: int) -> Iterator[Item]:
    """What is due in a shard, oldest first; its mark, which comes before, is taken note of."""
    for item in Item.due.query(shard.name, Item.next_at < minute + int(AHEAD.total_seconds())):
        if item.pk == _MARK:
            shard.through = int(item.next_at or 0) + _BEFORE_ALL
            continue
        shard.seen = True
        yield item


def _message(item: Item, shard: _Shard, minute: int) -> tuple[Message | None, bool]:
    """The message for an item, if it wants one, and whether it is its first."""
    due = int(item.next_at or 0)
    fresh = shard.through is None or due >= shard.through
    if not fresh and not _comes_of_age(due, shard.through or 0, minute):
        return None, False
    if item.pk.startswith("C#"):
        return Message("work", {"ref": item.pk[2:], "at": due}, due), fresh
    send_at, _, notice = item.sk[2:].partition("#")
    queue: Queue = "urgent" if notice.startswith("u") else "notice"
    body = {"person": item.pk[2:], "at": int(instant(send_at).timestamp())}
    return Message(queue, body, due), fresh


def _comes_of_age(due: int, through: int, minute: int) -> bool:
    """Whether something overdue passed one of the ages since the last sweep, whose minute `through` tells."""
    last = through - int(AHEAD.total_seconds())
    age, again = 60, 0
    while due + age <= minute:
        if due + age > last:
            return True
        again += 1
        age = AGAIN_MINUTES[again] * 60 if again < len(AGAIN_MINUTES) else age * 2
    return False


def _flush(desk: Desk, shard: _Shard, through: int) -> None:
    """Send what is collected, then note how far that was; in this order, so that dying in between loses nothing."""
    desk.queues.send(shard.waiting.values())
    shard.waiting.clear()
    reached = max(through, shard.through or 0)
    if reached != shard.through:
        # not `shard.through` itself: what the rest of this sweep is judged by must stay what it was
        desk.store.put(Item(_MARK, shard.name, due_shard=shard.name, next_at=reached - _BEFORE_ALL))
