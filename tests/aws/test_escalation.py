"""Deadlines on the real handlers: who is told at which second, and what it costs."""

from collections.abc import Iterator
from datetime import timedelta

import botocore.session
import pytest
from tests.support import small
from tests.support.clockwork import START, Clockwork, clockwork

from complaints.adapters import aws
from complaints.adapters.table import Item
from complaints.desk.come_back import Sent
from complaints.desk.send import send
from complaints.desk.work import work
from complaints.structs import replace


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    with clockwork(monkeypatch) as made:
        yield made


def test_a_ladder_is_climbed_at_its_seconds(desk: Clockwork) -> None:
    # given a matter raised at 10:00:07 that nobody answers
    desk.run(seconds=7)
    desk.register("A1")
    # when five hours pass
    desk.run(hours=5)
    # then the handler is reminded an hour before, and the ladder is climbed from the due instant on
    assert desk.told() == [
        ("03:00:07", "ann"),
        ("04:00:07", "ann"),
        ("05:00:07", "meg"),
        ("06:00:07", "boss"),
    ]
    assert desk.events("A1") == ["registered", "reminded", "missed", "rung_reached", "rung_reached", "rung_reached"]


def test_an_answer_in_time_leaves_everybody_in_peace(desk: Clockwork) -> None:
    desk.register("A1")
    desk.run(minutes=30)
    desk.act("A1", "answer", text="It is on its way to you now.")
    desk.run(hours=5)
    assert desk.told() == []


def test_a_sweep_with_nothing_due_asks_once_a_shard(desk: Clockwork) -> None:
    desk.register("A1")
    desk.desk.store.requests.clear()
    desk.sweep()
    assert desk.desk.store.requests == {"Query": desk.desk.settings.due_shards}


def test_a_due_case_costs_one_read_and_one_transaction(desk: Clockwork) -> None:
    # given two cases, one of them moved before so that directory and policy are known
    desk.register("A1")
    desk.register("B2")
    desk.now += timedelta(hours=2)
    work(desk.desk, "A1", desk.now)
    # when the other one is due
    desk.desk.store.requests.clear()
    worked = work(desk.desk, "B2", desk.now)
    # then
    assert worked.events == 3
    assert desk.desk.store.requests == {"GetItem": 1, "TransactWriteItems": 1}


def test_a_case_not_due_is_left_alone(desk: Clockwork) -> None:
    desk.register("A1")
    desk.desk.store.requests.clear()
    assert work(desk.desk, "A1", desk.now).outcome == "nothing"
    assert desk.desk.store.requests == {"GetItem": 1}
    assert work(desk.desk, "NONE", desk.now).outcome == "unknown"


def test_a_text_costs_a_lease_a_query_a_place_in_the_rate_and_a_mark(desk: Clockwork) -> None:
    desk.register("A1")
    desk.register("B2")
    desk.run(hours=1)
    assert desk.told() == [("03:00:00", "ann")]
    desk.now += timedelta(hours=1)
    work(desk.desk, "A1", desk.now)
    desk.desk.store.requests.clear()
    send(desk.desk, "ann", desk.now, desk.now)
    # the place in the rate takes two: the carrier was idle
    assert desk.desk.store.requests == {"UpdateItem": 3, "Query": 1, "TransactWriteItems": 1}


