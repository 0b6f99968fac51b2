"""Every night at two: seal and fold yesterday, anchor the chains, look whether the next year's holidays are known."""

from typing import Any

from complaints.adapters import clock
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.notice_watch import watch_notices
from complaints.desk.seal import seal

log.configure()


@log.guarded
def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Seal what is owed; the days sealed, the facts counted, the cases whose chain does not hold."""
    now = clock.now()
    watch_notices(desk(), now)
    sealed = seal(desk(), now)
    if sealed.broken:
        log.warning("chains broken", cases=list(sealed.broken))
    log.info("sealed", days=list(sealed.days), facts=sealed.facts, late=sealed.late)
    return {"days": list(sealed.days), "facts": sealed.facts, "late": sealed.late, "broken": list(sealed.broken)}
