"""Whether the calendars and slot tables of a policy can be counted in."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from complaints.policy.findings import Finding, Path
from complaints.policy.model import Policy
from complaints.worktime import Calendar, CalendarSpecError, SlotTable


def calendar_findings(policy: Policy) -> Iterator[Finding]:
    """What is wrong with the time zone, the calendars and the slot tables."""
    try:
        ZoneInfo(policy.zone)
    except (KeyError, ValueError, OSError):  # a bad key fails in several ways: not found, not relative, a folder
        yield Finding(code="bad_zone", path=("zone",), params={"value": policy.zone})
    for name, spec in policy.calendars.items():
        try:
            Calendar.from_spec(spec)
        except CalendarSpecError as error:
            yield _refused(error, ("calendars", name), "calendar_wrong")
    for name, spec in policy.slots.items():
        try:
            SlotTable.from_spec(spec)
        except CalendarSpecError as error:
            yield _refused(error, ("slots", name), "slots_wrong")


def _refused(error: CalendarSpecError, path: Path, code: str) -> Finding:
    params = {"place": error.place, "problem": error.problem, "remedy": error.remedy}
    inner = error.place.replace("[", ".").replace("]", "").split(".")
    inner = inner[1:] if inner[0] in ("calendar", "slots") and len(inner) > 1 else inner
    return Finding(code=code, path=(*path, *(int(one) if one.isdecimal() else one for one in inner)), params=params)
