"""A unit's report filed with the unit above (INS-17): which filing asks for it, how that stands, what was submitted.

A filing is a case of the kind that the policy's section `reports` names: the unit above asks each unit by a work order,
the unit answers it, the unit above reviews the answer; deadlines and ladder are the policy's. What this adds is the way
from a report to its filing, and in the answer the files as they stood: their names and the SHA-256 of their content.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from complaints.adapters.files import Files
from complaints.adapters.rows import IdentifierRow
from complaints.case.authority import Offer, allowed
from complaints.case.chain import Recorded
from complaints.case.events import Event
from complaints.case.state import Case, Order
from complaints.desk.context import Desk
from complaints.desk.dossier import Dossier, NoCaseError, read
from complaints.desk.staff import Member
from complaints.policy.model import Policy
from complaints.reporting.plan import filing_plan
from complaints.structs import replace

KNOWN_AS = "filing"
"""Under which kind of identifier a filing is found: by its period and the unit that asks."""

_FILE = re.compile(r"(?P<period>\d{4}(?:-\d\d)?)/(?P<name>\S+) sha256:(?P<sha256>[0-9a-f]{64})")

State = Literal["asked", "submitted", "asked_back", "accepted", "cancelled"]


class FiledFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was submitted: the period and the name of the report's file, the SHA-256 of its content (hex)."""

    period: str
    name: str
    sha256: str

    @property
    def text(self) -> str:
        """How the event of the submission holds it."""
        return f"{self.period}/{self.name} sha256:{self.sha256}"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did with a report: who, when (aware UTC), in which words (empty once erased)."""

    by: str
    at: datetime
    words: str = ""


class Filing(msgspec.Struct, frozen=True, kw_only=True):
    """How a unit's report of a period stands in one filing.

    `due_at` is the due instant that counts: of the running deadline, else of the one that ended last. `late` says that
    one of them was missed. `submitted` is the last submission with its `files`, `reviewed` the last review of one.
    """

    reference: str
    order: int
    policy: Policy
    unit: str
    asked_by: str
    report: str
    state: State
    asked_at: datetime
    due_at: datetime | None
    late: bool
    submitted: Said | None = None
    files: tuple[FiledFile, ...] = ()
    reviewed: Said | None = None
    accepted: bool = False
    may_submit: bool = False
    may_review: bool = False
    people: Mapping[str, str] = {}


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a unit's report of a period stands (`own`), and those that it asked the units below for (`below`)."""

    own: tuple[Filing, ...] = ()
    below: tuple[Filing, ...] = ()


def identifier_rows(desk: Desk, event: Event, policy: Policy) -> list[IdentifierRow]:
    """Under what a filing that was just registered is to be found; nothing for any other case."""
    plan = filing_plan(policy)
    period = str((event.data.get("fields") or {}).get(plan.period, "")) if plan is not None else ""
    if plan is None or event.data["kind"] != plan.kind or not period:
        return []
    return [
        IdentifierRow(
            kind=KNOWN_AS,
            keyed_hash=desk.keys.digest(KNOWN_AS, _form(event.data["unit"], period)),
            opened_at=event.at,
            reference=event.data["reference"],
        )
    ]


