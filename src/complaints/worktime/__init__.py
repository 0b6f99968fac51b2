"""Working time, exact to the second: calendars, limits, slots. Standard library only; reads no clock.

`Calendar` answers every question about one organisation's working time; `docs/worktime.md` states the contract.
"""

from .calendar import Calendar
from .errors import CalendarSpecError, InstantError, UncoveredError, UnreachableError, WorktimeError
from .period import add_months, end_of_day

__all__ = [
    "Calendar",
    "CalendarSpecError",
    "InstantError",
    "UncoveredError",
    "UnreachableError",
    "WorktimeError",
    "add_months",
    "end_of_day",
]
