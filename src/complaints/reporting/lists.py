"""Lists that a report owes row by row: cases, liability sheets, marks.

A list of many days is never held at once. Each day gives a sorted run of lines; runs merge as streams, and of the lines
with the same key the newest stays, so the merge is associative and commutative too. The rows of the cases that are
still open at the end of a month are one more run of the next month (`still_open`): that is how a case without any
event in a month is still found in its backlog.
"""

from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import attrgetter
from typing import Final

import msgspec

from complaints.reporting.facts import Fact

CASES: Final = "cases"
LIABILITY: Final = "liability"
MARKS: Final = "marks"
NAMES: Final = (CASES, LIABILITY, MARKS)

_NO_STATE = frozenset({"moved", "acquitted", "filed"})
_RULING = ("ruled", "accepted", "detailed", "appealed", "arbitrated")


class CaseRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How a case stood after its last fact. `path` is the case's own unit, days are dates of the organisation.

    All facts of one event say the same of these, so whichever of them comes last makes the same row.
    """

    reference: str
    path: str
    kind: str
    category: str
    opened_day: str
    handled_day: str
    state: str
    phase: str
    score: int
    rungs: int
    chasers: int
    reopenings: int


class LiabilityRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What stands of a ruling or a liability sheet. `step` is the type of its last fact, `day` that fact's day."""

    reference: str
    order: int
    path: str
    kind: str
    step: str
    outcome: str
    cause: str
    stage: str
    liable: str
    day: str


class MarkRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A mark that was set (false information, lost and found ...)."""

    reference: str
    path: str
    kind: str
    mark: str
    day: str


_ENCODE = msgspec.json.Encoder().encode
_SEQ = attrgetter("seq")
_REFERENCE = attrgetter("reference")
_CASE_FIELDS = attrgetter(*CaseRow.__struct_fields__[2:])
_LIABILITY_FIELDS = attrgetter("reference", "order", "path", "kind", "type", "outcome", "cause", "stage", "liable")
_CASE = msgspec.json.Decoder(CaseRow)
_LIABILITY = msgspec.json.Decoder(LiabilityRow)
_MARK = msgspec.json.Decoder(MarkRow)


class Lists(msgspec.Struct):
    """The lines of each list by key, for the facts added so far."""

    held: dict[str, dict[str, bytes]] = msgspec.field(default_factory=lambda: {name: {} for name in NAMES})

    def add(self, day: str, by_type: Mapping[str, Sequence[Fact]]) -> None:
        """Take the newest line of everything that these facts of the day `day` say. `by_type` holds them by type."""
        # In the order of events the last fact of a case stays; what one takes back is no state of the case.
        told = chain.from_iterable(same for name, same in by_type.items() if name not in _NO_STATE)
        now = sorted(chain(told, (fact for fact in by_type.get("moved", ()) if fact.count > 0)), key=_SEQ)
        standing = self.held[CASES]
        for fact in dict(zip(map(_REFERENCE, now), now, strict=True)).values():
            row = _ENCODE((fact.reference, fact.lead or fact.path, *_CASE_FIELDS(fact)))
            _keep(standing, f"{fact.opened_at}\t{fact.reference}", fact.seq, row)
        sheets = (fact for fact in by_type.get("dispatched", ()) if fact.sheet)
        for fact in chain(sheets, *(by_type.get(name, ()) for name in _RULING)):
            row = _ENCODE((*_LIABILITY_FIELDS(fact), day))
            _keep(self.held[LIABILITY], f"{fact.reference}\t{fact.order}", fact.seq, row)
        for fact in by_type.get("marked", ()):
            mark = MarkRow(fact.reference, fact.path, fact.kind, fact.mark, day)
            _keep(self.held[MARKS], f"{fact.reference}\t{fact.mark}", fact.seq, _ENCODE(mark))

    def run(self, name: str) -> list[bytes]:
        """The sorted run of one list."""
        return sorted(self.held[name].values())


BLOCK = 2_000
"""Lines of each run that a merge holds."""


def merge_runs(runs: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """One run of many, the newest line of each key; reads each run once, a block of each at a time.

    Each step sorts together all lines up to the least of the blocks' ends: sorting merges sorted blocks at the speed of
    C, where stepping through a heap would cost a Python call a line.
    """
    sources = [iter(run) for run in runs]
    blocks: list[list[bytes]] = [[] for _ in sources]
    ended = [False] * len(sources)
    kept, key = b"", b"\0"
    while True:
        for n, source in enumerate(sources):
            if not blocks[n] and not ended[n]:
                blocks[n] = list(islice(source, BLOCK))
                ended[n] = len(blocks[n]) < BLOCK
        bounds = [block[-1] for block, end in zip(blocks, ended, strict=True) if block and not end]
        ready: list[bytes] = []
        for block in blocks:
            cut = bisect_right(block, min(bounds)) if bounds else len(block)
            ready += block[:cut]
            del block[:cut]
        if not ready:
            break
        ready.sort()
        for line in ready:
            # Lines of a key stand together, the newest last: its padded sequence number follows the key.
            if not line.startswith(key):
                if kept:
                    yield kept
                key = line[: line.index(b"\t", line.index(b"\t") + 1) + 1]
            kept = line
    if kept:
        yield kept


def cases(run: Iterable[bytes]) -> Iterator[CaseRow]:
    """The rows of a run of cases, by the instant they were opened."""
    return (_CASE.decode(_row(line)) for line in run)


def liabilities(run: Iterable[bytes]) -> Iterator[LiabilityRow]:
    """The rows of a run of liability sheets."""
    return (_LIABILITY.decode(_row(line)) for line in run)


def marks(run: Iterable[bytes]) -> Iterator[MarkRow]:
    """The rows of a run of marks."""
    return (_MARK.decode(_row(line)) for line in run)


def still_open(run: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of cases that are open: what the next month starts with."""
    return (line for line in run if _CASE.decode(_row(line)).phase == "open")


