"""On the first of a month: the month is folded from its days, each unit gets its report; in January the year too."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

import msgspec

from complaints.adapters.factstore import FactStore
from complaints.adapters.files import Files
from complaints.desk.context import Desk
from complaints.desk.deliver import deliver
from complaints.desk.publish import all_units
from complaints.desk.unit_marks import set_marks
from complaints.directory.model import Unit
from complaints.reporting import source
from complaints.reporting.facts import before, days_of, local_day, months_of
from complaints.reporting.fold import Partial, ahead, coarsen, headline, merge
from complaints.reporting.lists import CASES, LIABILITY, MARKS, NAMES, merge_runs, still_open
from complaints.reporting.model import Verified
from complaints.reporting.notices import marks_due
from complaints.reporting.plan import plan_of
from complaints.reporting.render import prepare, render_report
from complaints.reporting.source import Source

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UnsealedError(Exception):
    """Days of the period are not sealed yet; the daily function has to run first, and will be tried again."""

    impersonal = True


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What was made: the period, the units that have a report, the keys written."""

    period: str
    units: int
    keys: tuple[str, ...]


def key_of(unit: str, period: str, name: str) -> str:
    """Where a file of a unit's report stands in the reports bucket."""
    return f"units/{unit}/{period}/{name}"


def closed_periods(now: datetime, desk: Desk) -> list[str]:
    """The month that ended last and, in January, the year."""
    first = date.fromisoformat(local_day(now, desk.settings.zone)).replace(day=1)
    last = first - timedelta(days=1)
    month = f"{last:%Y-%m}"
    return [month, month[:4]] if first.month == 1 else [month]


def publish_period(desk: Desk, period: str, now: datetime) -> Published:
    """Fold a month or a year and write the report of every unit. Running it again gives the same bytes.

    Raises
    ------
    UnsealedError
        days of the month have no partial though later days have.
    """
    store = FactStore(desk.settings.need("facts_bucket"))
    whole = fold_month(store, period) if len(period) == 7 else fold_year(store, period)
    units = all_units(desk, now)
    figures = _figures(desk, store, period, whole, units, now)
    verified = _verified(store, period)
    if len(period) == 7:
        set_marks(desk, marks_due(figures), _end(desk, before(period, -1)), now)
    reports = Files(desk.settings.need("reports_bucket"))
    policy = desk.policies.current(now).policy
    keys: list[str] = []
    for unit in units:
        for language in policy.languages:
            keys += _write(reports, figures, unit, period, language, verified)
        params = {"period": period, "link": _link(desk, unit)}
        deliver(desk, policy.report_delivery, unit, f"report:{period}", params, _end(desk, period), now)
    return Published(period=period, units=len(units), keys=tuple(keys))


def fold_month(store: FactStore, month: str) -> Partial:
    """The month folded from its days, kept with its lists; a month already folded is read back.

    A day before the first sealed day ever is before go-live and counts nothing.
    """
    known = store.partial(month)
    if known is not None:
        return known
    sealed = set(store.sealed(f"{month}-"))
    days = days_of(month)
    live = [day for day in days if sealed and day >= min(sealed)]
    missing = [day for day in live if day not in sealed] or ([] if sealed else days[-1:])
    if missing:
        raise UnsealedError(f"{', '.join(missing)} not sealed: run the daily function, then this one again")
    whole = merge(partial for day in live if (partial := store.partial(day)) is not None)
    earlier = store.ahead(before(month))
    for name in NAMES:
        runs = [store.run(f"lists/{name}/{day}") for day in days]
        if name == CASES:
            runs.append(store.run(f"open/{before(month)}"))
        store.write_run(f"lists/{name}/{month}", merge_runs(runs))
    store.write_run(f"open/{month}", still_open(store.run(f"lists/{CASES}/{month}")))
    store.write_ahead(month, ahead([whole, earlier], month))
    store.write_partial(month, whole)
    return whole


def fold_year(store: FactStore, year: str) -> Partial:
    """The year folded from its months; a month without a partial is before go-live."""
    months = [partial for month in months_of(year) if (partial := store.partial(month)) is not None]
    whole = merge(coarsen(month) for month in months)
    for name in NAMES:
        store.write_run(f"lists/{name}/{year}", merge_runs(store.run(f"lists/{name}/{m}") for m in months_of(year)))
    store.write_partial(year, whole)
    return whole


def _figures(
    desk: Desk, store: FactStore, period: str, whole: Partial, units: Sequence[Unit], now: datetime
) -> source.Desk:
    plan = plan_of(desk.policies.current(now).policy)
    people = {holder.person for unit in units for holder in unit.holders}
    return prepare(
        Source(
            period=period,
            partials={period: whole, **_beside(store, period)},
            carried=_carried(store, period),
            cases=list(store.run(f"lists/{CASES}/{period}")),
            liabilities=list(store.run(f"lists/{LIABILITY}/{period}")),
            marks=list(store.run(f"lists/{MARKS}/{period}")),
            entered=store.entered(),
        ),
        plan,
        {unit.id: dict(unit.names) for unit in units},
        {person.id: person.name for person in desk.directory.people(people, now).values()},
    )


def _beside(store: FactStore, period: str) -> dict[str, Partial]:
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
        if month != period and month not in whole and (partial := store.partial(month)) is not None:
            found[month] = headline(partial)
    for one in whole:
        if (partial := store.partial(one)) is not None:
            # as it was reported: with the verdicts that had been known ahead of it
            found[one] = merge([partial, _carried(store, one)])
    return found


def _carried(store: FactStore, period: str) -> Partial:
    """What was known before a period of deadlines that fall due in it."""
    return store.ahead(before(period if len(period) == 7 else f"{period}-01"))


def _verified(store: FactStore, period: str) -> Verified | None:
    """What verifying the chains gave on the period's days (INS-10); None when no day was verified."""
    days = [found for day in days_of(period) if (found := store.verified(day)) is not None]
    if not days:
        return None
    broken = sorted({reference for day in days for reference in day.broken})
    # a case that changed on several days was verified on each of them and is one case all the same
    changed = merge_runs(store.run(f"lists/{CASES}/{day}") for day in days_of(period))
    return Verified(chains=sum(1 for _ in changed), broken=tuple(broken))


def _end(desk: Desk, period: str) -> datetime:
    """The instant at which a period ended, in the organisation's zone."""
    return datetime.combine(date.fromisoformat(days_of(period)[-1]) + timedelta(days=1), time(), desk.settings.zone)


def _link(desk: Desk, unit: Unit) -> str:
    base = desk.settings.public_url
    return f"{base.rstrip('/')}/desk/reports?unit={unit.address}" if base else ""


def _write(
    bucket: Files, figures: source.Desk, unit: Unit, period: str, language: str, verified: Verified | None
) -> Iterator[str]:
    rendered = render_report(figures, "/".join(unit.path), language, verified=verified)
    files = [
        (f"report.{language}.xlsx", rendered.workbook, XLSX),
        (f"report.{language}.html", rendered.page, "text/html; charset=utf-8"),
    ]
    if rendered.cases is not None:
        files.append((f"cases.{language}.csv", b"".join(rendered.cases()), "text/csv; charset=utf-8"))
    for name, body, content_type in files:
        key = key_of(unit.id, period, name)
        bucket.write(key, body, content_type)
        yield key
