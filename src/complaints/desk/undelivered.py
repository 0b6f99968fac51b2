"""Notices that do not reach anybody: dropped because their reason is gone, or failed, and the next holder is told."""

import secrets
from datetime import datetime

from complaints.adapters.rows import NoticeRow, Settle, person_key, stamp
from complaints.adapters.store import BusyError, SettledError, VersionConflictError
from complaints.adapters.transact import transact
from complaints.adapters.writes import NoticeTakenError, notice_write, settle_write
from complaints.case.decide import settle
from complaints.case.events import SYSTEM, Event
from complaints.case.state import Case
from complaints.desk.commit import Stored, commit, hand_on_notices, load_case
from complaints.desk.context import Desk
from complaints.desk.outbox import NOBODY, Notice, dump, row_of
from complaints.structs import replace

ATTEMPTS = 8

PENDING = ("pending",)
GONE_OUT = ("pending", "sent", "parked")


def reason_gone(desk: Desk, notice: Notice, case: Case | None) -> str:
    """Why a notice need not be sent any more; empty when it must be.

    Its deadline was met, cancelled or replaced; a reminder came too late or was acknowledged; the case is gone.
    """
    if case is None or case.phase == "retired":
        return "case_gone"
    if not notice.deadline:
        return ""
    running = next((one for one in case.deadlines if one.key == notice.deadline), None)
    if running is None or stamp(running.started_at) != notice.started:
        return "deadline_over"
    reminder = ":reminder:" in notice.key
    if reminder and running.missed_at is not None:
        return "missed_already"
    policy = desk.policies.policy(notice.policy)
    if reminder or policy.texting.acknowledgement_stops_ladder:
        acknowledged = desk.store.get(f"C#{case.reference}", acknowledged_key(notice.deadline, notice.started))
        return "acknowledged" if acknowledged is not None else ""
    return ""


def acknowledged_key(deadline: str, started: str) -> str:
    """The sort key, beside a case, of the note that somebody has acknowledged a deadline's text."""
    return f"A#{deadline}#{started}"


def drop(desk: Desk, person: str, sk: str, notice: Notice, reason: str, now: datetime) -> None:
    """Write that a notice was not sent because its reason is gone. Nothing when it has ended already."""
    ended = _settle(person, sk, "dropped", replace(notice, reason=reason), PENDING)
    record(desk, notice, "notice_dropped", person, reason, now, ended)


def undeliverable(desk: Desk, person: str, sk: str, notice: Notice, reason: str, now: datetime) -> list[NoticeRow]:
    """Write that a notice cannot be delivered to a person, and owe it to the next who answers for the role.

    Returns the notices that are owed instead: one, or none for a customer. Nobody left means one to nobody, which is
    parked and reported. Nothing when it has ended already.
    """
    ended = _settle(person, sk, "failed", replace(notice, reason=reason), GONE_OUT)
    owed: list[NoticeRow] = []
    if not notice.customer:
        tried = (*notice.tried, person)
        found = desk.directory.answers(notice.unit, notice.role, now, tried)
        instead = replace(notice, tried=tried, made_at=now)
        owed.append(row_of(desk, instead, found.person.id if found is not None else NOBODY, now, now))
    recorded = record(desk, notice, "notice_failed", person, reason, now, ended, tuple(owed))
    return owed if recorded else []


def record(
    desk: Desk,
    notice: Notice,
    event: str,
    person: str,
    reason: str,
    now: datetime,
    ended: Settle | None,
    owed: tuple[NoticeRow, ...] = (),
    *,
    by: str = SYSTEM,
) -> bool:
    """Commit an event about a notice to its case; False when there is no such case or the notice has ended already.

    A notice that is about no case (a report is ready) ends without an event.
    """
    if not notice.reference:
        return _end(desk, ended, owed)
    for _ in range(ATTEMPTS):
        stored = load_case(desk, notice.reference)
        if stored is None:
            return False
        try:
            _commit(desk, stored, replace(_event(notice, event, person, reason, now), by=by), now, ended, owed)
        except VersionConflictError:
            continue
        except SettledError:
            return False
        return True
    raise BusyError(f"case {notice.reference} was changed by others {ATTEMPTS} times; try again later")


def _end(desk: Desk, ended: Settle | None, owed: tuple[NoticeRow, ...]) -> bool:
    if ended is None:
        return False
    try:
        transact(desk.store.connection, [settle_write(ended), *map(notice_write, owed)], secrets.token_hex(16))
    except (SettledError, NoticeTakenError):
        return False
    hand_on_notices(desk, owed)
    return True


def _commit(
    desk: Desk, stored: Stored, event: Event, now: datetime, ended: Settle | None, owed: tuple[NoticeRow, ...]
) -> None:
    book = desk.policies.book(stored.case.policy, now)
    events = settle(stored.case, [event], book, now, desk.directory.places(now))
    commit(desk, now, stored, events, book, settled=(ended,) if ended is not None else (), owed=owed)


def _event(notice: Notice, event: str, person: str, reason: str, now: datetime) -> Event:
    data = {"template": notice.template, "key": notice.key, "role": notice.role, "reason": reason}
    if not notice.customer:
        data["person"] = person
    if notice.deadline:
        data["deadline"] = notice.deadline.partition("#")[0]
    filled = {key: value for key, value in data.items() if value}
    return Event(type=event, at=now, by=SYSTEM, order=notice.order, data=filled)


def _settle(person: str, sk: str, state: str, notice: Notice, while_: tuple[str, ...]) -> Settle:
    return Settle(pk=person_key(person), sk=sk, state=state, document=dump(notice), while_=while_)
