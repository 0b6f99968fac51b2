"""What the local run sent: one line for each text and each mail to each recipient, kept before it is acknowledged."""

import email
import email.policy
import json
import threading
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localrun.clock import MovedClock

Texts = Callable[[], Iterable[Mapping[str, Any]]]


class Outbox:
    """The list behind `complaints local outbox`, in `file`, on the moved clock.

    A carrier hears neither of templates nor of cases; `texts` answers the product's own record of what it handed over
    (`carrier_id`, `templates`, `cases`), from which both are told.
    """

    def __init__(self, file: Path, clock: MovedClock, texts: Texts) -> None:
        self._file = file
        self._clock = clock
        self._texts = texts
        self._lock = threading.Lock()

    def sent_text(self, record: Mapping[str, Any]) -> None:
        """Keep a text as the local SNS recorded it."""
        self._keep("sms", record["PhoneNumber"], record["Message"], record["MessageId"])

    def sent_mail(self, request: Mapping[str, Any], message_id: str) -> None:
        """Keep a mail as SES was asked for it, once for each recipient."""
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
            self._keep("email", to, text, message_id)

    def _keep(self, channel: str, to: str, text: str, message_id: str) -> None:
        taken = datetime.fromtimestamp(self._clock.time(), UTC)
        at = taken.strftime("%Y-%m-%dT%H:%M:%SZ")
        line = {"at": at, "taken_at": taken.isoformat(), "channel": channel, "to": to, "text": text, "id": message_id}
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def lines(self) -> list[dict[str, Any]]:
        """Return what was sent, oldest first: at (RFC 3339, UTC, moved clock), channel, to, template, text, case.

        `taken_at` is the same instant as `at`, not cut to the second: when the carrier took it.
        One text may carry the notices of several cases: `case` and `template` are the first, `cases` are all.
        """
        known = {text["carrier_id"]: text for text in self._texts()}
        with self._lock:
            kept = self._file.read_text(encoding="utf-8").split("\n") if self._file.exists() else []
        answer = []
        for line in kept:
            if line:
                sent = json.loads(line)
                text = known.get(sent.pop("id"), {})
                cases, templates = list(text.get("cases") or ()), list(text.get("templates") or ())
                sent |= {"template": next(iter(templates), None), "case": next(iter(cases), None), "cases": cases}
                answer.append(sent)
        return answer
