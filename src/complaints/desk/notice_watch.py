"""Is next year's holiday notice in? A reminder every day from 1 November, an alarm from 10 December."""

from datetime import datetime

from complaints.desk import log
from complaints.desk.context import Desk
from complaints.desk.deliver import deliver
from complaints.worktime.notices import NoticeCheck, notice_check

_ALARMING = {"none": 0, "remind": 1, "alarm": 2}


def watch_notices(desk: Desk, now: datetime) -> dict[str, NoticeCheck]:
    """Look at every calendar of the current policy that knows holidays; tell its keepers what is missing.

    The metric `HolidayNotice` is 0 (in), 1 (a reminder) or 2 (an alarm, see the template). One text a day and calendar.
    """
    book = desk.policies.current(now)
    door = desk.directory.unit(book.policy.intake.unit, now)
    root = desk.directory.unit(door.path[0], now) if door is not None else None
    found = {}
    for name, calendar in book.calendars.items():
        today = now.astimezone(calendar.zone).date()
        check = notice_check(calendar.years, today)
        found[name] = check
        if check.level == "none":
            continue
        log.warning("holiday notice missing", calendar=name, year=check.year, level=check.level)
        if root is not None:
            midnight = datetime.combine(today, datetime.min.time(), calendar.zone)
            params = {"period": str(check.year)}
            deliver(desk, book.policy.calendar_delivery, root, f"notice:{name}:{today}", params, midnight, now)
    log.metric(now, "HolidayNotice", max((_ALARMING[check.level] for check in found.values()), default=0))
    return found
