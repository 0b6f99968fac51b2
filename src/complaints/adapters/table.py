"""The one DynamoDB table: its attributes, its sparse indexes, and the one connection through which it is reached.

Every item is an `Item`; which attributes it has is said by the rows (`adapters.rows`). pynamodb would make a session
and a client for each model class and one more for transactions; `bind` gives it the process's own instead.
"""

import threading
from collections import Counter
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection.base import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model

from complaints.adapters import aws

DEPTHS = 5
"""Units on the longest path from the root; one work-list index for each."""

ROOT_SHARDS = 8
"""The root unit's list is spread over this many keys: everything in the table passes through it."""

FACT_SHARDS = 4
"""A day's facts are spread over this many keys."""


class DueIndex(GlobalSecondaryIndex["Item"]):
    """What must happen by when: cases and notices, keys only."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    next_at = NumberAttribute(range_key=True)


class FactsIndex(GlobalSecondaryIndex["Item"]):
    """A day's reportable facts, in the order in which they were recorded."""

    class Meta:
        index_name = "facts"
        projection = IncludeProjection(["facts"])

    fact_day = UnicodeAttribute(hash_key=True)
    fact_at = UnicodeAttribute(range_key=True)


class ActorIndex(GlobalSecondaryIndex["Item"]):
    """What one person did."""

    class Meta:
        index_name = "actor"
        projection = IncludeProjection(["type"])

    actor = UnicodeAttribute(hash_key=True)
    actor_at = UnicodeAttribute(range_key=True)


def _queue(depth: int) -> Any:
    """The work lists of the units so many steps under the root (the root's own, in shards: 0)."""

    class Meta:
        index_name = f"queue{depth}"
        projection = IncludeProjection(["row"])

    keys = {f"q{depth}_pk": UnicodeAttribute(hash_key=True), "q_sk": UnicodeAttribute(range_key=True)}
    return type(f"Queue{depth}Index", (GlobalSecondaryIndex,), {"Meta": Meta, **keys})()


class Item(Model):
    """Any item of the table. Numbers are whole; instants are epoch seconds (`next_at`, `ttl`, `*_at` numbers) or RFC
    3339."""

    class Meta:
        table_name = ""
        billing_mode = "PAY_PER_REQUEST"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    schema = NumberAttribute(null=True)
    version = NumberAttribute(null=True)
    type = UnicodeAttribute(null=True)
    document = UnicodeAttribute(null=True)
    personal = UnicodeAttribute(null=True)
    hash = UnicodeAttribute(null=True)
    ttl = NumberAttribute(null=True)

    due_shard = UnicodeAttribute(null=True)
    next_at = NumberAttribute(null=True)
    failures = NumberAttribute(null=True)
    failure = UnicodeAttribute(null=True)

    q0_pk = UnicodeAttribute(null=True)
    q1_pk = UnicodeAttribute(null=True)
    q2_pk = UnicodeAttribute(null=True)
    q3_pk = UnicodeAttribute(null=True)
    q4_pk = UnicodeAttribute(null=True)
    q_sk = UnicodeAttribute(null=True)
    row = UnicodeAttribute(null=True)

    fact_day = UnicodeAttribute(null=True)
    fact_at = UnicodeAttribute(null=True)
    facts = UnicodeAttribute(null=True)
    actor = UnicodeAttribute(null=True)
    actor_at = UnicodeAttribute(null=True)

    state = UnicodeAttribute(null=True)
    answer = UnicodeAttribute(null=True)
    lease = UnicodeAttribute(null=True)
    lease_until = NumberAttribute(null=True)
    window_until = NumberAttribute(null=True)
    line_until = NumberAttribute(null=True)
    wake = NumberAttribute(null=True)
    urgent_wake = NumberAttribute(null=True)
    hour = NumberAttribute(null=True)
    hour_count = NumberAttribute(null=True)
    unmarked = UnicodeAttribute(null=True)
    slot = NumberAttribute(null=True)
    urgent_slot = NumberAttribute(null=True)
    second = NumberAttribute(null=True)
    given = NumberAttribute(null=True)
    pressed = NumberAttribute(null=True)

    due = DueIndex()
    facts_index = FactsIndex()
    actor_index = ActorIndex()
    queue0 = _queue(0)
    queue1 = _queue(1)
    queue2 = _queue(2)
    queue3 = _queue(3)
    queue4 = _queue(4)


class SharedConnection(Connection):
    """pynamodb's connection over the process's own client; counts its requests by operation."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: Counter[str] = Counter()
        self._counting = threading.Lock()

    @property
    def client(self) -> Any:
        """The process's DynamoDB client."""
        return aws.client("dynamodb")

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        """Send one request and count it."""
        with self._counting:
            self.requests[operation_name] += 1
        return super().dispatch(operation_name, operation_kwargs)


def bind(table: str) -> SharedConnection:
    """Let `Item` live in `table`, reached by the process's own session; returns the connection."""
    Item.Meta.table_name = table
    Item._connection = None
    bound: TableConnection = Item._get_connection()
    connection = SharedConnection()
    connection.add_meta_table(bound.get_meta_table())
    bound.connection = connection
    return connection
