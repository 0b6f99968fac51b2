"""Erasing a customer (a request, or the end of keeping): fields and salts go, bytes and hashes stay, the chain
verifies."""

from typing import Any

import msgspec

from complaints.adapters.rows import case_key, event_key
from complaints.adapters.table import Item
from complaints.case.state import Case
from complaints.desk.context import Desk

ERASING = ("erased", "retired")
"""Events before which what is personal is erased."""


def erase(desk: Desk, case: Case, personal: dict[str, Any], *, archive: bool = False) -> None:
    """Remove the personal fields of a case's events, what it is found by, and its files.

    Done before the event that says so is committed: whoever dies in between does it again, and nothing is left behind.
    With `archive` the timeline is kept in the files bucket, without what is personal.
    """
    timeline = desk.store.timeline(case.reference)
    if archive:
        kept = [[stored.body.decode(), stored.hash] for stored in timeline]
        year = case.opened_at.strftime("%Y")
        desk.files.write(f"archive/{year}/{case.reference}.json", msgspec.json.encode(kept))
    for stored in timeline:
        if stored.personal:
            desk.store.update(case_key(case.reference), event_key(stored.seq), [Item.personal.remove()])
    for pk, sk in personal.get("identifiers", ()):
        desk.store.delete(pk, sk)
    for key in desk.files.keys(f"uploads/{case.reference}/") if desk.files.bucket else ():
        desk.files.delete(key)
