"""Every minute: hand on what falls due."""

from datetime import datetime
from typing import Any

from complaints.adapters import clock
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.sweep import sweep

log.configure()


@log.guarded
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Sweep for the minute that the scheduler meant, or for this one when it does not say."""
    now = clock.now()
    if desk().settings.hold:
        log.warning("on hold: nothing is swept")
        return {"sent": 0}
    try:
        scheduled = datetime.fromisoformat(str(event.get("scheduled", "")))
    except ValueError:
        scheduled = now
    swept = sweep(desk(), scheduled)
    log.info("swept", scheduled=scheduled.isoformat(), sent=swept.sent, again=swept.again, left=swept.left)
    return {"sent": swept.sent, "again": swept.again, "left": swept.left}
