"""A busy night and a large organisation's reports, in pieces from the queue: the same bytes as in one go, in whatever
order the pieces are done, however often, and whatever fails on the way."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from botocore.client import BaseClient
from functions.report import daily, monthly, piece
from tests.aws.test_reports import keys
from tests.support import reports as made_up
from tests.support.faults import Killed, Rig
from tests.support.world import World, world

from complaints.adapters import aws
from complaints.adapters.factstore import FactStore
from complaints.adapters.rows import shard
from complaints.adapters.table import FACT_SHARDS
from complaints.desk import report, report_fold, report_render, seal
from complaints.desk.report_render import write_report
from complaints.reporting.facts import encode

MONTH = "2026-11"
DAYS = tuple(f"{MONTH}-{day}" for day in (28, 29, 30))
NIGHT = datetime(2026, 11, 30, 18, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def facts() -> dict[tuple[str, str], list[bytes]]:
    """Facts of three days, by day and case, at the dealers of the sample organisation."""
    found: dict[tuple[str, str], list[bytes]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made_up, "PATHS", ("hq/east/e-hejin", "hq/east/e-tongli", "hq/west/w-guchi"))
        for number, one in enumerate(made_up.month_of_facts(MONTH, 45).values()):
            day = DAYS[number % len(DAYS)]
            for fact in one:
                lines = (
                    encode([fact]).replace(b'"problem"', b'"complaint"').replace(fact.at[:10].encode(), day.encode())
                )
                found.setdefault((day, fact.reference), []).append(lines)
    return found


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, facts: dict[tuple[str, str], list[bytes]]) -> Iterator[World]:
    """An organisation whose three last days of November are in the table."""
    with world("carmaker", monkeypatch) as made:
        for (day, reference), lines in facts.items():
            for number, line in enumerate(lines):
                recorded(day, reference, number, line)
        made.now = NIGHT
        yield made


def recorded(day: str, reference: str, number: int, line: bytes) -> None:
    """An event with a fact, as the table has it."""
    item = {
        "pk": f"X#{reference}",
        "sk": f"E#{number:06d}",
        "fact_day": f"{day}#{shard(reference, FACT_SHARDS)}",
        "fact_at": f"{day}T04:00:00#{reference}#{number:06d}",
        "facts": line.decode(),
    }
    aws.client("dynamodb").put_item(TableName="desk", Item={name: {"S": value} for name, value in item.items()})


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is much: each night and each period goes over the queue, the tree is cut wherever it can be."""
    for module, name, value in (
        (seal, "QUIET", 0),
        (seal, "CHANGED", 4),
        (report, "SMALL_BYTES", 0),
        (report, "UNITS", 1),
        (report_fold, "LONG", 5),
        (report_render, "FEW", 6),
    ):
        monkeypatch.setattr(module, name, value)


