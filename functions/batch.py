"""A batch of queue messages, each for itself: those that failed come again, the others are done."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from complaints.adapters.queues import Queue, Queues
from complaints.desk import log

SOONEST_SECONDS = 2


def each(
    event: dict[str, Any], queues: Queues, queue_of: Callable[[str], Queue], act: Callable[[Any, Queue], None]
) -> Any:
    """Act on every message; the answer for SQS names those that failed.

    A message that failed comes again after 2, 4, 8 ... seconds, not after the queue's own minutes.
    """
    failures = []
    for record in event["Records"]:
        try:
            act(json.loads(record["body"]), queue_of(record.get("eventSourceARN", "")))
        except Exception as failed:  # noqa: BLE001  # one bad message must not stop the others; the queue keeps it
            log.error("message failed", exception=True, id=record["messageId"], error=type(failed).__name__)
            failures.append({"itemIdentifier": record["messageId"]})
            _sooner(record, queues, queue_of)
    return {"batchItemFailures": failures}


def _sooner(record: dict[str, Any], queues: Queues, queue_of: Callable[[str], Queue]) -> None:
    received = int(record.get("attributes", {}).get("ApproximateReceiveCount", "1"))
    try:
        queue = queue_of(record.get("eventSourceARN", ""))
        queues.put_back(queue, record["receiptHandle"], SOONEST_SECONDS * 2 ** (received - 1))
    except (BotoCoreError, ClientError) as failed:
        log.warning("message keeps the queue's own time", error=type(failed).__name__)
