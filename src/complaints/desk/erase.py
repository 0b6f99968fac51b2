"""Erasing a customer (a request, or the end of keeping): fields and salts go, bytes and hashes stay, the chain
verifies."""

from typing import Any

from complaints.adapters.rows import case_key, event_key
from complaints.adapters.table import Item
from complaints.case.state import Case
from complaints.desk.context import Desk

ERASING = ("erased", "retired")
"""Events before which what is personal is erased."""


def erase(desk: Desk, case: Case, personal: dict[str, Any]) -> None:
    """Remove the personal fields of a case's events, what it is found by, and its files.

    Done before the event that says so is committed: whoever dies in between does it again, and nothing is left behind.
    """
    for stored in desk.store.timeline(case.reference):
        if stored.personal:
            desk.store.update(case_key(case.reference), event_key(stored.seq), [Item.personal.remove()])
    for pk, sk in personal.get("identifiers", ()):
        desk.store.delete(pk, sk)
    for key in desk.files.keys(f"uploads/{case.reference}/") if desk.files.bucket else ():
        desk.files.delete(key)
