"""A month is folded from its days, a year from its months: figures first, which freezes them, then the lists.

The lists of a period are merged bucket by bucket. Where they are long the rows are laid apart by units too, so that a
unit's report reads its own part of the tree and not the whole country's.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from complaints.adapters.factstore import FactStore
from complaints.adapters.table import FACT_SHARDS
from complaints.reporting.facts import before, days_of, months_of
from complaints.reporting.fold import Partial, ahead, coarsen, merge
from complaints.reporting.lists import CASES, NAMES, branch_of, branches, homes, merge_runs, still_open
from complaints.reporting.model import Verified

LONG = 100_000
"""Cases up to which the tree of units is not cut: a report holds their rows, some 30 MB."""

ROW = 300
"""Bytes of a row of a case at most, as a rule."""


class UnsealedError(Exception):
    """Days of the period are not sealed yet; the daily function has to run first, and will be tried again. `missing`
    are those days; of a year the months that have no reports yet though their days are sealed."""

    impersonal = True

    def __init__(self, missing: Sequence[str], remedy: str = "run the daily function, then this one again") -> None:
        super().__init__(f"{', '.join(missing)} not sealed: {remedy}")
        self.missing = tuple(missing)


class NotOverError(UnsealedError):
    """The period is not over in the organisation's zone; `missing` is the day on which it ends."""

    def __init__(self, period: str, last: str) -> None:
        super().__init__([last], f"{period} is not over before the end of that day")


class NothingKnownError(UnsealedError):
    """No day of the period is sealed, and none is to be: it lies before the first case. `missing` is the period."""

    def __init__(self, period: str) -> None:
        super().__init__([period], "nothing was recorded in it; cases of the time before have to be imported")


def fold_month(store: FactStore, month: str) -> Partial:
    """The month folded from its days, kept with its lists; what is folded already is read back.

    Raises
    ------
    UnsealedError
        Days of the month have no partial though later days have.
    """
    whole = fold_period(store, month)
    if store.cuts(month) is None:
        cuts = cuts_of(whole)
        finish(store, month, cuts, sum(merge_bucket(store, month, bucket, cuts) for bucket in range(FACT_SHARDS)))
    return whole


def finish(store: FactStore, period: str, cuts: tuple[str, ...], changed: int) -> None:
    """Say that the lists of a period are whole: what verifying its cases gave (INS-10), and where the lists are cut.

    A case that changed on several days was verified on each of them and is one case all the same.
    """
    days = [found for day in days_of(period) if (found := store.verified(day)) is not None]
    if days:
        broken = tuple(sorted({reference for day in days for reference in day.broken}))
        store.write_verified(period, Verified(chains=changed, broken=broken))
    store.write_cuts(period, cuts)


def fold_period(store: FactStore, period: str) -> Partial:
    """The figures of a month or year; from here on its days do not change. A month folded before is read back."""
    return _month(store, period) if len(period) == 7 else _year(store, period)


def unsealed(store: FactStore, month: str) -> list[str]:
    """The days of a month that are not sealed yet. A day before the first sealed day ever is before go-live."""
    if store.is_folded(month):
        return []
    sealed = set(store.sealed(f"{month}-"))
    days = days_of(month)
    return [day for day in days if day >= min(sealed) and day not in sealed] if sealed else days[-1:]


def _month(store: FactStore, month: str) -> Partial:
    known = store.partial(month)
    if known is not None:
        return known
    missing = unsealed(store, month)
    if missing:
        raise UnsealedError(missing)
    whole = merge(partial for day in days_of(month) if (partial := store.partial(day)) is not None)
    store.write_ahead(month, ahead([whole, store.ahead(before(month))], month))
    store.write_partial(month, whole)
    return whole


def _year(store: FactStore, year: str) -> Partial:
    """A month without a partial is before go-live."""
    whole = merge(coarsen(month) for name in months_of(year) if (month := store.partial(name)) is not None)
    store.write_partial(year, whole)
    return whole


