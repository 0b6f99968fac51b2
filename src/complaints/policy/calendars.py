"""Calendars and slot tables of a policy: worked out to what working time counts in, or refused with the place.

A calendar may name a `country`: the holidays shipped for it are filled in when the policy is compiled, so that run time
reads no holiday data, and a policy's hash says which holidays it counts with.
"""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from complaints.policy.findings import Finding, Path
from complaints.policy.model import Policy
from complaints.worktime import Calendar, CalendarSpecError, SlotTable
from complaints.worktime.holidays import expand_spec


def readable_calendars(policy: Policy) -> dict[str, Calendar]:
    """Those calendars of a policy that can be counted in; `calendar_findings` says what is wrong with the others."""
    return {name: read for name, spec in policy.calendars.items() if isinstance(read := _read(spec), Calendar)}


def compiled_calendars(policy: Policy) -> dict[str, dict[str, Any]]:
    """The calendars in their normal form, holidays filled in; those that cannot be read stay as they are written."""
    return {**policy.calendars, **{name: calendar.spec for name, calendar in readable_calendars(policy).items()}}


def calendar_findings(policy: Policy) -> Iterator[Finding]:
    """What is wrong with the time zone, the calendars and the slot tables."""
    try:
        ZoneInfo(policy.zone)
    except (KeyError, ValueError, OSError):  # a bad key fails in several ways: not found, not relative, a folder
        yield Finding(code="bad_zone", path=("zone",), params={"value": policy.zone})
    for name, spec in policy.calendars.items():
        read = _read(spec)
        if isinstance(read, CalendarSpecError):
            yield _refused(read, ("calendars", name), "calendar_wrong")
        elif read.needs_holidays:
            yield Finding(code="holidays_without_years", path=("calendars", name), level="warning", at_key=True)
    for name, spec in policy.slots.items():
        try:
            SlotTable.from_spec(spec)
        except CalendarSpecError as error:
            yield _refused(error, ("slots", name), "slots_wrong")


def _read(spec: dict[str, Any]) -> Calendar | CalendarSpecError:
    try:
        return Calendar.from_spec(expand_spec(spec))
    except CalendarSpecError as error:
        return error


def _refused(error: CalendarSpecError, path: Path, code: str) -> Finding:
    params = {"place": error.place, "problem": error.problem, "remedy": error.remedy}
    inner = error.place.replace("[", ".").replace("]", "").split(".")
    inner = inner[1:] if inner[0] in ("calendar", "slots") and len(inner) > 1 else inner
    return Finding(code=code, path=(*path, *(int(one) if one.isdecimal() else one for one in inner)), params=params)
