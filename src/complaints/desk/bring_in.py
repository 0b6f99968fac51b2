"""Cases of the time before come in as facts: no deadline starts, nobody is told, the reports know them.

An import is named by what it reads: file and mapping. It is looked over whole before anything is written. Its batches
are kept under that name, so that going on after an interruption, or importing the same file twice, counts nothing
twice; the references that it brought in are kept too, so that a file that overlaps with it counts nothing twice either.
"""

import hashlib
from array import array
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

import msgspec

from complaints.adapters.factstore import FactStore
from complaints.adapters.imports import Imports, Progress
from complaints.desk.context import Desk
from complaints.desk.import_check import Unfit, unfit
from complaints.desk.seal import fold_kept
from complaints.history.batches import import_history
from complaints.history.cases import CaseReader
from complaints.history.check import Findings, check
from complaints.history.mapping import read_mapping
from complaints.history.notes import Note, note, note_line
from complaints.history.tables import read_records
from complaints.reporting.facts import days_of, encode, local_day
from complaints.reporting.fold import Partial
from complaints.structs import replace
from complaints.texts import FALL_BACK

PIECE = 1 << 20


class ImportRefusedError(Exception):
    """Nothing was written; `why` says each reason."""

    def __init__(self, *why: Note) -> None:
        super().__init__("\n".join(note_line(one, FALL_BACK) for one in why))
        self.why = why


class PublishedError(ImportRefusedError):
    """Rows of a month that is published; `--restate` publishes it again as a numbered revision."""


class UnfitError(ImportRefusedError):
    """A file and a mapping that do not fit each other or the policy."""


