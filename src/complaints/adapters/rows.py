"""What the table holds, as values: one row class for each kind of item, and `Commit`, everything that one command
writes.

A row knows its key (`pk`, `sk`) and its attributes; `adapters.store` turns rows into requests. Instants in keys are
RFC 3339 (`2026-11-20T09:00:00Z`), so that text order is time order; `next_at` and `ttl` are epoch seconds.
"""

from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import msgspec

from complaints.adapters.table import FACT_SHARDS, ROOT_SHARDS, Item

SCHEMA = 1
"""The shape of the items themselves (that of the documents inside is said by the documents)."""

PARKED = "parked"
"""Where in the `due` index stands what failed too often: out of the sweep's sight, in the auditor's."""

OPEN, CLOSED, UNITS = "0#", "9#", "U#"
"""The three parts of a work list: open orders by due instant, closed ones by closing, the units themselves by name."""

NEVER_DUE = "9999-12-31T00:00:00Z"


def stamp(instant: datetime) -> str:
    """The instant as keys and documents write it: RFC 3339, UTC, whole seconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str) -> datetime:
    """The instant of what `stamp` wrote."""
    return datetime.fromisoformat(text)


def shard(text: str, count: int) -> int:
    """Which of `count` shards a key belongs to; the same for ever."""
    return crc32(text.encode()) % count


def case_key(reference: str) -> str:
    """The partition of a case: its state, orders and events."""
    return f"C#{reference}"


def person_key(person: str) -> str:
    """The partition of what is sent to one recipient."""
    return f"R#{person}"


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands. `document` is `case.state.dump`, `head` the hash of its last event (hex), `personal` what is
    needed to reach the customer, `next_at` when it is to be looked at again (None: never)."""

    reference: str
    version: int
    document: str
    head: str
    personal: dict[str, Any] = {}
    due_shard: str = ""
    next_at: datetime | None = None

    @property
    def pk(self) -> str:
        return case_key(self.reference)

    sk = "CASE"

    def item(self) -> Item:
        """The item as it is stored."""
        return Item(
            self.pk,
            self.sk,
            schema=SCHEMA,
            version=self.version,
            document=self.document,
            hash=self.head,
            personal=_text(self.personal) if self.personal else None,
            **_due(self.due_shard, self.next_at),
        )


def _due(shard: str, at: datetime | None) -> dict[str, Any]:
    """Where an item stands in the `due` index; nowhere when it is never to be looked at."""
    return {"due_shard": shard, "next_at": int(at.timestamp())} if at is not None else {}


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a case stands in the table, its document aside: the version to name when changing it, the hash of its last
    event (hex), what is needed to reach the customer, when it is looked at again, whether it is parked, after how many
    failures."""

    version: int
    head: str
    personal: dict[str, Any] = {}
    next_at: datetime | None = None
    parked: bool = False
    failures: int = 0


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded event. `body` is its canonical JSON, byte for byte what the chain covers; `personal` field ->
    (salt, value) stands beside it; `facts` the reportable things it makes (JSON Lines), `day` their day in the
    organisation's zone."""

    reference: str
    seq: int
    type: str
    body: str
    hash: str
    recorded_at: datetime
    at: datetime
    personal: dict[str, Any] = {}
    actor: str = ""
    day: str = ""
    facts: str = ""

    @property
    def pk(self) -> str:
        return case_key(self.reference)

    @property
    def sk(self) -> str:
        return event_key(self.seq)

    def item(self) -> Item:
        """The item as it is stored."""
        counted = bool(self.facts)
        return Item(
            self.pk,
            self.sk,
            schema=SCHEMA,
            type=self.type,
            document=self.body,
            hash=self.hash,
            personal=_text(self.personal) if self.personal else None,
            actor=self.actor or None,
            actor_at=f"{stamp(self.at)}#{self.reference}#{self.seq:06d}" if self.actor else None,
            fact_day=f"{self.day}#{shard(self.reference, FACT_SHARDS)}" if counted else None,
            fact_at=f"{stamp(self.recorded_at)}#{self.reference}#{self.seq:06d}" if counted else None,
            facts=self.facts or None,
        )


