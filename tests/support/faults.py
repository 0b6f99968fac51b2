"""Faults in every call to AWS, found by wrapping the client itself: no list of calls, so none can be forgotten.

A run numbers the calls. A fault takes one of them and lets it

- `before`: fail before it takes effect (the service answers 500);
- `after`: take effect and then fail (500);
- `throttle`: be refused because there is too much;
- `timeout`: take effect, while the answer never comes;
- `kill_before`, `kill_after`: end the process there and then.

Afterwards the system runs on undisturbed, and what came of it is compared with what should have.
"""

import copy
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from tests.support.clockwork import NORTH, QUEUES, REGION, START, Clockwork, clockwork

from complaints.case.values import CUSTOMER_ACTOR, Actor, Post
from complaints.desk import context, send
from complaints.desk import register as registering
from complaints.desk.answers import Once
from complaints.desk.audit import audit
from complaints.desk.command import Asked, command
from complaints.desk.outbox import Notice
from complaints.desk.redrive import parked
from complaints.desk.references import new_reference
from complaints.desk.register import Complaint, register
from complaints.desk.verify import verify_case
from complaints.desk.words import words_of

MODES = ("before", "after", "throttle", "timeout", "kill_before", "kill_after")

EXPECTED = Counter(
    {
        ("soon", "A", "ann"): 1,
        ("soon", "B", "ann"): 1,
        ("late", "B", "ann"): 1,
        ("late", "B", "meg"): 1,
        ("late", "B", "boss"): 1,
    }
)
"""What the story owes: A is answered between its reminder and its due instant, B never."""


REFERENCES = tuple(new_reference() for _ in range(50))


PUBLISH, MARK = "SNS.Publish", "DynamoDB.TransactWriteItems"


class Killed(BaseException):
    """The process ends here; nothing of it catches this."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to call number `at` (from 0)."""

    at: int
    mode: str


@dataclass
class Outcome:
    """What a run came to. `calls` are the calls by number; `hit` those that were faulted, by what they were; `carried`
    how often each notice was in a text that the carrier took; `wrong` what should not be."""

    calls: list[str] = field(default_factory=list)
    hit: list[tuple[str, str]] = field(default_factory=list)
    carried: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def doubled(self) -> int:
        """Notices that went out more than once."""
        return sum(count - 1 for count in self.carried.values() if count > 1)

    @property
    def lost(self) -> int:
        """Notices that never went out."""
        return sum((EXPECTED - self.carried).values())


def in_window(calls: list[str], fault: Fault) -> bool:
    """Whether a fault lies between a carrier's yes and the mark that the text went out: there, and only there, a text
    may go out twice. It begins when the carrier has taken the text, and ends with the transaction after it."""
    last_text = max((n for n in range(fault.at + 1) if calls[n] == PUBLISH), default=None)
    if last_text is None:
        return False
    if last_text == fault.at:
        return fault.mode in ("after", "timeout", "kill_after")
    mark = calls.index(MARK, last_text)
    return fault.at <= mark


