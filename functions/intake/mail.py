"""Inbound e-mail: the bucket says through its queue that a message is there. Each message for itself."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from complaints.adapters import clock
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.inbound import receive


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Work on the messages of one batch; those that could not be reached come again, the others are done."""
    log.configure()
    failures = []
    for record in event["Records"]:
        try:
            for key in _keys(record):
                receive(desk(), key, clock.counted())
        except Exception as failed:  # noqa: BLE001  # the queue keeps it and brings it again; the others go on
            log.error("mail not reached", exception=True, id=record["messageId"], error=type(failed).__name__)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _keys(record: dict[str, Any]) -> Iterator[str]:
    """The keys that a bucket's notification names; its test event names none."""
    for entry in json.loads(record["body"]).get("Records", ()):
        yield unquote_plus(entry["s3"]["object"]["key"])
