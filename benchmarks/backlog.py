"""A hundred thousand deadlines in one minute: drained oldest first, nothing lost, no storm of repeats, the carrier's
rate kept.

    python -m benchmarks.backlog [--cases 100000] [--per-second 200] [--processes 10] [--units 500] [--rate 5] [--json]

A virtual clock, and a table, an index and queues in memory; sweep, worker and sender are the deployed handlers. Each
deadline is missed and its ladder's first rung texts the handler of the case's unit. The workers, in `--processes` with
a memory each, together move `--per-second` cases in a second, so that the backlog stands for several sweeps; the
carrier takes `--rate` texts a second. Counted are the requests of the workers beside the least that is possible, one
read and one transaction a case (goal: a ratio of at most 1.2), every case and every notice by itself, and what the
carrier is given in each second.
"""

import argparse
import contextlib
import io
import json
import logging
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.backlog_world import BATCHES, SHARDS, Beat, Carrier, Waiting, fill
from functions.escalate import notify, sweep, work
from tests.support import small
from tests.support.clockwork import REGION, clockwork
from tests.support.shelf import Shelf, shelf

from complaints.adapters import carriers, clock
from complaints.adapters import settings as configuration
from complaints.desk import context

GOAL = 1.2
SENDERS = 50
"""Batches of notices that are worked on in one second: the concurrency that the template gives the urgent queue."""

GIVE_UP = timedelta(minutes=55)
"""The second rung comes after an hour; by then the first must be through."""

_REMINDERS = small.POLICY.partition("    reminders:")[2].partition("    ladder:")[0]
POLICY = small.POLICY.replace(_REMINDERS, " []\n")


@dataclass
class Drained:
    """How a backlog was drained. `requests` are those of the workers, `sender_requests` those of the senders."""

    cases: int
    per_second: int
    processes: int
    rate: int
    moved: int = 0
    missing: int = 0
    repeats: int = 0
    out_of_order: int = 0
    requests: int = 0
    sweeps: int = 0
    left_to_the_queue: int = 0
    sent_again: int = 0
    moved_after_seconds: int = 0
    notices: int = 0
    notices_missing: int = 0
    notices_twice: int = 0
    texts: int = 0
    told_after_seconds: int = 0
    most_texts_in_a_second: int = 0
    most_texts_in_ten_seconds: int = 0
    sender_requests: int = 0
    notice_deliveries: int = 0
    of_workers: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def ratio(self) -> float:
        """Requests beside one read and one transaction a case."""
        return self.requests / (2 * self.cases)

    @property
    def good(self) -> bool:
        """Whether the promises hold."""
        lost = self.missing or self.notices_missing or self.moved != self.cases
        doubled = self.notices_twice or self.out_of_order
        held = self.most_texts_in_ten_seconds <= 10 * self.rate + self.rate
        return not lost and not doubled and held and self.ratio <= GOAL


