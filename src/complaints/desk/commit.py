"""The one way from decided events to what is stored: sealed, folded, projected, written in one transaction, handed
on."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from complaints.adapters.queues import Message, QueueError
from complaints.adapters.rows import (
    CaseRow,
    Commit,
    EventRow,
    IdentifierRow,
    NoticeRow,
    OnceRow,
    Settle,
    Standing,
    shard,
)
from complaints.adapters.store import NoticeTakenError, StoredCase
from complaints.case.advance import next_at
from complaints.case.chain import GENESIS, Recorded, record
from complaints.case.events import CUSTOMER, SYSTEM, TIME, Event
from complaints.case.evolve import evolve
from complaints.case.state import Case, dump, load
from complaints.desk import log
from complaints.desk.context import Desk
from complaints.desk.erase import ERASING, MARK, to_erase
from complaints.desk.lists import changed_lines
from complaints.desk.outbox import notices_for
from complaints.policy.rulebook import Rulebook
from complaints.reporting.extract import facts_of
from complaints.reporting.facts import encode, local_day

MOST_ACTIONS = 100
"""Actions in one DynamoDB transaction."""

SOON = timedelta(minutes=4)
"""Whoever commits an instant nearer than this sends the message for it: the sweep may have passed it already."""


class TooMuchError(Exception):
    """One command makes more than a transaction holds; split it (dispatch to fewer units at a time)."""


class Stored(Standing, frozen=True, kw_only=True):
    """A case as loaded: its state, and how it stands."""

    case: Case


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """What a commit made: the case after it, its version, the events as recorded (`taken` of those asked for)."""

    stored: Stored
    recorded: tuple[Recorded, ...]
    notices: tuple[NoticeRow, ...]

    @property
    def case(self) -> Case:
        """The case after the commit."""
        return self.stored.case

    @property
    def version(self) -> int:
        """Its version."""
        return self.stored.version

    @property
    def taken(self) -> int:
        """How many of the events were committed."""
        return len(self.recorded)


class _More(msgspec.Struct, frozen=True, kw_only=True):
    """What is written together with a case's events."""

    once: OnceRow | Callable[[Case], OnceRow] | None
    identifiers: tuple[IdentifierRow, ...]
    settled: tuple[Settle, ...]
    owed: tuple[NoticeRow, ...]


def load_case(desk: Desk, reference: str) -> Stored | None:
    """The case, by one consistent read; None when there is none."""
    found = desk.store.load(reference)
    return stored_of(found) if found is not None else None


def stored_of(found: StoredCase) -> Stored:
    """A case item, its document read."""
    standing = {one: getattr(found, one) for one in Standing.__struct_fields__}
    return Stored(case=load(found.document), **standing)


def commit(
    desk: Desk,
    now: datetime,
    stored: Stored | None,
    events: Sequence[Event],
    rulebook: Rulebook,
    *,
    once: OnceRow | Callable[[Case], OnceRow] | None = None,
    identifiers: Sequence[IdentifierRow] = (),
    settled: Sequence[Settle] = (),
    owed: Sequence[NoticeRow] = (),
    part: bool = False,
) -> Committed:
    """Write decided events and everything that follows from them, in one transaction; then send the hints.

    Parameters
    ----------
    stored
        the case that was decided on; None for a new one.
    rulebook
        that of the case's policy (`desk.policies.book`).
    once
        the first answer to keep, or what makes it from the case after the events.
    settled, owed
        notices that come to their end with these events, and further ones that are owed.
    part
        commit only the first events, as many as a transaction holds (`Committed.taken`), for whoever can decide the
        rest again; else too many are refused.

    Raises
    ------
    VersionConflictError, OnceTakenError, BusyError
        See `adapters.store.Store.commit`.
    TooMuchError
        More than a transaction holds.
    """
    more = _More(once=once, identifiers=tuple(identifiers), settled=tuple(settled), owed=tuple(owed))
    made: frozenset[tuple[str, str]] = frozenset()
    while True:
        prepared, committed = _prepare(desk, now, stored, events, rulebook, more, made, part=part)
        try:
            desk.store.commit(prepared)
        except NoticeTakenError as taken:
            made |= {(taken.pk, taken.sk)}
        else:
            break
    hand_on(desk, now, committed)
    return committed


