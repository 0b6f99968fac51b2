"""E-mail on the real handler: a complaint, its answer, a machine, a poisoned message, the same message twice."""

import json
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from functions.intake import mail as entry
from tests.support.world import World, world

from complaints.adapters import aws
from complaints.adapters.files import Files
from complaints.adapters.store import StoredCase
from complaints.desk import inbound, register, set_aside
from complaints.desk.reply import reply_to
from complaints.mailroom.read import read_mail


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def _mail(text: str = "我的邮件八天没有收到，请尽快处理。", **headers: str) -> EmailMessage:
    message = EmailMessage()
    usual = {
        "From": "王小明 <wang@example.org>",
        "To": "complaints@desk.example",
        "Subject": "邮件延误",
        "Message-ID": "<1@example.org>",
        "Return-Path": "<wang@example.org>",
    }
    for name, value in {**usual, **headers}.items():
        message[name] = value
    message.set_content(text)
    return message


def _arrive(desk: World, *messages: EmailMessage | bytes) -> Any:
    records = []
    for number, message in enumerate(messages):
        key = f"inbound/{desk.now.timestamp():.0f}-{number}+x"
        Files("mail").write(key, message if isinstance(message, bytes) else message.as_bytes(), "message/rfc822")
        told = {"Records": [{"s3": {"bucket": {"name": "mail"}, "object": {"key": key.replace("+", "%2B")}}}]}
        records.append({"messageId": str(number), "body": json.dumps(told)})
    return entry.handler({"Records": records}, None)


def _cases(desk: World) -> list[StoredCase]:
    return desk.desk.store.load_many(i["pk"]["S"][2:] for i in desk.items() if i["sk"]["S"] == "CASE")


def _seen(desk: World, reference: str) -> Any:
    return desk.call("GET", f"/cases/{reference}", person=desk.person("front_desk", "cc")).json


def test_a_plain_mail_becomes_a_complaint_and_is_acknowledged(desk: World) -> None:
    assert _arrive(desk, _mail()) == {"batchItemFailures": []}
    [case] = _cases(desk)
    seen = _seen(desk, case.reference)
    assert (seen["channel"], seen["kind"], seen["language"]) == ("email", "problem_mail", "zh-CN")
    assert seen["text"] == "邮件延误\n\n我的邮件八天没有收到，请尽快处理。"
    assert seen["complainant"] == {"name": "王小明", "email": "wang@example.org"}
    owed = [item for item in desk.items() if item["pk"]["S"] == f"R#@{case.reference}" and item["sk"]["S"][:2] == "N#"]
    assert len(owed) == 1


def test_the_same_message_delivered_twice_makes_one_complaint(desk: World) -> None:
    _arrive(desk, _mail())
    desk.later(minutes=1)
    _arrive(desk, _mail())
    [case] = _cases(desk)
    assert [event["type"] for event in _seen(desk, case.reference)["timeline"]] == ["registered"]


def test_an_answer_to_our_mail_joins_its_case_with_its_files(desk: World) -> None:
    _arrive(desk, _mail())
    [case] = _cases(desk)
    answer = _mail("补充：附上运单照片，请查看。", **{"Message-ID": "<2@example.org>", "Subject": "Re: 投诉"})
    del answer["To"]
    answer["To"] = reply_to(desk.desk, case.reference)
    answer.add_attachment(b"\x89PNG\r\n\x1a\n1", maintype="image", subtype="png", filename="运单.png")
    desk.later(hours=1)
    _arrive(desk, answer)
    desk.later(hours=1)
    _arrive(desk, answer)
    timeline = _seen(desk, case.reference)["timeline"]
    assert [event["type"] for event in timeline] == ["registered", "messaged", "attached"]
    assert "附上运单照片" in timeline[1]["personal"]["text"]
    assert desk.desk.files.read(timeline[2]["data"]["file"]) == b"\x89PNG\r\n\x1a\n1"


