"""Moving one case forward: load it, let time do what it does until nothing is left, write that down."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.update import Action

from complaints.adapters.queues import MOST_DELAY_SECONDS, Message, QueueError
from complaints.adapters.rows import case_key
from complaints.adapters.store import BusyError, VersionConflictError
from complaints.adapters.table import Item
from complaints.adapters.transact import busy
from complaints.case.advance import advance, next_at
from complaints.case.events import Event
from complaints.case.evolve import evolve
from complaints.desk import log
from complaints.desk.commit import MOST_ACTIONS, Stored, commit, load_case, stored_of
from complaints.desk.context import Desk
from complaints.desk.erase import MARK, destroy, unfinished
from complaints.policy.rulebook import Rulebook

PATIENCE = timedelta(seconds=2)
"""A message that is this much too early is waited for; an earlier one goes back with the rest of its delay."""

MOST_FAILURES = 5
"""What fails this often is parked."""

CONFLICTS = 8
"""How often somebody else may change the case in between before the queue is asked to try again later."""


class StuckError(Exception):
    """A case is due, and time has nothing to do to it: its policy or the code is wrong. It is parked after five
    times."""

    impersonal = True


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: `moved` (so many events), `nothing` to do, `early` by so much, `parked`, or no such case."""

    outcome: Literal["moved", "nothing", "early", "parked", "unknown"]
    events: int = 0
    wait: timedelta = timedelta()


def foresee(desk: Desk, references: Sequence[str], now: datetime) -> dict[str, Stored]:
    """Read together, before they are due, what a batch of cases will need: the cases themselves, their units with all
    above, whoever has a post there, the rule books.

    What somebody changes after this is seen when it is written. Raises whatever went wrong: then each case reads for
    itself.
    """
    seen = {}
    for found in desk.store.load_many(references):
        try:
            seen[found.reference] = stored_of(found)
        except msgspec.DecodeError:
            continue  # it fails, and is counted, when its turn comes
    cases = [stored.case for stored in seen.values()]
    for policy in {case.policy for case in cases}:
        desk.policies.book(policy, now)
    if len(cases) > 1:  # one alone asks for fewer people: those of the role that it needs
        units = {case.unit for case in cases} | {order.unit for case in cases for order in case.orders}
        desk.directory.gather(units, now)
    return seen


def work(desk: Desk, reference: str, now: datetime, seen: Stored | None = None) -> Worked:
    """Let everything happen to a case that is due by `now`.

    Costs one read, less what `foresee` has read, and one transaction when something is due. Doing it twice, or at once
    in two places, does it once.

    Raises
    ------
    BusyError
        The table is out of reach or overloaded, or others kept changing the case; try again later.
    StuckError
        See there. Whatever else the rules raise comes through too (`attempt` counts it).
    """
    for _ in range(CONFLICTS):
        stored, seen = seen or load_case(desk, reference), None
        if stored is None:
            return Worked(outcome="unknown")
        if stored.parked:
            return Worked(outcome="parked")
        try:
            return _move(desk, stored, now)
        except VersionConflictError:
            continue
    raise BusyError(f"case {reference} was changed by others {CONFLICTS} times; try again later")


def _move(desk: Desk, stored: Stored, now: datetime) -> Worked:
    done = 0
    while stored.next_at is not None and stored.next_at <= now:
        rulebook = desk.policies.book(stored.case.policy, now)
        left = unfinished(stored.personal)
        if left is not None:
            destroy(desk, stored.case, left)
            stored = _settle_in(desk, stored, next_at(stored.case, rulebook), erased=True)
            continue
        events = _due(desk, stored, rulebook, now)
        if not events:
            stored = _reindex(desk, stored, rulebook, now)
            continue
        committed = commit(desk, now, stored, events, rulebook, part=True)
        done += committed.taken
        stored = committed.stored
    if done:
        return Worked(outcome="moved", events=done)
    if stored.next_at is not None and stored.next_at - now <= timedelta(seconds=MOST_DELAY_SECONDS):
        return Worked(outcome="early", wait=stored.next_at - now)
    return Worked(outcome="nothing")


def _due(desk: Desk, stored: Stored, rulebook: Rulebook, now: datetime) -> list[Event]:
    """Everything that time does by `now`, instant after instant, as far as one transaction could hold."""
    events: list[Event] = []
    case = stored.case
    recorded_at = max(now, case.recorded_at)
    places = desk.directory.places(now)
    while len(events) < MOST_ACTIONS and (more := advance(case, rulebook, now, places)):
        events += more
        for event in more:
            case = evolve(case, event, recorded_at)
    return events


def _reindex(desk: Desk, stored: Stored, rulebook: Rulebook, now: datetime) -> Stored:
    """Correct the instant at which a case is looked at, when a corrected calendar has moved it without an event."""
    coming = next_at(stored.case, rulebook)
    if coming is not None and coming <= now:
        raise StuckError(f"case {stored.case.reference} is due at {coming.isoformat()}, but nothing happens to it")
    return _settle_in(desk, stored, coming)


def _settle_in(desk: Desk, stored: Stored, coming: datetime | None, *, erased: bool = False) -> Stored:
    """The case with another instant at which it is looked at; with `erased`, without the mark that it is being
    erased."""
    stamp = int(coming.timestamp()) if coming is not None else None
    actions: list[Action] = [Item.next_at.remove(), Item.due_shard.remove()]
    if stamp is not None:
        actions = [Item.next_at.set(stamp)]
    personal = {name: value for name, value in stored.personal.items() if not (erased and name == MARK)}
    if personal != stored.personal:
        kept = msgspec.json.encode(personal, order="sorted").decode()
        actions.append(Item.personal.set(kept) if personal else Item.personal.remove())
    place = case_key(stored.case.reference)
    if desk.store.update(place, "CASE", actions, Item.version == stored.version) is None:
        raise VersionConflictError(f"case {stored.case.reference} was changed by somebody else")
    return Stored(case=stored.case, version=stored.version, head=stored.head, personal=personal, next_at=coming)


def attempt(desk: Desk, reference: str, now: datetime, seen: Stored | None = None) -> Worked:
    """`work`, with failures counted: what fails five times leaves the sweep's sight and is reported.

    Raises whatever went wrong, so that the queue tries again and keeps the message at last.
    """
    try:
        worked = work(desk, reference, now, seen)
    except (BusyError, QueueError, BotoCoreError, ClientError):
        raise
    except Exception as failed:
        if isinstance(failed, PynamoDBException) and busy(failed):
            raise
        parked = desk.store.record_failure(reference, log.summary(failed), MOST_FAILURES)
        log.error("case cannot be moved", exception=True, case=reference, parked=parked)
        if parked:
            log.metric(now, "Parked", 1, of="case")
        raise
    if worked.outcome == "early":
        due = int((now + worked.wait).timestamp())
        desk.queues.send([Message("work", {"ref": reference, "at": due}, due)])
    return worked
