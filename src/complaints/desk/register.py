"""A complaint comes in: from the public, from a caller whom a member of staff writes down for, or by e-mail.

One look-up of the customer (is it a repeat?) and one transaction. The acknowledgement is a notice of the policy's and
part of that transaction, so that it can be neither forgotten nor sent for a complaint that was not kept.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from complaints.adapters.rows import OnceRow
from complaints.adapters.store import VersionConflictError
from complaints.case.decide import decide
from complaints.case.events import Event
from complaints.case.evolve import evolve
from complaints.case.explain import promises
from complaints.case.fields import split
from complaints.case.state import Case
from complaints.case.values import Actor, Command, Places, Problem, RefusedError
from complaints.desk import filing, identifiers, log
from complaints.desk.answers import Once, answered_once
from complaints.desk.commit import commit
from complaints.desk.context import Desk
from complaints.desk.file_problems import too_large, wrong_type
from complaints.desk.outbox import UNACKNOWLEDGED
from complaints.desk.references import new_reference
from complaints.desk.repeat import LATELY, Found, LookUp, find_repeat
from complaints.policy.rulebook import Rulebook
from complaints.structs import replace
from complaints.texts import text as sentence

ATTEMPTS = 6
"""How often a complaint is decided again because another one of the same customer came in at the same time."""


HOUR = timedelta(hours=1)
ACKNOWLEDGED_HOURLY = 5
"""New complaints under one telephone number or address that are acknowledged in an hour. A form may name somebody
else's: beyond this every complaint is still taken, but nothing is sent for it by itself, and people are told.
Refusing instead would lock out the person whose number it is."""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came with a complaint."""

    name: str
    content_type: str
    content: bytes


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer is promised: the deadline's name in the policy, and when it is due."""

    name: str
    due_at: datetime


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a complaint. `version` is the number of the case's last event; `joined` says that it went to a
    case that was there before."""

    reference: str
    version: int
    promises: tuple[Promise, ...] = ()
    joined: bool = False
    policy: str = ""


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants registered. `values` are fields of the command `register`, `by` who enters it; `at` is when
    it was raised (a mail's arrival), now where nothing is said. `known_by` are identifiers beside those it names."""

    values: Mapping[str, Any]
    by: Actor
    once: Once
    papers: Sequence[Paper] = ()
    at: datetime | None = None
    known_by: Mapping[str, str] = {}


def register(desk: Desk, complaint: Complaint, now: datetime) -> Registered:
    """Register a complaint, or add it to the case that it repeats or reopens.

    Raises
    ------
    RefusedError
        Its fields, as the policy has them; nothing was kept.
    OtherBodyError
        Its key was used for another request.
    BusyError
        The table was out of reach; try again with the same key.
    """
    return answered_once(desk, complaint.once, Registered, lambda: _register(desk, complaint, now))


def _register(desk: Desk, complaint: Complaint, now: datetime) -> Registered:
    rulebook = desk.policies.current(now)
    data, personal = split("register", complaint.values, rulebook.policy)
    said = {**(data.get("fields") or {}), **(personal.get("fields") or {})}
    complainant = personal.get("complainant")
    named = identifiers.of_case(complainant if isinstance(complainant, Mapping) else {}, said, rulebook.policy)
    keys = {**complaint.known_by, **named}
    if complaint.papers and complaint.once.key:
        # files are written before the transaction could find the earlier answer, and must not lie about a second time
        first = desk.store.answered(complaint.once.scope, complaint.once.key)
        if first is not None:
            raise first
    reference = new_reference()
    for attempt in range(ATTEMPTS):
        look_up = LookUp(desk, keys)
        try:
            found = find_repeat(look_up, {**data, "fields": said}, rulebook, now)
            if found is not None:
                joined = _join(desk, complaint, found, personal, now)
                if joined is not None:
                    return joined
            return _open(desk, complaint, reference, data, personal, look_up, rulebook, now)
        except VersionConflictError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _open(
    desk: Desk,
    complaint: Complaint,
    reference: str,
    data: Mapping[str, Any],
    personal: Mapping[str, Any],
    look_up: LookUp,
    rulebook: Rulebook,
    now: datetime,
) -> Registered:
    lately = _lately(look_up, now) if complaint.by.kind == "customer" else 0
    crowded = lately >= ACKNOWLEDGED_HOURLY
    at = min(complaint.at or now, now)
    command = Command(
        name="register",
        by=complaint.by,
        at=at,
        data={**data, "reference": reference},
        personal=dict(personal),
    )
    places = desk.directory.places(now)
    events = decide(None, command, rulebook, now, places)
    if crowded:
        events = _crowded(events, lately, complaint, rulebook, now, places)
    events += _attached(desk, reference, events, complaint, rulebook, now)

    def answer(case: Case) -> OnceRow:
        return complaint.once.row(_registered(case, rulebook), now)

    keep = answer if complaint.once.key else None
    rows = [*look_up.rows(at, reference, alone=not crowded), *filing.identifier_rows(desk, events[0], rulebook.policy)]
    committed = commit(desk, now, None, events, rulebook, once=keep, identifiers=rows)
    if crowded:
        log.warning("complaint not acknowledged", case=reference, lately=lately)
        log.metric(now, "Crowded", 1)
    return _registered(committed.case, rulebook)


