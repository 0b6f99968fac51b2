"""What goes wrong, and what becomes of it: nothing is lost, nothing is told twice, somebody always knows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from tests.support import small
from tests.support.clockwork import START, Clockwork, clockwork

from complaints.adapters import aws, outbox
from complaints.adapters import settings as configuration
from complaints.adapters.carriers.base import (
    CarrierBusyError,
    CarrierError,
    CarrierRefusedError,
    CarrierUnknownError,
    Outgoing,
    Receipt,
)
from complaints.adapters.rows import CLOSED, OPEN
from complaints.adapters.table import Item
from complaints.case.advance import advance
from complaints.desk import context, work
from complaints.desk.acknowledge import acknowledge, opened
from complaints.desk.audit import audit
from complaints.desk.publish import publish_calendar
from complaints.desk.receipts import EarlyReportError, Report, receive, reports_of
from complaints.desk.reconcile import reconcile
from complaints.desk.redrive import parked, redrive
from complaints.desk.retime import preview, retime
from complaints.desk.send import send
from complaints.desk.verify import verify_case
from complaints.structs import replace


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    with clockwork(monkeypatch) as made:
        yield made


@dataclass
class Carrier:
    """A carrier in memory: what it was given, and the errors that it answers with, the first first."""

    name: str = "memory"
    errors: list[CarrierError | None] = field(default_factory=list)
    numbers: dict[str, CarrierError] = field(default_factory=dict)
    given: list[Outgoing] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> Receipt:
        error = self.errors.pop(0) if self.errors else self.numbers.get(outgoing.phone)
        if error is not None:
            raise error
        self.given.append(outgoing)
        return Receipt(f"m{len(self.given)}")

    @property
    def told(self) -> list[str]:
        names = {phone: person for person, phone in small.PHONES.items()}
        return [names[outgoing.phone] for outgoing in self.given]


@pytest.fixture
def carrier(desk: Clockwork) -> Carrier:
    made = Carrier()
    desk.desk._made["carrier"] = made
    return made


# --- cases that cannot be moved -------------------------------------------------------------------------------------


def test_a_poison_case_is_parked_reported_and_brought_back(
    desk: Clockwork, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given two cases of one minute, one of which makes the rules fail
    desk.register("GOOD")
    desk.register("BAD")
    rules = advance

    def fails(case: Any, *rest: Any) -> Any:
        if case.reference == "BAD":
            raise ZeroDivisionError("a rule divides by nothing")
        return rules(case, *rest)

    monkeypatch.setattr(work, "advance", fails)
    # when they are due
    desk.run(hours=2, minutes=10)
    # then the good one is worked at its instants, the bad one is parked after five times and its message is kept
    assert desk.told() == [("03:00:00", "ann"), ("04:00:00", "ann")]
    (found,) = parked(desk.desk)
    assert (found.case, found.reason.partition(" at ")[0]) == ("BAD", "ZeroDivisionError")
    assert len(dead_letters()) == 1
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "CloudWatchMetrics" in line]
    assert [metric["Parked"] for metric in metrics] == [1]
    assert audit(desk.desk, desk.now).parked == 1
    # and nothing tries it again
    desk.run(hours=1)
    assert len(parked(desk.desk)) == 1
    # when its cause is mended and it is brought back
    monkeypatch.setattr(work, "advance", rules)
    assert redrive(desk.desk, parked(desk.desk), desk.now) == 1
    desk.run(minutes=3)
    # then everything that was missed happens, and it is an ordinary case again
    assert desk.events("BAD")[:4] == ["registered", "reminded", "missed", "rung_reached"]
    assert parked(desk.desk) == []
    assert audit(desk.desk, desk.now).parked == 0


def dead_letters() -> list[Any]:
    sqs = aws.client("sqs")
    found: list[Any] = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="dead")["QueueUrl"]).get("Messages", [])
    return found


def test_a_change_by_somebody_else_in_between_is_seen(desk: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a case that is answered between the worker's look and its commit
    desk.register("A1")
    desk.now = START + timedelta(minutes=90)
    act = desk.act
    rules = advance

    def meanwhile(*args: Any) -> Any:
        monkeypatch.setattr(work, "advance", rules)
        act("A1", "answer", text="It is on its way to you now.")
        return rules(*args)

    monkeypatch.setattr(work, "advance", meanwhile)
    assert work.work(desk.desk, "A1", desk.now).outcome == "nothing"
    assert desk.events("A1") == ["registered", "answered"]


# --- texts that do not arrive ---------------------------------------------------------------------------------------


def test_a_number_that_is_refused_makes_the_deputy_be_told(desk: Clockwork, carrier: Carrier) -> None:
    carrier.numbers[small.PHONES["ann"]] = CarrierRefusedError("no such number")
    desk.register("A1")
    desk.run(hours=2)
    assert carrier.told == ["bob", "bob"]
    assert desk.events("A1").count("notice_failed") == 2
    assert [item.state for item in desk.notices("ann")] == ["failed", "failed"]


def test_when_nobody_can_be_told_the_auditor_knows(desk: Clockwork, carrier: Carrier) -> None:
    # given numbers that all refuse
    carrier.numbers = {phone: CarrierRefusedError("gone") for phone in small.PHONES.values()}
    desk.register("A1")
    desk.run(hours=1)
    # then handler, deputy and the last resort were tried, and the notice stands parked
    assert carrier.told == []
    (left,) = parked(desk.desk)
    assert (left.case, left.recipient) == ("A1", "?")
    # when somebody has a number again
    carrier.numbers.clear()
    hired = replace(small.UNITS[1], holders=(*small.UNITS[1].holders, replace(small.UNITS[1].holders[0], person="sam")))
    desk.desk.directory.write([hired], [])
    assert redrive(desk.desk, [left], desk.now) == 1
    desk.run(minutes=1)
    assert carrier.told == ["sam"]


def test_a_vacant_post_is_answered_for_from_above(desk: Clockwork, capsys: pytest.CaptureFixture[str]) -> None:
    vacant = replace(small.UNITS[1], holders=())
    desk.desk.directory.write([vacant], [])
    desk.register("A1")
    desk.run(hours=5)
    assert [person for _, person in desk.told()] == ["boss", "boss", "boss", "boss"]
    # the handler's two texts went to the last resort, because nobody up to the root is a handler: that is reported
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "CloudWatchMetrics" in line]
    assert [metric["Vacant"] for metric in metrics] == [1, 1]


def test_a_carrier_out_of_reach_is_tried_until_it_answers(desk: Clockwork, carrier: Carrier) -> None:
    carrier.errors = [CarrierBusyError("slow down")] * 9
    desk.register("A1")
    desk.run(hours=3)
    assert carrier.told[0] == "ann"
    assert parked(desk.desk) == []


def test_what_a_carrier_fails_at_five_times_is_parked(desk: Clockwork, carrier: Carrier) -> None:
    carrier.errors = [CarrierUnknownError("no answer")] * 5
    desk.register("A1")
    desk.run(hours=1, minutes=30)
    assert carrier.told == []
    assert [one.recipient for one in parked(desk.desk)] == ["ann"]
    assert redrive(desk.desk, parked(desk.desk), desk.now) == 1
    desk.run(minutes=1)
    assert carrier.told == ["ann"]


def test_reports_of_delivery_become_events_once(desk: Clockwork) -> None:
    desk.register("A1")
    desk.run(hours=1)
    (text,) = desk.texts()
    report = {"eventType": "TEXT_DELIVERED", "messageId": text.carrier_id, "context": {"text": text.id}}
    (read,) = reports_of(report)
    assert receive(desk.desk, read, desk.now) == 1
    assert receive(desk.desk, read, desk.now) == 0
    assert desk.events("A1") == ["registered", "reminded", "notice_delivered"]


def test_a_text_reported_undelivered_goes_to_the_next(desk: Clockwork) -> None:
    desk.register("A1")
    desk.run(hours=1)
    (text,) = desk.texts()
    failed = Report(text.id, "failed", "unreachable")
    assert receive(desk.desk, failed, desk.now) == 1
    assert receive(desk.desk, failed, desk.now) == 0
    desk.run(minutes=2)
    assert [person for _, person in desk.told()] == ["ann", "bob"]


def test_a_report_ahead_of_its_text_comes_again(desk: Clockwork) -> None:
    with pytest.raises(EarlyReportError):
        receive(desk.desk, Report("nothing", "delivered"), desk.now)


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ({"eventType": "Delivery", "mail": {"tags": {"text": ["t"]}}}, [Report("t", "delivered")]),
        (
            {
                "eventType": "Bounce",
                "mail": {"tags": {"text": ["t"]}},
                "bounce": {"bounceType": "Permanent", "bounceSubType": "General"},
            },
            [Report("t", "failed", "General")],
        ),
        ({"eventType": "Bounce", "mail": {"tags": {"text": ["t"]}}, "bounce": {"bounceType": "Transient"}}, []),
        ({"eventType": "Delivery", "mail": {"messageId": "not ours"}}, []),
        ({"eventType": "TEXT_PENDING", "context": {"text": "t"}}, []),
        ({"eventType": "TEXT_UNREACHABLE", "context": {"text": "t"}}, [Report("t", "failed", "unreachable")]),
        ([{"out_id": "t", "success": True, "err_code": "DELIVERED"}], [Report("t", "delivered", "DELIVERED")]),
        ([{"out_id": "t", "success": False, "err_code": "MN:0001"}], [Report("t", "failed", "MN:0001")]),
    ],
)
def test_what_carriers_report_is_read(message: Any, found: list[Report]) -> None:
    assert list(reports_of(message)) == found


# --- people ---------------------------------------------------------------------------------------------------------


def test_acknowledging_stops_reminders_and_not_the_ladder(desk: Clockwork) -> None:
    # given a text about a missed deadline
    desk.register("A1")
    desk.run(hours=2)
    token = desk.sent[-1][2].rpartition("/a/")[2]
    # when its link is opened, nothing happens; when the button is pressed twice, one event does
    assert opened(desk.desk, token) is not None
    assert "notice_acknowledged" not in desk.events("A1")
    first = acknowledge(desk.desk, token, desk.now)
    again = acknowledge(desk.desk, token, desk.now)
    assert first is not None
    assert (first.person, first.cases, first.first) == ("ann", ("A1",), True)
    assert again is not None
    assert not again.first
    assert desk.events("A1").count("notice_acknowledged") == 1
    # then the ladder goes on
    desk.run(hours=2)
    assert [person for _, person in desk.told()] == ["ann", "ann", "meg", "boss"]


def test_a_forged_link_opens_nothing(desk: Clockwork) -> None:
    desk.register("A1")
    desk.run(hours=2)
    token = desk.sent[-1][2].rpartition("/a/")[2]
    forged = token[:-1] + ("a" if token[-1] != "a" else "b")
    assert opened(desk.desk, forged) is None
    assert acknowledge(desk.desk, forged, desk.now) is None
    assert acknowledge(desk.desk, "nothing", desk.now) is None


def test_a_policy_can_let_acknowledging_stop_the_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    stops = small.POLICY.replace("hourly_limit: 5", "hourly_limit: 5, acknowledgement_stops_ladder: true")
    with clockwork(monkeypatch, stops) as desk:
        desk.register("A1")
        desk.run(hours=2)
        acknowledge(desk.desk, desk.sent[-1][2].rpartition("/a/")[2], desk.now)
        desk.run(hours=3)
        assert [person for _, person in desk.told()] == ["ann", "ann"]


# --- hold, restore --------------------------------------------------------------------------------------------------


def test_on_hold_nothing_is_swept_or_sent_and_afterwards_everything_is(
    desk: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.register("A1")
    hold(monkeypatch, on=True)
    desk.run(hours=1, minutes=30)
    assert desk.told() == []
    hold(monkeypatch, on=False)
    desk.run(minutes=2)
    assert desk.told() == [("03:31:00", "ann")]


def test_on_hold_a_message_that_was_under_way_moves_nothing_and_nothing_is_lost(
    desk: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a case whose message the sweep has sent before the hold begins
    desk.register("A1")
    desk.run(minutes=58)
    hold(monkeypatch, on=True)
    # when its instant comes within the hold
    desk.run(minutes=30)
    # then the record stands as it was restored
    assert desk.events("A1") == ["registered"]
    # and what fell due happens after the hold, once
    hold(monkeypatch, on=False)
    desk.run(minutes=3)
    assert desk.events("A1") == ["registered", "reminded"]
    assert [person for _, person in desk.told()] == ["ann"]


def hold(monkeypatch: pytest.MonkeyPatch, *, on: bool) -> None:
    monkeypatch.setenv("HOLD", str(on).lower())
    configuration.current.cache_clear()
    context.desk.cache_clear()


def test_after_a_restore_nothing_that_was_sent_is_sent_again(desk: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a table backed up at 11:30 local, and texts at 12:00 and 13:00 that the backup knows nothing of
    desk.register("A1")
    desk.run(hours=1, minutes=30)
    backup = aws.client("dynamodb").scan(TableName="desk")["Items"]
    restored_to = desk.now
    desk.run(hours=2)
    desk.register("B2")
    desk.run(hours=1, minutes=5)
    told = [person for _, person in desk.told()]
    assert told == ["ann", "ann", "meg", "boss", "ann"]
    # when it is restored and reconciled
    hold(monkeypatch, on=True)
    for item in aws.client("dynamodb").scan(TableName="desk")["Items"]:
        aws.client("dynamodb").delete_item(TableName="desk", Key={"pk": item["pk"], "sk": item["sk"]})
    for item in backup:
        aws.client("dynamodb").put_item(TableName="desk", Item=item)
    found = reconcile(context.desk(), restored_to, desk.now)
    assert found.texts == 4
    assert found.lost == ("B2",)
    hold(monkeypatch, on=False)
    desk.run(hours=3)
    # then the steps happen again in the record, and nobody is told again
    assert [person for _, person in desk.told()] == told
    assert desk.events("A1").count("rung_reached") == 3
    assert desk.events("A1").count("notice_dropped") == 3
    # but what is new is told
    desk.register("C3")
    desk.run(hours=1)
    assert [person for _, person in desk.told()] == [*told, "ann"]


# --- corrected calendars --------------------------------------------------------------------------------------------


def test_a_corrected_calendar_moves_open_deadlines_and_no_missed_ones(desk: Clockwork) -> None:
    # given one case that is missed, and one that is open, both raised in the morning
    desk.register("MISSED")
    desk.run(hours=2, minutes=1)
    desk.register("OPEN")
    spec = desk.desk.policies.current(desk.now).policy.calendars["always"]
    corrected = {**spec, "holidays": ["2026-11-20"]}
    # when the day turns out to be a holiday: first the dry run
    (would,) = preview(desk.desk, "always", corrected, desk.now)
    assert (would.reference, would.deadline) == ("OPEN", "answer")
    assert desk.case("OPEN").case.deadlines[0].due_at == would.was
    publish_calendar(desk.desk, "always", corrected)
    # then for good
    pauses: list[float] = []
    (moved,) = retime(desk.desk, desk.now, per_second=4, sleep=pauses.append)
    assert moved == would
    assert pauses == [0.25]
    assert desk.case("OPEN").case.deadlines[0].due_at == moved.due_at
    (line,) = [line for line in desk.desk.store.unit_list("hq", 0, OPEN) if line.columns["reference"] == "OPEN"]
    assert line.columns["due_at"] == moved.due_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert list(retime(desk.desk, desk.now)) == []
    assert desk.events("OPEN") == ["registered", "retimed"]


def test_the_worker_retimes_a_case_before_it_advances_it(desk: Clockwork) -> None:
    desk.register("A1")
    spec = desk.desk.policies.current(desk.now).policy.calendars["always"]
    publish_calendar(desk.desk, "always", {**spec, "holidays": ["2026-11-20"]})
    desk.run(hours=3)
    assert desk.told() == []
    assert desk.events("A1") == ["registered", "retimed"]


# --- the record -----------------------------------------------------------------------------------------------------


def test_a_record_verifies_until_somebody_alters_it(desk: Clockwork) -> None:
    desk.register("A1")
    desk.run(hours=2)
    sound = verify_case(desk.desk, "A1")
    assert (sound.events, sound.faults) == (4, ())
    head = desk.case("A1").head
    assert verify_case(desk.desk, "A1", {4: head}).faults == ()
    assert [fault.code for fault in verify_case(desk.desk, "A1", {4: "another"}).faults] == ["anchor"]
    event = desk.item("C#A1", "E#000002")
    assert event is not None
    desk.desk.store.update(event.pk, event.sk, [Item.document.set((event.document or "").replace("T03", "T04"))])
    assert [fault.code for fault in verify_case(desk.desk, "A1").faults] == ["altered"]


def test_a_case_at_the_end_of_its_keeping_is_archived_and_forgets_the_customer(desk: Clockwork) -> None:
    desk.register("A1")
    desk.act("A1", "close")
    assert desk.case("A1").personal["complainant"] == {"email": "c@customer.example"}
    desk.run_until(START + timedelta(days=366))
    assert desk.events("A1")[-1] == "retired"
    assert not [item for item in desk.raw_items() if "c@customer.example" in str(item) or "never came" in str(item)]
    assert verify_case(desk.desk, "A1").faults == ()
    assert len(json.loads(desk.desk.files.read("archive/2026/A1.json"))) == 3
    assert desk.case("A1").next_at is None
    assert [line.columns["reference"] for line in desk.desk.store.unit_list("north", 1, CLOSED)] == ["A1"]


# --- the auditor ----------------------------------------------------------------------------------------------------


def test_the_auditor_finds_what_nobody_worked(desk: Clockwork) -> None:
    desk.register("A1")
    assert audit(desk.desk, desk.now).overdue == 0
    desk.now += timedelta(hours=2, minutes=4)
    assert audit(desk.desk, desk.now).unmarked == 0
    desk.now += timedelta(minutes=2)
    found = audit(desk.desk, desk.now)
    assert (found.overdue, found.unmarked) == (1, 1)
    assert found.names == ("C#A1 CASE", "C#A1 O#00")
    work.work(desk.desk, "A1", desk.now)
    send(desk.desk, "ann", desk.now - timedelta(minutes=6), desk.now)
    found = audit(desk.desk, desk.now)
    assert (found.overdue, found.unmarked) == (0, 0)


def test_a_lease_is_one_senders_until_it_runs_out(desk: Clockwork) -> None:
    store = desk.desk.store
    taken = outbox.take(store, "ann", desk.now, urgent=True)
    assert taken is not None
    assert outbox.take(store, "ann", desk.now + timedelta(seconds=60), urgent=True) is None
    assert outbox.take(store, "ann", desk.now + timedelta(seconds=61), urgent=True) is not None
    # the first one's mark comes too late, and gives nothing away
    text = outbox.Text(
        id="t", person="ann", at="", channel="sms", carrier="sns", carrier_id="1", templates=(), cases=(), notices=()
    )
    with pytest.raises(outbox.LeaseLostError):
        outbox.mark(store, taken[0], text, window_until=0, hour=0, hour_count=0, now=desk.now)
