"""Does the record show by itself that nobody changed it (INS-10)? Chain, head, state and anchors of a case compared."""

from collections.abc import Iterable, Mapping

import msgspec

from complaints.case.chain import Fault, Recorded, parse, verify
from complaints.case.evolve import fold
from complaints.case.state import dump
from complaints.desk.commit import load_case
from complaints.desk.context import Desk

Anchors = Mapping[int, str]
"""Sequence number -> hash, as an anchor outside the table says."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found about one case: nothing means that its record is whole. `events` were looked at."""

    reference: str
    events: int
    faults: tuple[Fault, ...]
    head: str = ""


def timeline(desk: Desk, reference: str) -> list[Recorded]:
    """The events of a case as recorded, oldest first."""
    stored = desk.store.timeline(reference)
    return [parse(one.body, {k: (s, v) for k, (s, v) in one.personal.items()}, one.hash) for one in stored]


def verify_case(desk: Desk, reference: str, anchors: Anchors | None = None) -> Verdict:
    """Compare a case's chain with its head, its stored state with what its events make, and both with the anchors."""
    stored = load_case(desk, reference)
    recorded = timeline(desk, reference)
    faults = verify(recorded, stored.head if stored is not None else None)
    if stored is None:
        faults.append(Fault(0, "no_case"))
    elif not faults:
        folded = fold((one.event, one.recorded_at) for one in recorded)
        if dump(folded) != dump(stored.case):
            faults.append(Fault(stored.case.seq, "state"))
    faults += _against_anchors(recorded, anchors or {})
    head = recorded[-1].hash if recorded else ""
    return Verdict(reference=reference, events=len(recorded), faults=tuple(faults), head=head)


def _against_anchors(recorded: Iterable[Recorded], anchors: Anchors) -> list[Fault]:
    hashes = {one.seq: one.hash for one in recorded}
    return [
        Fault(seq, "anchor", anchored, hashes.get(seq, ""))
        for seq, anchored in sorted(anchors.items())
        if hashes.get(seq) != anchored
    ]
