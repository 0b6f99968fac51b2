"""What Aliyun reports of texts, over HTTP as its description of SmsReport says, and what becomes of it."""

import base64
from collections.abc import Iterator

import pytest
from functions.escalate import callback
from tests.support.clockwork import Clockwork, clockwork
from tests.support.loopback import Received, aliyun_push, loopback

from complaints.adapters import aws
from complaints.adapters import settings as configuration
from complaints.desk import context

TOKEN = "t" * 43


def gateway(request: Received) -> tuple[int, str, bytes]:
    """Hands a request to the function as the HTTP API does."""
    event = {
        "version": "2.0",
        "rawPath": request.path,
        "headers": dict(request.headers),
        "requestContext": {"http": {"method": request.method, "path": request.path}},
        "body": base64.b64encode(request.body).decode(),
        "isBase64Encoded": True,
    }
    result = callback.handler(event, None)
    return result["statusCode"], result["headers"].get("content-type", ""), result["body"].encode()


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    with clockwork(monkeypatch) as made:
        aws.client("secretsmanager").create_secret(Name="tokens", SecretString=TOKEN)
        monkeypatch.setenv("CARRIER_TOKENS", "tokens")
        configuration.current.cache_clear()
        context.desk.cache_clear()
        yield made


@pytest.fixture
def door(desk: Clockwork) -> Iterator[str]:
    with loopback(gateway) as server:
        yield f"{server.url}/carriers/aliyun/"


def report(text: str, *, success: bool = True, code: str = "DELIVERED") -> dict[str, object]:
    return {
        "phone_number": "13800000001",
        "send_time": "2026-11-20 11:00:00",
        "report_time": "2026-11-20 11:00:05",
        "success": success,
        "err_code": code,
        "err_msg": "said",
        "sms_size": "1",
        "biz_id": "12345^0",
        "out_id": text,
    }


def test_a_batch_becomes_what_other_carriers_reports_become(desk: Clockwork, door: str) -> None:
    # given two texts to the handler, of reminders an hour apart
    desk.register("A1")
    desk.run(minutes=30)
    desk.register("B2")
    desk.run(hours=1)
    first, second = (text.id for text in desk.texts())
    # when Aliyun says that one arrived and the other never will
    assert aliyun_push(door + TOKEN, [report(first), report(second, success=False, code="MK:0001")]) == [200]
    # then the cases say so, and the deputy is told in the handler's place
    assert "notice_delivered" in desk.events("A1")
    assert "notice_failed" in desk.events("B2")
    desk.run(minutes=2)
    assert [person for _, person in desk.told()] == ["ann", "ann", "bob"]


def test_the_same_batch_again_changes_nothing(desk: Clockwork, door: str) -> None:
    desk.register("A1")
    desk.run(hours=1)
    batch = [report(desk.texts()[0].id, success=False, code="UNDELIV")]
    assert aliyun_push(door + TOKEN, batch) == [200]
    events = desk.events("A1")
    assert aliyun_push(door + TOKEN, batch) == [200]
    assert desk.events("A1") == events


def test_a_report_ahead_of_its_text_is_asked_for_again_and_does_not_hold_up_the_others(
    desk: Clockwork, door: str
) -> None:
    desk.register("A1")
    desk.run(hours=1)
    batch = [report("0123456789ab"), report(desk.texts()[0].id)]
    assert aliyun_push(door + TOKEN, batch) == [503, 503, 503, 503]
    assert desk.events("A1").count("notice_delivered") == 1


def test_the_console_s_trial_and_other_people_s_texts_are_taken_and_left_alone(desk: Clockwork, door: str) -> None:
    before = desk.raw_items()
    assert aliyun_push(door + TOKEN, [report("67890"), report(""), {"biz_id": "1"}]) == [200]
    assert aliyun_push(door + TOKEN, []) == [200]
    assert desk.raw_items() == before


@pytest.mark.parametrize("token", ["", "guessed", TOKEN[:-1], f"{TOKEN}x"])
def test_whoever_does_not_know_the_address_is_not_listened_to(desk: Clockwork, door: str, token: str) -> None:
    desk.register("A1")
    desk.run(hours=1)
    batch = [report(desk.texts()[0].id, success=False)]
    assert aliyun_push(door + token, batch) == [404, 404, 404, 404]
    assert "notice_failed" not in desk.events("A1")


def test_what_is_no_list_is_refused(desk: Clockwork, door: str) -> None:
    for body in (b"", b"{}", b"[1]", b"\xff"):
        status, _, _ = gateway(Received("POST", f"/carriers/aliyun/{TOKEN}", "", {}, body))
        assert status == 400