def test_the_process_makes_one_session(desk: Clockwork, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    original = botocore.session.Session.__init__

    def counted(self: botocore.session.Session, *args: object, **kwargs: object) -> None:
        made.append(self)
        original(self, *args, **kwargs)

    monkeypatch.setattr(botocore.session.Session, "__init__", counted)
    aws.reset()
    desk.register("A1")
    desk.run(hours=3)
    assert desk.told()
    assert len(made) == 1


def test_many_matters_of_one_minute_become_one_text(desk: Clockwork) -> None:
    # given 12 matters that fall due within four seconds
    for number in range(12):
        desk.register(f"A{number}")
        desk.now += timedelta(seconds=number % 3 == 0)
    # when they do
    desk.run_until(START + timedelta(hours=2, minutes=5))
    # then the handler got the first at once and the others in one, for the reminders and for the ladder
    assert desk.told() == [
        ("03:00:00", "ann"),
        ("03:01:00", "ann"),
        ("04:00:00", "ann"),
        ("04:01:00", "ann"),
    ]
    first, others = desk.sent[2][2], desk.sent[3][2]
    carried = desk.texts()
    assert sorted(case for text in carried for case in text.cases if text.at > "2026-11-20T03:30") == sorted(
        f"A{number}" for number in range(12)
    )
    assert "matters" not in first
    assert "matters need you" in others


def test_who_waits_for_the_carrier_takes_one_place_for_all_that_is_owed_to_them(desk: Clockwork) -> None:
    # given five matters of one handler, due at 12:00, and a carrier whose places are taken for half a minute
    for number in range(5):
        desk.register(f"A{number}")
    due = START + timedelta(hours=2)
    desk.run_until(due - timedelta(seconds=1))
    free = int((due + timedelta(seconds=30)).timestamp() * 1000)
    desk.desk.store.put(Item("S#rate#sns", "RATE", urgent_slot=free))
    before = len(desk.told())
    # when they fall due
    desk.run(minutes=5)
    # then one text carries all of them, at its place, and no place was taken that nobody used
    assert desk.told()[before:] == [("04:00:30", "ann")]
    assert set(desk.texts()[-1].cases) == {f"A{number}" for number in range(5)}
    rate = desk.item("S#rate#sns", "RATE")
    assert rate is not None
    assert int(rate.urgent_slot or 0) == free + 1000 // desk.desk.settings.sms_rate


def test_a_place_in_the_rate_that_has_passed_is_used_all_the_same(desk: Clockwork) -> None:
    # given a message that comes back long after its place, because the queue was deep, and a line of half a minute
    desk.register("A1")
    desk.now += timedelta(hours=2)
    work(desk.desk, "A1", desk.now)
    line = int(desk.now.timestamp() + 30) * 1000
    desk.desk.store.put(Item("S#rate#sns", "RATE", urgent_slot=line))
    # when it is worked on, then the text leaves: put off again and again it might never do
    sent = send(desk.desk, "ann", desk.now, desk.now, slot=desk.now.timestamp() - 20)
    assert (sent.texts, sent.again_in) == (1, None)


def test_a_message_that_comes_before_its_place_goes_back_until_then(desk: Clockwork) -> None:
    # given a line of twenty minutes before the carrier: longer than a queue holds a message back
    desk.register("A1")
    desk.now += timedelta(hours=2)
    work(desk.desk, "A1", desk.now)
    place = int(desk.now.timestamp() + 1200)
    desk.desk.store.put(Item("S#rate#sns", "RATE", urgent_slot=place * 1000))
    waits = send(desk.desk, "ann", desk.now, desk.now)
    assert (waits.again_in, waits.slot) == (1200, place)
    # when the queue brings it after fifteen, then it waits for the five that are left, and not for moments
    desk.now += timedelta(minutes=15)
    assert send(desk.desk, "ann", desk.now, desk.now, slot=waits.slot) == Sent(again_in=300, slot=place)
    # and nobody else has to come back for this recipient
    assert send(desk.desk, "ann", desk.now, desk.now) == Sent()


def test_a_missed_deadline_does_not_wait_behind_an_ordinary_text_to_the_same_manager(desk: Clockwork) -> None:
    # given a chaser's text that waits ten minutes in the line of ordinary texts, because there are very many
    desk.register("A1")
    desk.run_until(START + timedelta(hours=1, minutes=55))
    ten = int((desk.now + timedelta(minutes=10)).timestamp()) * 1000
    desk.desk.store.put(Item("S#rate#sns", "RATE", slot=ten))
    desk.act("A1", "chase")
    before = len(desk.told())
    # when the deadline is missed in the meantime
    desk.run_until(START + timedelta(hours=2, minutes=20))
    # then the text leaves at once, for both matters, and nothing is left for the place in line
    assert desk.told()[before:] == [("04:00:00", "ann")]
    assert len(desk.texts()[-1].notices) == 2


def test_ordinary_texts_wait_for_the_morning_and_the_ladder_does_not(desk: Clockwork) -> None:
    # given a matter raised at 19:30 local, reminded at 20:30, chased at 21:10, due at 21:30
    desk.run_until(START.replace(hour=11, minute=30))
    desk.register("A1")
    desk.run_until(START.replace(hour=13, minute=10))
    desk.act("A1", "chase")
    # when the night passes
    desk.run_until(START + timedelta(days=1))
    # then the ladder went out in the night, and the chaser's text at 08:00
    assert desk.told() == [
        ("12:30:00", "ann"),
        ("13:30:00", "ann"),
        ("14:30:00", "meg"),
        ("15:30:00", "boss"),
        ("00:00:00", "ann"),
    ]


def test_a_number_gets_only_so_many_ordinary_texts_an_hour(desk: Clockwork) -> None:
    # given a handler whose customers ask once every two minutes
    desk.register("A1")
    for _ in range(8):
        desk.run(minutes=2)
        desk.act("A1", "chase")
        desk.act("A1", "note", text="Nothing new to be said about it.")
    desk.run_until(START + timedelta(minutes=59))
    # then five texts went out in this hour, the rest in one at the next hour
    assert [at for at, _ in desk.told()] == ["02:02:00", "02:04:00", "02:06:00", "02:08:00", "02:10:00"]
    desk.run(minutes=3)
    assert desk.told()[5] == ("03:00:00", "ann")


def test_a_reason_that_is_gone_takes_its_text_along(desk: Clockwork) -> None:
    # given a missed matter of which the text was held up, and that is answered meanwhile
    desk.register("A1")
    desk.now += timedelta(hours=2)
    work(desk.desk, "A1", desk.now)
    desk.now += timedelta(minutes=2)
    desk.act("A1", "answer", text="It is on its way to you now.")
    # when the text would go out
    send(desk.desk, "ann", desk.now - timedelta(minutes=2), desk.now)
    desk.call_notes()
    # then it does not, and the case says so, once for the reminder and once for the first rung
    assert desk.told() == []
    assert desk.events("A1").count("notice_dropped") == 2
    assert {item.state for item in desk.notices("ann")} == {"dropped"}


def test_a_message_twice_and_two_at_once_do_it_once(desk: Clockwork) -> None:
    desk.register("A1")
    desk.now += timedelta(hours=2)
    assert work(desk.desk, "A1", desk.now).outcome == "moved"
    assert work(desk.desk, "A1", desk.now).outcome == "nothing"
    send(desk.desk, "ann", desk.now, desk.now)
    send(desk.desk, "ann", desk.now, desk.now)
    desk.call_notes()
    assert len(desk.sent) == 1


def test_a_sweep_that_never_came_is_made_up_for(desk: Clockwork) -> None:
    # given a scheduler that is silent from before the reminder until after it
    desk.register("A1")
    desk.run(minutes=50)
    desk.scheduler = False
    desk.run(minutes=12)
    assert desk.told() == []
    # when it is back
    desk.scheduler = True
    desk.run(minutes=2)
    # then the next sweep sends for what was missed
    assert desk.told() == [("03:03:00", "ann")]


def test_a_hint_that_was_lost_is_sent_again_after_a_minute(desk: Clockwork) -> None:
    desk.register("A1")
    desk.run(minutes=59, seconds=30)
    aws.client("sqs").purge_queue(QueueUrl=desk.desk.queues.url("work"))
    desk.run(minutes=3)
    assert desk.told() == [("03:01:00", "ann")]


def test_who_has_no_phone_gets_mail_and_a_customer_too(desk: Clockwork) -> None:
    aws.client("sesv2").create_email_identity(EmailIdentity="desk.example")
    boss = replace(small.PEOPLE[3], phone="")
    desk.desk.directory.write([], [boss])
    desk.register("A1")
    desk.run(hours=5)
    assert [person for _, person in desk.told()] == ["ann", "ann", "meg"]
    assert [text.channel for text in desk.texts()] == ["sms", "sms", "sms", "mail"]
