"""A small deployment in moto: table, buckets, queues, keys; a policy and its sample organisation put to work."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from moto import mock_aws

from complaints.adapters import aws, clock
from complaints.adapters import settings as configuration
from complaints.adapters.table import Item
from complaints.desk import context
from complaints.desk.context import Desk
from complaints.desk.publish import load_organisation, publish_policy
from complaints.desk.session import LASTS, open_session

ROOT = Path(__file__).parents[2]
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # Friday 17:00 in Shanghai


@dataclass
class World:
    """A deployment and its clock; requests go to the real handlers."""

    desk: Desk
    now: datetime = START
    mail_bucket: str = "mail"
    handlers: dict[str, Any] = field(default_factory=dict)

    def later(self, **duration: float) -> datetime:
        """Move the clock on."""
        self.now += timedelta(**duration)
        return self.now

    def call(
        self,
        method: str,
        address: str,
        body: Any = None,
        *,
        person: str = "",
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        content_type: str = "application/json",
    ) -> "Answer":
        """One request through the function that the template gives it to."""
        parts = urlsplit(address)
        content = raw if raw is not None else json.dumps(body).encode() if body is not None else b""
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        event: dict[str, Any] = {
            "version": "2.0",
            "rawPath": parts.path,
            "queryStringParameters": query,
            "headers": {"content-type": content_type, "host": "desk.example", **(headers or {})},
            "requestContext": {"domainName": "desk.example", "http": {"method": method, "path": parts.path}},
            "body": base64.b64encode(content).decode(),
            "isBase64Encoded": True,
        }
        if person:
            event["requestContext"]["authorizer"] = {"jwt": {"claims": {"sub": person}}}
        return Answer(**shape(self._handler(parts.path)(event, None)))

    def signed_in(self, person: str, **headers: str) -> dict[str, str]:
        """The headers of a browser in which a person has signed in."""
        claims = {"sub": person, "exp": int((self.now + LASTS).timestamp())}
        session, _ = open_session(self.desk, claims, person, self.now)
        return {"cookie": f"__Host-desk_session={session}", "accept": "text/html", **headers}

    def _handler(self, path: str) -> Any:
        if path.startswith(("/complaints", "/a/")):
            from functions.intake import public

            return public.handler
        if path == "/" or path.startswith("/desk"):
            from functions.console import pages

            return pages.handler
        from functions.console import api

        return api.handler

    def items(self) -> list[dict[str, Any]]:
        """Everything in the table."""
        pages = aws.client("dynamodb").get_paginator("scan").paginate(TableName="desk")
        return [item for page in pages for item in page["Items"]]

    def person(self, role: str, unit: str) -> str:
        """Who holds a post."""
        found = self.desk.directory.answers(unit, role, self.now)
        assert found is not None, f"nobody is {role} of {unit}"
        return found.person.id


@dataclass
class Answer:
    """What a request got."""

    status: int
    headers: dict[str, str]
    text: str
    cookies: list[str] = field(default_factory=list)

    @property
    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.text)


def shape(result: dict[str, Any]) -> dict[str, Any]:
    body = result.get("body", "")
    text = base64.b64decode(body).decode() if result.get("isBase64Encoded") else body
    return {
        "status": result["statusCode"],
        "headers": result["headers"],
        "text": text,
        "cookies": result.get("cookies", []),
    }


@contextmanager
def world(policy: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A deployment that runs a policy with its sample organisation, its clock at `START`."""
    with mock_aws():
        for name, value in {
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "TABLE": "desk",
            "ORG_ZONE": "Asia/Shanghai",
            "FILES_BUCKET": "files",
            "MAIL_BUCKET": "mail",
            "REPORTS_BUCKET": "reports",
            "FACTS_BUCKET": "facts",
            "ANCHORS_BUCKET": "anchors",
            "KEYS_PARAMETER": "keys",
            "MAIL_DOMAIN": "desk.example",
            "MAIL_FROM": "complaints@desk.example",
        }.items():
            monkeypatch.setenv(name, value)
        aws.reset()
        for queue in ("WORK_QUEUE", "NOTICE_QUEUE", "NOTICE_URGENT_QUEUE", "REPORT_QUEUE"):
            url = aws.client("sqs").create_queue(QueueName=queue.lower().replace("_", "-"))["QueueUrl"]
            monkeypatch.setenv(f"{queue}_URL", url)
        for bucket in ("files", "mail", "reports", "facts", "anchors"):
            aws.client("s3").create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
            )
        aws.client("secretsmanager").create_secret(Name="keys", SecretString='{"current": "k1", "k1": "a test key"}')
        configuration.current.cache_clear()
        context.desk.cache_clear()
        desk = context.desk()
        Item.create_table(wait=False)
        made = World(desk)
        monkeypatch.setattr(clock, "exact", lambda: made.now)
        publish_policy(desk, ROOT / "policies" / f"{policy}.yaml")
        load_organisation(desk, ROOT / "policies" / "sample" / policy, START)
        try:
            yield made
        finally:
            context.desk.cache_clear()
            configuration.current.cache_clear()
            aws.reset()
