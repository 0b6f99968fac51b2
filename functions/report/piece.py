"""Do one piece of a night or of a period's reports; whoever does the last of a stage hands out the next one."""

from typing import Any

import msgspec
from functions.batch import each

from complaints.adapters.queues import Queue
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.pieces import Run, hand_out, run_here, take
from complaints.desk.report import is_small
from complaints.desk.runs import MAKERS

log.configure()


@log.guarded
def handler(event: dict[str, Any], _context: object) -> Any:
    """One message a piece: `{"run": name, "stage": 2, "piece": 17}`; or `{"begin": run}`, which somebody asked for."""
    return each(event, desk().queues, lambda _: "report", _act)


def _act(body: dict[str, Any], _queue: Queue) -> None:
    if "begin" in body:
        run = msgspec.convert(body["begin"], Run)
        (run_here if is_small(desk(), run) else hand_out)(desk(), run, MAKERS)
        log.info("begun", run=run.id)
        return
    take(desk(), body["run"], body["stage"], body["piece"], MAKERS)
    log.info("done", run=body["run"], stage=body["stage"], piece=body["piece"])
