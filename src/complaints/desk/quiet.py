"""Quiet hours: when ordinary texts wait until the morning."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from complaints.policy.model import Texting


def quiet_until(texting: Texting, zone: str, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` lies (aware UTC); None when it lies in none.

    They may run over midnight. Equal beginning and end mean that there are none.
    """
    start, end = time.fromisoformat(texting.quiet_from), time.fromisoformat(texting.quiet_to)
    if start == end:
        return None
    local = now.astimezone(ZoneInfo(zone))
    clock = local.time().replace(tzinfo=None)
    over_midnight = start > end
    quiet = (clock >= start or clock < end) if over_midnight else start <= clock < end
    if not quiet:
        return None
    morning = local.date() + timedelta(days=1) if over_midnight and clock >= start else local.date()
    return datetime.combine(morning, end, ZoneInfo(zone)).astimezone(UTC)