def event_key(seq: int) -> str:
    """The sort key of event number `seq` (from 1)."""
    return f"E#{seq:06d}"


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line of work lists: order `n` of a case (0: the case at its own unit), listed under every unit of `path`.

    Open lines are sorted by `due_at` (None: last), closed ones by `closed_at`. `columns` is what lists show.
    """

    reference: str
    n: int
    path: tuple[str, ...]
    due_at: datetime | None
    closed_at: datetime | None
    columns: dict[str, Any]

    @property
    def pk(self) -> str:
        return case_key(self.reference)

    @property
    def sk(self) -> str:
        return f"O#{self.n:02d}"

    @property
    def place(self) -> str:
        """Where in its part of the list it stands."""
        if self.closed_at is not None:
            return f"{CLOSED}{stamp(self.closed_at)}#{self.reference}#{self.n:02d}"
        due = stamp(self.due_at) if self.due_at is not None else NEVER_DUE
        return f"{OPEN}{due}#{self.reference}#{self.n:02d}"

    def item(self) -> Item:
        """The item as it is stored."""
        item = Item(self.pk, self.sk, schema=SCHEMA, q_sk=self.place, row=_text(self.columns))
        return listed(item, self.path, self.reference)


def listed(item: Item, path: tuple[str, ...], spread: str) -> Item:
    """The item, listed under every unit of `path` (root first); `spread` chooses the root's shard."""
    for depth, unit in enumerate(path):
        setattr(item, f"q{depth}_pk", f"{unit}#{shard(spread, ROOT_SHARDS)}" if depth == 0 else unit)
    return item


class NoticeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One message owed to one recipient (`person` id, or `@<reference>` for the customer).

    `document` says what it is about (`desk.outbox.Notice`); it holds neither address nor number. `state` is pending,
    sent, failed, dropped or parked; only what is pending or parked stands in the `due` index.
    """

    person: str
    id: str
    send_at: datetime
    document: str
    state: str = "pending"
    due_shard: str = ""
    next_at: datetime | None = None
    ttl: int | None = None

    @property
    def pk(self) -> str:
        return person_key(self.person)

    @property
    def sk(self) -> str:
        return notice_key(self.send_at, self.id)

    def item(self) -> Item:
        """The item as it is stored."""
        return Item(
            self.pk,
            self.sk,
            schema=SCHEMA,
            document=self.document,
            state=self.state,
            **_due(self.due_shard, self.next_at),
            ttl=self.ttl,
        )


def notice_key(send_at: datetime, id: str) -> str:
    """The sort key of a notice. The id begins with `u` (urgent) or `o`, so that a bare key tells its queue."""
    return f"N#{stamp(send_at)}#{id}"


class IdentifierRow(msgspec.Struct, frozen=True, kw_only=True):
    """That a case is known by an identifier: `kind` (phone, email, parcel ...) and the keyed hash of its normal form.

    `head` is the version of the identifier's HEAD that the decision saw (`Store.find`); another commit in between makes
    the transaction fail, so that two simultaneous complaints see each other. None: do not look (nothing was decided
    on it).
    """

    kind: str
    keyed_hash: str
    opened_at: datetime
    reference: str
    head: int | None = None

    @property
    def pk(self) -> str:
        return f"P#{self.kind}#{self.keyed_hash}"

    @property
    def sk(self) -> str:
        return f"{stamp(self.opened_at)}#{self.reference}"


class OnceRow(msgspec.Struct, frozen=True, kw_only=True):
    """The first answer to a request, kept until `ttl` so that the same request again gets it."""

    scope: str
    key: str
    body_hash: str
    answer: str
    ttl: int

    @property
    def pk(self) -> str:
        return f"I#{self.scope}#{self.key}"

    sk = "I"

    def item(self) -> Item:
        """The item as it is stored."""
        return Item(self.pk, self.sk, schema=SCHEMA, hash=self.body_hash, answer=self.answer, ttl=self.ttl)


class Settle(msgspec.Struct, frozen=True, kw_only=True):
    """That a notice came to its end together with an event of its case; only while it was in one of these states."""

    pk: str
    sk: str
    state: str
    document: str
    while_: tuple[str, ...] = ("pending", "sent", "parked")


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one command writes, in one transaction.

    `expected` is the version of the case that the decision was made on; 0 says that there must be no such case yet.
    `token` makes sending it again harmless.
    """

    token: str
    expected: int
    case: CaseRow
    events: tuple[EventRow, ...]
    orders: tuple[OrderRow, ...] = ()
    notices: tuple[NoticeRow, ...] = ()
    identifiers: tuple[IdentifierRow, ...] = ()
    once: OnceRow | None = None
    settled: tuple[Settle, ...] = ()

    @property
    def size(self) -> int:
        """How many actions its transaction has; DynamoDB allows a hundred."""
        return (
            1
            + len(self.events)
            + len(self.orders)
            + len(self.notices)
            + 2 * len(self.identifiers)
            + (self.once is not None)
            + len(self.settled)
        )


def _text(value: Any) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
