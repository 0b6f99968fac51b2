"""Rows that are left out of an import."""

import msgspec


class BadRow(msgspec.Struct, frozen=True):
    """A row that was left out: its number in the file, and why. The row itself stays in the file: nothing personal
    is kept of it."""

    number: int
    reason: str
