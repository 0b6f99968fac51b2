"""Move each case of a batch forward."""

import json
import time
from typing import Any

from functions.batch import each

from complaints.adapters import clock
from complaints.adapters.queues import Queue
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.work import PATIENCE, attempt, make_ready

log.configure()


def handler(event: dict[str, Any], _context: object) -> Any:
    """One message a case: `{"ref": reference, "at": epoch seconds}`; what is due first comes first."""
    if desk().settings.hold:
        # the cases stand in the index: the first sweep after the hold sends for them again
        log.warning("on hold: nothing is moved", messages=len(event["Records"]))
        return {"batchItemFailures": []}
    return each({"Records": sorted(event["Records"], key=_at)}, desk().queues, lambda _: "work", _act)


def _at(record: dict[str, Any]) -> float:
    try:
        return float(json.loads(record["body"])["at"])
    except (ValueError, TypeError, KeyError):
        return 0.0  # it fails by itself when its turn comes, and must not fail the others


def _act(body: dict[str, Any], _queue: Queue) -> None:
    at = body.get("at", 0)
    if 0 < _left(at) <= PATIENCE.total_seconds():
        make_ready(desk(), clock.now())
        time.sleep(max(0.0, _left(at)))
    worked = attempt(desk(), body["ref"], clock.now())
    log.info("worked", case=body["ref"], outcome=worked.outcome, events=worked.events)


def _left(at: float) -> float:
    """Seconds until an instant."""
    return at - clock.exact().timestamp()
