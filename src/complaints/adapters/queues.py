"""The queues: hints that something is due. The table's index is the truth; a lost message is found by the sweep."""

import math
import random
import time
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from complaints.adapters import aws, clock
from complaints.adapters.settings import Settings

Queue = Literal["work", "notice", "urgent", "report"]

MOST_DELAY_SECONDS = 900
"""SQS holds a message back no longer."""

_SETTING: dict[Queue, str] = {
    "work": "work_queue_url",
    "notice": "notice_queue_url",
    "urgent": "notice_urgent_queue_url",
    "report": "report_queue_url",
}

BATCH = 10
ATTEMPTS = 4


class QueueError(Exception):
    """Messages that the queue did not take after all attempts; the sweep will find what they were about."""

    impersonal = True


class Message(msgspec.Struct, frozen=True):
    """A hint: `body` names a case or a recipient and the instant; it is held back until `due` (epoch seconds; 0: not).

    SQS holds back whole seconds only. For the worker a message comes within the second before `due`, and the worker
    waits out the rest, so that the step is on time; for the sender it comes within the second after.
    """

    queue: Queue
    body: dict[str, Any]
    due: int = 0


class Queues:
    """The work queue, the two notice queues, and the queue of pieces of reports."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def url(self, queue: Queue) -> str:
        """Where a queue is."""
        return self._settings.need(_SETTING[queue])

    def send(self, messages: Iterable[Message]) -> int:
        """Send the messages, in their order, ten a request; entries that were not taken are sent again.

        Returns how many were sent.

        Raises
        ------
        QueueError
            Some were not taken after all attempts; the others were.
        """
        by_queue: dict[Queue, list[Message]] = {}
        for message in messages:
            by_queue.setdefault(message.queue, []).append(message)
        left = 0
        for queue, wanted in by_queue.items():
            for start in range(0, len(wanted), BATCH):
                left += self._send_batch(queue, wanted[start : start + BATCH])
        if left:
            raise QueueError(f"{left} messages were not taken; the sweep sends them again")
        return sum(map(len, by_queue.values()))

    def _send_batch(self, queue: Queue, messages: Sequence[Message]) -> int:
        """Send at most ten; how many were not taken."""
        present = clock.exact().timestamp()
        waiting = {
            str(number): {
                "Id": str(number),
                "MessageBody": msgspec.json.encode(message.body).decode(),
                "DelaySeconds": _delay(message, present),
            }
            for number, message in enumerate(messages)
        }
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(random.uniform(0.02, 0.1) * 2**attempt)
            try:
                answer = aws.client("sqs").send_message_batch(QueueUrl=self.url(queue), Entries=list(waiting.values()))
            except (BotoCoreError, ClientError) as failed:
                if attempt == ATTEMPTS - 1:
                    why = type(failed).__name__
                    raise QueueError(f"the {queue} queue is out of reach ({why}); the sweep sends again") from failed
                continue
            for taken in answer.get("Successful", ()):
                waiting.pop(taken["Id"], None)
            if not waiting:
                return 0
        return len(waiting)

    def depth(self, queue: Queue) -> int:
        """About how many messages wait to be taken now, delayed ones not counted."""
        answer = aws.client("sqs").get_queue_attributes(
            QueueUrl=self.url(queue), AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def put_back(self, queue: Queue, receipt_handle: str, seconds: int) -> None:
        """Let a message that failed come again after so many seconds, instead of the queue's own time."""
        aws.client("sqs").change_message_visibility(
            QueueUrl=self.url(queue), ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
        )


def _delay(message: Message, present: float) -> int:
    """The seconds for which SQS is to hold a message back that is sent at `present`."""
    left = message.due - present
    return max(0, min(MOST_DELAY_SECONDS, math.floor(left) if message.queue == "work" else math.ceil(left)))
