"""Aliyun SMS, for senders inside China: approved templates by code with their parameters, never free text."""

from functools import cached_property
from typing import Any

import msgspec
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import SendSmsRequest
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException, ServerException, ThrottlingException
from alibabacloud_tea_openapi.models import Config
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

from complaints.adapters import aws
from complaints.adapters.carriers.base import (
    CarrierBusyError,
    CarrierError,
    CarrierRefusedError,
    CarrierSetupError,
    CarrierUnknownError,
    Outgoing,
    Receipt,
)
from complaints.adapters.settings import Settings

ENDPOINT = "dysmsapi.aliyuncs.com"
COUNTRY = "+86"

_BUSY = frozenset({"isv.BUSINESS_LIMIT_CONTROL", "isv.DAY_LIMIT_CONTROL", "Throttling", "Throttling.User"})
_REFUSED = frozenset({"isv.MOBILE_NUMBER_ILLEGAL", "isv.BLACK_KEY_CONTROL_LIMIT", "MOBILE_NOT_ON_SERVICE"})
_UNKNOWN = frozenset({"isp.SYSTEM_ERROR", "isp.GATEWAY_TIMEOUT"})
_NOT_CONNECTED = ("ConnectTimeout", "NewConnectionError", "NameResolutionError", "Connection refused")


class AliyunCarrier:
    """Texts through SendSms. `settings.sms_sender` is the approved signature (签名), `settings.sms_secret` names the
    secret ``{"access_key_id": ..., "access_key_secret": ...}``, which may also have an `endpoint` and its
    `protocol`."""

    name = "aliyun"

    def __init__(self, settings: Settings) -> None:
        self._signature, self._secret = settings.need("sms_sender"), settings.need("sms_secret")

    @cached_property
    def _client(self) -> Any:
        answer = aws.client("secretsmanager").get_secret_value(SecretId=self._secret)
        secret = msgspec.json.decode(answer["SecretString"], type=dict[str, str])
        config = {"endpoint": ENDPOINT, "protocol": "https", **secret}
        return Client(Config(**config))

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand over one text by its approved template. Raises `CarrierError`."""
        if not outgoing.code:
            raise CarrierSetupError(
                f"template {outgoing.template} has no approved code: give it codes: aliyun: SMS_..."
            )
        request = SendSmsRequest(
            phone_numbers=outgoing.phone.removeprefix(COUNTRY).removeprefix("+"),
            sign_name=self._signature,
            template_code=outgoing.code,
            template_param=msgspec.json.encode(dict(outgoing.params)).decode(),
            out_id=outgoing.id,
        )
        # the SDK would send again by itself when no answer comes, and the text would arrive twice
        once = RuntimeOptions(autoretry=False, max_attempts=1, connect_timeout=2000, read_timeout=6000)
        try:
            body = self._client.send_sms_with_options(request, once).body
        except (AlibabaCloudException, UnretryableException) as failed:
            raise _meaning(failed) from failed
        if body.code != "OK":
            raise _of_code(str(body.code))
        return Receipt(str(body.biz_id))


def _meaning(failed: Exception) -> CarrierError:
    """The error to raise. Its text has codes only: a failed connection's own text has the request with the number."""
    if isinstance(failed, ThrottlingException):
        return CarrierBusyError(f"aliyun asks to slow down: {failed.code}")
    if isinstance(failed, ServerException):
        return CarrierUnknownError(f"aliyun failed: {failed.code}")
    if isinstance(failed, AlibabaCloudException):
        return _of_code(str(failed.code))
    sign = next((sign for sign in _NOT_CONNECTED if sign in str(failed)), None)
    if sign is not None:
        return CarrierBusyError(f"aliyun is out of reach: {sign}")
    return CarrierUnknownError("no answer from aliyun")


def _of_code(code: str) -> CarrierError:
    if code in _BUSY:
        return CarrierBusyError(f"aliyun asks to slow down: {code}")
    if code in _REFUSED:
        return CarrierRefusedError(f"aliyun does not send to this number: {code}")
    if code in _UNKNOWN:
        return CarrierUnknownError(f"aliyun failed: {code}")
    return CarrierSetupError(f"aliyun refuses: {code}; check signature, template and balance")
