"""What a batch of cases needs is read together, before they are due; each case still stands for itself."""

from datetime import timedelta
from typing import Any

import pytest
from functions.escalate import work
from tests.support.clockwork import Clockwork, clockwork

from complaints.adapters.store import Store
from complaints.adapters.table import Item
from complaints.desk.work import foresee

BATCH = tuple(f"A{number}" for number in range(10))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A deployment, ten cases of which are due for their first reminder."""
    with clockwork(monkeypatch) as made:
        for reference in BATCH:
            made.register(reference)
        made.now += timedelta(hours=1)
        yield made


def worked(desk: Clockwork, *references: str) -> list[str]:
    """The messages that failed, of a batch with one for each case."""
    got = [
        {
            "MessageId": f"{number}",
            "ReceiptHandle": "",
            "Attributes": {},
            "Body": f'{{"ref": "{reference}", "at": {int(desk.now.timestamp())}}}',
        }
        for number, reference in enumerate(references)
    ]
    return [entry["itemIdentifier"] for entry in desk.call("work", got)["batchItemFailures"]]


def reminded(desk: Clockwork) -> int:
    """How many of the ten have had their reminder, once."""
    return sum(desk.events(reference) == ["registered", "reminded"] for reference in BATCH)


def test_eight_cases_cost_one_read_and_eight_transactions(desk: Clockwork) -> None:
    # given a process that knows the unit already
    assert worked(desk, *BATCH[:2]) == []
    before = desk.desk.store.connection.requests.copy()
    assert worked(desk, *BATCH[2:]) == []
    spent = desk.desk.store.connection.requests - before
    assert spent == {"BatchGetItem": 1, "TransactWriteItems": 8}
    assert reminded(desk) == 10


def test_a_case_that_cannot_be_read_does_not_hold_up_the_others(desk: Clockwork) -> None:
    Item("C#A3", "CASE").update([Item.document.set('{"reference": 3')])
    assert worked(desk, *BATCH) == ["3"]
    item = desk.item("C#A3", "CASE")
    assert item is not None
    assert item.failures == 1
    assert sum(desk.events(reference) == ["registered", "reminded"] for reference in BATCH if reference != "A3") == 9


def test_when_they_cannot_be_read_together_each_is_read_for_itself(
    desk: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_store: Store, _references: object) -> None:
        raise ConnectionError("gone")

    monkeypatch.setattr(Store, "load_many", fails)
    assert worked(desk, *BATCH) == []
    assert reminded(desk) == 10


def test_what_somebody_does_after_the_reading_is_seen(desk: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a clerk who answers between the reading and the step
    ahead = foresee

    def and_then(*given: Any) -> Any:
        seen = ahead(*given)
        desk.act("A4", "answer", text="It is on its way to you now.")
        return seen

    monkeypatch.setattr(work, "foresee", and_then)
    # then nobody is reminded of that case
    assert worked(desk, *BATCH) == []
    assert "reminded" not in desk.events("A4")
    assert "answered" in desk.events("A4")
    assert reminded(desk) == 9


def test_a_case_that_is_in_the_batch_twice_is_moved_once(desk: Clockwork) -> None:
    assert worked(desk, *BATCH, *BATCH) == []
    assert reminded(desk) == 10
