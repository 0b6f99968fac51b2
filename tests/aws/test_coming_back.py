"""The sender's messages that come back: none is lost in between, none waits where it need not."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from tests.support import small
from tests.support.clockwork import START, Clockwork, clockwork

from complaints.adapters import aws, outbox
from complaints.adapters.carriers.base import CarrierBusyError, CarrierRefusedError
from complaints.adapters.queues import Message, Queue, QueueError, Queues
from complaints.adapters.table import Item
from complaints.desk.come_back import Sent
from complaints.desk.send import send
from complaints.desk.work import work

DUE = START + timedelta(hours=2)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    """A deployment."""
    with clockwork(monkeypatch) as made:
        yield made


def a_queue_that_fails_the_sender_once(desk: Clockwork, patch: pytest.MonkeyPatch) -> None:
    """Let the first message fail that the sender of urgent texts sends itself."""
    call, send_all = desk.call, Queues.send
    failed: list[list[Message]] = []

    def fails(queues: Queues, messages: Iterable[Message]) -> int:
        wanted = list(messages)
        if not failed and any(message.queue == "urgent" for message in wanted):
            failed.append(wanted)
            raise QueueError("out of reach")
        return send_all(queues, wanted)

    def called(queue: str, got: Any) -> Any:
        if queue == "urgent":
            patch.setattr(Queues, "send", fails)
        return call(queue, got)

    patch.setattr(desk, "call", called)


def test_who_cannot_say_that_it_comes_back_is_not_taken_at_its_word(
    desk: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a line of twenty seconds, and a queue that is out of reach when the sender would wait in it
    desk.register("A1")
    desk.run_until(DUE - timedelta(seconds=1))
    before = len(desk.told())
    free = int((DUE + timedelta(seconds=20)).timestamp() * 1000)
    desk.desk.store.update("S#rate#sns", "RATE", [Item.urgent_slot.set(free)])
    a_queue_that_fails_the_sender_once(desk, monkeypatch)
    # when the deadline is missed
    desk.run(minutes=3)
    # then the text leaves at its place, not when the sweep finds that nobody came
    assert desk.told()[before:] == [("04:00:20", "ann")]


def test_the_one_who_comes_back_when_the_window_closes_is_sure_to(
    desk: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a window of ten seconds, and a queue that is out of reach when the next text would wait for its end
    desk.register("A1")
    desk.run_until(DUE - timedelta(seconds=1))
    before = len(desk.told())
    end = int((DUE + timedelta(seconds=10)).timestamp())
    desk.desk.store.update("R#ann", "STATE", [Item.window_until.set(end)])
    a_queue_that_fails_the_sender_once(desk, monkeypatch)
    desk.run(minutes=3)
    assert desk.told()[before:] == [("04:00:10", "ann")]


def test_a_sender_whose_clock_is_behind_waits_for_the_instant(desk: Clockwork) -> None:
    # given a worker that found a deadline missed at its instant, and a sender whose clock is a second behind
    desk.register("A1")
    desk.run_until(DUE - timedelta(seconds=1))
    before = len(desk.told())
    aws.client("sqs").purge_queue(QueueUrl=desk.desk.queues.url("work"))
    work(desk.desk, "A1", DUE)
    desk.scheduler = False
    # when its message comes, then it comes back in a second
    desk.run(seconds=30)
    assert desk.told()[before:] == [("04:00:00", "ann")]


def test_who_comes_back_by_a_clock_that_is_behind_comes_back_again(desk: Clockwork) -> None:
    # given a text within the window of another one, for which a message comes back when it closes
    desk.register("A1")
    desk.now += timedelta(hours=2)
    work(desk.desk, "A1", desk.now)
    end = int(desk.now.timestamp()) + 30
    desk.desk.store.update("R#ann", "STATE", [Item.window_until.set(end)])
    assert send(desk.desk, "ann", desk.now, desk.now, urgent=True) == Sent(again_in=30)
    assert send(desk.desk, "ann", desk.now, desk.now, urgent=True) == Sent()
    # when it comes to a process whose clock is a second behind, then it is not taken for one of the others
    early = desk.now + timedelta(seconds=29)
    assert send(desk.desk, "ann", desk.now, early, urgent=True, wake=end) == Sent(again_in=1)


def test_a_missed_deadline_is_not_carried_by_the_queue_of_ordinary_texts(desk: Clockwork) -> None:
    # given an ordinary text in a window, for which a message comes back, and a queue of ordinary texts that stands
    desk.register("A1")
    desk.run_until(DUE - timedelta(seconds=10))
    end = int((DUE + timedelta(seconds=20)).timestamp())
    desk.desk.store.update("R#ann", "STATE", [Item.window_until.set(end)])
    desk.act("A1", "chase")
    desk.deliver()
    aws.client("sqs").purge_queue(QueueUrl=desk.desk.queues.url("notice"))
    before = len(desk.told())
    # when the deadline is missed, then its own message comes back too
    desk.run(seconds=35)
    assert desk.told()[before:] == [("04:00:20", "ann")]
    assert len(desk.texts()[-1].notices) == 2


def test_a_missed_deadline_that_an_ordinary_message_finds_waits_in_the_urgent_queue(desk: Clockwork) -> None:
    desk.register("A1")
    desk.now = DUE
    work(desk.desk, "A1", desk.now)
    desk.desk.store.update("S#rate#sns", "RATE", [Item.urgent_slot.set(int(DUE.timestamp() + 30) * 1000)])
    queues: tuple[Queue, ...] = ("urgent", "notice")
    for queue in queues:
        aws.client("sqs").purge_queue(QueueUrl=desk.desk.queues.url(queue))
    assert send(desk.desk, "ann", desk.now, desk.now).again_in == 30
    assert (len(desk._ready("urgent")), len(desk._ready("notice"))) == (1, 0)


def test_one_place_in_line_is_enough_for_the_ordinary_texts_of_a_recipient(desk: Clockwork) -> None:
    # given an ordinary text that waits ten minutes in line
    desk.register("A1")
    desk.act("A1", "chase")
    line = int((desk.now + timedelta(minutes=10)).timestamp()) * 1000
    desk.desk.store.update("S#rate#sns", "RATE", [Item.slot.set(line)])
    waits = send(desk.desk, "ann", desk.now, desk.now)
    assert waits.again_in == 600
    # when a message comes late that was for an urgent one, which is told already
    assert send(desk.desk, "ann", desk.now, desk.now, urgent=True) == Sent()
    # then the first one goes at its place
    desk.now += timedelta(minutes=10)
    assert send(desk.desk, "ann", desk.now, desk.now, slot=waits.slot).texts == 1


def test_a_lease_whose_answer_was_lost_is_the_senders_all_the_same(
    desk: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = BaseClient._make_api_call
    lost: list[Any] = []

    def call(client: Any, operation: str, asked: Any) -> Any:
        if operation == "UpdateItem" and not lost:
            lost.append(original(client, operation, asked))  # the client sends it again by itself
        return original(client, operation, asked)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    assert outbox.take(desk.desk.store, "ann", desk.now, urgent=True) is not None
    assert outbox.take(desk.desk.store, "ann", desk.now, urgent=True) is None


BY_MAIL = small.POLICY.replace("  chased: {text", "  chased: {channels: [mail], text")


class Letters:
    """A mail service that takes nothing."""

    name = "ses"

    def send(self, _letter: object) -> object:
        raise CarrierBusyError("not now")


class Refusing:
    """A carrier of texts that knows none of the numbers."""

    name = "memory"

    def send(self, _outgoing: object) -> object:
        raise CarrierRefusedError("no such number")


def test_a_missed_deadline_does_not_wait_for_a_mail_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    # given an ordinary notice by mail, older than a missed deadline, and a mail service out of reach
    with clockwork(monkeypatch, BY_MAIL) as desk:
        desk.desk._made["mail"] = Letters()
        desk.register("A1")
        desk.now = DUE
        desk.act("A1", "chase")
        work(desk.desk, "A1", desk.now)
        sent = send(desk.desk, "ann", desk.now, desk.now, urgent=True)
        desk.call_notes()
        assert sent.texts == 1
        assert [person for _, person in desk.told()] == ["ann"]


def test_a_number_that_is_refused_does_not_hold_up_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    with clockwork(monkeypatch, BY_MAIL) as desk:
        aws.client("sesv2").create_email_identity(EmailIdentity="desk.example")
        desk.desk._made["carrier"] = Refusing()
        desk.register("A1")
        desk.now = DUE
        desk.act("A1", "chase")
        work(desk.desk, "A1", desk.now)
        assert send(desk.desk, "ann", desk.now, desk.now, urgent=True).texts == 1
        assert [text.channel for text in desk.texts()] == ["mail"]
