"""Anchors: the heads of the chains of cases changed on a day, kept where nobody can change them (INS-10).

Somebody who can write the table could rewrite a whole chain. The anchor in an Object Lock bucket says what the head
was, and the Merkle root over all of a day's heads can be published or noted on paper.
"""

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from complaints.adapters.factstore import FactStore
from complaints.adapters.files import Files, NoFileError
from complaints.desk.context import Desk
from complaints.desk.verify import verify_case
from complaints.reporting.model import Verified


class Head(msgspec.Struct, frozen=True, array_like=True):
    """The end of a case's chain: reference, number of its last event, that event's hash."""

    reference: str
    seq: int
    hash: str


class Anchor(msgspec.Struct, frozen=True):
    """A day's heads, sorted by reference, and their Merkle root."""

    day: str
    root: str
    heads: tuple[Head, ...]


class Checked(msgspec.Struct, frozen=True):
    """What verifying some of a day's cases gave: their heads as JSON, by reference, and those that do not hold."""

    heads: tuple[msgspec.Raw, ...]
    broken: tuple[str, ...]


def merkle_root(heads: Iterable[Head | msgspec.Raw]) -> str:
    """The root of the binary hash tree over the heads in their order; an odd one moves up as it is.

    Leaves and nodes are hashed with different first bytes, so that no node can pass for a leaf.
    """
    return _root_over([_leaf(head) for head in heads])


def anchor_cases(desk: Desk, store: FactStore, day: str, number: str) -> tuple[str, ...]:
    """Verify some of the cases changed on a day and write their heads to the anchors bucket; those that do not hold.

    A chain that does not hold is anchored as it stands all the same: what it was on that day is part of the evidence.
    """
    verdicts = [verify_case(desk, reference) for reference in store.changed(day, number)]
    heads = [Head(v.reference, v.events, v.head) for v in verdicts]
    for head in heads:
        _bucket(desk).write(f"cases/{head.reference}/{head.seq:06d}", head.hash.encode(), "text/plain")
    broken = tuple(v.reference for v in verdicts if v.faults)
    checked = Checked(tuple(msgspec.Raw(msgspec.json.encode(head)) for head in heads), broken)
    store.files.write(f"heads/{day}/{number}.json", msgspec.json.encode(checked))
    return broken


def anchor_day(desk: Desk, store: FactStore, day: str) -> Verified:
    """Put together what `anchor_cases` found: the day's anchor, and what verifying gave."""

    def checked() -> Iterator[Checked]:
        for number in store.changed_numbers(day):
            yield msgspec.json.decode(store.files.read(f"heads/{day}/{number}.json"), type=Checked)

    def pieces(root: str) -> Iterator[bytes]:
        # The bytes of an `Anchor`, of which a busy day's would be too long to hold: what is kept in between is hashes.
        yield b'{"day":"%s","root":"%s","heads":[' % (day.encode(), root.encode())
        separator = b""
        for one in checked():
            yield separator + b",".join(bytes(head) for head in one.heads)
            separator = b","
        yield b"]}"

    leaves: list[bytes] = []
    broken: list[str] = []
    for one in checked():
        leaves += map(_leaf, one.heads)
        broken += one.broken
    _bucket(desk).write_pieces(f"days/{day}.json", pieces(_root_over(leaves)))
    return Verified(chains=len(leaves), broken=tuple(broken))


def anchors_of(desk: Desk, reference: str) -> dict[int, str]:
    """What the anchors say of a case: sequence number -> hash."""
    bucket = _bucket(desk)
    return {int(key.rpartition("/")[2]): bucket.read(key).decode() for key in bucket.keys(f"cases/{reference}/")}


def anchor_of_day(desk: Desk, day: str) -> Anchor | None:
    """A day's anchor, its root checked against its heads; None when the day has none.

    Raises
    ------
    ValueError
        The root is not that of the heads: the object was not written by this system.
    """
    try:
        anchor = msgspec.json.decode(_bucket(desk).read(f"days/{day}.json"), type=Anchor)
    except NoFileError:
        return None
    if merkle_root(anchor.heads) != anchor.root:
        raise ValueError(f"anchor of {day}: its root does not belong to its heads; compare the object's versions")
    return anchor


def _leaf(head: Head | msgspec.Raw) -> bytes:
    return hashlib.sha256(b"\x00" + msgspec.json.encode(head)).digest()


def _root_over(leaves: list[bytes]) -> str:
    """The root (hex); that of no leaves is the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    level = leaves
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0].hex()


def _bucket(desk: Desk) -> Files:
    return Files(desk.settings.need("anchors_bucket"))
