"""The timeline as it is stored: each event sealed to the one before it, so that every record shows by itself that
nobody changed it (INS-10).

``hash = sha256(hash of the event before + the exact stored bytes)``. Personal fields stand beside the bytes with
a random salt each; the bytes hold only their salted digest. Erasing a person removes fields and salts, and the chain
still verifies.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from complaints.case.events import SCHEMA, Effect, Event
from complaints.structs import replace

GENESIS = ""
"""The hash before the first event of a case."""

Personal = dict[str, tuple[str, Any]]
"""field -> (salt, value)."""


class ChainError(Exception):
    """A stored event cannot be read; the message names it. `complaints verify` shows the extent."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is stored. `body` are the exact bytes that the chain covers."""

    seq: int
    event: Event
    recorded_at: datetime
    body: bytes
    personal: Personal
    hash: str


class Fault(msgspec.Struct, frozen=True):
    """Where a chain does not hold: sequence number, a code of the text catalogue, what was expected and found."""

    seq: int
    code: str
    expected: str = ""
    found: str = ""


class _Body(msgspec.Struct, omit_defaults=True):
    """What the stored bytes say."""

    schema: int
    reference: str
    seq: int
    type: str
    at: datetime
    recorded_at: datetime
    by: str
    order: int = 0
    data: dict[str, Any] = {}
    digests: dict[str, str] = {}
    effects: tuple[Effect, ...] = ()


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(_Body)


def record(
    events: Iterable[Event],
    reference: str,
    seq: int,
    head: str,
    now: datetime,
    salt: Callable[[], str],
) -> list[Recorded]:
    """Events sealed to a chain.

    Parameters
    ----------
    seq, head
        number and hash of the last event stored (0 and `GENESIS` for a new case).
    now
        when they are committed, aware UTC; the caller never lets it decrease within a case.
    salt
        a new random salt at each call, at least 128 bits.
    """
    recorded = []
    for event in events:
        seq += 1
        personal: Personal = {name: (salt(), value) for name, value in event.personal.items()}
        body = _encoder.encode(
            _Body(
                schema=SCHEMA,
                reference=reference,
                seq=seq,
                type=event.type,
                at=event.at,
                recorded_at=now,
                by=event.by,
                order=event.order,
                data=event.data,
                digests={name: digest(salt_, value) for name, (salt_, value) in personal.items()},
                effects=event.effects,
            )
        )
        head = link(head, body)
        recorded.append(Recorded(seq=seq, event=event, recorded_at=now, body=body, personal=personal, hash=head))
    return recorded


def link(previous: str, body: bytes) -> str:
    """The hash of an event: over the hash before it and its exact bytes."""
    return hashlib.sha256(previous.encode() + body).hexdigest()


def digest(salt: str, value: Any) -> str:
    """The salted digest of a personal field."""
    return hashlib.sha256(salt.encode() + _encoder.encode(value)).hexdigest()


def parse(body: bytes, personal: Mapping[str, tuple[str, Any]], stored_hash: str) -> Recorded:
    """A stored event read back; fields that were erased are absent from `event.personal`.

    Raises
    ------
    ChainError
        the bytes are no event, or of a schema newer than this code.
    """
    try:
        read = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise ChainError(f"stored event cannot be read ({error}): restore it from the table's backup") from error
    if read.schema > SCHEMA:
        raise ChainError(
            f"event {read.reference}#{read.seq} has schema {read.schema}, newer than {SCHEMA}: deploy newer code"
        )
    event = Event(
        type=read.type,
        at=read.at,
        by=read.by,
        order=read.order,
        data=read.data,
        personal={name: value for name, (_, value) in personal.items()},
        effects=read.effects,
    )
    return Recorded(
        seq=read.seq, event=event, recorded_at=read.recorded_at, body=body, personal=dict(personal), hash=stored_hash
    )


def verify(timeline: Iterable[Recorded], head: str | None = None) -> list[Fault]:
    """Every place where a case's chain does not hold, oldest first; empty when it is whole.

    Parameters
    ----------
    timeline
        all events of one case, as stored, in order of their keys.
    head
        the hash that the case item (or an anchor) says the last event has; None: not compared.
    """
    faults: list[Fault] = []
    previous, seq, last = GENESIS, 0, None
    for one in timeline:
        seq += 1
        if one.seq != seq:
            faults.append(Fault(seq, "gap", str(seq), str(one.seq)))
            seq = one.seq
        expected = link(previous, one.body)
        if expected != one.hash:
            faults.append(Fault(one.seq, "altered", expected, one.hash))
        if last is not None and one.recorded_at < last:
            faults.append(Fault(one.seq, "backwards", last.isoformat(), one.recorded_at.isoformat()))
        faults += _personal_faults(one)
        previous, last = one.hash, one.recorded_at
    if head is not None and previous != head:
        faults.append(Fault(seq, "head", head, previous))
    return faults


def _personal_faults(one: Recorded) -> list[Fault]:
    digests = _decoder.decode(one.body).digests
    faults = []
    for name, (salt, value) in one.personal.items():
        found = digest(salt, value)
        if digests.get(name) != found:
            faults.append(Fault(one.seq, "personal_altered", digests.get(name, ""), found))
    return faults


def erase(one: Recorded) -> Recorded:
    """The event without its personal fields and their salts; its bytes and hash stay, so the chain still verifies."""
    return replace(one, personal={}, event=replace(one.event, personal={}))
