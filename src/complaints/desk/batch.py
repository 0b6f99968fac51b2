"""The same command on many cases, each answered for itself (D9), and many cases under one incident (D2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from complaints.adapters.rows import IdentifierRow
from complaints.adapters.store import BusyError, VersionConflictError
from complaints.case.values import Problem, RefusedError
from complaints.desk.answers import Once, OtherBodyError
from complaints.desk.command import Asked, Done, StaleError, command
from complaints.desk.context import Desk
from complaints.desk.dossier import NoCaseError
from complaints.desk.references import new_reference, read_reference
from complaints.desk.staff import Member
from complaints.desk.worklist import INCIDENT, INCIDENT_MARK
from complaints.structs import replace

MOST = 50
"""Cases of one batch: so many transactions fit into one request with time to spare."""


class One(msgspec.Struct, frozen=True, kw_only=True):
    """One case of a batch: the version that was seen (None: whichever it is) and the order concerned."""

    reference: str
    version: int | None = None
    order: int = 0


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one case of a batch: done, or why not (`absent`, `changed`, `refused`, `busy`)."""

    reference: str
    done: Done | None = None
    why: str = ""
    problems: tuple[Problem, ...] = ()


def batch(
    desk: Desk, member: Member, name: str, cases: Sequence[One], values: Mapping[str, Any], once: Once, now: datetime
) -> tuple[Result, ...]:
    """The command on each case, one transaction each; one that fails keeps no other from being done."""
    return tuple(_one(desk, member, name, case, values, once, now) for case in cases)


def _one(
    desk: Desk,
    member: Member,
    name: str,
    case: One,
    values: Mapping[str, Any],
    once: Once,
    now: datetime,
    identifiers: tuple[IdentifierRow, ...] = (),
) -> Result:
    key = f"{once.key}:{case.reference}:{case.order}" if once.key else ""
    asked = Asked(
        reference=case.reference,
        name=name,
        values=values,
        by=member.actor,
        once=replace(once, key=key),
        version=case.version,
        order=case.order,
        identifiers=identifiers,
    )
    try:
        return Result(reference=case.reference, done=command(desk, asked, now))
    except NoCaseError:
        return Result(reference=case.reference, why="absent")
    except StaleError:
        return Result(reference=case.reference, why="changed")
    except OtherBodyError:
        return Result(reference=case.reference, why="other_body")
    except RefusedError as refused:
        return Result(reference=case.reference, why="refused", problems=refused.problems)
    except (BusyError, VersionConflictError):
        return Result(reference=case.reference, why="busy")


def incident(
    desk: Desk,
    member: Member,
    references: Sequence[str],
    values: Mapping[str, Any],
    once: Once,
    now: datetime,
    incident: str = "",
) -> tuple[str, tuple[Result, ...]]:
    """Cases put under one cause; its id, new where none is given. Cases can be added later under the same id."""
    # The same request again must not make a second incident: its id is drawn from the key.
    name = incident or _name(desk, once)
    digest = desk.keys.digest(INCIDENT, name)
    results = []
    for reference in references:
        known = read_reference(reference) or reference
        row = IdentifierRow(kind=INCIDENT, keyed_hash=digest, opened_at=now, reference=known)
        joined = {**values, "incident": name}
        results.append(_one(desk, member, "join", One(reference=reference), joined, once, now, (row,)))
    return name, tuple(results)


def _name(desk: Desk, once: Once) -> str:
    if not once.key:
        return f"{INCIDENT_MARK}{new_reference()}"
    return f"{INCIDENT_MARK}{desk.keys.digest('incident name', f'{once.scope} {once.key}')[:12].upper()}"
