"""Reports of a unit, those that are being made among them, lent by links that expire."""

from datetime import datetime

import msgspec

from complaints.adapters.files import Files
from complaints.desk.context import Desk
from complaints.desk.report_making import making
from complaints.desk.staff import Member
from complaints.desk.worklist import unit_path

LENT_SECONDS = 300


class Lent(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a report: its name, and a link to it that is good for five minutes."""

    name: str
    url: str


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """The reports of a unit: period -> its files' names. `path` leads to it, root first; `making` are the periods that
    are being made and since when, without files where they never were before."""

    unit: str
    path: tuple[str, ...]
    periods: dict[str, tuple[str, ...]]
    making: dict[str, datetime]


def shelf(desk: Desk, member: Member, unit: str, now: datetime) -> Shelf:
    """Which reports a unit in sight has (the person's own where none is named), newest period first.

    Raises
    ------
    NoUnitError
        No such unit in sight.
    """
    path = unit_path(desk, member.sight, unit, now) if unit else member.home
    prefix = f"units/{path[-1]}/"
    periods: dict[str, list[str]] = {}
    for key in Files(desk.settings.need("reports_bucket")).keys(prefix):
        period, _, name = key.removeprefix(prefix).partition("/")
        periods.setdefault(period, []).append(name)
    under_way = making(desk)
    for period, one in under_way.items():
        if not one.again:
            periods[period] = []  # nothing is shown before all of it is there
    return Shelf(
        unit=path[-1],
        path=tuple(path),
        periods={period: tuple(sorted(periods[period])) for period in sorted(periods, reverse=True)},
        making={period: one.since for period, one in under_way.items()},
    )


def lend(desk: Desk, member: Member, unit: str, period: str, now: datetime) -> tuple[Shelf, tuple[Lent, ...]]:
    """The unit's reports and the links to the files of one of them; none where there is no such report."""
    bucket = Files(desk.settings.need("reports_bucket"))
    found = shelf(desk, member, unit, now)
    return found, tuple(
        Lent(
            name=name, url=bucket.link(f"units/{found.unit}/{period}/{name}", LENT_SECONDS, _saved(found, period, name))
        )
        for name in found.periods.get(period, ())
    )


def _saved(found: Shelf, period: str, name: str) -> str:
    """What a browser saves it as; a page is shown instead."""
    return "" if name.endswith(".html") else f"{found.unit}-{period}-{name}"