def with_files(desk: Desk, case: Case, order: int, values: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """The values of an answer; where it submits a report, with the published files among its evidence.

    Only what stands in the bucket is told as such a file: lines that look like one but were typed are left out.
    """
    plan, asked = filing_plan(policy), case.order(order)
    given = values.get("evidence")
    if plan is None or asked is None or asked.type != plan.order_type or not isinstance(given, list | None):
        return dict(values)
    found = published(desk, asked.unit, str(case.fields.get(plan.period, "")))
    typed = [one for one in given or [] if not _FILE.fullmatch(str(one))]
    evidence = [*typed, *(one.text for one in found)]
    return {**values, "evidence": evidence} if evidence or given else dict(values)


def published(desk: Desk, unit: str, period: str) -> list[FiledFile]:
    """The files of a unit's report of a period as they stand now, each read and hashed."""
    if not re.fullmatch(r"\d{4}(-\d\d)?", period):
        return []
    bucket, folder = Files(desk.settings.need("reports_bucket")), f"units/{unit}/{period}/"
    return [
        FiledFile(period=period, name=key.removeprefix(folder), sha256=bucket.sha256(key))
        for key in bucket.keys(folder)
    ]


def standing(desk: Desk, member: Member, path: Sequence[str], period: str, now: datetime) -> Standing:
    """How the report of the unit of this path (root first) stands, as far as the person sees it.

    One query for each unit from the root to this one, and one for each filing found.
    """
    own: list[Filing] = []
    below: list[Filing] = []
    for reference in _references(desk, path, period):
        try:
            dossier = read(desk, reference, now)
        except NoCaseError:
            continue
        for filing in _filings(desk, member, dossier, now):
            if filing.unit == path[-1]:
                own.append(filing)
            elif filing.asked_by == path[-1]:
                below.append(filing)
    return Standing(own=tuple(own), below=tuple(below))


def _references(desk: Desk, path: Sequence[str], period: str) -> list[str]:
    found: dict[str, datetime] = {}
    for unit in path:
        for digest in desk.keys.digests(KNOWN_AS, _form(unit, period)):
            found |= {reference: at for at, reference in desk.store.find(KNOWN_AS, digest).cases}
    return sorted(found, key=lambda reference: (found[reference], reference))


def _form(unit: str, period: str) -> str:
    return f"{period} {unit}"


def _filings(desk: Desk, member: Member, dossier: Dossier, now: datetime) -> Iterator[Filing]:
    case, policy, places = dossier.case, dossier.rulebook.policy, desk.directory.places(now)
    plan = filing_plan(policy)
    orders = [one for one in member.sight.orders(case, places) if plan is not None and one.type == plan.order_type]
    if plan is None or not orders or case.erased:
        return
    offers = allowed(case, member.actor, dossier.rulebook, places)
    people = desk.directory.people({one.event.by for one in dossier.events}, now)
    for order in orders:
        told = [one for one in dossier.events if one.event.order == order.n]
        filing = Filing(
            reference=case.reference,
            order=order.n,
            policy=policy,
            unit=order.unit,
            asked_by=order.sender,
            report=str(case.fields.get(plan.report, "")) if plan.report else "",
            state=_state(order),
            asked_at=order.sent_at,
            due_at=None,
            late=False,
            may_submit=Offer("answer", order.n) in offers,
            may_review=Offer("review", order.n) in offers,
            people={id: person.name for id, person in people.items()},
        )
        yield _dated(_told(filing, told), case, told, now)


def _state(order: Order) -> State:
    if order.state in ("answered", "interim"):
        return "submitted"
    if order.state in ("accepted", "cancelled"):
        return order.state  # type: ignore[return-value]  # just looked at
    return "asked_back" if order.tries > 1 else "asked"


def _told(filing: Filing, told: Iterable[Recorded]) -> Filing:
    for one in told:
        event = one.event
        if event.type == "answered":
            said = Said(by=event.by, at=event.at, words=str(event.personal.get("text", "")))
            filing = replace(filing, submitted=said, files=filed_files(event.data.get("evidence") or ()))
        elif event.type == "reviewed":
            said = Said(by=event.by, at=event.at, words=str(event.personal.get("remark", "")))
            filing = replace(filing, reviewed=said, accepted=event.data.get("result") == "pass")
    return filing


def filed_files(evidence: Iterable[object]) -> tuple[FiledFile, ...]:
    """The report's files among the evidence of an answer."""
    return tuple(FiledFile(**match.groupdict()) for one in evidence if (match := _FILE.fullmatch(str(one))))


def _dated(filing: Filing, case: Case, told: Iterable[Recorded], now: datetime) -> Filing:
    running = [one for one in case.deadlines if one.order == filing.order]
    stopped = [one for each in told for one in each.event.effects if one.do == "stop" and one.order == filing.order]
    missed = any(one.missed_at is not None or one.due_at < now for one in running)
    ends = [one.due_at for one in running] or [one.due_at for one in stopped[-1:] if one.due_at is not None]
    return replace(filing, due_at=min(ends, default=None), late=missed or any(one.met is False for one in stopped))
