"""Rows that are left out of an import."""

import msgspec


class BadRow(msgspec.Struct, frozen=True):
    """A row that was left out: its number in the file, why, and the row itself."""

    number: int
    reason: str
    row: str