class Queue:
    """The queue of pieces, served in a random order by functions of which some are called twice."""

    def __init__(self, seed: int = 0, twice: float = 0.0) -> None:
        self.pick, self.twice = Random(seed), twice
        self.url = aws.client("sqs").get_queue_url(QueueName="report-queue")["QueueUrl"]
        self.done: list[dict[str, Any]] = []
        self.failures = 0

    def serve(self, most: int = 2_000) -> None:
        """Take messages until there are none; what failed comes again."""
        waiting: list[tuple[str, str]] = []
        for _ in range(most):
            taken = aws.client("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            waiting = [(one["ReceiptHandle"], one["Body"]) for one in taken.get("Messages", ())]
            if not waiting:
                return
            handle, body = self.pick.choice(waiting)
            calls = 2 if self.pick.random() < self.twice else 1
            if sum(self._call(handle, body) for _ in range(calls)) == calls:
                aws.client("sqs").delete_message(QueueUrl=self.url, ReceiptHandle=handle)
        raise AssertionError(f"still waiting: {waiting}")

    def _call(self, handle: str, body: str) -> bool:
        record = {"messageId": "m", "receiptHandle": handle, "body": body, "eventSourceARN": "arn:report-queue"}
        try:
            failed = piece.handler({"Records": [record]}, None)["batchItemFailures"]
        except Killed:
            failed = [body]
        self.failures += bool(failed)
        if not failed:
            self.done.append(json.loads(body))
        # a message that failed would come again after some seconds
        aws.client("sqs").change_message_visibility(QueueUrl=self.url, ReceiptHandle=handle, VisibilityTimeout=0)
        return not failed


def results() -> dict[str, bytes]:
    """What the buckets hold, without what tells how the work was cut and how far it is."""
    aside = ("work/", "cuts/", "making/")
    found = {
        f"{bucket}/{key}": body for bucket in ("facts", "reports", "anchors") for key, body in keys(bucket).items()
    }
    changing = ("facts/changed/", "facts/heads/")
    return {
        key: body
        for key, body in found.items()
        if not key.partition("/")[2].startswith(aside) and not key.startswith(changing)
    }


@pytest.fixture(scope="module")
def wanted(facts: dict[tuple[str, str], list[bytes]]) -> dict[str, bytes]:
    """What a night and a month come to when they are done in one go."""
    with pytest.MonkeyPatch.context() as patch, world("carmaker", patch) as made:
        for (day, reference), lines in facts.items():
            for number, line in enumerate(lines):
                recorded(day, reference, number, line)
        made.now = NIGHT
        assert daily.handler({}, None)["days"] == list(DAYS)
        made.now = LATER
        assert monthly.handler({}, None)["published"] == [{"period": MONTH, "units": 7, "files": 28}]
        assert Queue().done == []
        return results()


def test_pieces_in_any_order_and_done_twice_give_the_bytes_of_one_go(
    desk: World, busy: None, wanted: dict[str, bytes]
) -> None:
    # given a night and a month that are too much for one function
    assert daily.handler({}, None)["handed_out"]
    queue = Queue(1, twice=0.3)
    queue.serve()
    desk.now = LATER
    assert monthly.handler({}, None)["handed_out"]
    queue.serve()
    # then it is what one function would have made, to the byte
    assert results() == wanted
    assert queue.failures == 0
    # and it was in many pieces, the tree cut below its root
    assert len(queue.done) > 40
    assert FactStore("facts").cuts(MONTH) == ("hq", "hq/east", "hq/west")


def test_nothing_is_shown_before_all_of_it_is_there(desk: World, busy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    daily.handler({}, None)
    Queue().serve()
    desk.now = LATER
    root = desk.desk.directory.unit("hq", desk.now)
    assert root is not None
    director = root.holders[0].person
    asked = desk.call("POST", "/reports", {"period": MONTH}, person=director)
    assert (asked.status, asked.json["period"]) == (202, MONTH)
    # given a unit whose report cannot be made
    queue = Queue()
    with monkeypatch.context() as broken:
        write = write_report

        def fails(desk_: Any, store: Any, laid: Any, unit: Any, languages: Any) -> Any:
            if unit.id == "w-guchi":
                raise ConnectionError("no such luck")
            return write(desk_, store, laid, unit, languages)

        broken.setattr(report, "write_report", fails)
        with pytest.raises(AssertionError, match="still waiting"):
            queue.serve(most=60)
    # then others' files are there, and none is shown
    assert "units/hq/2026-11/report.en.html" in keys("reports")
    listed = desk.call("GET", "/reports", person=director).json["periods"]
    assert [(one["period"], one["files"], bool(one["making"])) for one in listed] == [(MONTH, [], True)]
    assert desk.call("GET", f"/reports/{MONTH}", person=director).status == 404
    # when it can be made
    queue.serve()
    # then all of it is shown
    [shown] = desk.call("GET", "/reports", person=director).json["periods"]
    assert len(shown["files"]) == 4
    assert not shown.get("making")
    # and when it is made again, it stays
    desk.call("POST", "/reports", {"period": MONTH}, person=director)
    [again] = desk.call("GET", "/reports", person=director).json["periods"]
    assert (again["files"], bool(again["making"])) == (shown["files"], True)


class Failing(Rig):
    """Lets one call in a hundred go wrong, so that many a piece breaks off half-way, some of them several times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
        self.pick, self.hits, self.calls = Random(seed), 0, 0
        original = BaseClient._make_api_call
        rig = self

        def call(client: Any, operation: str, arguments: Any) -> Any:
            rig.calls += 1
            if operation in ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility") or rig.pick.random() > 0.01:
                return original(client, operation, arguments)
            rig.hits += 1
            mode = rig.pick.choice(("before", "after", "throttle", "timeout", "kill_before", "kill_after"))
            return rig.fail(mode, operation, lambda: original(client, operation, arguments))

        monkeypatch.setattr(BaseClient, "_make_api_call", call)


def test_calls_that_fail_in_the_middle_of_pieces_change_nothing(
    desk: World, busy: None, wanted: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert daily.handler({}, None)["handed_out"]
    queue = Queue(3)
    with monkeypatch.context() as broken:
        failing = Failing(broken, 3)
        queue.serve()
    desk.now = LATER
    assert monthly.handler({}, None)["handed_out"]
    with monkeypatch.context() as broken:
        failing = Failing(broken, 4)
        queue.serve()
    assert queue.failures > 3
    assert failing.hits > 3
    assert results() == wanted


def test_what_is_recorded_late_is_recounted_by_its_shard(desk: World, busy: None) -> None:
    # given a sealed night, and then a fact of it
    daily.handler({}, None)
    Queue().serve()
    store = FactStore("facts")
    before = {part: store.read_facts(DAYS[2], part) for part in store.shards(DAYS[2])}
    line = next(iter(before.values())).split(b"\n")[0] + b"\n"
    reference = "LATE-1"
    recorded(DAYS[2], reference, 99, line.replace(json.loads(line)["reference"].encode(), reference.encode()))
    # when the month is open, its day is sealed anew; the others' parts stay
    desk.now = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
    daily.handler({}, None)
    Queue().serve()
    after = {part: store.read_facts(DAYS[2], part) for part in store.shards(DAYS[2])}
    changed = {part for part in after if after[part] != before.get(part)}
    assert changed == {str(shard(reference, FACT_SHARDS))}
    assert sum(map(len, after.values())) > sum(map(len, before.values()))


def test_what_comes_late_for_a_published_month_is_counted_in_the_open_day(desk: World, busy: None) -> None:
    # given a published month
    daily.handler({}, None)
    Queue().serve()
    desk.now = LATER
    monthly.handler({}, None)
    Queue().serve()
    store = FactStore("facts")
    frozen = results()
    # when a fact of its last day turns up
    part = store.shards(DAYS[2])[0]
    line = store.read_facts(DAYS[2], part).split(b"\n")[0] + b"\n"
    recorded(DAYS[2], "LATE", 99, line.replace(json.loads(line)["reference"].encode(), b"LATE"))
    desk.now = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
    daily.handler({}, None)
    Queue(seed=7, twice=0.5).serve()
    # then the month is as it was, and the next day has it, once
    after = results()
    assert {key: after[key] for key in frozen} == frozen
    assert store.shards("2026-12-01") == [f"late-{DAYS[2]}-{shard('LATE', FACT_SHARDS)}"]
    partial = store.partial("2026-12-01")
    assert partial is not None
    assert partial.parts == {f"2026-12-01#late-{DAYS[2]}-{shard('LATE', FACT_SHARDS)}"}
    assert store.changed("2026-12-01", "0000") == ["LATE"]
