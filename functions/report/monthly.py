"""On the first of a month: the reports of the month that ended, in January of the year too."""

from typing import Any

from complaints.adapters import clock
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.pieces import hand_out, run_here
from complaints.desk.report import closed_periods, is_small, published
from complaints.desk.report_making import begin
from complaints.desk.runs import MAKERS

log.configure()


@log.guarded
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Publish the closed periods, or the one that `event` names (`{"period": "2026-11"}`): here, or in pieces where
    they are much."""
    now = clock.now()
    periods = [str(event["period"])] if event.get("period") else closed_periods(now, desk())
    run = begin(desk(), periods, now)
    if not is_small(desk(), run):
        hand_out(desk(), run, MAKERS)
        log.info("handed out", run=run.id, periods=periods)
        return {"published": [], "handed_out": run.id}
    made = published(run, run_here(desk(), run, MAKERS))
    for one in made:
        log.info("published", period=one.period, units=one.units, files=len(one.keys))
    return {"published": [{"period": one.period, "units": one.units, "files": len(one.keys)} for one in made]}
