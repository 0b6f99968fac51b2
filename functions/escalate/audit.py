"""Every five minutes: is everything done that should be?"""

from typing import Any

from complaints.adapters import clock
from complaints.desk import log
from complaints.desk.audit import audit
from complaints.desk.context import desk

log.configure()


@log.guarded
def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Look, and report by metrics and log lines; the alarms on them, and on silence, are in the template."""
    found = audit(desk(), clock.now())
    log.info("audited", overdue=found.overdue, parked=found.parked, unmarked=found.unmarked)
    return {"overdue": found.overdue, "parked": found.parked, "unmarked": found.unmarked}
