"""Which periods' reports are being made: noted when somebody asks for them, taken away when the last one is there.

A period that is made for the first time is shown when all its reports are; one that is made again stays as it was until
each of its files is written anew.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from complaints.adapters.factstore import FactStore
from complaints.adapters.files import Files, NoFileError
from complaints.adapters.queues import Message
from complaints.desk.context import Desk
from complaints.desk.pieces import Run
from complaints.desk.report_fold import NothingKnownError, NotOverError, UnsealedError, unsealed
from complaints.desk.seal import LOOK_BACK
from complaints.reporting.facts import before, days_of, local_day

FOLDER = "making/"


class Making(msgspec.Struct, frozen=True):
    """Reports of a period that are being made: since when (UTC), and whether they are made again, so that those made
    before are still to be had."""

    since: datetime
    again: bool


def begin(desk: Desk, periods: Sequence[str], now: datetime) -> Run:
    """Note that the reports of these periods are being made; what is to be done for it.

    Raises
    ------
    UnsealedError
        A period is not over, or lies before the first case, or what it is folded from is not there yet; nothing was
        noted.
    """
    for period in periods:
        last = days_of(period)[-1]
        if last >= local_day(now, desk.settings.zone):
            raise NotOverError(period, last)
    store = FactStore(desk.settings.need("facts_bucket"))
    for period in periods:
        if len(period) == 7:
            _month_is_sealed(desk, store, period, now)
        else:
            _months_are_made(store, period, periods)
    bucket = Files(desk.settings.need("reports_bucket"))
    door = desk.directory.unit(desk.policies.current(now).policy.intake.unit, now)
    under_way = making(desk)
    for period in periods:
        known = under_way.get(period)
        again = known.again if known else bool(door and bucket.keys(f"units/{door.path[0]}/{period}/"))
        bucket.write(FOLDER + period, msgspec.json.encode(Making(since=now, again=again)))
    return Run(kind="reports", of=tuple(periods), at=now)


def _month_is_sealed(desk: Desk, store: FactStore, month: str, now: datetime) -> None:
    missing = unsealed(store, month)
    if not missing:
        return
    if store.sealed(f"{month}-") or _is_owed(desk, store, month, now):
        raise UnsealedError(missing)
    raise NothingKnownError(month)


def _is_owed(desk: Desk, store: FactStore, month: str, now: datetime) -> bool:
    """Whether a night is still to seal a day of a month that has no sealed one."""
    earliest = local_day(now - timedelta(days=LOOK_BACK), desk.settings.zone)
    if any(store.sealed(f"{before(month, -ahead)}-") for ahead in (1, 2)):
        return False
    return any(desk.store.count_facts(day, 0) for day in reversed(days_of(month)) if day >= earliest)


def _months_are_made(store: FactStore, year: str, periods: Sequence[str]) -> None:
    """A year is folded from those of its months that are made, before it or along with it."""
    found = store.sealed(f"{year}-")
    made = {one for one in found if len(one) == 7} | {one for one in periods if one.startswith(f"{year}-")}
    if not made and not found:
        raise NothingKnownError(year)
    left_out = {one[:7] for one in found} - made
    if left_out:
        raise UnsealedError(sorted(left_out), "make the reports of these months first")


def ask_for(desk: Desk, period: str, now: datetime) -> None:
    """Have the reports of a period made by whoever takes pieces from the queue. Raises as `begin` does."""
    run = begin(desk, [period], now)
    desk.queues.send([Message("report", {"begin": msgspec.to_builtins(run)})])


def making(desk: Desk) -> dict[str, Making]:
    """The periods whose reports are being made."""
    bucket = Files(desk.settings.need("reports_bucket"))
    found: dict[str, Making] = {}
    for key in bucket.keys(FOLDER):
        try:
            found[key.removeprefix(FOLDER)] = msgspec.json.decode(bucket.read(key), type=Making)
        except NoFileError:
            continue  # they were ready between the two requests
    return found


def made(desk: Desk, period: str) -> None:
    """The reports of a period are all there."""
    Files(desk.settings.need("reports_bucket")).delete(FOLDER + period)
