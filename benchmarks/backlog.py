"""A hundred thousand deadlines in one minute: drained oldest first, nothing lost, no storm of repeats.

    python -m benchmarks.backlog [--cases 20000] [--per-second 200] [--json]

A virtual clock and a table in memory; sweep and worker are the deployed ones. The workers together move `--per-second`
cases in a second, so that the backlog stands for several sweeps. Counted are the requests of the workers, beside the
least that is possible: one read and one transaction a case. The goal is a ratio of at most 1.2.
"""

import argparse
import contextlib
import heapq
import io
import json
import logging
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.clockwork import START, Clockwork, clockwork
from tests.support.shelf import Shelf, shelf

from complaints.adapters import aws
from complaints.adapters.rows import shard
from complaints.desk.sweep import sweep
from complaints.desk.work import work

SHARDS = 4
GOAL = 1.2
SPREAD = 60
"""The deadlines lie on this many odd seconds of one minute."""


@dataclass
class Drained:
    """How a backlog was drained. Requests are those of the workers."""

    cases: int
    moved: int = 0
    repeats: int = 0
    requests: int = 0
    out_of_order: int = 0
    sweeps: int = 0
    left_to_the_queue: int = 0
    virtual_seconds: int = 0
    seconds: float = 0.0

    @property
    def ratio(self) -> float:
        """Requests beside one read and one transaction a case."""
        return self.requests / (2 * self.cases)


def fill(desk: Clockwork, kept: Shelf, count: int) -> datetime:
    """So many copies of one case, due within one minute; returns that minute."""
    desk.register("MODEL")
    for item in aws_items():
        if not item["pk"]["S"].startswith("C#"):
            kept.put(item)
    model = next(item for item in aws_items() if item["sk"]["S"] == "CASE")
    due = START + timedelta(hours=1)
    for number in range(count):
        reference = f"{number:08d}"
        second = timedelta(seconds=number % SPREAD)
        document = model["document"]["S"].replace("MODEL", reference)
        for hour in (0, 2):
            was = START + timedelta(hours=hour)
            document = document.replace(f"{was:%Y-%m-%dT%H:%M:%SZ}", f"{was + second:%Y-%m-%dT%H:%M:%SZ}")
        kept.put(
            model
            | {
                "pk": {"S": f"C#{reference}"},
                "document": {"S": document},
                "due_shard": {"S": f"due#{shard(reference, SHARDS)}"},
                "next_at": {"N": str(int((due + second).timestamp()))},
            }
        )
    return due


def aws_items() -> list[dict[str, dict[str, str]]]:
    """What stands in the table of moto."""
    items: list[dict[str, dict[str, str]]] = aws.client("dynamodb").scan(TableName="desk")["Items"]
    return items


def drain(desk: Clockwork, count: int, per_second: int) -> Drained:
    """Let the clock run until everything that is due has been moved."""
    done = Drained(count)
    with shelf_filled(desk, count) as (kept, due):
        now, last, seen, begun = due - timedelta(minutes=3), 0, Counter[str](), time.perf_counter()
        ready: list[tuple[int, int, str, int]] = []
        number = 0
        while done.moved < count and now < due + timedelta(hours=6):
            if now.second == 0:
                kept.waiting = sum(at <= now.timestamp() for at, *_ in ready)
                swept = sweep(desk.desk, now, now)
                done.sweeps += 1
                done.left_to_the_queue += swept.left
            while kept.queue:
                body, delay = kept.queue.popleft()
                message = json.loads(body)
                if "ref" in message:
                    number += 1
                    heapq.heappush(ready, (int(now.timestamp()) + delay, number, message["ref"], message["at"]))
            before = kept.requests.total()
            for _ in range(per_second):
                if not ready or ready[0][0] > now.timestamp():
                    break
                _, _, reference, at = heapq.heappop(ready)
                sent = kept.requests["SendMessageBatch"]
                worked = work(desk.desk, reference, now)
                done.requests -= kept.requests["SendMessageBatch"] - sent
                done.repeats += seen[reference] > 0
                seen[reference] += 1
                done.moved += worked.outcome == "moved"
                done.out_of_order += at < last
                last = max(last, at)
            done.requests += kept.requests.total() - before
            now += timedelta(seconds=1)
        done.virtual_seconds = int((now - due).total_seconds())
        done.seconds = time.perf_counter() - begun
    return done


@contextlib.contextmanager
def shelf_filled(desk: Clockwork, count: int):  # type: ignore[no-untyped-def]  # a pair of table and minute
    """A table in memory with the backlog in it."""
    made = Shelf()
    due = fill(desk, made, count)
    with shelf(made) as kept:
        yield kept, due


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--per-second", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    patch = pytest.MonkeyPatch()
    with contextlib.redirect_stdout(io.StringIO()), clockwork(patch, shards=SHARDS) as desk:
        done = drain(desk, given.cases, given.per_second)
    patch.undo()
    result = asdict(done) | {"ratio": round(done.ratio, 3)}
    if given.json:
        print(json.dumps(result, indent=1))
    else:
        for name, value in result.items():
            print(f"{name}: {value}")
    return 0 if done.moved == done.cases and done.ratio <= GOAL and done.out_of_order == 0 else 1


if __name__ == "__main__":
    raise SystemExit(main())
