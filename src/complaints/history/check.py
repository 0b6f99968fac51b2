"""A whole file looked over before anything of it is written: how many rows, what they come to, what is wrong."""

import hashlib
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from complaints.history.bad import BadRow
from complaints.history.cases import Case, CaseReader, RowError
from complaints.history.facts import day_of
from complaints.history.tables import Record

COUNTED = ("path", "kind", "category", "channel", "cause", "severity", "region", "outcome")
"""What is counted by value."""

AFTER = 20_000
"""Rows between two calls of `progress`."""

EXAMPLES = 5
"""Repeated references that are named."""


@dataclass(slots=True)
class Trouble:
    """Rows with the same trouble: how many, and the first of them."""

    first: BadRow
    rows: int = 1


@dataclass(slots=True)
class Month:
    """The cases received in a month and how many of these were closed, whenever; the closings and verdicts that fell in
    the month; seconds of these closings, without those whose duration is not known or negative."""

    received: int = 0
    of_them_closed: int = 0
    closings: int = 0
    met: int = 0
    missed: int = 0
    seconds: "array[int]" = field(default_factory=lambda: array("Q"))

    @property
    def median(self) -> float | None:
        """Median seconds of the closings."""
        return median(self.seconds) if self.seconds else None


@dataclass(slots=True)
class Keep:
    """Which of the rows with the same reference counts: `chosen` by reference, and what came in with other imports."""

    chosen: dict[int, int] = field(default_factory=dict)
    known: frozenset[int] = frozenset()
    each: bool = False

    def wants(self, case: Case) -> str:
        """Empty if the case counts, else ``repeated`` or ``known``."""
        if not self.chosen and not self.known:
            return ""
        mark = mark_of(case.reference)
        if mark in self.known:
            return "known"
        return "repeated" if not self.each and self.chosen.get(mark, case.number) != case.number else ""

    def reference(self, case: Case) -> str:
        """The reference under which it counts: one that stands in several rows gets the row's number."""
        if not (self.each and self.chosen):
            return case.reference
        again = self.chosen.get(mark_of(case.reference), case.number) != case.number
        return f"{case.reference} ({case.number})" if again else case.reference


@dataclass(slots=True)
class Findings:
    """What a file comes to.

    `rows` are all but blank ones and headings; of them `used` make facts, `passed_over` the mapping does not want,
    `repeated` and `known` have the reference of another row and of another import, the rest is in `troubles`.
    """

    rows: int = 0
    used: int = 0
    passed_over: int = 0
    repeated: int = 0
    known: int = 0
    last: int = 0
    troubles: dict[tuple[str, str], Trouble] = field(default_factory=dict)
    months: dict[str, Month] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in COUNTED})
    deadlines: Counter[tuple[str, str]] = field(default_factory=Counter)
    several: list[tuple[str, int, int]] = field(default_factory=list)
    damaged: int = 0
    references: "array[int]" = field(default_factory=lambda: array("Q"))
    numbers: "array[int]" = field(default_factory=lambda: array("Q"))
    keep: Keep = field(default_factory=Keep)

    @property
    def bad(self) -> int:
        """Rows that cannot be used."""
        return sum(trouble.rows for trouble in self.troubles.values())

    def month(self, name: str) -> Month:
        """A month, made when it is first asked for."""
        return self.months.setdefault(name, Month())


def mark_of(reference: str) -> int:
    """64 bits that stand for a reference: a million of them fit into eight megabytes."""
    return int.from_bytes(hashlib.blake2b(reference.encode(), digest_size=8).digest(), "big")


def check(
    records: Callable[[], Iterator[Record]],
    reader: CaseReader,
    known: Callable[[Collection[int]], Collection[int]] = lambda marks: (),
    progress: Callable[[int], None] = lambda read: None,
) -> Findings:
    """Read the whole file, once or, where references repeat or have come in before, twice.

    Parameters
    ----------
    records
        begins to read the file anew.
    known
        of these marks of references, those that came in with another import.
    progress
        called with the number of rows read, every now and then.
    """
    findings = _look(records, reader, Keep(), progress)
    keep = _keep(findings, reader, known)
    return findings if keep is None else _look(records, reader, keep, progress)


def _look(
    records: Callable[[], Iterator[Record]], reader: CaseReader, keep: Keep, progress: Callable[[int], None]
) -> Findings:
    findings = Findings(keep=keep)
    for record in records():
        findings.last = record.number
        findings.rows += 1
        if findings.rows % AFTER == 0:
            progress(findings.rows)
        if not record.problem and not reader.counts(record):
            findings.passed_over += 1
            continue
        if "\ufffd" in "".join(record.cells.values()):
            findings.damaged += 1
        try:
            case = reader.case(record)
        except RowError as wrong:
            _trouble(findings, record, wrong)
            continue
        why = keep.wants(case)
        if not why:
            _count(findings, reader, case)
        elif why == "known":
            findings.known += 1
        else:
            findings.repeated += 1
            if len(findings.several) < EXAMPLES:
                findings.several.append((case.reference, case.number, keep.chosen[mark_of(case.reference)]))
    return findings


def _keep(findings: Findings, reader: CaseReader, known: Callable[[Collection[int]], Collection[int]]) -> Keep | None:
    """Which row of each repeated reference counts; None where none repeats."""
    marks, repeated = findings.references, reader.mapping.repeated
    several, before = _several(marks), frozenset(known(marks))
    if not several and not before:
        return None
    chosen: dict[int, int] = {}
    for mark, number in zip(marks, findings.numbers, strict=True) if several else ():
        if mark in several and (repeated == "last" or mark not in chosen):
            chosen[mark] = number
    return Keep(chosen, before, each=repeated == "each")


def _several(marks: Iterable[int]) -> set[int]:
    ordered = sorted(marks)
    return {one for one, following in pairwise(ordered) if one == following}


def _trouble(findings: Findings, record: Record, wrong: RowError) -> None:
    key = (wrong.column, wrong.problem if wrong.column else wrong.problem.split(":")[0])
    found = findings.troubles.get(key)
    if found is None:
        findings.troubles[key] = Trouble(BadRow(record.number, str(wrong)))
    else:
        found.rows += 1


def _count(findings: Findings, reader: CaseReader, case: Case) -> None:
    zone = reader.zone
    findings.used += 1
    findings.references.append(mark_of(case.reference))
    findings.numbers.append(case.number)
    for name in COUNTED:
        findings.counts[name][getattr(case, name)] += 1
    month = findings.month(day_of(case.opened, zone)[:7])
    month.received += 1
    month.of_them_closed += case.is_closed
    ended = findings.month(day_of(case.closed, zone)[:7]) if case.closed else month
    if case.is_closed:
        ended.closings += 1
        if case.took >= 0:
            ended.seconds.append(case.took)
    for kept in case.verdicts:
        findings.deadlines[kept.deadline, kept.outcome] += 1
        at = case.closed or case.opened
        if kept.due is not None:
            at = kept.due if kept.outcome == "missed" else max(kept.due, at)  # as reports count it (R18)
        counted = findings.month(day_of(at, zone)[:7])
        setattr(counted, kept.outcome, getattr(counted, kept.outcome) + 1)