class Rig:
    """One deployment on moto, wound back for each run."""

    def __init__(self, desk: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desk = desk
        self.faults: dict[int, str] = {}
        self.outcome = Outcome()
        self.watching = False
        self.words: dict[str, list[tuple[str, str, str]]] = {}
        self.references: dict[str, str] = {}
        self._backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION]
        self._fresh = copy.deepcopy(self._backend.tables["desk"].items)
        self._wrap(monkeypatch)

    def _wrap(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rig, original = self, BaseClient._make_api_call

        def call(client: Any, operation: str, arguments: Any) -> Any:
            if not rig.watching:
                return original(client, operation, arguments)
            number = len(rig.outcome.calls)
            name = f"{client.meta.service_model.service_id}.{operation}"
            rig.outcome.calls.append(name)
            mode = rig.faults.get(number)
            if mode is None:
                return original(client, operation, arguments)
            rig.outcome.hit.append((name, mode))
            return rig.fail(mode, operation, lambda: original(client, operation, arguments))

        def noted(desk: Any, notices: list[Notice], policy: Any, language: str, id: str, now: Any) -> Any:
            names = {reference: letter for letter, reference in rig.references.items()}
            rig.words[id] = [(one.template, names[one.reference], rig.person_of(one)) for one in notices]
            return words_of(desk, notices, policy, language, id, now)

        # the same calls in the same order in every run: the same references, one shard
        monkeypatch.setattr(registering, "new_reference", lambda: next(rig.coming))
        monkeypatch.setattr(BaseClient, "_make_api_call", call)
        monkeypatch.setattr(send, "words_of", noted)

    @staticmethod
    def fail(mode: str, operation: str, act: Any) -> Any:
        """Let one call go wrong."""
        if mode in ("after", "timeout", "kill_after"):
            act()
        if mode.startswith("kill"):
            raise Killed
        if mode == "timeout":
            raise ReadTimeoutError(endpoint_url="https://aws.example")
        code = "ThrottlingException" if mode == "throttle" else "InternalServerError"
        status = 400 if mode == "throttle" else 500
        answer = {"Error": {"Code": code, "Message": mode}, "ResponseMetadata": {"HTTPStatusCode": status}}
        raise ClientError(answer, operation)

    def person_of(self, notice: Notice) -> str:
        """To whom a notice of the story goes first."""
        role = notice.role if notice.unit != "hq" else "root"
        return {"handler": "ann", "manager": "meg", "root": "boss"}[role]

    def run(self, *faults: Fault) -> Outcome:
        """The story from its beginning, with these faults."""
        self._wind_back()
        self.faults = {fault.at: fault.mode for fault in faults}
        self.outcome, self.words, self.references = Outcome(), {}, {}
        self.coming = iter(REFERENCES)
        self.watching = True
        try:
            self._story()
        except AssertionError as stuck:
            self.outcome.wrong.append(str(stuck))
            return self.outcome
        finally:
            self.watching = False
        self._compare()
        return self.outcome

    def _wind_back(self) -> None:
        # a transaction that fails makes moto put another table in the place of this one
        self._backend.tables["desk"].items = copy.deepcopy(self._fresh)
        for queue in (*QUEUES, "dead"):
            sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[queue]._messages.clear()
        sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.clear()
        context.desk.cache_clear()
        self.desk.desk = context.desk()
        self.desk.now, self.desk.sent = START, []

    def _story(self) -> None:
        desk = self.desk
        self._raise("A")
        desk.now += timedelta(seconds=20)
        self._raise("B")
        self._pass(timedelta(hours=1, minutes=30))
        asked = Asked(
            reference=self.references["A"],
            name="answer",
            values={"text": "It is on its way to you now."},
            by=Actor("ann", posts=(Post("north", "handler", NORTH),)),
            once=Once(scope="ann", key="1", body_hash="1"),
        )
        self._again(lambda: command(context.desk(), asked, desk.now))
        self._pass(timedelta(hours=6))

    def _raise(self, letter: str) -> None:
        """A customer who repeats the same request until it is answered."""
        values = {
            "kind": "matter",
            "channel": "web",
            "unit": "north",
            "text": "It never came.",
            "consent": "yes",
            "complainant": {"email": f"{letter.lower()}@customer.example"},
        }
        complaint = Complaint(values=values, by=CUSTOMER_ACTOR, once=Once(scope="test", key=letter, body_hash=letter))
        registered = self._again(lambda: register(context.desk(), complaint, self.desk.now))
        self.references[letter] = registered.reference

    def _again(self, do: Any) -> Any:
        for _ in range(10):
            try:
                return do()
            except (Exception, Killed) as failed:  # noqa: BLE001  # whatever went wrong, people try again
                last = failed
                self._restart()
        raise AssertionError(f"never answered: {last!r}")

    def _restart(self) -> None:
        context.desk.cache_clear()
        self.desk.desk = context.desk()

    def _pass(self, duration: timedelta) -> None:
        """Time passes; a process that dies is another one from then on."""
        until = self.desk.now + duration
        for _ in range(50):
            try:
                self.desk.run_until(until)
            except (Exception, Killed):  # noqa: BLE001  # the platform logs it; the next call is another one
                self._restart()
            else:
                return
        raise AssertionError("it never gets through")

    def _compare(self) -> None:
        """Against the model: every step recorded once, every notice in one text, nothing overdue, nothing parked."""
        out, desk = self.outcome, self.desk
        for text in self._taken():
            out.carried.update(self.words[text])
        wanted = {
            "A": ["registered", "reminded", "answered"],
            "B": ["registered", "reminded", "missed", "rung_reached", "rung_reached", "rung_reached"],
        }
        for letter, events in wanted.items():
            reference = self.references[letter]
            happened = desk.events(reference)
            if happened != events:
                out.wrong.append(f"{letter}: {happened}")
            out.wrong += [f"{letter}: {fault}" for fault in verify_case(desk.desk, reference).faults]
        cases = [item["pk"] for item in desk.raw_items() if item["sk"] == "CASE"]
        if len(cases) != len(wanted):
            out.wrong.append(f"{len(cases)} cases")
        if out.carried.keys() - EXPECTED.keys():
            out.wrong.append(f"nobody asked for {out.carried - EXPECTED}")
        if parked(desk.desk):
            out.wrong.append(f"parked: {parked(desk.desk)}")
        found = audit(desk.desk, desk.now)
        if found.overdue or found.unmarked:
            out.wrong.append(f"overdue: {found.names}")

    @staticmethod
    def _taken() -> list[str]:
        """The ids of the texts that the carrier took, as often as it did."""
        messages = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages
        return [text.rpartition("/a/")[2].partition(".")[0] for _, text in messages.values()]


@contextmanager
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    """A deployment whose calls can be made to fail."""
    with clockwork(monkeypatch, shards=1) as desk:
        yield Rig(desk, monkeypatch)
