"""What a sweep costs: requests and items read, for ever more open cases with none, ten or a thousand of them due.

    python -m benchmarks.sweep [--open 1000 10000 100000] [--due 0 10 1000] [--json]

Beside it the design that one writes first, a scan of the table with a filter. Requests and items are counted as they
come over the wire, against a table in memory that pages by a megabyte as DynamoDB does; seconds are the product's own
plus the stand-in's, none of the network's. The other design that one writes first, a schedule for each deadline, is
worked out on paper in docs/cost.md.
"""

import argparse
import contextlib
import io
import json
import logging
import sys
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.clockwork import START, Clockwork, clockwork
from tests.support.shelf import Shelf, shelf

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
    reads: int = 0
    items_read: int = 0
    other_requests: int = 0
    found: int = 0
    seconds: float = 0.0


def fill(kept: Shelf, count: int, due: int) -> None:
    """So many open cases, the first `due` of them within the next minutes, the others spread over a month from then."""
    soon = int((START + timedelta(minutes=2)).timestamp())
    for number in range(count):
        reference = f"{number:012d}"
        at = soon + number % 60 if number < due else soon + 3600 + number * 26 % 2_592_000
        kept.put(
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


def by_index(desk: Clockwork, count: int, due: int) -> Cost:
    """The sweep of this product."""
    with shelf() as kept:
        fill(kept, count, due)
        start = time.perf_counter()
        sweep(desk.desk, START)
        seconds = time.perf_counter() - start
    reads = kept.requests["Query"]
    others = kept.requests.total() - reads
    return Cost("sweep", count, due, reads, kept.read, others, len(kept.queue), seconds)


def by_scan(count: int, due: int) -> Cost:
    """A scan of everything, with a filter for what is due."""
    until = {":until": {"N": str(int((START + timedelta(minutes=3)).timestamp()))}}
    found = 0
    with shelf() as kept:
        fill(kept, count, due)
        start = time.perf_counter()
        pages = aws.client("dynamodb").get_paginator("scan")
        for page in pages.paginate(
            TableName="desk", FilterExpression="next_at < :until", ExpressionAttributeValues=until
        ):
            found += len(page["Items"])
        seconds = time.perf_counter() - start
    return Cost("scan", count, due, kept.requests["Scan"], kept.read, 0, found, seconds)


def measure(opens: list[int], dues: list[int]) -> list[Cost]:
    """Every combination, both ways."""
    patch, found = pytest.MonkeyPatch(), []
    with clockwork(patch, shards=SHARDS) as desk:
        for count in opens:
            for due in dues:
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
        names = ("way", "open", "due", "reads", "items read", "others", "found", "seconds")
        print("{:6} {:>8} {:>6} {:>6} {:>11} {:>7} {:>6} {:>8}".format(*names))
        for cost in found:
            print("{:6} {:8} {:6} {:6} {:11} {:7} {:6} {:8.3f}".format(*asdict(cost).values()))
    idle = [cost for cost in found if cost.way == "sweep" and cost.due == 0]
    exact = all(cost.found == cost.due for cost in found)
    return (
        0 if all((cost.reads, cost.items_read, cost.other_requests) == (SHARDS, 0, 0) for cost in idle) and exact else 1
    )


if __name__ == "__main__":
    raise SystemExit(main())
