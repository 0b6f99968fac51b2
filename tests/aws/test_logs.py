"""No log line carries what a customer wrote, is called or is reached by, whatever fails and wherever."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from functions.escalate import notify, receipts, work
from functions.intake import mail, public, survey
from tests.support.world import World, world

from complaints.adapters import aws, clock
from complaints.adapters.carriers.aws_errors import meaning
from complaints.adapters.files import Files
from complaints.desk import command, inbound, log
from complaints.desk import work as working
from complaints.desk.redrive import parked

NAME, PHONE, EMAIL, WORDS = "王小明", "+8613912345678", "wang@example.org", "我的邮件八天没有收到"
PERSONAL = (NAME, PHONE, PHONE.removeprefix("+86"), EMAIL, WORDS)


@dataclass
class Watched(World):
    """A deployment whose log is read, as CloudWatch reads it."""

    out: io.StringIO = field(default_factory=io.StringIO)

    def logged(self) -> list[dict[str, Any]]:
        """The lines of the log that tell of trouble; nothing personal stands in any line."""
        told = self.out.getvalue()
        assert not [one for one in PERSONAL if one in told]
        lines = [json.loads(line) for line in told.splitlines()]
        return [line for line in lines if line.get("level") in ("ERROR", "WARNING")]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    with world("postal", monkeypatch) as made:
        watched = Watched(made.desk)
        monkeypatch.setattr(clock, "exact", lambda: watched.now)
        monkeypatch.setattr(sys, "stdout", watched.out)
        # the log is bound to the standard output of whoever configured it first
        monkeypatch.setattr(log._logger, "handlers", [])
        log.configure()
        yield watched


def fails(*args: Any, **named: Any) -> Any:
    """An error that says all that it was given, as libraries do, and comes of another one that does so too."""
    said = f"{NAME} {PHONE} {EMAIL} {WORDS} {args} {named}"
    try:
        raise KeyError(said)
    except KeyError as first:
        raise ValueError(said) from first


def complained(desk: Watched) -> Any:
    body = {
        "consent": True,
        "kind": "problem_mail",
        "category": "delay",
        "text": WORDS,
        "complainant": {"name": NAME, "phone": PHONE, "email": EMAIL},
    }
    return desk.call("POST", "/complaints", body)


def test_a_failed_complaint_is_told_by_kind_and_place(desk: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "register", fails)
    assert complained(desk).status == 500
    (line,) = desk.logged()
    assert line["error"] == "ValueError"
    first, _, second = line["exception"].partition("because of")
    assert "ValueError" in first
    assert "in fails" in first
    assert "KeyError" in second


def test_parameters_that_botocore_refuses_are_not_told(desk: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        aws.client("dynamodb").get_item(TableName="desk", Key={"pk": WORDS, "sk": {"phone": PHONE}})

    monkeypatch.setattr(public, "register", refused)
    assert complained(desk).status == 500
    (line,) = desk.logged()
    assert line["exception"].startswith("ParamValidationError")


def test_what_an_aws_service_answers_is_told_by_its_code(desk: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise ClientError({"Error": {"Code": "InvalidParameter", "Message": f"{PHONE} is no number"}}, "Publish")

    monkeypatch.setattr(public, "register", refused)
    complained(desk)
    (line,) = desk.logged()
    assert line["exception"].startswith("ClientError (InvalidParameter of Publish)")


def test_what_staff_do(desk: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = complained(desk).json["reference"]
    agent = desk.person("front_desk", "cc")
    monkeypatch.setattr(command, "decide", fails)
    said = {"text": WORDS}
    assert desk.call("POST", f"/cases/{reference}/note", said, person=agent, headers={"if-match": "*"}).status == 500
    assert [line["message"] for line in desk.logged()] == ["failed"]


def test_a_case_that_cannot_be_moved_and_what_is_kept_of_it(desk: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = complained(desk).json["reference"]
    desk.later(days=9)
    monkeypatch.setattr(working, "advance", fails)
    body = json.dumps({"ref": reference, "at": int(desk.now.timestamp())})
    record = {"messageId": "m", "receiptHandle": "r", "body": body, "attributes": {}}
    for _ in range(working.MOST_FAILURES):
        work.handler({"Records": [record]}, None)
    assert {line["message"] for line in desk.logged()} >= {"case cannot be moved", "message failed"}
    # the table keeps the reason until somebody mends it, and no erasure would reach it there
    (left,) = parked(desk.desk)
    assert left.reason.startswith("ValueError at ")
    assert not [one for one in PERSONAL if one in left.reason]


def test_a_text_that_no_carrier_takes(desk: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = complained(desk).json["reference"]

    def refused(_operation: str, **given: Any) -> Any:
        code = {"Error": {"Code": "MessageRejected", "Message": f"Address {EMAIL} is not verified"}}
        raise ClientError(code, "SendEmail")

    client = aws.client

    class Refusing:
        send_email = staticmethod(lambda **given: refused("SendEmail", **given))
        publish = send_email

    monkeypatch.setattr(
        aws, "client", lambda name, **more: Refusing() if name in ("sesv2", "sns") else client(name, **more)
    )
    for person in {item["pk"]["S"][2:] for item in desk.items() if item["sk"]["S"].startswith("N#")}:
        record = {
            "messageId": person,
            "receiptHandle": "r",
            "body": json.dumps({"person": person, "at": int(desk.now.timestamp())}),
            "attributes": {},
        }
        notify.handler({"Records": [record]}, None)
    assert "undeliverable" in {line["message"] for line in desk.logged()}
    kept = [item for item in desk.items() if item["pk"]["S"] in (f"R#@{reference}", f"C#{reference}")]
    written = [item for item in kept if item["sk"]["S"].startswith("N#")]
    assert not [one for one in PERSONAL if one in json.dumps(written, ensure_ascii=False)]


def test_a_carrier_that_gives_no_answer_is_told_without_what_was_sent() -> None:
    said = str(meaning(ParamValidationError(report=f"PhoneNumber {PHONE}"), frozenset()))
    assert said == "no answer from the carrier: ParamValidationError"


def test_a_mail_that_cannot_be_read(desk: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = f"{NAME} <{EMAIL}>", "邮件延误"
    message.set_content(WORDS)
    Files("mail").write("inbound/1", message.as_bytes())
    told = {"Records": [{"s3": {"bucket": {"name": "mail"}, "object": {"key": "inbound/1"}}}]}
    event = {"Records": [{"messageId": "1", "body": json.dumps(told)}]}
    monkeypatch.setattr(inbound, "register", fails)
    mail.handler(event, None)
    monkeypatch.setattr(mail, "receive", fails)
    assert mail.handler(event, None)["batchItemFailures"] == [{"itemIdentifier": "1"}]
    monkeypatch.setattr(survey, "import_file", fails)
    survey.handler(event, None)
    assert [line["message"] for line in desk.logged()] == ["mail set aside", "mail not reached", "survey not imported"]


def test_what_leaves_a_function_says_no_more_than_its_log(desk: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "receive", fails)
    report = [{"out_id": "t", "phone_number": PHONE, "success": True}]
    with pytest.raises(log.FailedError) as left:
        receipts.handler({"detail": report}, None)
    assert not [one for one in PERSONAL if one in str(left.value)]
    assert left.value.__suppress_context__
    assert [line["error"] for line in desk.logged()] == ["ValueError"]


@pytest.mark.parametrize("raised", [log.FailedError("it is known"), ExceptionGroup("both", [ValueError(WORDS)])])
def test_texts_are_told_only_of_errors_that_hold_nobodys_words(raised: Exception) -> None:
    told = log.trace(raised)
    assert WORDS not in told
    assert ("it is known" in told) is isinstance(raised, log.FailedError)


def test_errors_that_meet_themselves_are_told_once() -> None:
    first, second = ValueError(WORDS), KeyError(NAME)
    first.__context__, second.__context__ = second, first
    assert log.trace(first).split() == ["ValueError", "because", "of", "KeyError"]


def test_a_line_that_cannot_be_written_is_told_by_its_place(desk: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sys, "stderr", desk.out)
        broken.setattr(json, "dumps", fails)
        log.error(WORDS, phone=PHONE)
    told = desk.out.getvalue()
    assert told.startswith("no log line could be written for log:")
    assert not [one for one in PERSONAL if one in told]