def _prepare(
    desk: Desk,
    now: datetime,
    stored: Stored | None,
    events: Sequence[Event],
    rulebook: Rulebook,
    more: _More,
    made: frozenset[tuple[str, str]],
    *,
    part: bool,
) -> tuple[Commit, Committed]:
    before = stored.case if stored is not None else None
    # a clock that stands behind the one of the last commit must not make the timeline run backwards
    now = max(now, before.recorded_at) if before is not None else now
    places = desk.directory.places(now)
    reference = before.reference if before is not None else events[0].data["reference"]
    sealed = record(
        events,
        reference,
        before.seq if before else 0,
        stored.head if stored else GENESIS,
        now,
        lambda: secrets.token_hex(16),
    )
    case = before
    rows: list[EventRow] = []
    notices = [notice for notice in more.owed if (notice.pk, notice.sk) not in made]
    fixed = 1 + 2 * len(more.identifiers) + (more.once is not None) + len(more.settled)
    for one in sealed:
        after = evolve(case, one.event, now)
        owed, told = notices_for(desk, one.event, one.seq, after, rulebook, now)
        owed = [notice for notice in owed if (notice.pk, notice.sk) not in made]
        size = fixed + len(rows) + 1 + len(notices) + len(owed) + len(changed_lines(before, after, places))
        if size > MOST_ACTIONS:
            if part and rows:
                break
            raise TooMuchError(f"case {reference}: {size} writes in one command, {MOST_ACTIONS} are possible")
        facts = facts_of(one, case, after, rulebook.policy, places, told=told)
        rows.append(_event_row(desk, reference, one, encode(facts).decode()))
        notices += owed
        case = after
    if case is None:
        raise ValueError("no events to commit")
    taken = tuple(sealed[: len(rows)])
    version = (stored.version if stored is not None else 0) + 1
    personal = _reach(stored.personal if stored is not None else {}, taken, more.identifiers)
    # what is being erased is due until the worker has destroyed it
    coming = now if MARK in personal else next_at(case, rulebook)
    after_all = Stored(case=case, version=version, head=taken[-1].hash, personal=personal, next_at=coming)
    row = CaseRow(
        reference=reference,
        version=version,
        document=dump(case).decode(),
        head=taken[-1].hash,
        personal=personal,
        due_shard=f"due#{shard(reference, desk.settings.due_shards)}",
        next_at=coming,
    )
    prepared = Commit(
        token=secrets.token_hex(16),
        expected=version - 1,
        case=row,
        events=tuple(rows),
        orders=changed_lines(before, case, places),
        notices=tuple(notices),
        identifiers=more.identifiers,
        once=more.once(case) if callable(more.once) else more.once,
        settled=more.settled,
    )
    return prepared, Committed(stored=after_all, recorded=taken, notices=tuple(notices))


def _event_row(desk: Desk, reference: str, one: Recorded, facts: str) -> EventRow:
    by = one.event.by
    return EventRow(
        reference=reference,
        seq=one.seq,
        type=one.event.type,
        body=one.body.decode(),
        hash=one.hash,
        recorded_at=one.recorded_at,
        at=one.event.at,
        personal=dict(one.personal),
        actor=by if by not in (CUSTOMER, TIME, SYSTEM) else "",
        day=local_day(one.recorded_at, desk.settings.zone),
        facts=facts,
    )


def _reach(known: dict[str, Any], recorded: Sequence[Recorded], identifiers: Sequence[IdentifierRow]) -> dict[str, Any]:
    """What is kept beside the case of personal data: how the customer is reached, and under what the case is found."""
    personal = dict(known)
    for one in recorded:
        if one.event.type in ERASING:
            personal = to_erase(personal, one.seq)
        complainant = one.event.personal.get("complainant")
        if isinstance(complainant, dict):
            personal["complainant"] = {**personal.get("complainant", {}), **complainant}
    if identifiers:
        listed = [[row.pk, row.sk] for row in identifiers]
        personal["identifiers"] = [*personal.get("identifiers", []), *listed]
    return personal


def hand_on(desk: Desk, now: datetime, committed: Committed) -> None:
    """Send what is due within minutes to its queue."""
    messages = _notice_messages(committed.notices)
    coming = committed.stored.next_at
    if coming is not None and coming < now + SOON:
        due = int(coming.timestamp())
        messages.append(Message("work", {"ref": committed.case.reference, "at": due}, due))
    _hint(desk, messages, committed.case.reference)


def hand_on_notices(desk: Desk, notices: Sequence[NoticeRow]) -> None:
    """Send notices that were written outside of a case to their queues."""
    _hint(desk, _notice_messages(notices), "")


def _notice_messages(notices: Sequence[NoticeRow]) -> list[Message]:
    return [
        Message(
            "urgent" if notice.id.startswith("u") else "notice",
            {"person": notice.person, "at": int(notice.send_at.timestamp())},
        )
        for notice in notices
        if notice.state == "pending"
    ]


def _hint(desk: Desk, messages: Sequence[Message], reference: str) -> None:
    """A queue that is out of reach costs a minute, never a step: the index is the truth."""
    try:
        desk.queues.send(messages)
    except QueueError as failed:
        log.warning("hints not sent", case=reference, error=str(failed))


__all__ = ["Committed", "Stored", "TooMuchError", "commit", "hand_on", "hand_on_notices", "load_case", "stored_of"]
