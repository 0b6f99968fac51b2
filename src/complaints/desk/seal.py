"""Every night: yesterday's facts are sealed and folded, the day before is recounted, the chains are anchored.

A fact's day is the organisation-zone date on which it was recorded. A sealed day of a published month never changes;
what turns up late joins the day that is being sealed, and is counted there.

A night is a run in pieces (`desk.pieces`), four stages a day: fold its shards; join them; write the daily lists and
verify the cases changed, so many a piece; close the day. A quiet day is done in one go by the function that the clock
calls, a busy one is handed to the queue.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import chain

import msgspec

from complaints.adapters.factstore import FactStore
from complaints.adapters.rows import shard
from complaints.adapters.table import FACT_SHARDS
from complaints.desk import anchor
from complaints.desk.context import Desk
from complaints.desk.daily_lists import write_daily_lists
from complaints.desk.pieces import Piece, Result, Run
from complaints.reporting.facts import Fact, chunks, decode, encode, local_day
from complaints.reporting.fold import Partial, Words, fold_day, merge
from complaints.reporting.lists import CASES, NAMES, cases, merge_runs, reference_of

LATE = "late-"
"""How shards are named that hold what came too late for their own day: `late-2026-11-19-3`."""

REST = "rest"
"""The part of a day that came neither from the table nor late: what was imported."""

LOOK_BACK = 31
"""Days that a run which comes after others failed catches up with."""

QUIET = 10_000
"""Events with facts up to which the days owed are done in one go: some minutes, most of them for verifying chains."""

CHANGED = 2_000
"""Cases whose chains are verified in one piece: about a minute."""


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What a night's work came to: the days sealed, facts counted, late ones among them, chains that do not hold."""

    days: tuple[str, ...]
    facts: int
    late: int
    broken: tuple[str, ...]


def night(desk: Desk, now: datetime) -> Run:
    """What is to be done tonight: every day up to yesterday that is not yet done."""
    store = FactStore(desk.settings.need("facts_bucket"))
    return Run(kind="night", of=tuple(_owed(desk, store, now)), at=now)


def is_quiet(desk: Desk, run: Run) -> bool:
    """Whether the days of a night are few enough events for one function."""
    left = QUIET
    for day in run.of:
        left -= desk.store.count_facts(day, left)
        if left < 0:
            return False
    return True


def sealed(run: Run, done: Iterable[tuple[Piece, Result]]) -> Sealed:
    """What the pieces of a night came to together."""
    results = [result for _, result in done]
    return Sealed(
        days=run.of,
        facts=sum(result.get("facts", 0) for result in results),
        late=sum(result.get("late", 0) for result in results),
        broken=tuple(reference for result in results for reference in result.get("broken", ())),
    )


