"""Working time, exact to the second: calendars, limits, slots. Standard library only; reads no clock.

`Calendar` answers every question about one organisation's working time, `Limit` is any duration that a policy can
name. `docs/worktime.md` states the contract. Re-timing (`worktime.retime`) and holiday data (`worktime.holidays`) are
imported where they are used.
"""

from .calendar import Calendar
from .errors import CalendarSpecError, InstantError, LimitError, UncoveredError, UnreachableError, WorktimeError
from .limit import Limit
from .period import add_months, end_of_day
from .slots import SlotTable

__all__ = [
    "Calendar",
    "CalendarSpecError",
    "InstantError",
    "Limit",
    "LimitError",
    "SlotTable",
    "UncoveredError",
    "UnreachableError",
    "WorktimeError",
    "add_months",
    "end_of_day",
]