def cuts_of(whole: Partial) -> tuple[str, ...]:
    """Where to cut the tree of units in the lists of a period; nowhere while they are short."""
    cases: dict[str, int] = {}
    for (path, *_), count in whole.cells.get("received.day", {}).items():
        cases[path] = cases.get(path, 0) + count
    return branches(cases, LONG) if sum(cases.values()) > LONG else ()


def merge_bucket(store: FactStore, period: str, bucket: int, cuts: tuple[str, ...]) -> int:
    """Merge one bucket of a period's lists, and cut it; how many cases changed in the period."""
    changed = 0
    for name in NAMES:
        runs = [store.run(key) for key in _runs_below(store, name, period, bucket)]
        carried = f"open/{_eve(period)}/{bucket}"
        if name == CASES:
            runs.append(store.run(carried))
        store.write_run(whole_run(name, period, bucket), merge_runs(runs))
        if cuts:
            _cut(store, name, period, bucket, cuts)
        if name == CASES:
            changed = _changed(store.run(whole_run(name, period, bucket)), store.run(carried))
    if len(period) == 7:
        store.write_run(f"open/{period}/{bucket}", still_open(store.run(whole_run(CASES, period, bucket))))
    return changed


def whole_run(name: str, period: str, bucket: int) -> str:
    """Where a period's rows of a bucket are kept."""
    return f"lists/{name}/{period}/{bucket}"


def cut_run(name: str, period: str, bucket: int, number: int) -> str:
    """Where those are kept that belong below a cut and below no nearer one; number 0: those below none."""
    return f"cuts/{name}/{period}/{bucket}/{number:04d}"


def long_cuts(store: FactStore, period: str, cuts: tuple[str, ...]) -> set[str]:
    """The cuts whose rows of cases are too many to hold: a unit that has them itself, and not those below it."""
    sizes = store.files.sizes(f"cuts/{CASES}/{period}/") if cuts else {}
    total = {
        cut: sum(sizes.get(cut_run(CASES, period, bucket, number), 0) for bucket in range(FACT_SHARDS))
        for number, cut in enumerate(cuts, start=1)
    }
    return {cut for cut, size in total.items() if size > LONG * ROW}


def _runs_below(store: FactStore, name: str, period: str, bucket: int) -> list[str]:
    """The runs that a period's is merged of: a year's months, or a month's days."""
    if len(period) == 4:
        return [whole_run(name, month, bucket) for month in months_of(period)]
    return store.runs_of_month(name, period, bucket)


def _eve(period: str) -> str:
    """The month before a month or a year."""
    return before(period if len(period) == 7 else f"{period}-01")


def _cut(store: FactStore, name: str, period: str, bucket: int, cuts: tuple[str, ...]) -> None:
    """Lay a run apart by units, over files: a part of an object has to be longer than most of these are."""
    number_of = {cut: number for number, cut in enumerate(("", *cuts))}
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, str(number)) for number in range(len(number_of))]
        held: dict[int, list[bytes]] = {}
        for count, line in enumerate(store.run(whole_run(name, period, bucket)), start=1):
            for number in {number_of[branch_of(home, number_of)] for home in homes(name, line)}:
                held.setdefault(number, []).append(line)
            if count % LONG == 0:
                _spill(files, held)
        _spill(files, held)
        for number, file in enumerate(files):
            # An empty one is written too, over what an earlier fold of the period may have left there.
            store.write_run(cut_run(name, period, bucket, number), _spilled(file))


def _spill(files: list[Path], held: dict[int, list[bytes]]) -> None:
    for number, lines in held.items():
        with files[number].open("ab") as file:
            file.writelines(line + b"\n" for line in lines)
    held.clear()


def _spilled(file: Path) -> Iterator[bytes]:
    if file.exists():
        with file.open("rb") as lines:
            yield from (line.rstrip(b"\n") for line in lines)


def _changed(run: Iterable[bytes], carried: Iterable[bytes]) -> int:
    """How many rows of a run do not stand in it as they were carried over; both are sorted."""
    changed = 0
    old = iter(carried)
    line = next(old, None)
    for row in run:
        while line is not None and line < row:
            line = next(old, None)
        changed += row != line
    return changed
