"""Erasing a customer (a request, or the end of keeping): fields, salts, files and raw mail go, bytes and hashes stay,
the chain verifies.

The record comes first: the event is committed, and in the same transaction the case is marked as being erased and is
due at once, so that the worker comes and destroys, and comes again until all is gone. Destroying first would leave a
case without its words and without a record of it when the event is refused in the end (a legal hold that came in
between), and whoever runs the command could die half-way with nobody to go on.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from complaints.adapters.files import Files
from complaints.adapters.rows import SCHEMA, case_key, event_key
from complaints.adapters.table import Item
from complaints.case.state import Case
from complaints.desk.context import Desk

ERASING = ("erased", "retired")
"""Events after which what is personal is erased."""

MARK = "erasing"
"""What stands in a case's personal part while it is being erased."""

_MAIL = "M#"
"""Where in a case's partition stand the raw mails that came to it; the rest of the key is the key in the bucket."""


class Unfinished(msgspec.Struct, frozen=True, kw_only=True):
    """What is still to be destroyed: personal fields of the events before number `before`, and the identifiers."""

    before: int
    identifiers: tuple[tuple[str, str], ...] = ()


def unfinished(personal: dict[str, Any]) -> Unfinished | None:
    """What a case's personal part says is still to be destroyed; None: nothing."""
    return msgspec.convert(personal[MARK], Unfinished) if MARK in personal else None


def to_erase(personal: dict[str, Any], seq: int) -> dict[str, Any]:
    """The personal part of a case after the erasing event number `seq`."""
    earlier = unfinished(personal)
    known = [*(earlier.identifiers if earlier else ()), *map(tuple, personal.get("identifiers", ()))]
    return {MARK: msgspec.to_builtins(Unfinished(before=seq, identifiers=tuple(known)))}


def keep_mail(desk: Desk, reference: str, key: str) -> None:
    """Note that the raw mail under `key` belongs to a case, so that it is destroyed with it."""
    desk.store.put(Item(case_key(reference), _MAIL + key, schema=SCHEMA))


def destroy(desk: Desk, case: Case, left: Unfinished) -> None:
    """Destroy all that is personal in a case. Can be done again at any time; what is gone is passed over.

    A retired case's timeline is kept in the files bucket, without what is personal. What was written after the erasing
    event is not touched. An event's own fields go last: they are what shows that something is left.
    """
    timeline = desk.store.timeline(case.reference)
    if case.phase == "retired":
        kept = [[stored.body.decode(), stored.hash] for stored in timeline]
        year = case.opened_at.strftime("%Y")
        desk.files.write(f"archive/{year}/{case.reference}.json", msgspec.json.encode(kept))
    _destroy_mail(desk, case.reference)
    if desk.files.bucket:
        desk.files.destroy(f"uploads/{case.reference}/")
    _forget(desk, left.identifiers)
    for stored in timeline:
        if stored.personal and stored.seq < left.before:
            desk.store.update(case_key(case.reference), event_key(stored.seq), [Item.personal.remove()])


def _destroy_mail(desk: Desk, reference: str) -> None:
    """Raw mail first, then the note of it: whoever dies in between finds the note and does it again."""
    for note in desk.store.partition(case_key(reference), _MAIL):
        Files(desk.settings.need("mail_bucket")).destroy(note.sk.removeprefix(_MAIL))
        desk.store.delete(note.pk, note.sk)


def _forget(desk: Desk, identifiers: Sequence[tuple[str, str]]) -> None:
    """Take the case out of the look-up; an identifier under which no case is left goes altogether."""
    for pk, sk in identifiers:
        desk.store.delete(pk, sk)
    for pk in dict.fromkeys(pk for pk, _ in identifiers):
        found = desk.store.partition(pk)
        if [item.sk for item in found] == ["HEAD"]:
            # who registers under it meanwhile raises its version, and it stays
            desk.store.delete(pk, "HEAD", Item.version == found[0].version)
