"""A table, its `due` index and the queues in memory, behind botocore: fast enough for a hundred thousand cases.

Only what sweep, worker and sender ask for, counted as it comes over the wire. Pages end at a megabyte as DynamoDB's do.
Conditions and updates are judged as they stand in the requests, in the few forms in which pynamodb writes them; each
form is read once, where moto reads it again for every request and so takes nine tenths of the time.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

PAGE_BYTES = 1_000_000
KEY_BYTES = 110
"""An entry of the `due` index: its four attributes with their names, and what DynamoDB adds to every index entry."""

Raw = dict[str, Any]


class Shelf:
    """One table, its queues and the files beside it. `queue` holds (queue, body, delay) as sent; `waiting` is how many
    messages of each queue were taken out of it and are not yet handled."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Raw] = {}
        self.index: dict[str, list[tuple[int, str, str]]] = {}
        self.queue: deque[tuple[str, str, int]] = deque()
        self.requests: Counter[str] = Counter()
        self.read = 0
        self.waiting: Counter[str] = Counter()
        self._under: dict[str, list[str]] = {}
        self._order: list[tuple[str, str]] = []

    def put(self, item: Raw) -> None:
        """Put an item in the place of the one of its key, and its entry into the index."""
        key = (item["pk"]["S"], item["sk"]["S"])
        before = self.items.get(key)
        if before is None:
            insort(self._under.setdefault(key[0], []), key[1])
        elif "due_shard" in before and "next_at" in before:
            entries = self.index[before["due_shard"]["S"]]
            entry = (int(before["next_at"]["N"]), *key)
            del entries[bisect_left(entries, entry)]
        self.items[key] = item
        if "due_shard" in item and "next_at" in item:
            insort(self.index.setdefault(item["due_shard"]["S"], []), (int(item["next_at"]["N"]), *key))

    def call(self, operation: str, asked: Raw) -> Raw:
        """Answer one request."""
        self.requests[operation] += 1
        answer: Raw = getattr(self, f"_{operation}")(asked)
        return answer

    def _Query(self, asked: Raw) -> Raw:  # noqa: N802  # the operation's name
        if "IndexName" not in asked:
            return self._partition(asked)
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

    def _partition(self, asked: Raw) -> Raw:
        """A range of one partition, `sk BETWEEN`, filtered."""
        names = asked["ExpressionAttributeNames"]
        values = asked["ExpressionAttributeValues"]
        by_place = {place: value["S"] for place, value in values.items() if "S" in value}
        words = asked["KeyConditionExpression"].replace("(", " ").replace(")", " ").split()
        pk = by_place[words[words.index("=") + 1]]
        between = words.index("BETWEEN")
        assert names[words[between - 1]] == "sk", asked["KeyConditionExpression"]
        low, high = by_place[words[between + 1]], by_place[words[between + 3]]
        under = self._under.get(pk, [])
        found = [self.items[pk, sk] for sk in under[bisect_left(under, low) : bisect_right(under, high)]]
        self.read += len(found)
        kept = [item for item in found if self._holds(asked.get("FilterExpression"), asked, item)]
        return {"Items": kept, "Count": len(kept), "ScannedCount": len(found)}

    def _holds(self, expression: str | None, asked: Raw, item: Raw | None) -> bool:
        return expression is None or _condition(expression)(_Asked(asked, item or {}))

    def _changed(self, asked: Raw) -> Raw:
        """The item of an update as it will be."""
        key = asked["Key"]
        item = dict(self.items.get((key["pk"]["S"], key["sk"]["S"])) or key)
        given = _Asked(asked, item)
        for clause, parts in _changes(asked["UpdateExpression"]):
            for part in parts:
                name = given.names[part[0]]
                if clause == "REMOVE":
                    item.pop(name, None)
                elif clause == "SET":
                    item[name] = given.values[part[1]]
                else:
                    before = int(item.get(name, {"N": "0"})["N"])
                    item[name] = {"N": str(before + int(given.values[part[1]]["N"]))}
        return item

    def _UpdateItem(self, asked: Raw) -> Raw:  # noqa: N802
        key = (asked["Key"]["pk"]["S"], asked["Key"]["sk"]["S"])
        if not self._holds(asked.get("ConditionExpression"), asked, self.items.get(key)):
            error = {"Error": {"Code": "ConditionalCheckFailedException", "Message": "the condition does not hold"}}
            raise ClientError(error, "UpdateItem")
        self.put(self._changed(asked))
        return {"Attributes": self.items[key]}

    def _TransactWriteItems(self, asked: Raw) -> Raw:  # noqa: N802
        actions = [next(iter(action.items())) for action in asked["TransactItems"]]
        keys = [(action.get("Key") or action["Item"]) for _, action in actions]
        standing = [self.items.get((key["pk"]["S"], key["sk"]["S"])) for key in keys]
        held = [
            self._holds(action.get("ConditionExpression"), action, item)
            for (_, action), item in zip(actions, standing, strict=True)
        ]
        if not all(held):
            reasons = [{"Code": "None" if one else "ConditionalCheckFailed"} for one in held]
            error = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(error, "TransactWriteItems")
        for kind, action in actions:
            if kind == "Put":
                self.put(action["Item"])
            elif kind == "Update":
                self.put(self._changed(action))
            else:
                raise NotImplementedError(kind)
        return {}

    def _SendMessageBatch(self, asked: Raw) -> Raw:  # noqa: N802
        queue = asked["QueueUrl"].rpartition("/")[2]
        for entry in asked["Entries"]:
            self.queue.append((queue, entry["MessageBody"], entry["DelaySeconds"]))
        return {"Successful": [{"Id": entry["Id"]} for entry in asked["Entries"]]}

    def _GetQueueAttributes(self, asked: Raw) -> Raw:  # noqa: N802
        queue = asked["QueueUrl"].rpartition("/")[2]
        standing = sum(name == queue for name, *_ in self.queue) + self.waiting[queue]
        return {"Attributes": {"ApproximateNumberOfMessages": str(standing)}}

    def _PutObject(self, _: Raw) -> Raw:  # noqa: N802
        return {}


