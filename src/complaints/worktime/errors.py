"""What can go wrong when time is counted; every message names the place and the remedy."""

from __future__ import annotations


class WorktimeError(Exception):
    """Base of every refusal of `complaints.worktime`."""


class CalendarSpecError(WorktimeError, ValueError):
    """A calendar, slot table or limit is written wrongly.

    `place` is the path inside the spec (`week.mon[0][1]`), so that a policy compiler can prefix its own.
    """

    def __init__(self, place: str, problem: str, remedy: str) -> None:
        super().__init__(f"{place}: {problem}; {remedy}")
        self.place = place
        self.problem = problem
        self.remedy = remedy


class InstantError(WorktimeError, ValueError):
    """An instant without a time zone, or a pause that ends before it begins."""


class UnreachableError(WorktimeError, ArithmeticError):
    """No instant satisfies the request: the calendar has not so much working time (contract A4)."""

    impersonal = True


class UncoveredError(UnreachableError):
    """The answer depends on a year for which the calendar has no holiday data; it is never guessed."""


class LimitError(WorktimeError, ValueError):
    """The kind of limit lacks what is asked of it: a slot table cannot be counted back or extended."""
