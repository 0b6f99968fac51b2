"""The worker and the last second before an instant: it is waited out, nothing happens before, nothing is lost."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.support.clockwork import Clockwork, clockwork

from complaints.adapters import aws


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    with clockwork(monkeypatch) as made:
        yield made


class Waiting:
    """Stands for `time.sleep`: notes how long, and lets the clock of the test pass, or a part of it."""

    def __init__(self, desk: Clockwork, passes: float = 1.0) -> None:
        self.desk, self.passes, self.seconds = desk, passes, list[float]()

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.desk.now += timedelta(seconds=seconds * self.passes)


def due(desk: Clockwork, reference: str) -> datetime:
    """A case that is registered now; its first instant."""
    coming = desk.register(reference).stored.next_at
    assert coming is not None
    return coming


def message(reference: str, at: datetime) -> dict[str, Any]:
    return {"MessageId": reference, "ReceiptHandle": "", "Attributes": {}, "Body": body(reference, at)}


def body(reference: str, at: datetime) -> str:
    return f'{{"ref": "{reference}", "at": {int(at.timestamp())}}}'


def test_a_message_that_comes_a_little_early_is_waited_for(desk: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    at = due(desk, "A1")
    desk.now = at - timedelta(seconds=0.4)
    waiting = Waiting(desk)
    monkeypatch.setattr(time, "sleep", waiting)

    answer = desk.call("work", [message("A1", at)])

    assert answer == {"batchItemFailures": []}
    assert waiting.seconds == [pytest.approx(0.4)]
    assert desk.events("A1") == ["registered", "reminded"]
    assert desk.case("A1").case.recorded_at == at


def test_what_is_due_first_comes_first_and_the_wait_of_one_is_no_wait_of_another(
    desk: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = due(desk, "A1")
    desk.now += timedelta(seconds=1)
    second = due(desk, "A2")
    desk.now = first - timedelta(seconds=0.5)
    waiting = Waiting(desk)
    monkeypatch.setattr(time, "sleep", waiting)

    desk.call("work", [message("A2", second), message("A1", first)])

    assert desk.case("A1").case.recorded_at == first
    assert desk.case("A2").case.recorded_at == second
    assert waiting.seconds == [pytest.approx(0.5), pytest.approx(1.0)]


def test_a_much_earlier_one_goes_back_for_the_rest(desk: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    at = due(desk, "A1")
    desk.now = at - timedelta(seconds=30)
    waiting = Waiting(desk)
    monkeypatch.setattr(time, "sleep", waiting)

    desk.call("work", [message("A1", at)])

    assert waiting.seconds == []
    assert desk.events("A1") == ["registered"]
    assert desk._ready("work") == [at]


def test_a_wait_that_ends_too_soon_makes_nothing_early(desk: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    at = due(desk, "A1")
    desk.now = at - timedelta(seconds=0.5)
    monkeypatch.setattr(time, "sleep", Waiting(desk, passes=0.5))

    desk.call("work", [message("A1", at)])

    assert desk.events("A1") == ["registered"]
    assert [ready <= desk.now for ready in desk._ready("work")] == [True]


def test_a_message_that_cannot_be_read_fails_alone(desk: Clockwork) -> None:
    at = due(desk, "A1")
    desk.now = at
    bad = message("bad", at) | {"Body": "[]"}
    url = desk.desk.queues.url("work")
    aws.client("sqs").send_message(QueueUrl=url, MessageBody="[]")
    bad["ReceiptHandle"] = aws.client("sqs").receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]

    answer = desk.call("work", [bad, message("A1", at)])

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert desk.events("A1") == ["registered", "reminded"]
