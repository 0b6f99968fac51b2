"""Working time, exact to the second: calendars, limits, slots. Of other libraries only msgspec; reads no clock.

`Calendar` answers every question about one organisation's working time, `Limit` is any duration that a policy can
name, `affected` and `retime` say what a changed calendar moves. `docs/worktime.md` states the contract. Holiday data
(`worktime.holidays`, `worktime.notices`) is imported where it is used.
"""

from .calendar import Calendar
from .errors import CalendarSpecError, InstantError, LimitError, UncoveredError, UnreachableError, WorktimeError
from .limit import Limit
from .period import add_months, end_of_day
from .retiming import Change, Retimed, TimedLimit, affected, retime
from .slots import SlotTable

__all__ = [
    "Calendar",
    "CalendarSpecError",
    "Change",
    "InstantError",
    "Limit",
    "LimitError",
    "Retimed",
    "SlotTable",
    "TimedLimit",
    "UncoveredError",
    "UnreachableError",
    "WorktimeError",
    "add_months",
    "affected",
    "end_of_day",
    "retime",
]
