"""One case as a member of staff sees it: what is in sight of it, with names, and the commands open to them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from complaints.case.authority import Offer, allowed
from complaints.case.chain import Recorded
from complaints.case.events import NAMING_PEOPLE, NAMING_UNITS
from complaints.case.explain import Explanation, explain
from complaints.case.ladder import ahead
from complaints.case.notices import notices_of
from complaints.case.state import Case, Deadline, Order
from complaints.desk.context import Desk
from complaints.desk.dossier import Dossier, NoCaseError, read
from complaints.desk.references import read_reference
from complaints.desk.staff import Member
from complaints.directory.model import Unit
from complaints.policy.model import Script, Text
from complaints.policy.rulebook import Rulebook


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a running deadline's ladder tells next if nothing is done: the rung's name, its instant, people's names."""

    deadline: str
    order: int
    name: Text
    at: datetime
    people: tuple[str, ...]


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """What one member of staff sees of one case.

    `whole` says whether that is all of it, or only orders that a unit in sight was sent. `people` and `units` give
    names to the ids that occur. `complainant`, `words` and `fields` are personal, and gone once the case is erased.
    """

    case: Case
    rulebook: Rulebook
    whole: bool
    orders: tuple[Order, ...]
    deadlines: tuple[Deadline, ...]
    events: tuple[Recorded, ...]
    offers: tuple[Offer, ...]
    complainant: Mapping[str, Any] = {}
    words: str = ""
    fields: Mapping[str, Any] = {}
    people: Mapping[str, str] = {}
    units: Mapping[str, Unit] = {}
    scripts: Mapping[str, Script] = {}
    ahead: tuple[Ahead, ...] = ()


def case_file(desk: Desk, member: Member, reference: str, now: datetime) -> CaseFile:
    """The case as the person sees it, by one query of the table.

    Raises
    ------
    NoCaseError
        There is no such case, or nothing of it is in sight.
    """
    dossier = _seen(desk, member, reference, now)
    case, rulebook, places = dossier.case, dossier.rulebook, desk.directory.places(now)
    whole = member.sight.whole(case, places)
    orders = member.sight.orders(case, places)
    numbers = {order.n for order in orders}
    offers = allowed(case, member.actor, rulebook, places)
    events = tuple(
        one for one in dossier.events if whole or member.sight.event(one.event.type, one.event.order, case, places)
    )
    running = tuple(one for one in case.deadlines if whole or one.order in numbers)
    told = [str(one.event.data.get(name, "")) for one in events for name in NAMING_PEOPLE]
    people = desk.directory.people([*(one.event.by for one in events), *filter(None, told)], now)
    named = [str(one.event.data.get(name, "")) for one in events for name in NAMING_UNITS]
    orders_at = [unit for order in case.orders for unit in (order.unit, order.sender)]
    units = desk.directory.units([case.unit, *orders_at, *named], now)
    return CaseFile(
        case=case,
        rulebook=rulebook,
        whole=whole,
        orders=orders,
        deadlines=running,
        events=events,
        offers=tuple(offer for offer in offers if whole or not offer.order or offer.order in numbers),
        complainant=dossier.stored.personal.get("complainant", {}),
        words=next((str(one.event.personal.get("text", "")) for one in dossier.events), ""),
        fields={**case.fields, **_personal_fields(dossier)},
        people={id: person.name for id, person in people.items()},
        units=units,
        scripts={
            name: script
            for name, script in rulebook.policy.scripts.items()
            if (not script.kinds or case.kind in script.kinds)
            and (not script.categories or case.category in script.categories)
        },
        ahead=tuple(_ahead(desk, case, running, rulebook, now)),
    )


def _ahead(desk: Desk, case: Case, running: tuple[Deadline, ...], rulebook: Rulebook, now: datetime) -> Iterator[Ahead]:
    places = desk.directory.places(now)
    for deadline in running:
        event = ahead(case, deadline, rulebook)
        if event is None:
            continue
        rung = rulebook.policy.ladders[rulebook.policy.deadlines[deadline.name].ladder][event.data["rung"]]
        asked = notices_of(event, 0, case, rulebook, places)
        told = [one for one in asked if one.role and one.template == rung.template]
        found = [desk.directory.answers(one.unit, one.role, now) for one in told]
        names = dict.fromkeys(one.person.name for one in found if one is not None)
        yield Ahead(deadline=deadline.name, order=deadline.order, name=rung.name, at=event.at, people=tuple(names))


def _seen(desk: Desk, member: Member, reference: str, now: datetime) -> Dossier:
    known = read_reference(reference)
    if known is None:
        raise NoCaseError(f"{reference!r} is no reference")
    dossier = read(desk, known, now)
    if not member.sight.case(dossier.case, desk.directory.places(now)):
        raise NoCaseError(f"no case {known}")
    return dossier


def _personal_fields(dossier: Dossier) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in dossier.events:
        found |= one.event.personal.get("fields") or {}
    return found


def explanation(
    desk: Desk, member: Member, reference: str, deadline: str, order: int, now: datetime
) -> Explanation | None:
    """Why a running deadline is due when it is; None when no such deadline runs. Raises `NoCaseError`."""
    file = case_file(desk, member, reference, now)
    running = next((one for one in file.deadlines if one.name == deadline and one.order == order), None)
    return explain(running, file.rulebook) if running is not None else None


FILE_LENT_SECONDS = 300


def lend_file(desk: Desk, member: Member, reference: str, seq: int, now: datetime) -> str | None:
    """A link, good for five minutes, to the file that the event of this number attached; None when it attached none.

    Raises
    ------
    NoCaseError
        No such case in sight. An event out of sight attached nothing.
    """
    file = case_file(desk, member, reference, now)
    event = next((one.event for one in file.events if one.seq == seq and one.event.type == "attached"), None)
    if event is None:
        return None
    key, name = str(event.data.get("file", "")), str(event.personal.get("name", "")) or "file"
    if not key.startswith(f"uploads/{file.case.reference}/"):
        return None
    return desk.files.link(key, FILE_LENT_SECONDS, name)
