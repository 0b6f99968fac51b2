"""Send what is due to each recipient of a batch."""

from datetime import UTC, datetime
from typing import Any

from functions.batch import each

from complaints.adapters import clock
from complaints.adapters.queues import Queue
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.send import send

log.configure()


def handler(event: dict[str, Any], _context: object) -> Any:
    """One message a recipient: `{"person": id, "at": epoch seconds}`, with `slot` if a place in the rate is kept, and
    `wake` if it comes back for all when a window closes."""
    if desk().settings.hold:
        # the notices stand in the index: the first sweep after the hold sends for them again
        log.warning("on hold: nothing is sent", messages=len(event["Records"]))
        return {"batchItemFailures": []}
    return each(event, desk().queues, _queue, _act)


def _queue(arn: str) -> Queue:
    urgent = desk().settings.notice_urgent_queue_url or ""
    return "urgent" if urgent.rpartition("/")[2] == arn.rpartition(":")[2] else "notice"


def _act(body: dict[str, Any], queue: Queue) -> None:
    at = datetime.fromtimestamp(body["at"], UTC)
    slot, wake = body.get("slot", 0), body.get("wake", 0)
    sent = send(desk(), body["person"], at, clock.now(), urgent=queue == "urgent", slot=slot, wake=wake)
    log.info("notified", recipient=body["person"], texts=sent.texts, notices=sent.notices)