class Night:
    """The stages of a night: four for each day, one day after another, as a day takes in what its eve left."""

    STAGES = 4

    def __init__(self, desk: Desk, run: Run) -> None:
        self.desk, self.run = desk, run
        self.store = FactStore(desk.settings.need("facts_bucket"))

    def plan(self, stage: int, results: Sequence[Result]) -> Sequence[Piece] | None:
        """The pieces of a stage; None when every day is done."""
        number, step = divmod(stage, self.STAGES)
        if number == len(self.run.of):
            return None
        day = self.run.of[number]
        if step == 0:
            if self.store.partial(day) is not None and self.store.is_folded(day[:7]):
                return ()  # published since: only what a broken night left undone
            parts = [str(one) for one in range(FACT_SHARDS)]
            return [Piece("fold", day, part) for part in (*parts, *self._rest(day))]
        if step == 1:
            again = any(result["again"] for result in results)
            return ([Piece("join", _eve(day))] if again else []) + [Piece("join", day)] if results else ()
        if step == 2:
            return [Piece("lists", day), *(Piece("anchor", day, one) for one in self.store.changed_numbers(day))]
        return (Piece("close", day),)

    def _rest(self, day: str) -> list[str]:
        return [REST] if any(map(_is_rest, self.store.shards(day))) else []

    def do(self, piece: Piece) -> Result:
        """Do one piece; doing it again writes the same bytes."""
        result: Result = getattr(self, f"_{piece.do}")(piece)
        return result

    def _fold(self, piece: Piece) -> Result:
        if piece.part == REST:
            return {"facts": fold_part(self.store, piece.of, REST), "late": 0, "again": False}
        late, again = self._recount(_eve(piece.of), piece.part)
        if late:
            self.store.write_facts(piece.of, f"{LATE}{_eve(piece.of)}-{piece.part}", encode(late))
        facts = self._seal(piece.of, piece.part)
        return {"facts": facts, "late": len(late), "again": again}

    def _seal(self, day: str, part: str) -> int:
        """Keep a shard of a day's facts from the table, fold it with what else is kept of it; how many facts."""
        lines = self._lines(day, part)
        first = next(lines, None)
        if first is not None:
            self.store.write_facts(day, part, chain((first,), lines))
        return fold_part(self.store, day, part)

    def _lines(self, day: str, part: str) -> Iterator[bytes]:
        return (lines.encode() for lines in self.desk.store.facts(day, int(part)))

    def _recount(self, day: str, part: str) -> tuple[list[Fact], bool]:
        """Look at a shard of a sealed day once more. In an open month it is sealed anew, and the second answer is yes;
        of a published one, the late facts are answered, to be counted in the day that is open."""
        if self.store.partial(day) is None:
            return [], False
        kept = {fact.id for lines in chunks(self.store.fact_pieces(day, part)) for fact in decode(lines)}
        found = (fact for lines in chunks(self._lines(day, part)) for fact in decode(lines))
        late = [fact for fact in found if fact.id not in kept]
        if late and not self.store.is_folded(day[:7]):
            self._seal(day, part)
            return [], True
        return late, False

    def _join(self, piece: Piece) -> Result:
        join_day(self.store, piece.of)
        return {}

    def _lists(self, piece: Piece) -> Result:
        return {"lists": write_daily_lists(self.desk, self.store, piece.of, self.run.at)}

    def _anchor(self, piece: Piece) -> Result:
        broken = anchor.anchor_cases(self.desk, self.store, piece.of, piece.part)
        return {"broken": broken}

    def _close(self, piece: Piece) -> Result:
        found = anchor.anchor_day(self.desk, self.store, piece.of)
        self.store.write_verified(piece.of, found)
        return {"chains": found.chains}


def _eve(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _is_rest(part: str) -> bool:
    return not part.isdigit() and not part.startswith(LATE)


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
    live = next((day for day in days if desk.store.count_facts(day.isoformat(), 0)), yesterday)
    return [day.isoformat() for day in days if day >= live]


def fold_kept(store: FactStore, day: str) -> None:
    """Fold all that is kept of a day, whoever wrote it; what was folded of facts that are gone since is gone too."""
    store.forget_folded(day)
    for part in sorted({_part_of(kept) for kept in store.shards(day)}):
        fold_part(store, day, part)
    join_day(store, day)


def _part_of(kept: str) -> str:
    """Which part of a day a shard is folded in."""
    return REST if _is_rest(kept) else kept.rpartition("-")[2]


def fold_part(store: FactStore, day: str, part: str) -> int:
    """Fold what is kept of a part of a day into its partial and its sorted rows, by bucket; how many facts."""
    words = Words()
    partials: list[Partial] = []
    runs: dict[str, list[list[bytes]]] = {name: [] for name in NAMES}
    facts: list[int] = []
    for kept in store.shards(day):
        if _part_of(kept) == part:
            lines = _counted(store.fact_pieces(day, kept), facts.append)
            partial, lists = fold_day(day, lines, shard=kept, words=words)
            partials.append(partial)
            for name in NAMES:
                runs[name].append(lists.run(name))
    for name in NAMES:
        # A row's bucket is the shard of its case, so that all rows of a case meet in one.
        buckets: dict[int, list[bytes]] = {}
        for line in merge_runs(runs[name]):
            buckets.setdefault(shard(reference_of(name, line), FACT_SHARDS), []).append(line)
        for bucket, rows in buckets.items():
            store.write_run(f"lists/{name}/{day}/{bucket}/{part}", rows)
    store.write_part(day, part, merge(partials))
    return sum(facts)


def _counted(pieces: Iterable[bytes], count: Callable[[int], None]) -> Iterator[bytes]:
    for piece in pieces:
        count(piece.count(b"\n"))
        yield piece


def join_day(store: FactStore, day: str) -> None:
    """Put the parts of a day together: the cases changed, and last of all the day's partial, which says that it is
    sealed."""
    references: set[str] = set()
    for key in store.runs_of_day(CASES, day):
        references.update(row.reference for row in cases(store.run(key)))
    ordered = sorted(references)
    for number, start in enumerate(range(0, len(ordered), CHANGED)):
        store.write_changed(day, number, ordered[start : start + CHANGED])
    store.write_partial(day, merge(store.parts(day)))
