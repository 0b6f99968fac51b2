"""One command on one case: load, see whether it may be seen, decide, commit. Staff and customers come through here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from complaints.adapters.rows import IdentifierRow, OnceRow
from complaints.adapters.store import VersionConflictError
from complaints.case.chain import parse
from complaints.case.decide import decide
from complaints.case.fields import split
from complaints.case.state import Case
from complaints.case.values import Actor, Command, Problem, RefusedError
from complaints.desk.answers import Once, answered_once
from complaints.desk.commit import Stored, commit, load_case
from complaints.desk.context import Desk
from complaints.desk.dossier import NoCaseError
from complaints.desk.filing import with_files
from complaints.desk.references import read_reference
from complaints.desk.sight import Sight, sight_of
from complaints.policy.model import Policy
from complaints.policy.vocabulary import COMMANDS

ATTEMPTS = 8
"""How often a command that names no version is decided again because somebody else changed the case."""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a case since somebody looked at it."""

    seq: int
    type: str
    at: datetime
    by: str
    order: int = 0


class StaleError(Exception):
    """The case is no longer as its reader saw it; `changed` says what came after. Look at it and try again."""

    def __init__(self, version: int, changed: tuple[Changed, ...]) -> None:
        super().__init__(f"the case is at version {version}; look at what changed and try again")
        self.version, self.changed = version, changed


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a command made of a case: its new version (the number of its last event), state, and what happened."""

    reference: str
    version: int
    state: str
    phase: str
    events: tuple[str, ...] = ()
    order: int = 0


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A command as it was asked for. `version` is the one that its asker saw; None where that does not matter. `at` is
    when it happened, if that was earlier than now. `identifiers` are further names to find the case by."""

    reference: str
    name: str
    values: Mapping[str, Any]
    by: Actor
    once: Once
    version: int | None = None
    order: int = 0
    at: datetime | None = None
    identifiers: tuple[IdentifierRow, ...] = ()


def command(desk: Desk, asked: Asked, now: datetime, *, seen: Callable[[Stored], bool] | None = None) -> Done:
    """Carry out a command.

    Parameters
    ----------
    seen
        whether the case is for the asker's eyes; for staff, what `desk.sight` says, where nothing is given.

    Raises
    ------
    NoCaseError
        There is no such case, or it is not to be seen.
    StaleError
        The case is not at the version named.
    RefusedError
        The process or the fields do not allow it; nothing was changed.
    OtherBodyError
        The key was used for another request.
    """
    reference = read_reference(asked.reference)
    if reference is None:
        raise NoCaseError(f"{asked.reference!r} is no reference")
    return answered_once(desk, asked.once, Done, lambda: _attempts(desk, reference, asked, now, seen))


def _attempts(desk: Desk, reference: str, asked: Asked, now: datetime, seen: Callable[[Stored], bool] | None) -> Done:
    for attempt in range(ATTEMPTS):
        stored = load_case(desk, reference)
        if stored is None or not (seen(stored) if seen is not None else _staff_sees(desk, asked.by, stored, now)):
            raise NoCaseError(f"no case {reference}")
        if asked.version is not None and asked.version != stored.case.seq:
            # a request that was answered before is behind by its own doing
            first = desk.store.answered(asked.once.scope, asked.once.key) if asked.once.key else None
            raise first or StaleError(stored.case.seq, _changed(desk, stored, asked, now))
        try:
            return _once(desk, stored, asked, now)
        except VersionConflictError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _staff_sees(desk: Desk, by: Actor, stored: Stored, now: datetime) -> bool:
    return _sight(desk, by, stored, now).case(stored.case, desk.directory.places(now))


def _sight(desk: Desk, by: Actor, stored: Stored, now: datetime) -> Sight:
    return sight_of(by, desk.policies.book(stored.case.policy, now).policy)


def _once(desk: Desk, stored: Stored, asked: Asked, now: datetime) -> Done:
    rulebook = desk.policies.book(stored.case.policy, now)
    if asked.at is not None and asked.at > now:
        raise RefusedError(Problem("at", "web.not_yet"))
    values = unit_ids(asked.name, asked.values, rulebook.policy)
    if asked.name == "merge":
        values["into"] = read_reference(str(values.get("into", ""))) or values.get("into")
    if asked.name == "answer":
        values = with_files(desk, stored.case, asked.order, values, rulebook.policy)
    data, personal = split(asked.name, values, rulebook.policy)
    wanted = Command(name=asked.name, by=asked.by, at=asked.at or now, order=asked.order, data=data, personal=personal)
    events = decide(stored.case, wanted, rulebook, now, desk.directory.places(now))
    if asked.name == "merge":
        _goes_on(desk, asked.by, str(data["into"]), now)
    types = tuple(event.type for event in events)
    order = events[0].order

    def answer(after: Case) -> OnceRow:
        return asked.once.row(_done(after, types, order), now)

    keep = answer if asked.once.key else None
    committed = commit(desk, now, stored, events, rulebook, once=keep, identifiers=asked.identifiers)
    return _done(committed.case, types, order)


def _goes_on(desk: Desk, by: Actor, reference: str, now: datetime) -> None:
    """Refuse a merger unless the other case is open and in sight: where there is none, nobody would answer this one."""
    known = read_reference(reference)
    other = load_case(desk, known) if known is not None else None
    if other is None or other.case.phase != "open" or not _staff_sees(desk, by, other, now):
        raise RefusedError(Problem("into", "web.merge.into"))


def _done(case: Case, events: tuple[str, ...], order: int) -> Done:
    return Done(
        reference=case.reference, version=case.seq, state=case.state, phase=case.phase, events=events, order=order
    )


def _changed(desk: Desk, stored: Stored, asked: Asked, now: datetime) -> tuple[Changed, ...]:
    """What happened to a case, as far as the asker sees it, since the version that they saw."""
    later = desk.store.timeline(stored.case.reference, max(asked.version or 0, 0))
    found = [parse(one.body, one.personal, one.hash) for one in later]
    sight, places = _sight(desk, asked.by, stored, now), desk.directory.places(now)
    return tuple(
        Changed(seq=one.seq, type=one.event.type, at=one.event.at, by=one.event.by, order=one.event.order)
        for one in found
        if sight.event(one.event.type, one.event.order, stored.case, places)
    )


def unit_ids(name: str, values: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The values with every unit named by its id, where somebody wrote its path (`hq/north/n-01`)."""
    units = {param.name for param in COMMANDS[name].params if param.type == "unit"} if name in COMMANDS else set()
    found = {key: _unit_id(value) if key in units else value for key, value in values.items()}
    fields = found.get("fields")
    if isinstance(fields, Mapping):
        declared = {key for key, spec in policy.fields.items() if spec.type == "unit"}
        found["fields"] = {key: _unit_id(value) if key in declared else value for key, value in fields.items()}
    return found


def _unit_id(value: Any) -> Any:
    return value.strip("/").rpartition("/")[2] if isinstance(value, str) else value
