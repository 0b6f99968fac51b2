"""Work lists and look-ups: what a unit and all under it have to do, most pressing first; cases by an identifier."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from complaints.adapters.rows import CLOSED, OPEN, UNITS
from complaints.desk.commit import Stored, load_case
from complaints.desk.context import Desk
from complaints.desk.dossier import NoCaseError
from complaints.desk.identifiers import EMAIL, PHONE, candidates
from complaints.desk.lists import lines_of
from complaints.desk.references import read_reference
from complaints.desk.sight import Sight
from complaints.desk.staff import Member

MOST = 100
"""Lines of one page."""

INCIDENT = "incident"
INCIDENT_MARK = "INC-"
"""How the ids of incidents begin, by which many cases under one cause are found."""

FOUND_MOST = 50
"""Cases that a look-up shows, the newest first."""


class NoUnitError(LookupError):
    """There is no such unit, or it is not for the eyes of who asks."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of a work list: their columns, the unit that they were asked of, and where the next page begins."""

    unit: str
    lines: tuple[dict[str, Any], ...]
    after: str = ""


def unit_page(
    desk: Desk,
    member: Member,
    now: datetime,
    *,
    unit: str = "",
    closed: bool = False,
    late: bool = False,
    after: str = "",
    limit: int = 50,
) -> Page:
    """One page of a unit's list, by one query; the person's own unit where none is named.

    Raises
    ------
    NoUnitError
        No such unit in sight.
    """
    path = unit_path(desk, member.sight, unit, now) if unit else member.home
    limit = min(max(limit, 1), MOST)
    listed = desk.store.unit_list(
        path[-1],
        len(path) - 1,
        CLOSED if closed else OPEN,
        due_before=now if late and not closed else None,
        after=after,
        limit=limit,
    )
    return Page(
        unit=path[-1],
        lines=tuple(line.columns for line in listed),
        after=listed[-1].place if len(listed) == limit else "",
    )


def unit_path(desk: Desk, sight: Sight, unit: str, now: datetime) -> tuple[str, ...]:
    """The path of a unit in sight, named by its id or its path. Raises `NoUnitError`."""
    known = desk.directory.unit(unit.strip("/").rpartition("/")[2], now)
    if known is None or unit.strip("/") not in (known.id, known.address) or not sight.unit(known.path):
        raise NoUnitError(f"no unit {unit!r}")
    return known.path


def units_page(desk: Desk, member: Member, *, after: str = "", limit: int = MOST) -> Page:
    """The units under the person's own, by name, by one query."""
    path = member.home
    limit = min(max(limit, 1), MOST)
    listed = desk.store.unit_list(path[-1], len(path) - 1, UNITS, after=after, limit=limit)
    return Page(
        unit=path[-1],
        lines=tuple(line.columns for line in listed),
        after=listed[-1].place if len(listed) == limit else "",
    )


def find(desk: Desk, member: Member, text: str, now: datetime, *, customer: bool = False) -> tuple[dict[str, Any], ...]:
    """The cases in sight of exactly this reference, phone, e-mail or other identifier (`customer`: phone or e-mail
    only), newest first."""
    policy = desk.policies.current(now).policy
    wanted = [(kind, form) for kind, form in candidates(text, policy) if not customer or kind in (PHONE, EMAIL)]
    if not customer and text.strip().upper().startswith(INCIDENT_MARK):
        wanted = [(INCIDENT, text.strip().upper())]
    references: dict[str, datetime] = {}
    known = read_reference(text) if not customer else None
    if known is not None:
        references[known] = now
    for kind, form in wanted:
        for digest in desk.keys.digests(kind, form):
            references |= {reference: at for at, reference in desk.store.find(kind, digest).cases}
    newest = sorted(references, key=lambda reference: references[reference], reverse=True)
    return lines_in_sight(desk, member, newest[:FOUND_MOST], now)


def lines_in_sight(desk: Desk, member: Member, references: Iterable[str], now: datetime) -> tuple[dict[str, Any], ...]:
    """The list lines of these cases that are in sight: a case's own, or where only orders are seen, those."""
    places = desk.directory.places(now)
    found: list[dict[str, Any]] = []
    for reference in references:
        stored = load_case(desk, reference)
        if stored is None or stored.case.erased:
            continue
        lines = lines_of(stored.case, places)
        if member.sight.whole(stored.case, places):
            found.append(lines[0].columns)
        else:
            found += [lines[order.n].columns for order in member.sight.orders(stored.case, places)]
    return tuple(found)


def in_incident(desk: Desk, incident: str) -> Sequence[str]:
    """The references of the cases that an incident holds, oldest first."""
    found: dict[str, datetime] = {}
    for digest in desk.keys.digests(INCIDENT, incident):
        found |= {reference: at for at, reference in desk.store.find(INCIDENT, digest).cases}
    return sorted(found, key=lambda reference: found[reference])


def seen_case(desk: Desk, member: Member, reference: str, now: datetime) -> Stored:
    """A case in sight. Raises `NoCaseError`."""
    known = read_reference(reference)
    stored = load_case(desk, known) if known is not None else None
    if stored is None or not member.sight.case(stored.case, desk.directory.places(now)):
        raise NoCaseError(f"no case {reference}")
    return stored
