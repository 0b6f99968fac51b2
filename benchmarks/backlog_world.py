"""The world of `benchmarks.backlog`: a clock that is moved by hand, queues and a carrier in memory, and cases by the
hundred thousand that are due within one minute."""

import heapq
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.support.clockwork import START, Clockwork
from tests.support.shelf import Shelf

from complaints.adapters import aws
from complaints.adapters.carriers.base import Outgoing, Receipt
from complaints.adapters.rows import shard
from complaints.directory.model import Holder, Person, Unit

SHARDS = 4
SPREAD = 60
"""The deadlines lie on this many odd seconds of one minute."""

BATCHES = {"work": 10, "urgent": 5, "notice": 5}


@dataclass
class Beat:
    """The virtual clock."""

    now: datetime

    def read(self) -> datetime:
        """What the product's clock says."""
        return self.now


class Carrier:
    """Notes when it is given a text."""

    name = "memory"

    def __init__(self, beat: Beat) -> None:
        self.beat = beat
        self.given: list[int] = []

    def send(self, outgoing: Outgoing) -> Receipt:
        """Take a text."""
        self.given.append(int(self.beat.now.timestamp()))
        return Receipt(outgoing.id)


class Waiting:
    """The messages of the queues, each visible from its second on."""

    def __init__(self, kept: Shelf) -> None:
        self.kept = kept
        self._heaps: dict[str, list[tuple[int, int, str]]] = {name: [] for name in BATCHES}
        self._number = 0

    def collect(self, now: datetime) -> None:
        """Take over what was sent."""
        while self.kept.queue:
            queue, body, delay = self.kept.queue.popleft()
            self._number += 1
            heapq.heappush(self._heaps[queue], (int(now.timestamp()) + delay, self._number, body))

    def visible(self, now: datetime) -> None:
        """Let the shelf answer how deep each queue is."""
        for queue, heap in self._heaps.items():
            self.kept.waiting[queue] = sum(at <= now.timestamp() for at, *_ in heap)

    def take(self, queue: str, now: datetime, most: int) -> list[str]:
        """At most so many messages that are visible, oldest first."""
        heap = self._heaps[queue]
        taken: list[str] = []
        while heap and len(taken) < most and heap[0][0] <= now.timestamp():
            taken.append(heapq.heappop(heap)[2])
        return taken


def fill(desk: Clockwork, kept: Shelf, count: int, units: int) -> datetime:
    """So many copies of one case over so many units, due within one minute; returns that minute."""
    desk.desk.directory.write(
        [
            Unit(id="hq", parent=None, level="head", path=("hq",), names={"en": "hq"}, last_resort="p0"),
            *(
                Unit(
                    id=f"b{n}",
                    parent="hq",
                    level="branch",
                    path=("hq", f"b{n}"),
                    names={"en": f"b{n}"},
                    holders=(Holder("handler", f"p{n}"),),
                )
                for n in range(units)
            ),
        ],
        [
            Person(id=f"p{n}", name=f"p{n}", phone=f"+861{n:010d}", email="", language="en", units=(f"b{n}",))
            for n in range(units)
        ],
    )
    desk.register("MODEL", unit="b0")
    pages = aws.client("dynamodb").get_paginator("scan").paginate(TableName="desk")
    standing = [item for page in pages for item in page["Items"]]
    for item in standing:
        if not item["pk"]["S"].startswith("C#"):
            kept.put(item)
    model = next(item for item in standing if item["sk"]["S"] == "CASE")
    due = START + timedelta(hours=2)
    chance = random.Random(1)
    for number in range(count):
        reference = f"{number:08d}"
        second = timedelta(seconds=number % SPREAD)
        unit = f"b{chance.randrange(units)}"
        document = model["document"]["S"].replace("MODEL", reference).replace('"b0"', f'"{unit}"')
        for was in (START, due):
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
