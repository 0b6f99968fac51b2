"""What is owed to people: a notice is written with the event that asks for it, and sent later from what it says
here."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from complaints.adapters.rows import PARKED, NoticeRow, shard, stamp
from complaints.case.events import Event
from complaints.case.notices import NoticeRequest, notices_of
from complaints.case.state import Case
from complaints.desk import log
from complaints.desk.context import Desk
from complaints.policy.rulebook import Rulebook

NOBODY = "?"
"""Who is told when the organisation names nobody at all: the notice is parked, and the auditor reports it."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What one notice is about; `reference` is empty where that is no case. Holds no address, no personal data.

    `deadline` is the running deadline without which the notice has lost its reason, `started` when that began (a later
    one of the same name is another). `tried` are those to whom it could not be delivered. `made_at` is when it was
    committed. `reason` says why it did not go out, when it did not.
    """

    reference: str = ""
    key: str
    template: str
    policy: str
    params: dict[str, Any] = {}
    unit: str = ""
    role: str = ""
    customer: bool = False
    urgent: bool = False
    order: int = 0
    deadline: str = ""
    started: str = ""
    made_at: datetime
    tried: tuple[str, ...] = ()
    reason: str = ""


UNACKNOWLEDGED = "unacknowledged"
"""What a registration says of itself when nothing is to be sent to the customer for it (`desk.register`)."""


def dump(notice: Notice) -> str:
    """The document of a notice."""
    sparse = {
        name: value
        for name in Notice.__struct_fields__
        if (value := getattr(notice, name)) not in ("", False, (), 0, {})
    }
    return msgspec.json.encode(sparse, order="sorted").decode()


def load(document: str | None) -> Notice:
    """The notice of a stored document."""
    return msgspec.json.decode(document or "{}", type=Notice)


def recipient(notice: Notice, person: str) -> str:
    """Under whom a notice is kept: a person's id, or the customer of the case."""
    return f"@{notice.reference}" if notice.customer else person


def identity(notice: Notice, at: datetime, person: str) -> str:
    """The notice's id: the same for the same step of the same deadline to the same person, whenever it is reached."""
    text = f"{notice.reference} {notice.key} {notice.started or stamp(at)} {person}"
    return ("u" if notice.urgent else "o") + hashlib.sha256(text.encode()).hexdigest()[:20]


def row_of(desk: Desk, notice: Notice, person: str, at: datetime, now: datetime) -> NoticeRow:
    """The row of a notice to a person: `at` is the instant that it is for, never sent before `now`."""
    parked = person == NOBODY
    return NoticeRow(
        person=person,
        id=identity(notice, at, person),
        send_at=at,
        document=dump(notice),
        state="parked" if parked else "pending",
        due_shard=PARKED if parked else f"due#{shard(person, desk.settings.due_shards)}",
        next_at=max(at, now),
    )


def notices_for(
    desk: Desk, event: Event, seq: int, case: Case, rulebook: Rulebook, now: datetime
) -> tuple[list[NoticeRow], list[tuple[str, str]]]:
    """The notices that an event owes, each to the person who answers for the role now.

    Returns
    -------
    rows, told
        the rows to commit, and (role, person) of those whom they go to, the customer left out.
    """
    rows, told = [], []
    for request in notices_of(event, seq, case, rulebook, desk.directory.places(now)):
        notice = _notice(request, event, case, now)
        if request.customer:
            if event.data.get(UNACKNOWLEDGED):
                continue
            rows.append(row_of(desk, notice, f"@{case.reference}", request.send_at, now))
            continue
        found = desk.directory.answers(request.unit, request.role, now)
        if found is None or found.alarming:
            log.error("nobody holds the role up to the root", unit=request.unit, role=request.role)
            log.metric(now, "Vacant", 1)
        person = found.person.id if found is not None else NOBODY
        rows.append(row_of(desk, notice, person, request.send_at, now))
        if found is not None:
            told.append((request.role, person))
    return rows, told


def _notice(request: NoticeRequest, event: Event, case: Case, now: datetime) -> Notice:
    started = ""
    for running in case.deadlines:
        if running.key == request.deadline:
            started = stamp(running.started_at)
    return Notice(
        reference=case.reference,
        key=request.key,
        template=request.template,
        policy=case.policy,
        params=request.params,
        unit=request.unit,
        role=request.role,
        customer=request.customer,
        # the ladder is never held back by quiet hours, whatever its template says
        urgent=request.urgent or event.type == "rung_reached",
        order=event.order,
        deadline=request.deadline if started else "",
        started=started,
        made_at=now,
    )