class _Run:
    """One backlog under way."""

    def __init__(self, kept: Shelf, beat: Beat, done: Drained, patch: pytest.MonkeyPatch) -> None:
        self.kept, self.beat, self.done, self.patch = kept, beat, done, patch
        self.processes = [cache(partial(context.build, configuration.current())) for _ in range(done.processes)]
        self.waiting = Waiting(kept)
        self.seen: Counter[str] = Counter()
        self.last = 0

    def second(self) -> None:
        """One second of everybody's work."""
        if self.beat.now.second == 0:
            self.waiting.visible(self.beat.now)
            swept = sweep.handler({"scheduled": self.beat.now.strftime("%Y-%m-%dT%H:%M:%SZ")}, None)
            self.done.sweeps += 1
            self.done.left_to_the_queue += swept["left"]
            self.done.sent_again += swept["again"]
        self.waiting.collect(self.beat.now)
        before = self.kept.requests.copy()
        for number, bodies in enumerate(self._batches("work", self.done.per_second // BATCHES["work"])):
            self._note(bodies)
            self.patch.setattr(work, "desk", self.processes[number % len(self.processes)])
            self._call(work.handler, "work", bodies)
        spent = self.kept.requests - before
        self.done.requests += spent.total() - spent["SendMessageBatch"]
        self.done.of_workers = dict(Counter(self.done.of_workers) + spent)
        before = self.kept.requests.copy()
        for queue in ("urgent", "notice"):
            for bodies in self._batches(queue, SENDERS):
                self.done.notice_deliveries += len(bodies)
                self._call(notify.handler, queue, bodies)
        self.done.sender_requests += (self.kept.requests - before).total()
        self.beat.now += timedelta(seconds=1)

    def _batches(self, queue: str, most: int) -> Any:
        for _ in range(most):
            bodies = self.waiting.take(queue, self.beat.now, BATCHES[queue])
            if not bodies:
                return
            yield bodies

    def _call(self, handler: Any, queue: str, bodies: list[str]) -> None:
        arn = f"arn:aws:sqs:{REGION}:123456789012:{queue}"
        records = [
            {"messageId": str(n), "receiptHandle": str(n), "body": body, "eventSourceARN": arn}
            for n, body in enumerate(bodies)
        ]
        answer = handler({"Records": records}, None)
        if answer["batchItemFailures"]:
            raise RuntimeError(f"{queue}: {len(answer['batchItemFailures'])} messages failed, and nothing was broken")
        self.waiting.collect(self.beat.now)

    def _note(self, bodies: list[str]) -> None:
        for body in bodies:
            message = json.loads(body)
            again = self.seen[message["ref"]] > 0
            self.done.repeats += again
            self.done.out_of_order += not again and message["at"] < self.last
            self.last = max(self.last, message["at"])
            self.seen[message["ref"]] += 1

    def cases_moved(self) -> int:
        """How many cases stand at the version after their deadline."""
        return sum(
            item["version"]["N"] == "2" and item["pk"]["S"] != "C#MODEL"
            for (_, sk), item in self.kept.items.items()
            if sk == "CASE"
        )

    def told(self) -> Counter[str]:
        """How often each notice stands in a text."""
        texts = [item for (pk, _), item in self.kept.items.items() if pk.startswith("K#")]
        return Counter(
            f"{text['person']} {notice}"
            for item in texts
            for text in [json.loads(item["document"]["S"])]
            for notice in text["notices"]
        )

    def notices(self) -> Counter[str]:
        """The notices by their state."""
        return Counter(item["state"]["S"] for (_, sk), item in self.kept.items.items() if sk.startswith("N#"))


def drain(run: _Run, due: datetime, carrier: Carrier) -> None:
    """Let the clock run until every case was moved and everybody was told."""
    beat, done, begun = run.beat, run.done, time.perf_counter()
    while beat.now < due + GIVE_UP:
        run.second()
        if beat.now.second == 0:
            done.moved, states = run.cases_moved(), run.notices()
            if done.moved == done.cases and not done.moved_after_seconds:
                done.moved_after_seconds = int((beat.now - due).total_seconds())
            print(f"{beat.now:%H:%M} moved {done.moved} notices {dict(states)}", file=sys.stderr, flush=True)
            if done.moved == done.cases and states["sent"] == done.cases:
                break
    done.told_after_seconds = carrier.given[-1] - int(due.timestamp()) if carrier.given else 0
    told = run.told()
    done.missing = done.cases - len(run.seen)
    done.notices, done.notices_missing = len(told), done.cases - len(told)
    done.notices_twice = sum(times > 1 for times in told.values())
    done.texts = len(carrier.given)
    seconds = Counter(carrier.given)
    done.most_texts_in_a_second = max(seconds.values(), default=0)
    done.most_texts_in_ten_seconds = max((sum(seconds[at + n] for n in range(10)) for at in seconds), default=0)
    done.seconds = round(time.perf_counter() - begun, 1)


def measure(done: Drained, units: int) -> Drained:
    """Make the backlog and drain it."""
    patch = pytest.MonkeyPatch()
    with clockwork(patch, POLICY, shards=SHARDS) as desk:
        patch.setenv("SMS_RATE", str(done.rate))
        configuration.current.cache_clear()
        context.desk.cache_clear()
        desk.desk = context.desk()
        kept = Shelf()
        due = fill(desk, kept, done.cases, units)
        beat = Beat(due - timedelta(minutes=3))
        carrier = Carrier(beat)
        patch.setattr(carriers, "chosen", lambda _: carrier)
        patch.setattr(clock, "exact", beat.read)
        with shelf(kept):
            drain(_Run(kept, beat, done, patch), due, carrier)
    patch.undo()
    return done


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--per-second", type=int, default=200)
    parser.add_argument("--processes", type=int, default=10)
    parser.add_argument("--units", type=int, default=500)
    parser.add_argument("--rate", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stdout(io.StringIO()):
        done = measure(Drained(given.cases, given.per_second, given.processes, given.rate), given.units)
    result = asdict(done) | {"ratio": round(done.ratio, 3), "good": done.good}
    if given.json:
        print(json.dumps(result, indent=1))
    else:
        for name, value in result.items():
            print(f"{name}: {value}")
    return 0 if done.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
