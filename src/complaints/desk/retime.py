"""A corrected calendar moves the deadlines of open cases: first a dry run, then at a bounded rate, while all works on.

The worker re-times a case by itself before it advances it; this goes through the others, so that lists and promises are
right too. It finds open cases by the work lists, a page at a time, and can be broken off and begun again.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from complaints.adapters.rows import OPEN
from complaints.adapters.store import VersionConflictError
from complaints.case import advance
from complaints.case.state import Case
from complaints.desk.commit import Stored, commit, load_case
from complaints.desk.context import Desk
from complaints.policy.rulebook import Rulebook

PAGE = 100
PER_SECOND = 20


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline that moves: of which case and order, from when to when (aware UTC)."""

    reference: str
    deadline: str
    order: int
    was: datetime
    due_at: datetime


def preview(desk: Desk, name: str, spec: Mapping[str, Any], now: datetime) -> Iterator[Moved]:
    """What publishing this calendar in place of the one of that name would move. Changes nothing."""
    books: dict[str, Rulebook] = {}
    standing = desk.policies.current(now).calendars[name].id
    for stored in _open_cases(desk, now):
        policy = stored.case.policy
        if policy not in books:
            book = desk.policies.book(policy, now)
            same = {n: dict(spec) for n, calendar in book.calendars.items() if calendar.id == standing}
            others = {n: calendar.spec for n, calendar in book.calendars.items() if n not in same}
            books[policy] = Rulebook(book.policy, {**others, **same})
        yield from _moved(stored.case, books[policy], now)


def retime(
    desk: Desk, now: datetime, *, per_second: int = PER_SECOND, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Moved]:
    """Move every open deadline to where the calendars that count now put it; what moved, as it is done.

    At most `per_second` cases are changed a second. A case that somebody else changes meanwhile is looked at again.
    """
    for found in _open_cases(desk, now):
        stored: Stored | None = found
        while stored is not None:
            book = desk.policies.book(stored.case.policy, now)
            events = advance.retime(stored.case, book, now)
            if not events:
                break
            moved = list(_moved(stored.case, book, now))
            try:
                commit(desk, now, stored, events, book)
            except VersionConflictError:
                stored = load_case(desk, found.case.reference)
                continue
            yield from moved
            sleep(1 / per_second)
            break


def _moved(case: Case, book: Rulebook, now: datetime) -> Iterator[Moved]:
    for event in advance.retime(case, book, now):
        for effect in event.effects:
            running = case.deadline(effect.deadline, effect.order)
            if running is not None and effect.due_at is not None:
                yield Moved(
                    reference=case.reference,
                    deadline=effect.deadline,
                    order=effect.order,
                    was=running.due_at,
                    due_at=effect.due_at,
                )


def _open_cases(desk: Desk, now: datetime) -> Iterator[Stored]:
    """Every case with something open, once, by the root's work list."""
    unit = desk.policies.current(now).policy.intake.unit
    path = desk.directory.places(now).path(unit)
    seen: set[str] = set()
    after = ""
    while path and (page := desk.store.unit_list(path[0], 0, OPEN, after=after, limit=PAGE)):
        for line in page:
            reference = line.columns["reference"]
            if reference not in seen:
                seen.add(reference)
                stored = load_case(desk, reference)
                if stored is not None:
                    yield stored
        after = page[-1].place
