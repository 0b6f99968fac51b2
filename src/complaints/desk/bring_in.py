"""Cases of the time before come in as facts: no deadline starts, nobody is told, the reports know them.

An import is named by what it reads: file and mapping. Its batches are kept under that name, so that going on after an
interruption, or importing the same file twice, counts nothing twice.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from complaints.adapters.factstore import FactStore, Progress
from complaints.desk.context import Desk
from complaints.desk.seal import fold_kept
from complaints.reporting.facts import days_of, encode, local_day
from complaints.reporting.fold import Partial
from complaints.reporting.history import BadRow, Batch, import_history, read_mapping

PIECE = 1 << 20


class PublishedError(Exception):
    """Rows of a month that is published; `--restate` publishes it again as a numbered revision."""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import came to. `name` names it for ever; `months` are those whose figures it changed; `revisions` those
    that were published before and are to be published again."""

    name: str
    rows: int
    facts: int
    bad: tuple[BadRow, ...]
    months: tuple[str, ...]
    revisions: tuple[str, ...]


def bring_in(
    desk: Desk,
    file: Path,
    mapping_file: Path,
    now: datetime,
    *,
    restate: bool = False,
    progress: Callable[[int], None] = lambda read: None,
) -> Imported:
    """Import a file of rows by a mapping (`reporting.history.Mapping` as JSON).

    Parameters
    ----------
    restate
        let months that are published be changed; each keeps its former figures as a numbered revision.
    progress
        called with the rows read so far, after each batch that is kept.

    Raises
    ------
    PublishedError
        A row belongs to a published month and `restate` is not set; batches before it are kept.
    msgspec.ValidationError
        The mapping is none; the message names the place.
    OSError
        A file cannot be read.
    """
    mapping = read_mapping(mapping_file.read_bytes())
    store = FactStore(desk.settings.need("facts_bucket"))
    name = _name(file, mapping_file)
    done = store.progress(name) or Progress()
    bad: list[BadRow] = []
    for batch in import_history(_pieces(file), mapping, after=done.read if not done.finished else 0):
        if done.finished:
            bad += batch.bad
            continue
        revisions = _open_months(store, batch, restate)
        for day, facts in batch.facts.items():
            store.write_facts(day, f"import-{name}-{batch.number:06d}", encode(facts))
        done = Progress(
            read=batch.read,
            facts=done.facts + sum(map(len, batch.facts.values())),
            days=tuple(sorted({*done.days, *batch.facts})),
            revisions=tuple(sorted({*done.revisions, *revisions})),
        )
        bad += batch.bad
        store.write_bad(name, batch.number, batch.bad)
        store.write_progress(name, done)
        progress(batch.read)
    if not done.finished:
        _fold(store, done.days, local_day(now, desk.settings.zone)[:7])
        done = msgspec.structs.replace(done, finished=True)
        store.write_progress(name, done)
    months = tuple(sorted({day[:7] for day in done.days}))
    return Imported(
        name=name, rows=done.read, facts=done.facts, bad=tuple(bad), months=months, revisions=done.revisions
    )


def _open_months(store: FactStore, batch: Batch, restate: bool) -> list[str]:
    """The published months among those of a batch, their former figures put aside; refused without `restate`."""
    published = [month for month in sorted({day[:7] for day in batch.facts}) if store.is_folded(month)]
    if published and not restate:
        raise PublishedError(
            f"rows up to {batch.read} belong to {', '.join(published)}, which is published: leave them out, or say "
            "--restate to publish it again as a numbered revision"
        )
    for month in published:
        store.put_aside(month)
    return published


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


def _name(file: Path, mapping_file: Path) -> str:
    digest = hashlib.sha256(mapping_file.read_bytes())
    for piece in _pieces(file):
        digest.update(piece)
    return digest.hexdigest()[:12]


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece
