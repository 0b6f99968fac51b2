"""The sender's own items: who is sending to whom, what is due to one recipient, what went out and in which text.

One sender at a time holds the lease on a recipient. A text and the notices that it carries are marked in one
transaction that also ends the lease; a text for more notices than a transaction holds leaves a list behind that is
worked off before anything else is sent.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from complaints.adapters.rows import SCHEMA, person_key, stamp
from complaints.adapters.store import Store, decoded
from complaints.adapters.table import Item
from complaints.adapters.transact import Raw, StoreError, Write, transact

LEASE = timedelta(seconds=60)
MARKED_AT_ONCE = 90
KEPT = timedelta(days=180)
"""How long it is known what a text was about, for reports of its delivery, and it can be acknowledged."""


class LeaseLostError(StoreError):
    """Somebody else has taken over sending to this recipient meanwhile; what was sent may be sent again."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How sending to one recipient stands; instants are epoch seconds, 0 for none.

    Until `window_until` nothing is sent, what comes is bundled; `wake` says that a message comes back at that instant,
    `urgent_wake` that one does which waits behind no ordinary one in its queue.
    Until `line_until` no ordinary text is sent, because one waits in the carrier's line for all of them.
    `hour_count` texts went out in hour `hour` (hours since the epoch). `unmarked` is a text that went out, followed by
    the notices of it that do not say so yet.
    """

    lease_until: int = 0
    window_until: int = 0
    line_until: int = 0
    wake: int = 0
    urgent_wake: int = 0
    hour: int = 0
    hour_count: int = 0
    unmarked: tuple[str, ...] = ()

    def wakes(self, until: int, *, urgent: bool) -> bool:
        """Whether a message comes back at `until` by which a notice of this urgency may be taken along."""
        return until <= (self.urgent_wake if urgent else max(self.wake, self.urgent_wake))


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that is due: its sort key, its document, from when on it may be sent (epoch seconds)."""

    sk: str
    document: str
    next_at: int = 0
    failures: int = 0


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A text or mail that went out, as it is kept: no address, no words."""

    id: str
    person: str
    at: str
    channel: str
    carrier: str
    carrier_id: str
    templates: tuple[str, ...]
    cases: tuple[str, ...]
    notices: tuple[str, ...] = ()


def new_text_id() -> str:
    """An id for a text: 12 hexadecimal digits."""
    return secrets.token_hex(6)


def is_text_id(text: str) -> bool:
    """Whether this has the form of an id of ours."""
    return len(text) == 12 and set(text) <= set("0123456789abcdef")


def state(store: Store, person: str) -> State:
    """How sending to a recipient stands."""
    item = store.get(person_key(person), "STATE")
    return _state(item) if item is not None else State()


def take(store: Store, person: str, now: datetime, *, urgent: bool) -> tuple[str, State] | None:
    """The lease on a recipient, and how sending stands; None while somebody else has it, the window is open or, unless
    it is urgent, an ordinary text waits in line."""
    token, epoch = secrets.token_hex(8), int(now.timestamp())
    # A request whose answer was lost is sent again by the client, and must not be shut out by itself.
    free = Item.lease_until.does_not_exist() | (Item.lease_until < epoch) | (Item.lease == token)
    over = Item.window_until.does_not_exist() | (Item.window_until <= epoch)
    if not urgent:
        over &= Item.line_until.does_not_exist() | (Item.line_until <= epoch)
    held = [Item.lease.set(token), Item.lease_until.set(epoch + int(LEASE.total_seconds()))]
    item = store.update(person_key(person), "STATE", held, free & over)
    return (token, _state(item)) if item is not None else None


def release(store: Store, person: str, token: str) -> None:
    """Give the lease back; nothing happens when it is somebody else's by now."""
    store.update(person_key(person), "STATE", [Item.lease.remove(), Item.lease_until.remove()], Item.lease == token)


def wait(store: Store, person: str, token: str, until: int, *, urgent: bool) -> None:
    """End the lease and send this recipient nothing before `until` (epoch seconds), or nothing that is not urgent:
    whoever held the lease comes back then, and nobody else needs to."""
    held = [Item.window_until.set(until), Item.urgent_wake.set(until)] if urgent else [Item.line_until.set(until)]
    held += [Item.lease.remove(), Item.lease_until.remove()]
    store.update(person_key(person), "STATE", held, Item.lease == token)


def claim_wake(store: Store, person: str, until: int, *, urgent: bool) -> None:
    """Say that a message comes back when the window closes at `until`, so that nobody else needs to."""
    wake = Item.urgent_wake if urgent else Item.wake
    store.update(person_key(person), "STATE", [wake.set(until)], wake.does_not_exist() | (wake < until))