def test_a_stranger_who_names_a_reference_makes_a_complaint_of_their_own(desk: World) -> None:
    _arrive(desk, _mail())
    [case] = _cases(desk)
    other = _mail(
        "我想知道这个案件的情况如何了",
        **{"From": "eve@example.net", "Message-ID": "<9@example.net>", "Subject": f"Re: {case.reference}"},
    )
    _arrive(desk, other)
    assert len(_cases(desk)) == 2
    assert len(_seen(desk, case.reference)["timeline"]) == 1
    [new] = [one for one in _cases(desk) if one.reference != case.reference]
    assert case.reference in _seen(desk, new.reference)["text"]


def test_a_machine_makes_no_complaint_gets_no_answer_and_is_listed(desk: World) -> None:
    _arrive(desk, _mail("我正在休假", **{"Auto-Submitted": "auto-replied", "Subject": "自动回复"}))
    assert _cases(desk) == []
    [aside] = set_aside.listed(desk.desk)
    assert aside.reason.startswith("machine")


def test_a_poisoned_message_is_set_aside_alone_and_can_be_tried_again(
    desk: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read_mail

    def poisoned(raw: bytes, **options: Any) -> Any:
        if b"POISON" in raw:
            raise RuntimeError("what nobody thought of")
        return whole(raw, **options)

    monkeypatch.setattr(inbound, "read_mail", poisoned)
    bad = _mail("POISON", **{"Message-ID": "<p@example.org>", "From": "li@example.org"})
    assert _arrive(desk, bad, _mail()) == {"batchItemFailures": []}
    assert len(_cases(desk)) == 1
    [aside] = set_aside.listed(desk.desk)
    assert aside.reason == "failed: RuntimeError"
    monkeypatch.setattr(inbound, "read_mail", whole)
    again = inbound.replay(desk.desk, aside.key, desk.later(hours=1))
    assert again.what == "complaint"
    assert set_aside.listed(desk.desk) == []
    assert len(_cases(desk)) == 2


def test_a_message_that_cannot_be_reached_comes_again_and_keeps_no_other(desk: World) -> None:
    aws.client("s3").delete_object(Bucket="mail", Key="nothing")
    lost = {"Records": [{"s3": {"bucket": {"name": "mail"}, "object": {"key": "nothing"}}}]}
    Files("mail").write("there", _mail().as_bytes())
    there = {"Records": [{"s3": {"bucket": {"name": "mail"}, "object": {"key": "there"}}}]}
    test = {"Service": "Amazon S3", "Event": "s3:TestEvent"}
    bodies = (lost, there, test)
    records = [{"messageId": f"m{n}", "body": json.dumps(body)} for n, body in enumerate(bodies)]
    assert entry.handler({"Records": records}, None) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert len(_cases(desk)) == 1


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 500, b"From: x\r\n\r\n", b"Subject: =?gb2312?B?!!!?=\r\n\r\n"])
def test_whatever_the_bytes_a_message_is_a_complaint_or_listed_with_its_reason(desk: World, raw: bytes) -> None:
    _arrive(desk, raw)
    assert len(_cases(desk)) + len(set_aside.listed(desk.desk)) == 1


def test_one_address_is_acknowledged_so_often_in_an_hour_and_no_more(desk: World) -> None:
    for number in range(inbound.ANSWERS_PER_HOUR + 2):
        _arrive(desk, _mail(**{"Message-ID": f"<{number}@example.org>"}))
    owed = [item for item in desk.items() if item["pk"]["S"].startswith("R#@") and item["sk"]["S"][:2] == "N#"]
    assert len(_cases(desk)) == inbound.ANSWERS_PER_HOUR + 2
    assert sum("email" in _seen(desk, c.reference)["complainant"] for c in _cases(desk)) == inbound.ANSWERS_PER_HOUR
    acknowledged = [item for item in owed if '"template":"acknowledgement"' in item["document"]["S"]]
    assert len(acknowledged) == register.ACKNOWLEDGED_HOURLY