def _lately(look_up: LookUp, now: datetime) -> int:
    """How many complaints came under one of the customer's numbers and addresses within the hour."""
    contacts = (kind for kind in (identifiers.PHONE, identifiers.EMAIL) if kind in look_up.identifiers)
    return max((sum(now - at < HOUR for at, _ in look_up.cases(kind)) for kind in contacts), default=0)


def _crowded(
    events: Sequence[Event], lately: int, complaint: Complaint, rulebook: Rulebook, now: datetime, places: Places
) -> list[Event]:
    """The registration marked as one of too many, so that nothing is sent to the customer for it, and a note that says
    so to whoever reads the case."""
    marked = replace(events[0], data={**events[0].data, UNACKNOWLEDGED: True})
    case = evolve(None, marked, now)
    for event in events[1:]:
        case = evolve(case, event, now)
    said = sentence("desk.crowded", str(events[0].data.get("language") or rulebook.policy.languages[0]), count=lately)
    values = {"text": said, "facts": {"count": lately}}
    data, personal = split("note", values, rulebook.policy)
    by = Actor(complaint.by.person, "system")
    note = Command(name="note", by=by, at=marked.at, data=data, personal=personal)
    return [marked, *events[1:], *decide(case, note, rulebook, now, places)]


def _join(
    desk: Desk, complaint: Complaint, found: Found, personal: Mapping[str, Any], now: datetime
) -> Registered | None:
    """The contact as one more event of the old case; None when its policy refuses that, so that it is a new case."""
    case = found.stored.case
    rulebook = desk.policies.book(case.policy, now)
    command = Command(
        name=found.does,
        by=Actor(complaint.by.person, "system"),
        at=min(complaint.at or now, now),
        data={"channel": complaint.values.get("channel", case.channel)},
        personal={"text": personal.get("text", "")},
    )
    try:
        events = decide(case, command, rulebook, now, desk.directory.places(now))
    except RefusedError as refused:
        if any(problem.field for problem in refused.problems):
            raise
        return None
    events += _attached(desk, case.reference, events, complaint, rulebook, now, case)

    def answer(after: Case) -> OnceRow:
        return complaint.once.row(_registered(after, rulebook, joined=True), now)

    keep = answer if complaint.once.key else None
    committed = commit(desk, now, found.stored, events, rulebook, once=keep)
    return _registered(committed.case, rulebook, joined=True)


def _attached(
    desk: Desk,
    reference: str,
    events: Sequence[Event],
    complaint: Complaint,
    rulebook: Rulebook,
    now: datetime,
    case: Case | None = None,
) -> list[Event]:
    """The files of a complaint, kept by content before the case says that it has them."""
    for event in events:
        case = evolve(case, event, now)
    attached: list[Event] = []
    for paper in complaint.papers:
        kept = keep_paper(desk, reference, paper)
        command = Command(
            name="attach",
            by=Actor(complaint.by.person, "system"),
            at=events[-1].at,
            data={"file": kept, "type": paper.content_type, "size": len(paper.content)},
            personal={"name": paper.name},
        )
        attached += decide(case, command, rulebook, now, desk.directory.places(now))
    return attached


def keep_paper(desk: Desk, reference: str, paper: Paper) -> str:
    """Write a file under its content's hash, beside the others of its case; returns its key."""
    key = f"uploads/{reference}/{hashlib.sha256(paper.content).hexdigest()}"
    desk.files.write(key, paper.content, paper.content_type)
    return key


def _registered(case: Case, rulebook: Rulebook, *, joined: bool = False) -> Registered:
    promised = tuple(Promise(name=name, due_at=due) for name, _, due in promises(case, rulebook))
    return Registered(
        reference=case.reference, version=case.seq, promises=promised, joined=joined, policy=rulebook.policy.id
    )


def check_papers(papers: Sequence[Paper], rulebook: Rulebook) -> list[Problem]:
    """What is wrong with the files of a complaint, as the policy limits their number, type and size."""
    intake = rulebook.policy.intake
    found = []
    if len(papers) > intake.file_count:
        found.append(Problem("file", "web.file.count", {"most": intake.file_count}))
    for paper in papers:
        if paper.content_type not in intake.file_types:
            found.append(wrong_type("file", paper.name, paper.content_type, intake.file_types))
        elif not paper.content:
            found.append(Problem("file", "web.file.empty", {"name": paper.name}))
        elif len(paper.content) > intake.file_bytes:
            found.append(too_large("file", paper.name, intake.file_bytes))
    return found


__all__ = [
    "ACKNOWLEDGED_HOURLY",
    "LATELY",
    "Complaint",
    "Paper",
    "Promise",
    "Registered",
    "check_papers",
    "keep_paper",
    "register",
]
