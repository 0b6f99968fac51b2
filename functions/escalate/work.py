"""Move each case of a batch forward."""

import time
from typing import Any

from functions.escalate.batch import each

from complaints.adapters import clock
from complaints.adapters.queues import Queue
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.work import PATIENCE, attempt

log.configure()


def handler(event: dict[str, Any], _context: object) -> Any:
    """One message a case: `{"ref": reference, "at": epoch seconds}`."""
    return each(event, desk().queues, lambda _: "work", _act)


def _act(body: dict[str, Any], _queue: Queue) -> None:
    worked = attempt(desk(), body["ref"], clock.now())
    if worked.outcome == "early" and worked.wait <= PATIENCE:
        time.sleep(worked.wait.total_seconds())
        worked = attempt(desk(), body["ref"], clock.now())
    log.info("worked", case=body["ref"], outcome=worked.outcome, events=worked.events)
