"""On the first of a month: the reports of the month that ended, in January of the year too."""

from typing import Any

from complaints.adapters import clock
from complaints.desk import log
from complaints.desk.context import desk
from complaints.desk.report import closed_periods, publish_period

log.configure()


@log.guarded
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Publish the closed periods, or the one that `event` names (`{"period": "2026-11"}`)."""
    now = clock.now()
    periods = [str(event["period"])] if event.get("period") else closed_periods(now, desk())
    made = []
    for period in periods:
        published = publish_period(desk(), period, now)
        log.info("published", period=period, units=published.units, files=len(published.keys))
        made.append({"period": period, "units": published.units, "files": len(published.keys)})
    return {"published": made}
