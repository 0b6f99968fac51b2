"""Lists that a report owes row by row: cases, liability sheets, marks.

A list of many days is never held at once. Each day gives a sorted run of lines; runs merge as streams, and of the lines
with the same key the newest stays, so the merge is associative and commutative too. The rows of the cases that are
still open at the end of a month are one more run of the next month (`still_open`): that is how a case without any
event in a month is still found in its backlog.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from complaints.reporting.facts import Fact

CASES: Final = "cases"
LIABILITY: Final = "liability"
MARKS: Final = "marks"
NAMES: Final = (CASES, LIABILITY, MARKS)

_RULING = frozenset({"ruled", "accepted", "detailed", "appealed", "arbitrated"})


class CaseRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How a case stood after its last fact. `path` is the case's own unit, days are dates of the organisation."""

    reference: str
    path: str
    kind: str
    category: str
    channel: str
    cause: str
    opened_day: str
    handled_day: str
    state: str
    phase: str
    score: int
    rungs: int
    chasers: int
    reopenings: int
    outcome: str = ""


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
_CASE = msgspec.json.Decoder(CaseRow)
_LIABILITY = msgspec.json.Decoder(LiabilityRow)
_MARK = msgspec.json.Decoder(MarkRow)


@dataclass(slots=True)
class Lists:
    """The lines of each list by key, for the facts added so far."""

    held: dict[str, dict[str, bytes]] = field(default_factory=lambda: {name: {} for name in NAMES})

    def add(self, day: str, facts: list[Fact]) -> None:
        """Take the newest line of everything that these facts of the day `day` say."""
        latest = {fact.reference: fact for fact in sorted(facts, key=_seq) if fact.count > 0 and fact.opened_at}
        cases = self.held[CASES]
        for fact in latest.values():
            _keep(cases, f"{fact.opened_at}\t{fact.reference}", fact.seq, _ENCODE(_case(fact)))
        for fact in facts:
            if fact.type in _RULING or fact.sheet:
                key = f"{fact.reference}\t{fact.order}"
                _keep(self.held[LIABILITY], key, fact.seq, _ENCODE(_liability(day, fact)))
            elif fact.type == "marked":
                row = MarkRow(fact.reference, fact.path, fact.kind, fact.mark, day)
                _keep(self.held[MARKS], f"{fact.reference}\t{fact.mark}", fact.seq, _ENCODE(row))

    def run(self, name: str) -> list[bytes]:
        """The sorted run of one list."""
        return sorted(self.held[name].values())


def merge_runs(runs: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """One run of many, the newest line of each key; reads each run once, in step."""
    kept, key = b"", b""
    for line in heapq.merge(*runs):
        # Equal keys stand together, the newest last: the sequence number follows the key, padded.
        here = line[: line.index(b"\t", line.index(b"\t") + 1)]
        if kept and here != key:
            yield kept
        kept, key = line, here
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


def _seq(fact: Fact) -> int:
    return fact.seq


def _case(fact: Fact) -> CaseRow:
    return CaseRow(
        fact.reference,
        fact.lead or fact.path,
        fact.kind,
        fact.category,
        fact.channel,
        fact.cause,
        fact.opened_day,
        fact.handled_day,
        fact.state,
        fact.phase,
        fact.score,
        fact.rungs,
        fact.chasers,
        fact.reopenings,
    )


def _liability(day: str, fact: Fact) -> LiabilityRow:
    return LiabilityRow(
        fact.reference,
        fact.order,
        fact.path,
        fact.kind,
        fact.type,
        fact.outcome,
        fact.cause,
        fact.stage,
        fact.liable,
        day,
    )