def _entry(shard: str, entry: tuple[int, str, str]) -> Raw:
    return {"due_shard": {"S": shard}, "next_at": {"N": str(entry[0])}, "pk": {"S": entry[1]}, "sk": {"S": entry[2]}}


class _Asked:
    """A request's placeholders, and the item that they are about."""

    def __init__(self, asked: Raw, item: Raw) -> None:
        self.names = asked.get("ExpressionAttributeNames") or {}
        self.values = asked.get("ExpressionAttributeValues") or {}
        self.item = item

    def has(self, name: str) -> bool:
        """Whether the item has an attribute."""
        return self.names[name] in self.item

    def compared(self, name: str, sign: str, *values: str) -> bool:
        """A comparison; what is absent compares with nothing."""
        if not self.has(name):
            return False
        here, given = _plain(self.item[self.names[name]]), [_plain(self.values[value]) for value in values]
        return _SIGNS[sign](here, given)


_SIGNS: dict[str, Callable[[Any, list[Any]], bool]] = {
    "=": lambda here, given: here == given[0],
    "<": lambda here, given: here < given[0],
    "<=": lambda here, given: here <= given[0],
    ">=": lambda here, given: here >= given[0],
    "IN": lambda here, given: here in given,
}


def _plain(value: Raw) -> Any:
    ((kind, inner),) = value.items()
    return int(inner) if kind == "N" else inner


@cache
def _condition(expression: str) -> Callable[[_Asked], bool]:
    """A condition as a function. What is in none of the forms known is refused, not guessed."""
    made = re.sub(r"attribute_not_exists \((#\w+)\)", r"(not at.has('\1'))", expression)
    made = re.sub(r"attribute_exists \((#\w+)\)", r"at.has('\1')", made)
    made = re.sub(r"(#\w+) (<=|>=|=|<) (:\w+)", r"at.compared('\1', '\2', '\3')", made)
    made = re.sub(r"(#\w+) IN \(([^)]*)\)", lambda m: f"at.compared('{m[1]}', 'IN', *{m[2].split(', ')!r})", made)
    made = made.replace(" AND ", " and ").replace(" OR ", " or ")
    rest = re.sub(r"at\.\w+\([^()]*\)|\bnot\b|\band\b|\bor\b|[() ]", "", made)
    if rest:
        raise NotImplementedError(f"{expression}: {rest} is not understood here")
    function: Callable[[_Asked], bool] = eval(f"lambda at: bool({made})")  # made above, of known forms
    return function


@cache
def _changes(expression: str) -> list[tuple[str, list[list[str]]]]:
    """The clauses of an update, each with its (name, value) placeholders."""
    words = re.split(r"\b(SET|REMOVE|ADD)\b", expression)[1:]
    clauses = zip(words[::2], words[1::2], strict=True)
    return [(clause, [re.findall(r"[#:]\w+", part) for part in rest.split(",")]) for clause, rest in clauses]


@contextmanager
def shelf(made: Shelf | None = None) -> Iterator[Shelf]:
    """Let DynamoDB, SQS and writing to S3 be answered from memory; everything else as before."""
    made, original, patch = made or Shelf(), BaseClient._make_api_call, pytest.MonkeyPatch()

    def call(client: Any, operation: str, asked: Raw) -> Any:
        if client.meta.service_model.service_name in ("dynamodb", "sqs") or operation == "PutObject":
            return made.call(operation, asked)
        return original(client, operation, asked)

    patch.setattr(BaseClient, "_make_api_call", call)
    try:
        yield made
    finally:
        patch.undo()
