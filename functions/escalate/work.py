"""Move each case of a batch forward, at its instant."""

import json
import time
from collections.abc import Sequence
from typing import Any

from functions.batch import each

from complaints.adapters import clock
from complaints.adapters.queues import Queue
from complaints.desk import log
from complaints.desk.commit import Stored
from complaints.desk.context import desk
from complaints.desk.work import PATIENCE, attempt, foresee

log.configure()


def handler(event: dict[str, Any], _context: object) -> Any:
    """One message a case: `{"ref": reference, "at": epoch seconds}`; what is due first comes first."""
    if desk().settings.hold:
        # the cases stand in the index: the first sweep after the hold sends for them again
        log.warning("on hold: nothing is moved", messages=len(event["Records"]))
        return {"batchItemFailures": []}
    read = sorted(((_body(record), record) for record in event["Records"]), key=lambda one: _at(one[0]))
    seen = _foreseen([str(body["ref"]) for body, _ in read if body.get("ref")])

    def act(body: dict[str, Any], _queue: Queue) -> None:
        at = body.get("at", 0)
        if 0 < _left(at) <= PATIENCE.total_seconds():
            time.sleep(max(0.0, _left(at)))
        # once only: a case that is in the batch twice has been changed the second time
        worked = attempt(desk(), body["ref"], clock.now(), seen.pop(body["ref"], None))
        log.info("worked", case=body["ref"], outcome=worked.outcome, events=worked.events)

    return each({"Records": [record for _, record in read]}, desk().queues, lambda _: "work", act)


def _foreseen(references: Sequence[str]) -> dict[str, Stored]:
    try:
        return foresee(desk(), references, clock.now())
    except Exception as failed:  # noqa: BLE001  # whatever is wrong is met again, and counted, by the case that it is about
        log.warning("nothing read ahead: each case reads for itself", error=type(failed).__name__)
        return {}


def _body(record: dict[str, Any]) -> dict[str, Any]:
    """What a message says; nothing for one that fails by itself when its turn comes, and must not fail the others."""
    try:
        body = json.loads(record["body"])
    except (ValueError, TypeError, KeyError):
        return {}
    return body if isinstance(body, dict) else {}


def _at(body: dict[str, Any]) -> float:
    at = body.get("at", 0)
    return float(at) if isinstance(at, int | float) else 0.0


def _left(at: float) -> float:
    """Seconds until an instant."""
    return at - clock.exact().timestamp()
