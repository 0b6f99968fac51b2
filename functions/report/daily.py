"""Every night at two: seal and fold yesterday, anchor the chains, look whether the next year's holidays are known."""

from typing import Any

from complaints.adapters import clock
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.notice_watch import watch_notices
from complaints.desk.pieces import hand_out, run_here
from complaints.desk.runs import MAKERS
from complaints.desk.seal import is_quiet, night, sealed

log.configure()


@log.guarded
def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Seal what is owed, or hand it out in pieces where it is much; the days, and where it was done here the facts
    counted and the cases whose chain does not hold."""
    now = clock.now()
    watch_notices(desk(), now)
    run = night(desk(), now)
    if not is_quiet(desk(), run):
        hand_out(desk(), run, MAKERS)
        log.info("handed out", run=run.id, days=list(run.of))
        return {"days": list(run.of), "handed_out": run.id}
    done = sealed(run, run_here(desk(), run, MAKERS))
    if done.broken:
        log.warning("chains broken", cases=list(done.broken))
    log.info("sealed", days=list(done.days), facts=done.facts, late=done.late)
    return {"days": list(done.days), "facts": done.facts, "late": done.late, "broken": list(done.broken)}
