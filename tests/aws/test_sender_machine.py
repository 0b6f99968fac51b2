"""Any notices to a few people, any accidents: each is told once, a missed deadline soon, the carrier's rate is kept."""

import heapq
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from functions.escalate import notify, sweep
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support import small
from tests.support.clockwork import REGION, START, clockwork
from tests.support.shelf import Shelf, shelf

from complaints.adapters import aws, clock
from complaints.adapters import settings as configuration
from complaints.adapters.carriers.base import Outgoing, Receipt
from complaints.adapters.mail import Letter
from complaints.adapters.queues import Queues
from complaints.desk import context
from complaints.desk import send as sending
from complaints.desk.context import Desk
from complaints.desk.outbox import Notice, row_of
from complaints.desk.words import words_of
from complaints.structs import replace

PROCESSES = 3
PEOPLE = ("ann", "bob", "meg", "boss", "@A1")
BY_MAIL = "boss"
BUNDLE = 60
BATCH = 5
VISIBILITY = 180
END = START + timedelta(hours=4)
"""By then all is told: of what the hour's limit holds back the last leaves three hours after the first."""

Owed = tuple[int, str, bool]
"""The second after the start at which a notice is owed, to whom, whether it is urgent."""


class Items(list[Any]):
    """Items of a table, which a failing test does not print, and the policy of the case among them."""

    policy: str

    def __repr__(self) -> str:
        return f"{len(self)} items"


class KilledError(BaseException):
    """The process ends here; nothing of it catches this."""


