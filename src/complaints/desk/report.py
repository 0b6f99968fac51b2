"""On the first of a month: the month is folded from its days, each unit gets its report; in January the year too.

That is a run in pieces (`desk.pieces`), four stages a period: fold the figures; merge the lists, bucket by bucket; make
the reports, so many units a piece; tell everybody. Nobody is told, and no new period is shown, before all its reports
are there. A small organisation's are made in one go by whoever asked for them, others' are handed to the queue.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import msgspec

from complaints.adapters.factstore import FactStore
from complaints.adapters.table import FACT_SHARDS
from complaints.desk.context import Desk
from complaints.desk.deliver import deliver
from complaints.desk.pieces import Piece, Result, Run, run_here
from complaints.desk.publish import all_units
from complaints.desk.report_fold import cuts_of, finish, fold_period, long_cuts, merge_bucket
from complaints.desk.report_making import begin, made
from complaints.desk.report_render import Wanted, end_of, figures, write_report
from complaints.desk.unit_marks import set_marks
from complaints.directory.model import Unit
from complaints.reporting import source
from complaints.reporting.facts import before, local_day
from complaints.reporting.lists import CASES, branch_of
from complaints.reporting.notices import marks_due
from complaints.reporting.plan import plan_of

UNITS = 25
"""Units whose reports are made in one piece: half a minute."""

SMALL_UNITS = 100
SMALL_BYTES = 16_000_000
"""Up to so many units, and so many bytes of the days' rows of cases, reports are made in one go: some two minutes."""


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What was made: the period, the units that have a report, the keys written."""

    period: str
    units: int
    keys: tuple[str, ...]


def closed_periods(now: datetime, desk: Desk) -> list[str]:
    """The month that ended last and, in January, the year."""
    first = date.fromisoformat(local_day(now, desk.settings.zone)).replace(day=1)
    last = first - timedelta(days=1)
    month = f"{last:%Y-%m}"
    return [month, month[:4]] if first.month == 1 else [month]


def is_small(desk: Desk, run: Run) -> bool:
    """Whether one function can make these reports: few units, few cases."""
    store = FactStore(desk.settings.need("facts_bucket"))
    if len(all_units(desk, run.at)) > SMALL_UNITS:
        return False
    rows = sum(sum(store.files.sizes(f"lists/{CASES}/{month}").values()) for month in run.of)
    return rows <= SMALL_BYTES


def publish_period(desk: Desk, period: str, now: datetime) -> Published:
    """Make the reports of a month or a year for every unit, here. Making them again gives the same bytes.

    Raises
    ------
    UnsealedError
        Days of the month have no partial though later days have.
    """
    run = begin(desk, [period], now)
    return published(run, run_here(desk, run, {run.kind: Reports}))[0]


def published(run: Run, done: Sequence[tuple[Piece, Result]]) -> list[Published]:
    """What the pieces of a run came to together, by period."""
    found = []
    for period in run.of:
        results = [result for piece, result in done if piece.of == period]
        units = sum(result.get("told", 0) for result in results)
        keys = tuple(key for result in results for key in result.get("keys", ()))
        found.append(Published(period=period, units=units, keys=keys))
    return found


class Reports:
    """The stages of a run of reports: four for each period, a year after the months that it is folded from."""

    STAGES = 4

    def __init__(self, desk: Desk, run: Run) -> None:
        self.desk, self.run = desk, run
        self.store = FactStore(desk.settings.need("facts_bucket"))
        self._units: list[Unit] = []
        self._laid: tuple[tuple[str, Wanted], source.Desk] | None = None

    @property
    def units(self) -> list[Unit]:
        """All units of the organisation, the root first."""
        self._units = self._units or all_units(self.desk, self.run.at)
        return self._units

    def plan(self, stage: int, results: Sequence[Result]) -> Sequence[Piece] | None:
        """The pieces of a stage; None when every period is done."""
        number, step = divmod(stage, self.STAGES)
        if number == len(self.run.of):
            return None
        period = self.run.of[number]
        if step == 0:
            return (Piece("fold", period),)
        if step == 1:
            cuts = tuple(results[0]["cuts"])
            buckets = () if results[0]["merged"] else range(FACT_SHARDS)
            return [Piece("merge", period, str(bucket), cuts) for bucket in buckets]
        if step == 2:
            if results:
                finish(self.store, period, tuple(results[0]["cuts"]), sum(result["changed"] for result in results))
            return list(self._reports(period))
        return (Piece("tell", period),)

    def _reports(self, period: str) -> Iterator[Piece]:
        """The pieces in which a period's reports are made: those of the units below a cut of the tree together, so many
        at a time; that of a unit above, which has many cases, alone."""
        policy = self.desk.policies.current(self.run.at).policy
        if len(period) == 7 and any(limit.mark for limit in plan_of(policy).limits):
            yield Piece("mark", period)
        cuts = self.store.cuts(period) or ()
        alone = {cut.rpartition("/")[0] for cut in cuts} | long_cuts(self.store, period, cuts)
        together: dict[str, list[str]] = {}
        for unit in self.units:
            path = "/".join(unit.path)
            home = branch_of(path, cuts)
            if cuts and (not home or path in alone):
                for language in policy.languages:
                    yield Piece("report", period, names=(unit.id,), language=language)
            else:
                together.setdefault(home, []).append(unit.id)
        for ids in together.values():
            for start in range(0, len(ids), UNITS):
                yield Piece("report", period, names=tuple(ids[start : start + UNITS]))

    def do(self, piece: Piece) -> Result:
        """Do one piece; doing it again writes the same bytes."""
        result: Result = getattr(self, f"_{piece.do}")(piece)
        return result

    def _fold(self, piece: Piece) -> Result:
        whole = fold_period(self.store, piece.of)
        merged = len(piece.of) == 7 and self.store.cuts(piece.of) is not None
        return {"cuts": cuts_of(whole), "merged": merged}

    def _merge(self, piece: Piece) -> Result:
        changed = merge_bucket(self.store, piece.of, int(piece.part), piece.names)
        return {"cuts": piece.names, "changed": changed}

    def _mark(self, piece: Piece) -> Result:
        cuts = self.store.cuts(piece.of) or ()
        laid = self._figures(piece.of, Wanted((), cuts, alone=True) if cuts else Wanted())
        set_marks(self.desk, marks_due(laid), end_of(self.desk, before(piece.of, -1)), self.run.at)
        return {}

    def _report(self, piece: Piece) -> Result:
        named = set(piece.names)
        units = [unit for unit in self.units if unit.id in named]
        if not units:
            return {"keys": []}  # taken out of the organisation since the run began
        cuts = self.store.cuts(piece.of) or ()
        paths = tuple("/".join(unit.path) for unit in units)
        laid = self._figures(piece.of, Wanted(paths, cuts, bool(piece.language)) if cuts else Wanted())
        languages = [piece.language] if piece.language else self.desk.policies.current(self.run.at).policy.languages
        return {"keys": [key for unit in units for key in write_report(self.desk, self.store, laid, unit, languages)]}

    def _figures(self, period: str, wanted: Wanted) -> source.Desk:
        """What the reports of some units are made from, kept for the next piece that asks for the same."""
        if self._laid is None or self._laid[0] != (period, wanted):
            self._laid = None
            laid = figures(self.desk, self.store, period, wanted, self.units, self.run.at)
            self._laid = ((period, wanted), laid)
        return self._laid[1]

    def _tell(self, piece: Piece) -> Result:
        """Everything is there: people are told, and the period is shown."""
        policy = self.desk.policies.current(self.run.at).policy
        for unit in self.units:
            params = {"period": piece.of, "link": _link(self.desk, unit)}
            ready_at = end_of(self.desk, piece.of)
            deliver(self.desk, policy.report_delivery, unit, f"report:{piece.of}", params, ready_at, self.run.at)
        made(self.desk, piece.of)
        return {"told": len(self.units)}


def _link(desk: Desk, unit: Unit) -> str:
    base = desk.settings.public_url
    return f"{base.rstrip('/')}/desk/reports?unit={unit.address}" if base else ""
