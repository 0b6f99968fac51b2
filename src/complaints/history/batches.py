"""The facts of a file in batches, so that an import goes on where it was interrupted: the same rows give the same
batches and the same facts. A row that cannot be used is kept by its number and the reason, and stops nothing."""

from collections.abc import Iterable, Iterator

import msgspec

from complaints.history.bad import BadRow
from complaints.history.cases import CaseReader, RowError
from complaints.history.check import Keep
from complaints.history.facts import facts_of
from complaints.history.tables import Record
from complaints.reporting.facts import Fact
from complaints.structs import replace


class Batch(msgspec.Struct, frozen=True):
    """What some rows came to, by day. `read` is the position to go on from; `number` names the batch."""

    number: int
    read: int
    facts: dict[str, list[Fact]]
    bad: tuple[BadRow, ...]


def import_history(
    records: Iterable[Record], reader: CaseReader, keep: Keep | None = None, *, after: int = 0, size: int = 20_000
) -> Iterator[Batch]:
    """Facts by day, `size` rows at a time.

    Parameters
    ----------
    keep
        which of several rows with the same reference count (`check.Findings.keep`); without it all do.
    after
        rows that were imported before (`Batch.read` of the last batch that was kept): they are passed over. It must be
        a multiple of `size`, which stays the same throughout an import.

    Raises
    ------
    ValueError
        `after` is no such multiple.
    """
    if after % size:
        raise ValueError(
            f"an import in steps of {size} rows cannot go on after row {after}; take the last batch's `read`"
        )
    keep = keep or Keep()
    facts: dict[str, list[Fact]] = {}
    bad: list[BadRow] = []
    read = 0
    for read, record in enumerate(records, start=1):
        if read <= after:
            continue
        _add(record, reader, keep, facts, bad)
        if read % size == 0:
            yield Batch(read // size, read, facts, tuple(bad))
            facts, bad = {}, []
    if read > after and read % size:
        yield Batch(read // size + 1, read, facts, tuple(bad))


def _add(record: Record, reader: CaseReader, keep: Keep, facts: dict[str, list[Fact]], bad: list[BadRow]) -> None:
    if not record.problem and not reader.counts(record):
        return
    try:
        case = reader.case(record)
    except RowError as wrong:
        bad.append(BadRow(record.number, str(wrong)))
        return
    if keep.wants(case):
        return
    reference = keep.reference(case)
    if reference != case.reference:
        case = replace(case, reference=reference)
    for day, fact in facts_of(case, reader.zone):
        facts.setdefault(day, []).append(fact)
