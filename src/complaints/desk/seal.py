"""Every night: yesterday's facts are sealed and folded, the day before is recounted, the chains are anchored.

A fact's day is the organisation-zone date on which it was recorded. A sealed day of a published month never changes;
what turns up late joins the day that is being sealed, and is counted there.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

import msgspec

from complaints.adapters.factstore import FactStore
from complaints.desk.anchor import anchor_day
from complaints.desk.context import Desk
from complaints.desk.daily_lists import write_daily_lists
from complaints.reporting.facts import decode, encode, local_day
from complaints.reporting.fold import Words, fold_day, merge
from complaints.reporting.lists import CASES, NAMES, cases, merge_runs
from complaints.reporting.model import Verified

LATE = "late-"
"""How shards are named that hold what came too late for their own day."""

LOOK_BACK = 31
"""Days that a run which comes after others failed catches up with."""


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What a night's work came to: the days sealed, facts counted, late ones among them, chains that do not hold."""

    days: tuple[str, ...]
    facts: int
    late: int
    broken: tuple[str, ...]


def seal(desk: Desk, now: datetime) -> Sealed:
    """Seal every day up to yesterday that is not yet sealed, recount the one before the first of them.

    Running it again changes nothing: the same facts give the same bytes.
    """
    store = FactStore(desk.settings.need("facts_bucket"))
    facts = late = 0
    broken: list[str] = []
    days = _owed(desk, store, now)
    for day in days:
        before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
        stragglers = _recount(desk, store, before)
        if store.partial(day) is not None and store.is_folded(day[:7]):
            counted, references = 0, _cases_of(store, day)  # published since: only what a broken night left undone
        else:
            counted, references = _seal_day(desk, store, day, {before: stragglers} if stragglers else {})
        write_daily_lists(desk, store, day, now)
        verdicts = anchor_day(desk, day, references)
        wrong = tuple(v.reference for v in verdicts if v.faults)
        store.write_verified(day, Verified(chains=len(verdicts), broken=wrong))
        facts += counted
        late += len(stragglers)
        broken += wrong
    return Sealed(days=tuple(days), facts=facts, late=late, broken=tuple(broken))


def _owed(desk: Desk, store: FactStore, now: datetime) -> list[str]:
    """Yesterday, and the days before it that no run has brought to its end since the last one that did.

    What a run writes last says so: a night that broke off after folding has not anchored yet. Before the first run
    the days count from the first that has facts.
    """
    yesterday = date.fromisoformat(local_day(now, desk.settings.zone)) - timedelta(days=1)
    owed = [yesterday]
    for back in range(1, LOOK_BACK):
        day = yesterday - timedelta(days=back)
        if store.verified(day.isoformat()) is not None:
            return [one.isoformat() for one in reversed(owed)]
        owed.append(day)
    days = list(reversed(owed))
    live = next((day for day in days if any(_lines(desk, day.isoformat()))), yesterday)
    return [day.isoformat() for day in days if day >= live]


def _lines(desk: Desk, day: str) -> Iterator[str]:
    for shard in range(desk.store.FACT_SHARDS):
        yield from desk.store.facts(day, shard)


def _seal_day(desk: Desk, store: FactStore, day: str, late: Mapping[str, bytes]) -> tuple[int, set[str]]:
    """Keep a day's facts from the table shard by shard, then fold all that is kept of it; count and cases."""
    for shard in range(desk.store.FACT_SHARDS):
        lines = "".join(desk.store.facts(day, shard)).encode()
        if lines:
            store.write_facts(day, str(shard), lines)
    for of, lines in late.items():
        store.write_facts(day, f"{LATE}{of}", lines)
    return fold_kept(store, day)


def fold_kept(store: FactStore, day: str) -> tuple[int, set[str]]:
    """Fold every shard that is kept of a day, whoever wrote it; how many facts, and of which cases."""
    words = Words()
    partials = []
    runs: dict[str, list[list[bytes]]] = {name: [] for name in NAMES}
    count = 0
    for shard in store.shards(day):
        lines = store.read_facts(day, shard)
        partial, lists = fold_day(day, [lines], shard=shard, words=words)
        partials.append(partial)
        for name in NAMES:
            runs[name].append(lists.run(name))
        count += lines.count(b"\n")
    for name in NAMES:
        store.write_run(f"lists/{name}/{day}", merge_runs(runs[name]))
    store.write_partial(day, merge(partials))
    return count, _cases_of(store, day)


def _cases_of(store: FactStore, day: str) -> set[str]:
    return {row.reference for row in cases(store.run(f"lists/{CASES}/{day}"))}


def _recount(desk: Desk, store: FactStore, day: str) -> bytes:
    """Look at a sealed day once more. In an open month it is sealed anew; of a published one, the late facts are
    returned, to be counted in the day that is open."""
    if store.partial(day) is None:
        return b""
    kept = {fact.id for shard in store.shards(day) for fact in decode(store.read_facts(day, shard))}
    late = [fact for fact in decode("".join(_lines(desk, day)).encode()) if fact.id not in kept]
    if not late:
        return b""
    if not store.is_folded(day[:7]):
        _seal_day(desk, store, day, {})
        return b""
    return encode(late)
