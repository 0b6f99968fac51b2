"""The escalation machinery on moto with a clock that jumps: real handlers, real queues with delays, minute sweeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import moto.sqs.models
import msgspec
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from tests.support import small

from complaints.adapters import aws, clock
from complaints.adapters import settings as configuration
from complaints.adapters.outbox import Text
from complaints.adapters.queues import Queue
from complaints.adapters.table import Item
from complaints.case.decide import decide
from complaints.case.values import CUSTOMER_ACTOR, Actor, Command, Post
from complaints.desk import context
from complaints.desk.commit import Committed, Stored, commit, load_case
from complaints.desk.context import Desk
from complaints.desk.publish import publish_policy

REGION = "eu-central-1"
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
QUEUES: tuple[Queue, ...] = ("work", "notice", "urgent")
NORTH = ("hq", "north")


@dataclass
class Clockwork:
    """A deployment whose time is told by the test."""

    desk: Desk
    now: datetime = START
    sent: list[tuple[datetime, str, str]] = field(default_factory=list)
    swept: int = 0
    scheduler: bool = True

    # --- what people do ---------------------------------------------------------------------------------------------

    def register(self, reference: str, **data: Any) -> Committed:
        """A new case at the north branch."""
        command = Command(
            name="register",
            by=CUSTOMER_ACTOR,
            at=self.now,
            data={"reference": reference, "kind": "matter", "channel": "web", "unit": "north", **data},
            personal={"text": "It never came.", "complainant": {"email": "c@customer.example"}},
        )
        book = self.desk.policies.current(self.now)
        events = decide(None, command, book, self.now, self.desk.directory.places(self.now))
        return commit(self.desk, self.now, None, events, book)

    def act(self, reference: str, name: str, person: str = "ann", role: str = "handler", **personal: Any) -> Committed:
        """Somebody of the north branch does something."""
        stored = self.case(reference)
        actor = Actor(person, posts=(Post("north", role, NORTH),))
        command = Command(name=name, by=actor, at=self.now, personal=personal)
        book = self.desk.policies.book(stored.case.policy, self.now)
        events = decide(stored.case, command, book, self.now, self.desk.directory.places(self.now))
        return commit(self.desk, self.now, stored, events, book)

    def case(self, reference: str) -> Stored:
        """The case as it stands."""
        stored = load_case(self.desk, reference)
        assert stored is not None
        return stored

    def events(self, reference: str) -> list[str]:
        """The types of a case's events."""
        from complaints.case.chain import parse

        return [parse(one.body, one.personal, one.hash).event.type for one in self.desk.store.timeline(reference)]

    # --- time -------------------------------------------------------------------------------------------------------

    def run(self, **duration: float) -> None:
        """Let so much time pass, a sweep every minute, every message at its second."""
        self.run_until(self.now + timedelta(**duration))

    def run_until(self, until: datetime) -> None:
        """Let time pass until then, that instant included."""
        self.deliver()
        while (coming := self._next(until)) is not None:
            self.now = coming
            if coming.second == 0 and self.scheduler:
                self.sweep()
            self.deliver()
        self.now = until

    def _next(self, until: datetime) -> datetime | None:
        """The next second at which anything can happen: a message becomes visible, or a sweep has something to see."""
        instants = [at for queue in QUEUES for at in self._ready(queue)]
        due = self._first_due()
        if self.scheduler and due is not None:
            first = datetime.fromtimestamp(due, UTC).replace(second=0) - timedelta(minutes=2)
            instants.append(max(first, (self.now + timedelta(minutes=1)).replace(second=0)))
        coming = min((at for at in instants if at > self.now), default=None)
        return coming if coming is not None and coming <= until else None

    def _ready(self, queue: str) -> list[datetime]:
        """When each message of a queue is, or becomes, visible."""
        instants = []
        for message in sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[queue]._messages:
            # moto shows a message again only after the millisecond in which its time is over
            milliseconds = max(message.delayed_until, message.visible_at + 1)
            instants.append(datetime.fromtimestamp(-(-milliseconds // 1000), UTC))
        return instants

    def _first_due(self) -> float | None:
        """The earliest instant in the due index, in seconds; the sweep's own mark is none."""
        table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables["desk"]
        kept = (one.attrs for under in table.items.values() for one in under.values())
        return min(
            (float(one["next_at"].value) for one in kept if "next_at" in one and one["pk"].value != "S#sweep"),
            default=None,
        )

    def raw_items(self) -> list[dict[str, Any]]:
        """Everything in the table, without asking it."""
        table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables["desk"]
        return [{name: _plain(value) for name, value in item.attrs.items()} for item in table.all_items()]

    def sweep(self) -> None:
        """What the scheduler does every minute."""
        from functions.escalate import sweep

        self.swept += 1
        sweep.handler({"scheduled": self.now.strftime("%Y-%m-%dT%H:%M:%SZ")}, None)

    def deliver(self) -> None:
        """Give every message that is visible to its function, as SQS does, until none is."""
        for _ in range(10_000):
            ready = [queue for queue in QUEUES if any(at <= self.now for at in self._ready(queue))]
            if sum(map(self._deliver, ready)) == 0:
                return
        raise AssertionError("messages without end")

    def _deliver(self, queue: Queue) -> bool:
        url = self.desk.queues.url(queue)
        sqs = aws.client("sqs")
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages", [])
        if not got:
            return False
        answer = self.call(queue, got)
        failed = {entry["itemIdentifier"] for entry in answer["batchItemFailures"]}
        for message in got:
            if message["MessageId"] not in failed:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return True

    def call(self, queue: str, got: list[dict[str, Any]]) -> Any:
        """The function that the queue belongs to, given these messages."""
        from functions.escalate import notify, work

        handler = work.handler if queue == "work" else notify.handler
        records = [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "eventSourceARN": f"arn:aws:sqs:{REGION}:{DEFAULT_ACCOUNT_ID}:{queue}",
            }
            for message in got
        ]
        answer = handler({"Records": records}, None)
        self.call_notes()
        return answer

    def call_notes(self) -> None:
        """Note what the carrier was given since the last time, with the instant."""
        carried = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages
        names = {phone: person for person, phone in small.PHONES.items()}
        for phone, text in list(carried.values())[len(self.sent) :]:
            self.sent.append((self.now, names.get(phone, phone), text))

    # --- what came of it --------------------------------------------------------------------------------------------

    def told(self) -> list[tuple[str, str]]:
        """Who got a text when: (local time, person)."""
        return [(at.strftime("%H:%M:%S"), person) for at, person, _ in self.sent]

    def texts(self) -> list[Text]:
        """The texts and mails that are marked as sent, oldest first."""
        kept = [item["document"] for item in self.raw_items() if item["pk"].startswith("K#")]
        return sorted((msgspec.json.decode(one, type=Text) for one in kept), key=lambda text: text.at)

    def item(self, pk: str, sk: str) -> Item | None:
        """One item of the table."""
        return self.desk.store.get(pk, sk)

    def notices(self, person: str) -> list[Item]:
        """The notices of a recipient."""
        return list(Item.query(f"R#{person}", Item.sk.startswith("N#")))


Made = TypeVar("Made", bound=Clockwork)


def _plain(value: Any) -> Any:
    return float(value.value) if value.type == "N" else value.value


@contextmanager
def clockwork(monkeypatch: pytest.MonkeyPatch, policy: str = small.POLICY, shards: int = 2) -> Iterator[Clockwork]:
    """A deployment on moto with the small policy and organisation, its clock at `START`."""
    with deployed(monkeypatch, Clockwork, shards) as made:
        publish_policy(made.desk, policy)
        made.desk.directory.write(small.UNITS, small.PEOPLE)
        yield made


@contextmanager
def deployed(monkeypatch: pytest.MonkeyPatch, made_as: type[Made], shards: int) -> Iterator[Made]:
    """A deployment on moto without policy and organisation, its clock at `START`."""
    with mock_aws():
        for name, value in {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "TABLE": "desk",
            "ORG_ZONE": "Asia/Shanghai",
            "FILES_BUCKET": "files",
            "KEYS_PARAMETER": "keys",
            "MAIL_FROM": "desk@desk.example",
            "PUBLIC_URL": "https://desk.example",
            "SMS_RATE": "100",
            "DUE_SHARDS": str(shards),
        }.items():
            monkeypatch.setenv(name, value)
        aws.reset()
        sqs = aws.client("sqs")
        dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 5}}'
        variables = {"work": "WORK_QUEUE_URL", "notice": "NOTICE_QUEUE_URL", "urgent": "NOTICE_URGENT_QUEUE_URL"}
        for queue, variable in variables.items():
            attributes = {"VisibilityTimeout": "180", "RedrivePolicy": redrive}
            monkeypatch.setenv(variable, sqs.create_queue(QueueName=queue, Attributes=attributes)["QueueUrl"])
        aws.client("s3").create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": REGION})
        aws.client("secretsmanager").create_secret(Name="keys", SecretString='{"current": "k1", "k1": "a test key"}')
        configuration.current.cache_clear()
        context.desk.cache_clear()
        desk = context.desk()
        Item.create_table(wait=False)
        made = made_as(desk)
        monkeypatch.setattr(clock, "exact", lambda: made.now)
        # delays and the retention period are told by the same clock: else messages of last month would be gone
        monkeypatch.setattr(moto.sqs.models, "unix_time_millis", lambda: made.now.timestamp() * 1000)
        monkeypatch.setattr(moto.sqs.models, "unix_time", lambda: made.now.timestamp())
        try:
            yield made
        finally:
            context.desk.cache_clear()
            configuration.current.cache_clear()
            aws.reset()
