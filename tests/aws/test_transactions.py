"""A transaction is sent until its outcome is known, and takes effect once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError
from tests.support.clockwork import START, Clockwork, clockwork

from complaints.adapters import transact
from complaints.adapters.rows import IdentifierRow, NoticeRow, OnceRow
from complaints.adapters.store import (
    BusyError,
    IdentifierConflictError,
    NoticeTakenError,
    OnceTakenError,
    Store,
    VersionConflictError,
)
from complaints.adapters.table import Item


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    monkeypatch.setattr(transact, "FIRST_PAUSE_SECONDS", 0)
    with clockwork(monkeypatch) as made:
        yield made


class Disturbed:
    """Lets the first transactions go wrong, one after the other, and notes the tokens they are sent under."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *errors: Exception, effect: bool) -> None:
        self.errors, self.tokens = list(errors), list[str]()
        original = BaseClient._make_api_call

        def call(client: Any, operation: str, asked: Any) -> Any:
            if operation != "TransactWriteItems":
                return original(client, operation, asked)
            self.tokens.append(asked["ClientRequestToken"])
            if not self.errors:
                return original(client, operation, asked)
            if effect:
                original(client, operation, asked)
            raise self.errors.pop(0)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)


def cancelled(code: str) -> ClientError:
    answer = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": code}]}
    return ClientError(answer, "TransactWriteItems")


def test_one_that_met_another_is_sent_again_as_it_was(desk: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Disturbed(monkeypatch, cancelled("TransactionConflict"), cancelled("ThrottlingError"), effect=False)
    desk.register("A1")
    assert desk.case("A1").version == 1
    assert len(wire.tokens) == 3
    assert len(set(wire.tokens)) == 1


def test_one_whose_answer_was_lost_takes_effect_once(desk: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = ReadTimeoutError(endpoint_url="https://aws.example")
    wire = Disturbed(monkeypatch, lost, effect=True)
    desk.register("A1")
    assert desk.case("A1").version == 1
    assert desk.events("A1") == ["registered"]
    assert len(set(wire.tokens)) == 1


def test_a_table_that_stays_busy_is_told_from_one_that_refuses(
    desk: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    Disturbed(monkeypatch, *[cancelled("ThrottlingError")] * transact.ATTEMPTS, effect=False)
    with pytest.raises(BusyError):
        desk.register("A1")
    assert desk.desk.store.load("A1") is None


def test_two_who_saw_the_same_version_cannot_both_write(desk: Clockwork) -> None:
    desk.register("A1")
    with pytest.raises(VersionConflictError):
        desk.register("A1")
    assert desk.case("A1").version == 1


def commit_with(store: Store, reference: str, **more: Any) -> None:
    from complaints.adapters.rows import CaseRow, Commit

    row = CaseRow(reference=reference, version=1, document="{}", head="0")
    store.commit(Commit(token=reference, expected=0, case=row, events=(), **more))


def test_a_request_that_was_answered_gets_its_answer(desk: Clockwork) -> None:
    store = desk.desk.store
    once = OnceRow(scope="web", key="k", body_hash="b", answer='{"reference": "A1"}', ttl=2_000_000_000)
    commit_with(store, "A1", once=once)
    with pytest.raises(OnceTakenError) as taken:
        commit_with(store, "B2", once=once)
    assert (taken.value.body_hash, taken.value.answer) == ("b", '{"reference": "A1"}')
    assert store.load("B2") is None
    found = store.answered("web", "k")
    assert found is not None
    assert found.answer == '{"reference": "A1"}'


def test_two_complaints_of_one_customer_see_each_other(desk: Clockwork) -> None:
    store = desk.desk.store
    known = store.find("phone", "hash")
    assert (known.head, known.cases) == (0, ())

    def row(reference: str, head: int) -> IdentifierRow:
        return IdentifierRow(kind="phone", keyed_hash="hash", opened_at=START, reference=reference, head=head)

    commit_with(store, "A1", identifiers=(row("A1", 0),))
    with pytest.raises(IdentifierConflictError):
        commit_with(store, "B2", identifiers=(row("B2", 0),))
    commit_with(store, "B2", identifiers=(row("B2", store.find("phone", "hash").head),))
    assert {reference for _, reference in store.find("phone", "hash").cases} == {"A1", "B2"}


def test_a_notice_that_was_made_is_not_made_again(desk: Clockwork) -> None:
    store, at = desk.desk.store, datetime(2026, 11, 20, 9, tzinfo=UTC)
    notice = NoticeRow(person="ann", id="u1", send_at=at, document="{}")
    commit_with(store, "A1", notices=(notice,))
    with pytest.raises(NoticeTakenError):
        commit_with(store, "B2", notices=(notice,))
    assert [item.sk for item in Item.query("R#ann")] == ["N#2026-11-20T09:00:00Z#u1"]


def test_a_work_list_is_paged_at_any_height_of_the_tree(desk: Clockwork) -> None:
    for number in range(7):
        desk.register(f"A{number}")
        desk.run(seconds=1)
    for unit, depth in (("hq", 0), ("north", 1)):
        seen: list[str] = []
        after = ""
        while page := desk.desk.store.unit_list(unit, depth, after=after, limit=3):
            seen += [line.columns["reference"] for line in page]
            after = page[-1].place
        assert seen == [f"A{number}" for number in range(7)]