class NeverImportedError(ImportRefusedError):
    """There is nothing to take back."""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import came to. `name` names it for ever; `months` are those whose figures it changed; `revisions` those
    that were published before and are to be published again."""

    name: str
    facts: int
    findings: Findings
    months: tuple[str, ...]
    revisions: tuple[str, ...]


def bring_in(
    desk: Desk,
    file: Path,
    mapping_file: Path,
    now: datetime,
    *,
    restate: bool = False,
    leave_out: bool = False,
    progress: Callable[[int], None] = lambda read: None,
) -> Imported:
    """Import a file of rows by a mapping (`history.mapping.Mapping` as JSON).

    Parameters
    ----------
    restate
        let months that are published be changed; each keeps its former figures as a numbered revision.
    leave_out
        import what can be used though that is less than half of the rows.
    progress
        called with the rows read so far, while the file is looked over and again after each batch that is kept.

    Raises
    ------
    PublishedError
        A row belongs to a published month and `restate` is not set. Nothing was written.
    UnfitError
        Kinds or units that the policy does not have, or most rows cannot be used. Nothing was written.
    history.mapping.MappingError, history.tables.TableError
        The mapping is none, the file cannot be read by it. Nothing was written.
    OSError
        A file cannot be read.
    """
    stored = mapping_file.read_bytes()
    mapping = read_mapping(stored)
    store, kept = _stores(desk)
    with file.open("rb") as rows:
        name = _name(rows, stored)
        done = kept.progress(name) or Progress()
        reader = CaseReader(mapping, now, name)
        known = partial(_known, kept, name)
        findings = check(lambda: read_records(rows, mapping), reader, known, progress)
        if not done.finished:
            _fit(findings, unfit(desk, findings, now), leave_out=leave_out)
            published = [month for month in sorted(findings.months) if store.is_folded(month)]
            _put_aside(store, published, restate=restate)
            if published:
                done = replace(done, revisions=tuple(sorted({*done.revisions, *published})))
                kept.write_progress(name, done)
            if not done.read:
                kept.write_references(name, findings.references.tobytes())
            for batch in import_history(read_records(rows, mapping), reader, findings.keep, after=done.read):
                for day, facts in batch.facts.items():
                    store.write_facts(day, f"import-{name}-{batch.number:06d}", encode(facts))
                done = replace(
                    done,
                    read=batch.read,
                    facts=done.facts + sum(map(len, batch.facts.values())),
                    days=tuple(sorted({*done.days, *batch.facts})),
                )
                kept.write_bad(name, batch.number, batch.bad)
                kept.write_progress(name, done)
                progress(batch.read)
            _fold(store, done.days, local_day(now, desk.settings.zone)[:7])
            done = replace(done, finished=True)
            kept.write_progress(name, done)
    months = tuple(sorted({day[:7] for day in done.days}))
    return Imported(name=name, facts=done.facts, findings=findings, months=months, revisions=done.revisions)


def look_over(desk: Desk, file: Path, mapping_file: Path, now: datetime) -> Findings:
    """What an import would come to; nothing is written. Raises as `bring_in` does of what cannot be read."""
    stored = mapping_file.read_bytes()
    mapping = read_mapping(stored)
    _, kept = _stores(desk)
    with file.open("rb") as rows:
        name = _name(rows, stored)
        return check(lambda: read_records(rows, mapping), CaseReader(mapping, now, name), partial(_known, kept, name))


def withdraw(desk: Desk, file: Path, mapping_file: Path, *, restate: bool = False) -> tuple[str, ...]:
    """Take the import of a file by a mapping back, as if it had never been: its facts go, its days are folded anew.
    Returns its months.

    Raises
    ------
    PublishedError
        A month of it is published and `restate` is not set.
    NeverImportedError
        They were never imported as they are now.
    OSError
        A file cannot be read.
    """
    store, kept = _stores(desk)
    with file.open("rb") as rows:
        name = _name(rows, mapping_file.read_bytes())
    done = kept.progress(name)
    if done is None:
        raise NeverImportedError(note("never_imported", file=str(file), mapping=str(mapping_file)))
    months = tuple(sorted({day[:7] for day in done.days}))
    _put_aside(store, [month for month in months if store.is_folded(month)], restate=restate)
    kept.delete_facts(name, done.days)
    for day in done.days:
        fold_kept(store, day)
    kept.forget(name)
    return months


def _fit(findings: Findings, found: Unfit, *, leave_out: bool) -> None:
    """Refuse what would only make a report of rubbish."""
    reasons = list(found.refusals)
    wanted = findings.rows - findings.passed_over
    if not wanted:
        reasons.append(note("no_rows"))
    elif findings.bad * 2 > wanted and not leave_out:
        reasons.append(note("too_many_bad", bad=findings.bad, wanted=wanted))
    if reasons:
        raise UnfitError(*reasons)


def _known(kept: Imports, name: str, marks: Collection[int]) -> Collection[int]:
    """Of these marks of references, those that another import brought in."""
    own = set(marks)
    found: set[int] = set()
    for other in kept.names():
        if other != name:
            brought = array("Q")
            brought.frombytes(kept.references(other))
            found |= own.intersection(brought)
    return found


def _stores(desk: Desk) -> tuple[FactStore, Imports]:
    bucket = desk.settings.need("facts_bucket")
    return FactStore(bucket), Imports(bucket)


def _put_aside(store: FactStore, published: Collection[str], *, restate: bool) -> None:
    """Put the former figures of published months aside; refused without `restate`."""
    if published and not restate:
        raise PublishedError(note("published", months=tuple(published)))
    for month in published:
        store.put_aside(month)


def _fold(store: FactStore, days: tuple[str, ...], running: str) -> None:
    """Fold the days touched. Days of their months that nobody has sealed hold nothing: all of them where the month is
    over, in the running one those before the last day touched."""
    for day in days:
        fold_kept(store, day)
    last = max(days, default="")
    for month in sorted({day[:7] for day in days}):
        sealed = set(store.sealed(f"{month}-"))
        for day in days_of(month):
            if day not in sealed and (day <= last or month < running):
                store.write_partial(day, Partial())


def _name(rows: BinaryIO, mapping: bytes) -> str:
    digest = hashlib.sha256(mapping)
    while piece := rows.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()[:12]
