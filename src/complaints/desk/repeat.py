"""Does a new contact belong to an old case? (AUTO-4): same customer, same matter, still open or closed lately."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from complaints.adapters.rows import IdentifierRow
from complaints.case.state import Case
from complaints.desk.commit import Stored, load_case
from complaints.desk.context import Desk
from complaints.policy.model import RepeatRule
from complaints.policy.rulebook import Rulebook

LATELY = 64
"""Cases that are read under one identifier, the newest; a flood under it makes no look-up longer."""

LOOKED_AT = 10
"""Cases of one customer that are looked at, the newest first."""

_OF_CASE = ("kind", "category", "cause", "channel")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The old case that a contact belongs to, and what the contact makes of it."""

    stored: Stored
    does: Literal["repeat", "reopen"]


class LookUp(msgspec.Struct):
    """What is known under a complaint's identifiers, each asked for once and only when a rule wants it."""

    desk: Desk
    identifiers: Mapping[str, str]
    seen: dict[str, tuple[int, tuple[tuple[datetime, str], ...]]] = {}

    def cases(self, kind: str) -> tuple[tuple[datetime, str], ...]:
        """The cases known under the identifier of this kind, newest first."""
        if kind not in self.seen:
            head, cases = 0, list[tuple[datetime, str]]()
            for number, digest in enumerate(self.desk.keys.digests(kind, self.identifiers[kind])):
                known = self.desk.store.find(kind, digest, LATELY)
                head = known.head if number == 0 else head
                cases += known.cases
            self.seen[kind] = head, tuple(sorted(cases, reverse=True))
        return self.seen[kind][1]

    def rows(self, opened_at: datetime, reference: str, *, alone: bool = True) -> list[IdentifierRow]:
        """Under what a new case is to be found; what was looked at must still stand as it was seen, unless the case is
        not `alone`: then others under the same identifier must not keep it from being written."""
        return [
            IdentifierRow(
                kind=kind,
                keyed_hash=self.desk.keys.digest(kind, value),
                opened_at=opened_at,
                reference=reference,
                head=self.seen[kind][0] if alone and kind in self.seen else None,
            )
            for kind, value in self.identifiers.items()
        ]


def find_repeat(look_up: LookUp, values: Mapping[str, Any], rulebook: Rulebook, now: datetime) -> Found | None:
    """The case that a complaint with these values repeats or reopens; None when it is a new one.

    The policy's rules are tried in their order. A rule that compares values (`same`) needs them to be there: what
    nobody has said is never taken for the same matter.
    """
    for rule in rulebook.policy.repeats:
        if values.get("kind") not in rule.kinds or any(_said(values, name) is None for name in rule.same):
            continue
        for kind in rule.match:
            if kind in look_up.identifiers:
                for _, reference in look_up.cases(kind)[:LOOKED_AT]:
                    found = _judge(look_up.desk, reference, rule, values, rulebook, now)
                    if found is not None:
                        return found
    return None


def _judge(
    desk: Desk, reference: str, rule: RepeatRule, values: Mapping[str, Any], rulebook: Rulebook, now: datetime
) -> Found | None:
    stored = load_case(desk, reference)
    if stored is not None and stored.case.merged_into:
        stored = load_case(desk, stored.case.merged_into)
    if stored is None or stored.case.erased or stored.case.kind not in rule.kinds:
        return None
    case = stored.case
    if any(_of_case(case, name) != _said(values, name) for name in rule.same):
        return None
    if case.phase == "open":
        return Found(stored=stored, does="repeat")
    if case.phase != "closed" or case.closed_at is None or not rule.reopen_within:
        return None
    in_time = now <= rulebook.due(rule.reopen_within, case.closed_at)
    return Found(stored=stored, does="reopen") if in_time else None


def _said(values: Mapping[str, Any], name: str) -> Any:
    found = values.get(name) if name in _OF_CASE else (values.get("fields") or {}).get(name)
    return None if found in ("", [], ()) else found


def _of_case(case: Case, name: str) -> Any:
    return getattr(case, name) if name in _OF_CASE else case.fields.get(name)
