"""The store: what is asked of the table and what is written to it, each in as few requests as it takes."""

import heapq
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from complaints.adapters import aws
from complaints.adapters.rows import (
    CLOSED,
    OPEN,
    PARKED,
    Commit,
    OnceRow,
    Standing,
    case_key,
    event_key,
    instant,
    stamp,
)
from complaints.adapters.table import FACT_SHARDS, ROOT_SHARDS, Item, bind
from complaints.adapters.transact import BusyError, StoreError, busy, transact
from complaints.adapters.writes import (
    IdentifierConflictError,
    NoticeTakenError,
    OnceTakenError,
    SettledError,
    VersionConflictError,
    once_write,
    writes_of,
)

__all__ = [
    "BusyError",
    "IdentifierConflictError",
    "NoticeTakenError",
    "OnceTakenError",
    "SettledError",
    "Store",
    "StoreError",
    "VersionConflictError",
]

LAST = "\uffff"


class StoredCase(Standing, frozen=True, kw_only=True):
    """The case item as read. `document` is for `case.state.load`."""

    reference: str
    document: str


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event item as read: `body` byte for byte, `personal` field -> [salt, value]."""

    seq: int
    body: bytes
    hash: str
    personal: dict[str, Any]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a work list: its columns, and `place`, after which the next page goes on."""

    place: str
    columns: dict[str, Any]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known under an identifier: the version of its HEAD (0: nothing yet) and the cases, newest first."""

    head: int
    cases: tuple[tuple[datetime, str], ...]


class Store:
    """The table behind `settings.table`. Safe to share between threads."""

    def __init__(self, table: str) -> None:
        self.connection = bind(table)
        self.requests = self.connection.requests

    # --- cases -----------------------------------------------------------------------------------------------------

    def load(self, reference: str) -> StoredCase | None:
        """The case, read consistently; None when there is none."""
        item = self.get(case_key(reference), "CASE")
        return _case(reference, item) if item is not None else None

    def load_many(self, references: Iterable[str]) -> list[StoredCase]:
        """The cases of these references that there are, read consistently, a hundred a request."""
        items = self.get_many((case_key(reference), "CASE") for reference in references)
        return [_case(item.pk.removeprefix(case_key("")), item) for item in items]

    def whole(self, reference: str) -> tuple[StoredCase, list[StoredEvent]] | None:
        """The case with all its events, oldest first, by one consistent query; None when there is none."""
        between = Item.sk.between("CASE", f"E#{LAST}")
        items = list(Item.query(case_key(reference), between, consistent_read=True))
        if not items or items[0].sk != "CASE":
            return None
        return _case(reference, items[0]), [_event(item) for item in items[1:]]

    def commit(self, commit: Commit) -> None:
        """Write everything of one command, or nothing.

        Raises
        ------
        VersionConflictError
            The case is no longer at `commit.expected`.
        IdentifierConflictError
            An identifier's HEAD is no longer at the version that was seen.
        OnceTakenError
            The once item exists: the request was answered before.
        NoticeTakenError
            One of the notices exists.
        BusyError
            The table was out of reach or overloaded; perhaps it took effect, sending the same commit again is harmless.
        """
        try:
            transact(self.connection, list(writes_of(commit)), commit.token)
        except (VersionConflictError, OnceTakenError, NoticeTakenError, SettledError) as refused:
            # An attempt whose answer was lost may have been this very transaction: its head has a random salt in it.
            if not getattr(refused, "uncertain", False):
                raise
            standing = self.load(commit.case.reference)
            if standing is None or standing.head != commit.case.head:
                raise

    def timeline(self, reference: str, after: int = 0) -> list[StoredEvent]:
        """The events of a case with a number above `after`, oldest first, read consistently."""
        found = Item.query(
            case_key(reference),
            Item.sk.between(event_key(after + 1), f"E#{LAST}"),
            consistent_read=True,
        )
        return [_event(item) for item in found]

    # --- lists -----------------------------------------------------------------------------------------------------

    def unit_list(
        self,
        unit: str,
        depth: int,
        part: str = OPEN,
        *,
        due_before: datetime | None = None,
        after: str = "",
        limit: int = 50,
    ) -> list[Listed]:
        """One page of what stands in the lists of a unit and of all under it, most pressing first.

        Parameters
        ----------
        depth
            units above it (the root: 0).
        part
            `OPEN` by due instant, `CLOSED` by closing, newest first, or `UNITS` by name.
        due_before
            only what is due (or was closed, for `CLOSED`) before this instant.
        after
            `Listed.place` of the last line of the page before.
        """
        newest_first = part == CLOSED
        low, high = part, f"{part}{stamp(due_before)}" if due_before is not None else f"{part}{LAST}"
        if after:
            # A place is unique and is followed by nothing between it and itself with a space behind.
            low, high = (low, after[:-1] + chr(ord(after[-1]) - 1) + LAST) if newest_first else (after + " ", high)
        keys = [f"{unit}#{n}" for n in range(ROOT_SHARDS)] if depth == 0 else [unit]
        index = getattr(Item, f"queue{depth}")
        pages = [
            index.query(key, Item.q_sk.between(low, high), limit=limit, scan_index_forward=not newest_first)
            for key in keys
        ]
        merged = heapq.merge(*pages, key=lambda item: str(item.q_sk), reverse=newest_first)
        lines = (Listed(place=item.q_sk, columns=decoded(item.row) or {}) for item in merged)
        return [line for _, line in zip(range(limit), lines, strict=False)]

    def done_by(self, person: str, limit: int = 100) -> list[tuple[str, str, str]]:
        """What a person did, newest first: (instant, reference, event type)."""
        found = Item.actor_index.query(person, scan_index_forward=False, limit=limit)
        lines = []
        for item in found:
            at, reference, _ = str(item.actor_at).split("#")
            lines.append((at, reference, item.type or ""))
        return lines

    # --- identifiers, requests already answered ---------------------------------------------------------------------

    def find(self, kind: str, keyed_hash: str, most: int | None = None) -> Known:
        """The cases known under an identifier, the newest first, `most` of them; by one consistent query."""
        head, cases = 0, []
        limit = most + 1 if most is not None else None  # the head stands behind all cases
        for item in Item.query(f"P#{kind}#{keyed_hash}", consistent_read=True, scan_index_forward=False, limit=limit):
            if item.sk == "HEAD":
                head = int(item.version or 0)
            else:
                opened, _, reference = item.sk.partition("#")
                cases.append((instant(opened), reference))
        return Known(head=head, cases=tuple(cases))

    def answered(self, scope: str, key: str) -> OnceTakenError | None:
        """The first answer to a request, if there was one (read consistently)."""
        item = self.get(f"I#{scope}#{key}", "I")
        return None if item is None else OnceTakenError(item.hash or "", item.answer or "")

    def once(self, row: OnceRow) -> None:
        """Keep a first answer that goes with no case. Raises `OnceTakenError` when there is one."""
        transact(self.connection, [once_write(row)], secrets.token_hex(16))

    # --- facts -----------------------------------------------------------------------------------------------------

    def facts(self, day: str, shard: int) -> Iterator[str]:
        """The JSON Lines of facts recorded on a day (`YYYY-MM-DD` of the organisation) in one shard, oldest first.

        Asked of the client itself and for nothing but the facts: of a million items a day, building a model of each
        would cost more than all the counting.
        """
        for page in self._fact_pages(day, shard, ProjectionExpression="facts"):
            for item in page["Items"]:
                yield item["facts"]["S"]

    def count_facts(self, day: str, most: int) -> int:
        """How many events of a day have facts; counting ends soon after `most`."""
        found = 0
        for shard in range(FACT_SHARDS):
            for page in self._fact_pages(day, shard, Select="COUNT"):
                found += int(page["Count"])
                if found > most:
                    return found
        return found

    def _fact_pages(self, day: str, shard: int, **wanted: str) -> Iterator[dict[str, Any]]:
        return iter(
            aws.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=Item.Meta.table_name,
                IndexName=Item.facts_index.Meta.index_name,
                KeyConditionExpression="fact_day = :day",
                ExpressionAttributeValues={":day": {"S": f"{day}#{shard}"}},
                **wanted,
            )
        )

    # --- single items ----------------------------------------------------------------------------------------------

    def get(self, pk: str, sk: str) -> Item | None:
        """One item, read consistently; None when there is none."""
        try:
            return Item.get(pk, sk, consistent_read=True)
        except DoesNotExist:
            return None

    def partition(self, pk: str, prefix: str = "") -> list[Item]:
        """All items of a small partition (whose sort key begins with `prefix`), in key order, read consistently."""
        return list(Item.query(pk, Item.sk.startswith(prefix) if prefix else None, consistent_read=True))

    def get_many(self, keys: Iterable[tuple[str, str]]) -> list[Item]:
        """The items of these keys that there are, in no order, a hundred a request, read consistently."""
        wanted = list(dict.fromkeys(keys))
        return list(Item.batch_get(wanted, consistent_read=True)) if wanted else []

    def put(self, item: Item, *, expected: int | None = None, condition: Condition | None = None) -> None:
        """Write one item; `expected` is the version it must replace (0: there is none), `condition` what must hold.

        Raises `VersionConflictError` when another version stands there, or the condition does not hold.
        """
        if expected is not None:
            condition = Item.pk.does_not_exist() if expected == 0 else Item.version == expected
        try:
            item.save(condition=condition)
        except PutError as failed:
            if failed.cause_response_code == "ConditionalCheckFailedException":
                raise VersionConflictError(f"{item.pk} {item.sk} was changed by somebody else; load again") from failed
            raise

    def update(self, pk: str, sk: str, actions: Sequence[Action], condition: Condition | None = None) -> Item | None:
        """Change one item and return it as it is then; None when the condition did not hold."""
        item = Item(pk, sk)
        try:
            item.update(list(actions), condition=condition)
        except UpdateError as failed:
            if failed.cause_response_code == "ConditionalCheckFailedException":
                return None
            if busy(failed):
                raise BusyError(f"{pk} {sk} could not be changed now; try again later") from failed
            raise
        return item

    def delete(self, pk: str, sk: str, condition: Condition | None = None) -> None:
        """Delete one item; nothing happens when there is none, or when it is not as `condition` says."""
        try:
            Item(pk, sk).delete(condition=condition)
        except DeleteError as failed:
            if failed.cause_response_code != "ConditionalCheckFailedException":
                raise

    def put_many(self, items: Sequence[Item]) -> None:
        """Write items without conditions, 25 a request; what the table leaves over is sent again."""
        with Item.batch_write() as batch:
            for item in items:
                batch.save(item)

    # --- what failed -----------------------------------------------------------------------------------------------

    def record_failure(self, reference: str, reason: str, most: int) -> bool:
        """Count one more failure of a case; at `most` it leaves the sweep's sight. True when it was parked now."""
        there = Item.pk.exists() & Item.next_at.exists()
        counted = [Item.failures.add(1), Item.failure.set(reason[:500])]
        item = self.update(case_key(reference), "CASE", counted, there)
        if item is None or int(item.failures or 0) < most:
            return False
        parked = [Item.state.set("parked"), Item.due_shard.set(PARKED)]
        return self.update(item.pk, item.sk, parked, there & (Item.version == item.version)) is not None


def _case(reference: str, item: Item) -> StoredCase:
    return StoredCase(
        reference=reference,
        version=int(item.version or 0),
        document=item.document or "",
        head=item.hash or "",
        personal=decoded(item.personal) or {},
        next_at=datetime.fromtimestamp(item.next_at, UTC) if item.next_at is not None else None,
        parked=item.state == "parked",
        failures=int(item.failures or 0),
    )


def _event(item: Item) -> StoredEvent:
    return StoredEvent(
        seq=int(item.sk[2:]),
        body=(item.document or "").encode(),
        hash=item.hash or "",
        personal=decoded(item.personal) or {},
    )


def decoded(text: str | None) -> Any:
    """The value of a JSON attribute; None when there is none."""
    return msgspec.json.decode(text) if text else None
