"""What the deployment tells the functions, read from the environment once, at first use and never at import."""

import os
from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

CARRIERS = ("sns", "eum", "aliyun")


class SettingError(Exception):
    """A setting is missing or unusable; the text names the variable and what belongs in it."""

    impersonal = True


class Settings(msgspec.Struct, frozen=True):
    """The names of what was deployed.

    A function is given only what it uses, so every name but `table` may be absent; `need` says which one
    was asked for in vain. `zone` is the organisation's time zone, in which report days and months end.
    """

    table: str
    zone: ZoneInfo
    work_queue_url: str | None = None
    notice_queue_url: str | None = None
    notice_urgent_queue_url: str | None = None
    report_queue_url: str | None = None
    mail_bucket: str | None = None
    files_bucket: str | None = None
    facts_bucket: str | None = None
    anchors_bucket: str | None = None
    reports_bucket: str | None = None
    sms_carrier: str = "sns"
    sms_sender: str | None = None
    sms_secret: str | None = None
    sms_rate: int = 20
    mail_from: str | None = None
    mail_domain: str | None = None
    mail_configuration_set: str | None = None
    keys_parameter: str | None = None
    public_url: str | None = None
    origin_keys: str | None = None
    carrier_tokens: str | None = None
    staff_issuer: str | None = None
    staff_client: str | None = None
    staff_secret: str | None = None
    hold: bool = False
    due_shards: int = 4

    def need(self, name: str) -> str:
        """Return the text setting `name`.

        Raises
        ------
        SettingError
            When this function was not given that setting.
        """
        value = getattr(self, name)
        if not isinstance(value, str) or not value:
            raise SettingError(
                f"environment variable {name.upper()} is not set: give it to this function in template.yaml"
            )
        return value


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from `environment` (normally `os.environ`).

    Raises
    ------
    SettingError
        When TABLE is missing or a value is none that the variable can have.
    """

    def optional(name: str) -> str | None:
        return environment.get(name) or None

    table = optional("TABLE")
    if table is None:
        raise SettingError("environment variable TABLE is not set: it is the name of the DynamoDB table")
    zone_name = environment.get("ORG_ZONE") or "UTC"
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise SettingError(
            f"environment variable ORG_ZONE is {zone_name!r}: give an IANA zone such as Asia/Shanghai"
        ) from unknown
    carrier = environment.get("SMS_CARRIER") or "sns"
    if carrier not in CARRIERS:
        raise SettingError(f"environment variable SMS_CARRIER is {carrier!r}: give one of {', '.join(CARRIERS)}")
    hold = (environment.get("HOLD") or "false").lower()
    if hold not in ("true", "false"):
        raise SettingError(f"environment variable HOLD is {hold!r}: give true or false")
    shards = environment.get("DUE_SHARDS") or "4"
    if not shards.isdigit() or int(shards) < 1:
        raise SettingError(f"environment variable DUE_SHARDS is {shards!r}: give a whole number from 1")
    rate = environment.get("SMS_RATE") or "20"
    if not rate.isdigit() or not 1 <= int(rate) <= 1000:
        raise SettingError(f"environment variable SMS_RATE is {rate!r}: give texts a second, a whole number to 1000")
    return Settings(
        table=table,
        zone=zone,
        work_queue_url=optional("WORK_QUEUE_URL"),
        notice_queue_url=optional("NOTICE_QUEUE_URL"),
        notice_urgent_queue_url=optional("NOTICE_URGENT_QUEUE_URL"),
        report_queue_url=optional("REPORT_QUEUE_URL"),
        mail_bucket=optional("MAIL_BUCKET"),
        files_bucket=optional("FILES_BUCKET"),
        facts_bucket=optional("FACTS_BUCKET"),
        anchors_bucket=optional("ANCHORS_BUCKET"),
        reports_bucket=optional("REPORTS_BUCKET"),
        sms_carrier=carrier,
        sms_sender=optional("SMS_SENDER"),
        sms_secret=optional("SMS_SECRET"),
        sms_rate=int(rate),
        mail_from=optional("MAIL_FROM"),
        mail_domain=optional("MAIL_DOMAIN"),
        mail_configuration_set=optional("MAIL_CONFIGURATION_SET"),
        keys_parameter=optional("KEYS_PARAMETER"),
        public_url=optional("PUBLIC_URL"),
        origin_keys=optional("ORIGIN_KEYS"),
        carrier_tokens=optional("CARRIER_TOKENS"),
        staff_issuer=optional("STAFF_ISSUER"),
        staff_client=optional("STAFF_CLIENT"),
        staff_secret=optional("STAFF_SECRET"),
        hold=hold == "true",
        due_shards=int(shards),
    )


@cache
def current() -> Settings:
    """Return the settings of this process, read at the first call.

    A test that changes the environment calls `current.cache_clear()`.
    """
    return read_settings(os.environ)
