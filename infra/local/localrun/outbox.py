"""What the local run sent: one line for each text and each mail to each recipient, kept at once."""

import email
import email.policy
import json
import threading
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localrun.clock import MovedClock


class Outbox:
    """The list behind `complaints local outbox`, in `file`, on the moved clock."""

    def __init__(self, file: Path, clock: MovedClock) -> None:
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()

    def sent_text(self, record: Mapping[str, Any]) -> None:
        """Keep a text as the local SNS recorded it; the message attributes `template` and `case` go with it."""
        attributes = {
            name: value.get("StringValue") or value.get("Value") if isinstance(value, dict) else value
            for name, value in (record.get("MessageAttributes") or {}).items()
        }
        self._keep("sms", record["PhoneNumber"], record["Message"], attributes)

    def sent_mail(self, request: Mapping[str, Any]) -> None:
        """Keep a mail as it was asked for of SES; the tags `template` and `case` go with it."""
        tags = {tag["Name"]: tag["Value"] for tag in request.get("EmailTags") or []}
        content = request["Content"]
        if "Raw" in content:
            message = email.message_from_bytes(b64decode(content["Raw"]["Data"]), policy=email.policy.default)
            body = message.get_body(("plain", "html"))
            text = f"{message['subject']}\n\n{body.get_content() if body is not None else ''}"
        else:
            simple = content["Simple"]
            part = simple["Body"].get("Text") or simple["Body"].get("Html") or {"Data": ""}
            text = f"{simple['Subject']['Data']}\n\n{part['Data']}"
        for to in (request.get("Destination") or {}).get("ToAddresses", []):
            self._keep("email", to, text, tags)

    def _keep(self, channel: str, to: str, text: str, attributes: Mapping[str, Any]) -> None:
        line = {
            "at": datetime.fromtimestamp(int(self._clock.time()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "channel": channel,
            "to": to,
            "template": attributes.get("template"),
            "text": text,
            "case": attributes.get("case"),
        }
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def lines(self) -> list[dict[str, Any]]:
        """Return what was sent, oldest first; `at` is RFC 3339 in UTC on the moved clock."""
        with self._lock:
            if not self._file.exists():
                return []
            return [json.loads(line) for line in self._file.read_text(encoding="utf-8").split("\n") if line]