class Accidents(Shelf):
    """A table and queues with which now and then something goes wrong."""

    def __init__(self, chance: random.Random, often: float) -> None:
        super().__init__()
        self.chance, self.often = chance, often
        self.window = False
        """Between the carrier's yes and the mark, the only place where a text may go out twice: nothing happens."""

    def call(self, operation: str, asked: Any) -> Any:
        """Answer one request, or fail, or end the process, before it takes effect or after."""
        wrong = not self.window and operation != "PutObject" and self.chance.random() < self.often
        if operation == "TransactWriteItems":
            self.window = False
        if not wrong:
            return super().call(operation, asked)
        if self.chance.random() < 0.5:
            super().call(operation, asked)
        if self.chance.random() < 0.5:
            raise KilledError
        error = {"Error": {"Code": "InternalServerError", "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 500}}
        raise ClientError(error, operation)


class World:
    """Senders on several processes, whose clocks differ; a carrier; a queue that delays, doubles and loses."""

    name = "memory"

    def __init__(self, model: Items, rate: int, seed: int, often: float) -> None:
        self.now, self.chance, self.often = START, random.Random(seed), often
        self.kept = Accidents(self.chance, 0.0)
        self.policy = model.policy
        for item in model:
            self.kept.put(item)
        chosen = replace(configuration.current(), sms_rate=rate)
        self.processes = [context.build(chosen) for _ in range(PROCESSES)]
        for desk in self.processes:
            desk._made.update(carrier=self, mail=self)
        self.ahead = [timedelta(milliseconds=self.chance.randint(-900, 900)) for _ in range(PROCESSES)]
        self.at_work = 0
        self.messages: list[tuple[datetime, int, str, str]] = []
        self.numbered = 0
        self.words: dict[str, list[str]] = {}
        self.told: dict[str, list[datetime]] = {}
        self.seconds: Counter[int] = Counter()

    # --- what the deployment sees ------------------------------------------------------------------------------------

    def desk(self) -> Desk:
        """The process at work."""
        return self.processes[self.at_work]

    def exact(self) -> datetime:
        """What its clock says."""
        return self.now + self.ahead[self.at_work]

    def send(self, out: Outgoing | Letter) -> Receipt:
        """Carrier and mail in one: take it."""
        self.kept.window = True
        if isinstance(out, Outgoing):
            self.seconds[int(self.exact().timestamp())] += 1
        for key in self.words[out.id]:
            self.told.setdefault(key, []).append(self.now)
        return Receipt(out.id)

    def words_of(self, desk: Desk, notices: list[Notice], policy: Any, language: str, id: str, now: datetime) -> Any:
        """Note what a text is about."""
        self.words[id] = [one.key for one in notices]
        return words_of(desk, notices, policy, language, id, now)

    # --- what happens ------------------------------------------------------------------------------------------------

    def owe(self, key: str, person: str, *, urgent: bool) -> None:
        """What a worker does that finds a deadline missed: the notice stands in the table, and a hint is sent."""
        self.at_work = self.chance.randrange(PROCESSES)
        now = clock.now()
        notice = Notice(
            reference="A1",
            key=key,
            template="late" if urgent else "chased",
            policy=self.policy,
            params={"due_at": "2026-11-20T04:00:00Z"},
            unit="north",
            role="handler",
            customer=person.startswith("@"),
            urgent=urgent,
            made_at=now,
        )
        row = row_of(self.desk(), notice, person, now, now)
        self.desk().store.put(row.item())
        body = json.dumps({"person": person, "at": int(now.timestamp())})
        self.kept.queue.append(("urgent" if urgent else "notice", body, 0))
        self.collect()

    def collect(self) -> None:
        """Take over what was sent, as queues do on a bad day."""
        while self.kept.queue:
            queue, body, delay = self.kept.queue.popleft()
            times = 1
            if self.chance.random() < self.often:
                times = self.chance.choice((0, 2))
            for _ in range(times):
                late = self.chance.randint(20, 100) if self.chance.random() < self.often else self.chance.random()
                self.put(queue, body, delay + late)

    def put(self, queue: str, body: str, seconds: float) -> None:
        """A message that is visible after so many seconds."""
        self.numbered += 1
        heapq.heappush(self.messages, (self.now + timedelta(seconds=seconds), self.numbered, queue, body))

    def deliver(self) -> None:
        """Give what is visible to the sender, a batch at a time."""
        while self.messages and self.messages[0][0] <= self.now:
            queue = self.messages[0][2]
            batch = []
            while self.messages and self.messages[0][0] <= self.now and self.messages[0][2] == queue:
                batch.append(heapq.heappop(self.messages)[3])
                if len(batch) == BATCH:
                    break
            self.at_work = self.chance.randrange(PROCESSES)
            arn = f"arn:aws:sqs:{REGION}:123456789012:{queue}"
            records = [
                {"messageId": str(n), "receiptHandle": str(n), "body": body, "eventSourceARN": arn}
                for n, body in enumerate(batch)
            ]
            failed = self.guarded(notify.handler, {"Records": records}, dict.fromkeys(map(str, range(len(batch)))))
            for n, body in enumerate(batch):
                if str(n) in failed:
                    self.put(queue, body, 2 if failed is not None and failed[str(n)] else VISIBILITY)
            self.collect()

    def guarded(self, handler: Any, event: Any, all_of_them: dict[str, Any]) -> dict[str, bool]:
        """Call a function; those messages that come again, and whether soon: after a death all of them, late."""
        self.kept.often = self.often / 10
        try:
            answer = handler(event, None)
        except (KilledError, Exception):  # noqa: BLE001  # the platform calls it again
            return dict.fromkeys(all_of_them, False)
        finally:
            self.kept.often = 0.0
        return {entry["itemIdentifier"]: True for entry in (answer or {}).get("batchItemFailures", ())}

    def sweep(self) -> None:
        """What the scheduler does every minute."""
        self.at_work = self.chance.randrange(PROCESSES)
        self.guarded(sweep.handler, {"scheduled": self.now.strftime("%Y-%m-%dT%H:%M:%SZ")}, {})
        self.collect()

    def run(self, owed: list[Owed]) -> None:
        """Let time pass until all is told."""
        coming = sorted((START + timedelta(seconds=second), n) for n, (second, _, _) in enumerate(owed))
        swept = START
        while self.now < END and (coming or self.messages or len(self.told) < len(owed)):
            instants = [
                swept + timedelta(minutes=1),
                *(at for at, _ in coming[:1]),
                *(at for at, *_ in self.messages[:1]),
            ]
            self.now = max(self.now, min(instants))
            while coming and coming[0][0] <= self.now:
                _, n = coming.pop(0)
                self.owe(str(n), owed[n][1], urgent=owed[n][2])
            if self.now >= swept + timedelta(minutes=1):
                swept += timedelta(minutes=1)
                self.sweep()
            self.deliver()


@pytest.fixture(scope="module")
def model() -> Iterator[Items]:
    """The items of a deployment with one case, whose customer has a telephone; boss has none."""
    with pytest.MonkeyPatch.context() as patch, clockwork(patch) as desk:
        desk.register("A1")
        desk.desk.directory.write([], [replace(small.PEOPLE[3], phone="")])
        items = aws.client("dynamodb").scan(TableName="desk")["Items"]
        for item in items:
            if item["sk"]["S"] == "CASE":
                item["personal"]["S"] = json.dumps({"complainant": {"phone": "+8613900000009"}})
                del item["due_shard"], item["next_at"]
        patch.setattr(Queues, "put_back", lambda *_: None)
        patch.setattr(time, "sleep", lambda _: None)
        made = Items(items)
        made.policy = desk.case("A1").case.policy
        yield made


OWED = st.lists(
    st.tuples(st.one_of(st.integers(0, 3), st.integers(0, 400)), st.sampled_from(PEOPLE), st.booleans()).map(
        lambda one: (one[0], one[1], one[2] and not one[1].startswith("@"))
    ),
    min_size=1,
    max_size=40,
)


def ran(model: Items, owed: list[Owed], rate: int, seed: int, often: float) -> World:
    world = World(model, rate, seed, often)
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        stack.enter_context(shelf(world.kept))
        patch.setattr(notify, "desk", world.desk)
        patch.setattr(sweep, "desk", world.desk)
        patch.setattr(clock, "exact", world.exact)
        patch.setattr(sending, "words_of", world.words_of)
        world.run(owed)
    assert {key: len(times) for key, times in world.told.items()} == {str(n): 1 for n in range(len(owed))}
    assert max(world.seconds.values(), default=0) <= rate
    return world


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(owed=OWED, rate=st.integers(1, 3), seed=st.integers(0, 10**6), often=st.sampled_from([0.1, 0.3]))
def test_whatever_goes_wrong_each_notice_is_told_once(
    model: Items, owed: list[Owed], rate: int, seed: int, often: float
) -> None:
    ran(model, owed, rate, seed, often)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(owed=OWED, rate=st.integers(1, 3), seed=st.integers(0, 10**6))
def test_when_nothing_goes_wrong_a_missed_deadline_is_told_at_once_or_when_the_window_closes(
    model: Items, owed: list[Owed], rate: int, seed: int
) -> None:
    world = ran(model, owed, rate, seed, 0.0)
    late = {}
    for n, (second, person, urgent) in enumerate(owed):
        before = [one for m, one in enumerate(owed) if m != n and second - 2 * BUNDLE - 20 < one[0] <= second + 2]
        # clocks that differ by two seconds, a queue that takes one; whoever else wants a text in the same moments
        longest = 6 + 2 * len(before) / rate + BUNDLE * any(one[1] == person for one in before)
        took = (world.told[str(n)][0] - START).total_seconds() - second
        if urgent and took > longest:
            late[n] = (took, longest)
    assert not late
