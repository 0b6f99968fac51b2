"""The reports of some units of a period: what they are made from is read once, each is made and written."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

import msgspec

from complaints.adapters.factstore import FactStore
from complaints.adapters.files import Files
from complaints.adapters.table import FACT_SHARDS
from complaints.desk.context import Desk
from complaints.desk.report_fold import cut_run, whole_run
from complaints.directory.model import Unit
from complaints.reporting import source
from complaints.reporting.facts import before, days_of, months_of
from complaints.reporting.fold import Partial, headline, merge
from complaints.reporting.lists import CASES, LIABILITY, MARKS, below, branch_of, homes, merge_runs
from complaints.reporting.plan import plan_of
from complaints.reporting.render import prepare, render_report
from complaints.reporting.source import Run, Source

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FEW = 100
"""Runs below a unit up to which they are merged; beyond, the whole period's are read and the unit's rows picked."""


class Lines:
    """A run that is read anew each time."""

    def __init__(self, read: Callable[[], Iterator[bytes]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[bytes]:
        return self._read()


class Wanted(msgspec.Struct, frozen=True):
    """For which units (paths) something is read, none: for all; where the period's lists are cut. The units either lie
    below the same cut, or it is one whose rows are too many to hold (`alone`)."""

    paths: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()
    alone: bool = False


def key_of(unit: str, period: str, name: str) -> str:
    """Where a file of a unit's report stands in the reports bucket."""
    return f"units/{unit}/{period}/{name}"


def end_of(desk: Desk, period: str) -> datetime:
    """The instant at which a period ended, in the organisation's zone."""
    return datetime.combine(date.fromisoformat(days_of(period)[-1]) + timedelta(days=1), time(), desk.settings.zone)


def figures(
    desk: Desk, store: FactStore, period: str, wanted: Wanted, units: Sequence[Unit], now: datetime
) -> source.Desk:
    """What the reports of some units are made from. `units` are all the organisation's, for their names and people."""
    within = wanted.paths
    whole = store.partial(period, within)
    if whole is None:
        raise ValueError(f"{period} is not folded: run the monthly function for it")
    people = {holder.person for unit in units for holder in unit.holders}
    return prepare(
        Source(
            period=period,
            partials={period: whole, **_beside(store, period, within)},
            carried=_carried(store, period, within),
            cases=_rows(store, CASES, period, wanted),
            liabilities=_rows(store, LIABILITY, period, wanted),
            marks=_rows(store, MARKS, period, wanted),
            entered=store.entered(),
        ),
        plan_of(desk.policies.current(now).policy),
        {unit.id: dict(unit.names) for unit in units},
        {person.id: person.name for person in desk.directory.people(people, now).values()},
    )


def write_report(
    desk: Desk, store: FactStore, laid: source.Desk, unit: Unit, languages: Sequence[str]
) -> Iterator[str]:
    """Write a unit's report in these languages; the keys written."""
    bucket = Files(desk.settings.need("reports_bucket"))
    period = laid.source.period
    verified = store.verified(period)
    for language in languages:
        rendered = render_report(laid, "/".join(unit.path), language, verified=verified)
        key = key_of(unit.id, period, f"report.{language}.xlsx")
        bucket.write(key, rendered.workbook, XLSX)
        yield key
        key = key_of(unit.id, period, f"report.{language}.html")
        bucket.write(key, rendered.page, "text/html; charset=utf-8")
        yield key
        if rendered.cases is not None:
            key = key_of(unit.id, period, f"cases.{language}.csv")
            bucket.write_pieces(key, rendered.cases(), "text/csv; charset=utf-8")
            yield key


def _rows(store: FactStore, name: str, period: str, wanted: Wanted) -> Run:
    """The rows of a list that the reports of these units need.

    Short ones are held; a unit with too many for that reads them anew each time.
    """
    names = ("", *wanted.cuts)
    if not wanted.cuts:
        return list(_merged(store, [whole_run(name, period, bucket) for bucket in range(FACT_SHARDS)]))
    if not wanted.alone:
        number = names.index(branch_of(wanted.paths[0], wanted.cuts))
        lines = _merged(store, [cut_run(name, period, bucket, number) for bucket in range(FACT_SHARDS)])
        return [line for line in lines if any(below(home, path) for home in homes(name, line) for path in wanted.paths)]
    [path] = wanted.paths or ("",)
    numbers = {number for number, cut in enumerate(names) if cut and below(cut, path)}
    numbers.add(names.index(branch_of(path, wanted.cuts)))
    if not path or len(numbers) * FACT_SHARDS > FEW:
        keys = [whole_run(name, period, bucket) for bucket in range(FACT_SHARDS)]
    else:
        keys = [cut_run(name, period, bucket, one) for one in sorted(numbers) for bucket in range(FACT_SHARDS)]
    return Lines(lambda: _merged(store, keys))


def _merged(store: FactStore, keys: Sequence[str]) -> Iterator[bytes]:
    return merge_runs(store.run(key) for key in keys)


def _beside(store: FactStore, period: str, within: tuple[str, ...]) -> dict[str, Partial]:
    """Other periods that the report shows: whole where it compares, else the headline."""
    if len(period) == 4:
        whole = [before(period)]
        months = [*months_of(period), *months_of(before(period))]
    else:
        whole = [before(period), before(period, 12)]
        year = period[:4]
        months = [*months_of(year), *months_of(before(year)), before(period), before(period, 2)]
    found: dict[str, Partial] = {}
    for month in dict.fromkeys(months):
        if month != period and month not in whole and (partial := store.partial(month, within)) is not None:
            found[month] = headline(partial)
    for one in whole:
        if (partial := store.partial(one, within)) is not None:
            # as it was reported: with the verdicts that had been known ahead of it
            found[one] = merge([partial, _carried(store, one, within)])
    return found


def _carried(store: FactStore, period: str, within: tuple[str, ...]) -> Partial:
    """What was known before a period of deadlines that fall due in it."""
    return store.ahead(before(period if len(period) == 7 else f"{period}-01"), within)
