"""What a sweep costs: requests and items read, for ever more open cases with none, ten or a thousand of them due.

    python -m benchmarks.sweep [--open 1000 10000 100000] [--due 0 10 1000] [--json]

Beside it the design that one writes first, a scan of the table with a filter. Both run on moto, which pages by a
megabyte as DynamoDB does; requests and items are counted on the wire. Times are those of the stand-in: only their
growth says something. The other design, a schedule for each deadline, is worked out on paper in docs/cost.md.
"""

import argparse
import contextlib
import io
import json
import logging
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.clockwork import REGION, START, Clockwork, clockwork

from complaints.adapters import aws
from complaints.adapters.rows import shard
from complaints.desk.sweep import sweep

SHARDS = 4
DOCUMENT = "x" * 1800
"""As long as the document of a case with two orders."""


@dataclass
class Cost:
    """What one way of finding what is due cost."""

    way: str
    open: int
    due: int
    queries: int = 0
    items_read: int = 0
    messages: int = 0
    seconds: float = 0.0


def fill(count: int, due: int) -> None:
    """So many open cases, the first `due` of them within the next minutes, the others spread over a month from then."""
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables["desk"]
    for key in list(table.items):
        if key.value.startswith(("C#", "S#sweep")):
            del table.items[key]
    soon = int((START + timedelta(minutes=2)).timestamp())
    for number in range(count):
        reference = f"{number:012d}"
        at = soon + number % 60 if number < due else soon + 3600 + number * 26 % 2_592_000
        table.put_item(
            {
                "pk": {"S": f"C#{reference}"},
                "sk": {"S": "CASE"},
                "version": {"N": "1"},
                "document": {"S": DOCUMENT},
                "hash": {"S": "0" * 64},
                "due_shard": {"S": f"due#{shard(reference, SHARDS)}"},
                "next_at": {"N": str(at)},
            }
        )


@contextlib.contextmanager
def counted(cost: Cost) -> Iterator[None]:
    """Count what goes over the wire meanwhile."""
    original = BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore is untyped

    def call(client: Any, operation: str, arguments: Any) -> Any:
        answer = original(client, operation, arguments)
        if operation in ("Query", "Scan"):
            cost.queries += 1
            cost.items_read += answer["ScannedCount"]
        elif operation == "SendMessageBatch":
            cost.messages += len(answer["Successful"])
        return answer

    patch = pytest.MonkeyPatch()
    patch.setattr(BaseClient, "_make_api_call", call)
    start = time.perf_counter()
    try:
        yield
    finally:
        cost.seconds = time.perf_counter() - start
        patch.undo()


def by_index(desk: Clockwork, count: int, due: int) -> Cost:
    """The sweep of this product."""
    cost = Cost("sweep", count, due)
    with counted(cost):
        sweep(desk.desk, START, START)
    return cost


def by_scan(count: int, due: int) -> Cost:
    """A scan of everything, with a filter for what is due."""
    cost = Cost("scan", count, due)
    until = {":until": {"N": str(int((START + timedelta(minutes=3)).timestamp()))}}
    with counted(cost):
        pages = aws.client("dynamodb").get_paginator("scan")
        for page in pages.paginate(
            TableName="desk", FilterExpression="next_at < :until", ExpressionAttributeValues=until
        ):
            cost.messages += len(page["Items"])
    return cost


def measure(opens: list[int], dues: list[int]) -> list[Cost]:
    """Every combination, both ways."""
    patch, found = pytest.MonkeyPatch(), []
    with clockwork(patch, shards=SHARDS) as desk:
        for count in opens:
            for due in dues:
                fill(count, due)
                found += [by_scan(count, due), by_index(desk, count, due)]
    patch.undo()
    return found


def main() -> int:
    """Measure, print, judge: nothing due costs one query a shard and reads nothing, whatever is open."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--open", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--due", type=int, nargs="+", default=[0, 10, 1_000])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stdout(io.StringIO()):
        found = measure(given.open, given.due)
    if given.json:
        print(json.dumps([asdict(cost) for cost in found], indent=1))
    else:
        print(f"{'way':6} {'open':>8} {'due':>6} {'queries':>8} {'items read':>11} {'messages':>9} {'seconds':>8}")
        for cost in found:
            row = (cost.way, cost.open, cost.due, cost.queries, cost.items_read, cost.messages, cost.seconds)
            print("{:6} {:8} {:6} {:8} {:11} {:9} {:8.2f}".format(*row))
    idle = [cost for cost in found if cost.way == "sweep" and cost.due == 0]
    exact = [cost for cost in found if cost.way == "sweep" and cost.messages != cost.due]
    return 0 if all((cost.queries, cost.items_read) == (SHARDS, 0) for cost in idle) and not exact else 1


if __name__ == "__main__":
    raise SystemExit(main())
