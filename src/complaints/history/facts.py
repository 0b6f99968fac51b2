"""The facts of a case of the time before: no deadline starts, nobody is told, the reports know it."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from complaints.history.cases import Case
from complaints.reporting.facts import Fact, instant, local_day


def facts_of(case: Case, zone: ZoneInfo) -> Iterator[tuple[str, Fact]]:
    """The facts with the day in `zone` that each belongs to.

    A closing before the receipt is an error of the source: it counts, but no duration is made of it. A case that is
    closed nobody knows when counts as closed on the day of receipt, without a duration.
    """
    closed = case.closed
    common: dict[str, Any] = {
        "reference": case.reference,
        "path": case.path,
        "kind": case.kind,
        "category": case.category,
        "channel": case.channel,
        "cause": case.cause,
        "severity": case.severity,
        "region": case.region,
        "origin": "import",
        "phase": "closed" if case.is_closed else "open",
        "opened_at": _written(case.opened),
        "opened_day": day_of(case.opened, zone),
        "handled_day": day_of(closed, zone) if closed else "",
        "score": case.score,
    }
    ended = closed or case.opened
    yield _at(case.opened, zone, type="received", seq=1, **common)
    for part, kept in enumerate(case.verdicts):
        due = kept.due
        yield _at(
            due if due is not None and kept.outcome == "missed" else ended,
            zone,
            type="deadline",
            seq=2,
            part=part,
            deadline=kept.deadline,
            due_at=_written(due) if due else "",
            due_day=day_of(due, zone) if due else "",
            outcome=kept.outcome,
            seconds=case.took,
            **common,
        )
    if case.is_closed:
        yield _at(ended, zone, type="closed", seq=3, outcome=case.outcome or "closed", seconds=case.took, **common)
    if case.score:
        yield _at(ended, zone, type="rated", seq=4, **common)
    if case.disputed:
        yield _at(ended, zone, type="disputed", seq=5, **common)


def _at(at: datetime, zone: ZoneInfo, **fields: Any) -> tuple[str, Fact]:
    written = _written(at)
    return day_of(at, zone), Fact(at=written, recorded_at=written, **fields)


@lru_cache(maxsize=65_536)
def day_of(at: datetime, zone: ZoneInfo) -> str:
    """The date of an instant in the zone; instants of history repeat, most are whole days."""
    return local_day(at, zone)


@lru_cache(maxsize=65_536)
def _written(at: datetime) -> str:
    return instant(at)
