"""Units and people as JSON documents and back; instants are written as RFC 3339 with ``Z``."""

from typing import TypeVar

import msgspec

from complaints.directory.model import Person, Unit

T = TypeVar("T", Unit, Person)


class StoredError(ValueError):
    """A stored unit or person cannot be read; the message says where it differs from what is expected."""


def encode(value: Unit | Person) -> bytes:
    """The JSON document of a unit or a person; equal values give equal bytes."""
    return msgspec.json.encode(value, order="deterministic")


def decode_unit(document: bytes | str) -> Unit:
    """The unit of a document that `encode` made. Raises `StoredError`."""
    return _decode(document, Unit)


def decode_person(document: bytes | str) -> Person:
    """The person of a document that `encode` made. Raises `StoredError`."""
    return _decode(document, Person)


def _decode(document: bytes | str, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.MsgspecError as broken:
        raise StoredError(f"not a stored {kind.__name__.lower()}: {broken}; load the organisation again") from broken