def branches(cases_of: Mapping[str, int], most: int) -> tuple[str, ...]:
    """Where to cut the tree of units so that below each cut lie no more than `most` cases, by each unit's own count.

    A unit with more than that below it, and units below it, is cut again at the units right below; it is named too,
    for what is its own (`branch_of`).
    """
    below_it: dict[str, int] = {}
    children: dict[str, set[str]] = {}
    for path, count in cases_of.items():
        child = ""
        while path:
            below_it[path] = below_it.get(path, 0) + count
            children.setdefault(path, set()).update({child} - {""})
            path, child = path.rpartition("/")[0], path
        children.setdefault("", set()).add(child)
    found: list[str] = []
    left = list(children.get("", ()))
    while left:
        path = left.pop()
        found.append(path)
        if below_it[path] > most:
            left += children[path]
    return tuple(sorted(found))


def branch_of(path: str, cuts: Container[str]) -> str:
    """The nearest of the cuts at or above a unit; none where there is none."""
    while path and path not in cuts:
        path = path.rpartition("/")[0]
    return path


def reference_of(name: str, line: bytes) -> str:
    """The case that a line of the list `name` is about."""
    return line.split(b"\t", 2)[1 if name == CASES else 0].decode()


def homes(name: str, line: bytes) -> tuple[str, ...]:
    """The units (paths) whose reports show a line of the list `name`."""
    if name == LIABILITY:
        row = _LIABILITY.decode(_row(line))
        return (row.path, row.liable) if row.liable else (row.path,)
    return ((_CASE if name == CASES else _MARK).decode(_row(line)).path,)


def below(path: str, root: str) -> bool:
    """Whether `path` is the unit `root` or lies under it; everything lies under the empty root."""
    return not root or path == root or path.startswith(root + "/")


def _keep(held: dict[str, bytes], key: str, seq: int, row: bytes) -> None:
    line = f"{key}\t{seq:08d}\t".encode() + row
    old = held.get(key)
    if old is None or old < line:
        held[key] = line


def _row(line: bytes) -> bytes:
    return line.split(b"\t", 3)[3]
