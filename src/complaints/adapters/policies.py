"""The rule books at work: a pointer in the table, compiled policies and calendars in the files bucket by content hash.

The pointer is read again at most once a minute, so that what is published counts within a minute without a redeploy. A
corrected calendar replaces, by its content id, the one that it corrects, in every policy that counts in it.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from complaints.adapters.files import Files
from complaints.adapters.store import Store
from complaints.adapters.table import Item
from complaints.policy import model
from complaints.policy.rulebook import Rulebook
from complaints.structs import replace
from complaints.worktime import Calendar

FRESH = timedelta(seconds=60)
KEPT = 32
"""Rule books kept in memory: every policy version that open cases still run under."""


class NoPolicyError(LookupError):
    """No policy has been published."""

    impersonal = True


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """What counts now: the content hash of the policy for new cases; `calendars`: id of a calendar -> content hash of
    the spec that replaces it; `history`: every policy that was current, oldest first; `restored`: this is a restored
    table, so that what had been sent before (`desk.reconcile`) is looked for before anything is sent."""

    policy: str = ""
    calendars: dict[str, str] = {}
    history: tuple[str, ...] = ()
    restored: bool = False
    version: int = 0


class Policies:
    """Policies and their working calendars, cached."""

    def __init__(self, store: Store, files: Files) -> None:
        self._store, self._files = store, files
        self._pointer: Pointer | None = None
        self._read_at: datetime | None = None
        self._specs: dict[str, dict[str, Any]] = {}
        self._policies: dict[str, model.Policy] = {}
        self._books: dict[tuple[str, tuple[tuple[str, str], ...]], Rulebook] = {}

    def pointer(self, now: datetime) -> Pointer:
        """What counts at `now`; up to a minute old."""
        if self._pointer is None or self._read_at is None or not timedelta() <= now - self._read_at < FRESH:
            self._pointer, self._read_at = self.read_pointer(), now
        return self._pointer

    def read_pointer(self) -> Pointer:
        """What counts, read from the table just now."""
        item = self._store.get("S#settings", "CURRENT")
        if item is None:
            return Pointer()
        return msgspec.json.decode(item.document or "{}", type=Pointer)

    def move_pointer(self, pointer: Pointer) -> Pointer:
        """Write the pointer if it is still at `pointer.version`; returns it with its new version.

        Raises `VersionConflictError` when somebody else moved it.
        """
        after = replace(pointer, version=pointer.version + 1)
        item = Item("S#settings", "CURRENT", version=after.version, document=msgspec.json.encode(after).decode())
        self._store.put(item, expected=pointer.version)
        self._pointer = None
        return after

    def current(self, now: datetime) -> Rulebook:
        """The rule book for new cases. Raises `NoPolicyError`."""
        pointer = self.pointer(now)
        if not pointer.policy:
            raise NoPolicyError("no policy is published: run complaints policy publish FILE")
        return self.book(pointer.policy, now)

    def book(self, policy: str, now: datetime) -> Rulebook:
        """The rule book of the policy with this content hash, with the calendars as they are corrected now."""
        corrections = self.pointer(now).calendars
        key = (policy, tuple(sorted(corrections.items())))
        if key not in self._books:
            if len(self._books) >= KEPT:
                self._books.clear()
            self._books[key] = self._make(policy, corrections)
        return self._books[key]

    def policy(self, policy: str) -> model.Policy:
        """The compiled policy with this content hash."""
        if policy not in self._policies:
            loaded = model.load(self._files.read(f"policies/{policy}.json"))
            self._policies[policy] = replace(loaded, id=policy)
        return self._policies[policy]

    def spec(self, calendar: str) -> dict[str, Any]:
        """The calendar spec with this content hash."""
        if calendar not in self._specs:
            self._specs[calendar] = msgspec.json.decode(self._files.read(f"policies/{calendar}.json"))
        return self._specs[calendar]

    def _make(self, policy: str, corrections: dict[str, str]) -> Rulebook:
        loaded = self.policy(policy)
        if not corrections:
            return Rulebook(loaded)
        replaced = {}
        for name, spec in loaded.calendars.items():
            correction = corrections.get(Calendar.from_spec(spec).id)
            if correction is not None:
                replaced[name] = self.spec(correction)
        return Rulebook(loaded, replaced)
