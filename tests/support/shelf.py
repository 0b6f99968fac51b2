"""A table, its `due` index and the queues in memory, behind botocore: fast enough for a hundred thousand cases.

Only what sweep and worker ask for, counted as it comes over the wire. Pages end at a megabyte as DynamoDB's do. A put
of a case takes effect only if it follows the version that stands there.
"""

from bisect import bisect_left, insort
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

PAGE_BYTES = 1_000_000
KEY_BYTES = 110
"""An entry of the `due` index: its four attributes with their names, and what DynamoDB adds to every index entry."""

Raw = dict[str, Any]


class Shelf:
    """One table and its queues; `waiting` is how many messages were taken out of `queue` and are not yet handled."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Raw] = {}
        self.index: dict[str, list[tuple[int, str, str]]] = {}
        self.queue: deque[tuple[str, int]] = deque()
        self.requests: Counter[str] = Counter()
        self.read = 0
        self.waiting = 0
        self._order: list[tuple[str, str]] = []

    def put(self, item: Raw) -> None:
        """Put an item in the place of the one of its key, and its entry into the index."""
        key = (item["pk"]["S"], item["sk"]["S"])
        before = self.items.get(key)
        if before is not None and "due_shard" in before:
            entries = self.index[before["due_shard"]["S"]]
            entry = (int(before["next_at"]["N"]), *key)
            del entries[bisect_left(entries, entry)]
        self.items[key] = item
        if "due_shard" in item:
            insort(self.index.setdefault(item["due_shard"]["S"], []), (int(item["next_at"]["N"]), *key))

    def call(self, operation: str, asked: Raw) -> Raw:
        """Answer one request."""
        self.requests[operation] += 1
        answer: Raw = getattr(self, f"_{operation}")(asked)
        return answer

    def _Query(self, asked: Raw) -> Raw:  # noqa: N802  # the operation's name
        values = asked["ExpressionAttributeValues"]
        shard = next(value["S"] for value in values.values() if "S" in value)
        until = next(int(value["N"]) for value in values.values() if "N" in value)
        entries = self.index.get(shard, [])
        start = 0
        if "ExclusiveStartKey" in asked:
            after = asked["ExclusiveStartKey"]
            start = bisect_left(entries, (int(after["next_at"]["N"]), after["pk"]["S"], after["sk"]["S"])) + 1
        end = min(bisect_left(entries, (until,)), start + PAGE_BYTES // KEY_BYTES)
        items = [_entry(shard, entry) for entry in entries[start:end]]
        self.read += len(items)
        answer: Raw = {"Items": items, "Count": len(items), "ScannedCount": len(items)}
        if items and end < bisect_left(entries, (until,)):
            answer["LastEvaluatedKey"] = items[-1]
        return answer

    def _Scan(self, asked: Raw) -> Raw:  # noqa: N802
        until = int(asked["ExpressionAttributeValues"][":until"]["N"])
        if "ExclusiveStartKey" not in asked:
            self._order = list(self.items)
        keys, start = self._order, asked.get("ExclusiveStartKey", {"at": 0})["at"]
        size, found, end = 0, [], start
        while end < len(keys) and size < PAGE_BYTES:
            item = self.items[keys[end]]
            size += sum(len(name) + len(str(next(iter(value.values())))) for name, value in item.items())
            found += [item] if "next_at" in item and int(item["next_at"]["N"]) < until else []
            end += 1
        self.read += end - start
        answer: Raw = {"Items": found, "ScannedCount": end - start}
        return answer | ({"LastEvaluatedKey": {"at": end}} if end < len(keys) else {})

    def _GetItem(self, asked: Raw) -> Raw:  # noqa: N802
        item = self.items.get((asked["Key"]["pk"]["S"], asked["Key"]["sk"]["S"]))
        self.read += item is not None
        return {"Item": item} if item is not None else {}

    def _BatchGetItem(self, asked: Raw) -> Raw:  # noqa: N802
        ((table, wanted),) = asked["RequestItems"].items()
        keys = [(key["pk"]["S"], key["sk"]["S"]) for key in wanted["Keys"]]
        return {"Responses": {table: [self.items[key] for key in keys if key in self.items]}, "UnprocessedKeys": {}}

    def _PutItem(self, asked: Raw) -> Raw:  # noqa: N802
        self.put(asked["Item"])
        return {}

    def _TransactWriteItems(self, asked: Raw) -> Raw:  # noqa: N802
        puts = [action["Put"]["Item"] for action in asked["TransactItems"]]
        for item in puts:
            standing = self.items.get((item["pk"]["S"], item["sk"]["S"]))
            if item["sk"]["S"] == "CASE" and standing is not None:
                follows = int(item["version"]["N"]) == int(standing["version"]["N"]) + 1
                if not follows:
                    reasons = [{"Code": "ConditionalCheckFailed"}] * len(puts)
                    error = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
                    raise ClientError(error, "TransactWriteItems")  # type: ignore[arg-type]  # as botocore makes it
        for item in puts:
            self.put(item)
        return {}

    def _SendMessageBatch(self, asked: Raw) -> Raw:  # noqa: N802
        for entry in asked["Entries"]:
            self.queue.append((entry["MessageBody"], entry["DelaySeconds"]))
        return {"Successful": [{"Id": entry["Id"]} for entry in asked["Entries"]]}

    def _GetQueueAttributes(self, _: Raw) -> Raw:  # noqa: N802
        return {"Attributes": {"ApproximateNumberOfMessages": str(len(self.queue) + self.waiting)}}


def _entry(shard: str, entry: tuple[int, str, str]) -> Raw:
    return {"due_shard": {"S": shard}, "next_at": {"N": str(entry[0])}, "pk": {"S": entry[1]}, "sk": {"S": entry[2]}}


@contextmanager
def shelf(made: Shelf | None = None) -> Iterator[Shelf]:
    """Let DynamoDB and SQS be answered from memory; other services as before."""
    made, original, patch = made or Shelf(), BaseClient._make_api_call, pytest.MonkeyPatch()

    def call(client: Any, operation: str, asked: Raw) -> Any:
        if client.meta.service_model.service_name in ("dynamodb", "sqs"):
            return made.call(operation, asked)
        return original(client, operation, asked)

    patch.setattr(BaseClient, "_make_api_call", call)
    try:
        yield made
    finally:
        patch.undo()