def due(person: str, since: datetime, now: datetime) -> list[Pending]:
    """The pending notices of a recipient for instants from `since` on that may be sent by `now`, oldest first."""
    found = Item.query(
        person_key(person),
        Item.sk.between(f"N#{stamp(since)}", f"N#{stamp(now)}\uffff"),
        filter_condition=(Item.state == "pending") & (Item.next_at <= int(now.timestamp())),
        consistent_read=True,
    )
    return [
        Pending(
            sk=item.sk,
            document=item.document or "",
            next_at=int(item.next_at or 0),
            failures=int(item.failures or 0),
        )
        for item in found
    ]


def hold_until(store: Store, person: str, notice: Pending, until: datetime) -> None:
    """Let a pending notice wait until then."""
    later = [Item.next_at.set(int(until.timestamp()))]
    store.update(person_key(person), notice.sk, later, Item.state == "pending")


def failed(store: Store, person: str, notice: Pending, reason: str, until: datetime, most: int) -> bool:
    """Count a failed attempt and let it wait until then; at `most` it is parked. True when it was parked now."""
    counted = [Item.failures.add(1), Item.failure.set(reason[:500])]
    if notice.failures + 1 >= most:
        counted += [Item.state.set("parked"), Item.due_shard.set("parked")]
    else:
        counted.append(Item.next_at.set(int(until.timestamp())))
    changed = store.update(person_key(person), notice.sk, counted, Item.state == "pending")
    return changed is not None and notice.failures + 1 >= most


def mark(
    store: Store,
    token: str,
    text: Text,
    *,
    window_until: int,
    hour: int,
    hour_count: int,
    now: datetime,
) -> None:
    """Write down that a text went out: the text, its notices, the window; ends the lease.

    Raises
    ------
    LeaseLostError
        The lease had run out and somebody else has it.
    BusyError
        The table did not answer; the text may be sent again when the lease has run out.
    """
    first, rest = text.notices[:MARKED_AT_ONCE], text.notices[MARKED_AT_ONCE:]
    ttl = int((now + KEPT).timestamp())
    after = [Item.window_until.set(window_until), Item.hour.set(hour), Item.hour_count.set(hour_count)]
    after += [Item.unmarked.set(_json([text.id, *rest]))] if rest else [Item.lease.remove(), Item.lease_until.remove()]

    def lost(_: Raw | None) -> Exception:
        return LeaseLostError(f"the lease on {text.person} ran out while text {text.id} was sent")

    writes = [
        Write(
            do="update",
            item=Item(person_key(text.person), "STATE"),
            condition=Item.lease == token,
            actions=tuple(after),
            otherwise=lost,
        ),
        Write(do="put", item=Item(f"K#{text.id}", "K", schema=SCHEMA, document=_json(text), ttl=ttl)),
    ]
    for sk in first:
        writes.append(Write(do="update", item=Item(person_key(text.person), sk), actions=_sent(text.id)))
    try:
        transact(store.connection, writes, secrets.token_hex(16))
    except LeaseLostError as late:
        # An attempt whose answer was lost may have ended the lease itself, and then it kept the text too.
        if not getattr(late, "uncertain", False) or text_of(store, text.id) is None:
            raise
    if rest:
        finish(store, text.person, token, (text.id, *rest))


def finish(store: Store, person: str, token: str, unmarked: Sequence[str]) -> None:
    """Mark what a text (the first of `unmarked`) carried beyond one transaction, then end the lease."""
    for sk in unmarked[1:]:
        store.update(person_key(person), sk, _sent(unmarked[0]), Item.state == "pending")
    ended = [Item.unmarked.remove(), Item.lease.remove(), Item.lease_until.remove()]
    store.update(person_key(person), "STATE", ended, Item.lease == token)


def text_of(store: Store, id: str) -> Text | None:
    """The text of this id; None when it is unknown or no longer kept."""
    item = store.get(f"K#{id}", "K")
    return msgspec.json.decode(item.document or "{}", type=Text) if item is not None else None


def _sent(text: str) -> tuple[Any, ...]:
    return (Item.state.set("sent"), Item.type.set(text), Item.due_shard.remove(), Item.next_at.remove())


def _state(item: Item) -> State:
    return State(
        lease_until=int(item.lease_until or 0),
        window_until=int(item.window_until or 0),
        line_until=int(item.line_until or 0),
        wake=int(item.wake or 0),
        urgent_wake=int(item.urgent_wake or 0),
        hour=int(item.hour or 0),
        hour_count=int(item.hour_count or 0),
        unmarked=tuple(decoded(item.unmarked) or ()),
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
