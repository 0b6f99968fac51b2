"""Send what is due to each recipient of a batch."""

from datetime import UTC, datetime
from typing import Any

from functions.batch import each

from complaints.adapters import clock
from complaints.adapters.queues import Message, Queue
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.send import send

log.configure()


def handler(event: dict[str, Any], _context: object) -> Any:
    """One message a recipient: `{"person": id, "at": epoch seconds}`, with `slot` if a place in the rate is kept."""
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
    now = clock.now()
    sent = send(desk(), body["person"], at, now, urgent=queue == "urgent", slot=body.get("slot", 0))
    if sent.again_in is not None:
        again = {**body, "slot": sent.slot} if sent.slot else {"person": body["person"], "at": body["at"]}
        desk().queues.send([Message(queue, again, int(now.timestamp()) + sent.again_in)])
    log.info("notified", recipient=body["person"], texts=sent.texts, notices=sent.notices)
