"""Each carrier against a server that checks what it is sent: signature, payload, and what its answers mean."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from moto import mock_aws
from tests.support.loopback import Loopback, Received, aliyun_signature, aws_signature, loopback

from complaints.adapters import aws
from complaints.adapters.carriers import chosen
from complaints.adapters.carriers.base import (
    Carrier,
    CarrierBusyError,
    CarrierError,
    CarrierRefusedError,
    CarrierSetupError,
    CarrierUnknownError,
    Outgoing,
    Receipt,
)
from complaints.adapters.settings import Settings

SECRET = "a secret of the tests"
TEXT = Outgoing(
    id="t1",
    phone="+8613800000001",
    text="【投诉】A1 已逾期",
    template="late",
    code="SMS_1",
    params={"reference": "A1"},
)


def settings(carrier: str, sms_sender: str, sms_secret: str | None = None) -> Settings:
    zone = ZoneInfo("Asia/Shanghai")
    return Settings(table="desk", zone=zone, sms_carrier=carrier, sms_sender=sms_sender, sms_secret=sms_secret)


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    aws.reset()
    yield
    aws.reset()


Answer = Callable[[Received], tuple[int, str, bytes]]


def raised(carrier: Carrier) -> type[CarrierError]:
    with pytest.raises(CarrierError) as failed:
        carrier.send(TEXT)
    return failed.type


# --- SNS ------------------------------------------------------------------------------------------------------------

SNS = "http://sns.amazonaws.com/doc/2010-03-31/"


def sns_yes(_: Received) -> tuple[int, str, bytes]:
    body = f'<PublishResponse xmlns="{SNS}"><PublishResult><MessageId>m1</MessageId></PublishResult></PublishResponse>'
    return 200, "text/xml", body.encode()


def sns_no(code: str, status: int = 400) -> Answer:
    body = f'<ErrorResponse xmlns="{SNS}"><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>'
    return lambda _: (status, "text/xml", body.encode())


@pytest.fixture
def sns(credentials: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Carrier, Loopback]]:
    with loopback(sns_yes) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SNS", server.url)
        yield chosen(settings("sns", sms_sender="DESK")), server


def test_sns_is_given_number_words_and_sender(sns: tuple[Carrier, Loopback]) -> None:
    carrier, server = sns
    assert carrier.send(TEXT) == Receipt("m1")
    (request,) = server.received
    fields = dict(parse_qsl(request.body.decode()))
    assert (fields["Action"], fields["PhoneNumber"], fields["Message"]) == ("Publish", TEXT.phone, TEXT.text)
    attributes = {
        fields[f"MessageAttributes.entry.{n}.Name"]: fields[f"MessageAttributes.entry.{n}.Value.StringValue"]
        for n in (1, 2)
    }
    assert attributes == {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.SenderID": "DESK"}
    given, right = aws_signature(request, SECRET)
    assert given == right


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (sns_no("Throttling"), CarrierBusyError),
        (sns_no("InvalidParameter"), CarrierRefusedError),
        (sns_no("OptedOut"), CarrierRefusedError),
        (sns_no("AuthorizationError", 403), CarrierSetupError),
        (sns_no("InternalError", 500), CarrierUnknownError),
    ],
)
def test_what_sns_answers_is_understood_and_nothing_is_sent_twice(
    sns: tuple[Carrier, Loopback], answer: Answer, error: type[CarrierError]
) -> None:
    carrier, server = sns
    server.answer = answer
    assert raised(carrier) is error
    assert len(server.received) == 1


# --- End User Messaging ---------------------------------------------------------------------------------------------


def eum_no(code: str, status: int = 400, **more: str) -> Answer:
    body = json.dumps({"__type": code, "Message": "no", **more}).encode()
    return lambda _: (status, "application/x-amz-json-1.0", body)


@pytest.fixture
def eum(credentials: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Carrier, Loopback]]:
    with loopback(lambda _: (200, "application/x-amz-json-1.0", b'{"MessageId": "m1"}')) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", server.url)
        yield chosen(settings("eum", sms_sender="pool-1/desk")), server


def test_eum_is_given_origin_events_and_our_own_name_of_the_text(eum: tuple[Carrier, Loopback]) -> None:
    carrier, server = eum
    assert carrier.send(TEXT) == Receipt("m1")
    (request,) = server.received
    assert request.headers["x-amz-target"].endswith(".SendTextMessage")
    assert json.loads(request.body) == {
        "DestinationPhoneNumber": TEXT.phone,
        "OriginationIdentity": "pool-1",
        "MessageBody": TEXT.text,
        "MessageType": "TRANSACTIONAL",
        "TimeToLive": 3600,
        "Context": {"text": "t1"},
        "ConfigurationSetName": "desk",
    }
    given, right = aws_signature(request, SECRET)
    assert given == right


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (eum_no("ThrottlingException"), CarrierBusyError),
        (eum_no("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"), CarrierRefusedError),
        (eum_no("ValidationException", Reason="INVALID_PARAMETER"), CarrierRefusedError),
        (eum_no("ServiceQuotaExceededException", Reason="MONTHLY_SPEND_LIMIT"), CarrierSetupError),
        (eum_no("InternalServerException", 500), CarrierUnknownError),
    ],
)
def test_what_eum_answers_is_understood_and_nothing_is_sent_twice(
    eum: tuple[Carrier, Loopback], answer: Answer, error: type[CarrierError]
) -> None:
    carrier, server = eum
    server.answer = answer
    assert raised(carrier) is error
    assert len(server.received) == 1


# --- Aliyun ---------------------------------------------------------------------------------------------------------


def ali(code: str, status: int = 200) -> Answer:
    body = json.dumps({"Code": code, "Message": "said", "BizId": "b1", "RequestId": "r"}).encode()
    return lambda _: (status, "application/json", body)


@pytest.fixture
def aliyun(credentials: None) -> Iterator[tuple[Carrier, Loopback]]:
    with loopback(ali("OK")) as server, mock_aws():
        secret = {
            "access_key_id": "key",
            "access_key_secret": SECRET,
            "endpoint": server.url.removeprefix("http://"),
            "protocol": "http",
        }
        aws.client("secretsmanager").create_secret(Name="aliyun", SecretString=json.dumps(secret))
        made: Any = chosen(settings("aliyun", sms_sender="投诉中心", sms_secret="aliyun"))
        yield made, server


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_aliyun_is_given_template_parameters_and_signature(aliyun: tuple[Carrier, Loopback]) -> None:
    carrier, server = aliyun
    assert carrier.send(TEXT) == Receipt("b1")
    (request,) = server.received
    fields = dict(parse_qsl(request.query)) | dict(parse_qsl(request.body.decode()))
    assert fields == {
        "PhoneNumbers": "13800000001",
        "SignName": "投诉中心",
        "TemplateCode": "SMS_1",
        "TemplateParam": '{"reference":"A1"}',
        "OutId": "t1",
    }
    assert request.headers["x-acs-action"] == "SendSms"
    given, right = aliyun_signature(request, SECRET)
    assert given == right


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (ali("isv.BUSINESS_LIMIT_CONTROL"), CarrierBusyError),
        (ali("isv.MOBILE_NUMBER_ILLEGAL"), CarrierRefusedError),
        (ali("isv.AMOUNT_NOT_ENOUGH"), CarrierSetupError),
        (ali("isp.SYSTEM_ERROR"), CarrierUnknownError),
        (ali("InvalidAccessKeyId.NotFound", 404), CarrierSetupError),
        (ali("ServiceUnavailable", 503), CarrierUnknownError),
    ],
)
def test_what_aliyun_answers_is_understood_and_nothing_is_sent_twice(
    aliyun: tuple[Carrier, Loopback], answer: Answer, error: type[CarrierError]
) -> None:
    carrier, server = aliyun
    server.answer = answer
    assert raised(carrier) is error
    assert len(server.received) == 1


def test_aliyun_sends_no_text_without_an_approved_template(aliyun: tuple[Carrier, Loopback]) -> None:
    carrier, server = aliyun
    with pytest.raises(CarrierSetupError):
        carrier.send(Outgoing(id="t1", phone=TEXT.phone, text=TEXT.text, template="late"))
    assert server.received == []


@pytest.mark.parametrize("name", ["sns", "eum", "aliyun"])
def test_a_carrier_out_of_reach_is_told_from_one_that_does_not_answer(
    name: str, request: pytest.FixtureRequest
) -> None:
    carrier, server = request.getfixturevalue(name)
    server.answer = lambda _: (_ for _ in ()).throw(ConnectionAbortedError("no answer"))
    assert raised(carrier) is CarrierUnknownError
