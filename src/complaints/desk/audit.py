"""The auditor: looks whether everything that should have happened has, without asking those whose work it checks.

It reads the `due` index by itself for what is overdue or parked, and the work lists, which nobody but the commit
writes, for orders that are past their instant and not marked late.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from complaints.adapters import aws
from complaints.desk import log
from complaints.desk.context import Desk

ALLOWED = timedelta(minutes=5)
"""What is overdue by more than this is reported."""

LISTED_SINCE = timedelta(hours=2)
NAMED = 20
"""So many of each finding are named in the log; all are counted."""

ROOT_LISTS = 8


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases and notices are overdue, parked, or late without being marked so; `names` names some of them."""

    overdue: int
    parked: int
    unmarked: int
    names: tuple[str, ...]


def audit(desk: Desk, now: datetime) -> Findings:
    """Look at everything that should be done by now, and report what is not as metrics and log lines."""
    line = int((now - ALLOWED).timestamp())
    shards = [f"due#{number}" for number in range(desk.settings.due_shards)]
    overdue = [
        name
        for shard in shards
        for name in _query(
            desk, "due", "due_shard = :h AND next_at BETWEEN :a AND :b", {":h": _s(shard), ":a": _n(0), ":b": _n(line)}
        )
    ]
    parked = _query(desk, "due", "due_shard = :h", {":h": _s("parked")})
    unmarked = _unmarked(desk, now)
    for kind, names in (("overdue", overdue), ("parked", parked), ("unmarked", unmarked)):
        for name in names[:NAMED]:
            log.error(f"audit: {kind}", item=name)
    log.metric(now, "Overdue", len(overdue))
    log.metric(now, "Parked", len(parked))
    log.metric(now, "Unmarked", len(unmarked))
    named = (*overdue[:NAMED], *parked[:NAMED], *unmarked[:NAMED])
    return Findings(overdue=len(overdue), parked=len(parked), unmarked=len(unmarked), names=named)


def _unmarked(desk: Desk, now: datetime) -> list[str]:
    """Orders that fell due in the last hours and do not say that they are late."""
    root = _root(desk, now)
    low, high = f"0#{_text(now - LISTED_SINCE)}", f"0#{_text(now - ALLOWED)}"
    found = []
    for number in range(ROOT_LISTS if root else 0):
        values = {":h": _s(f"{root}#{number}"), ":a": _s(low), ":b": _s(high)}
        for item in _items(desk, "queue0", "q0_pk = :h AND q_sk BETWEEN :a AND :b", values):
            columns = msgspec.json.decode(item["row"]["S"])
            if not columns.get("late"):
                found.append(f"{item['pk']['S']} {item['sk']['S']}")
    return found


def _root(desk: Desk, now: datetime) -> str:
    pointer = desk.policies.pointer(now)
    if not pointer.policy:
        return ""
    path = desk.directory.places(now).path(desk.policies.policy(pointer.policy).intake.unit)
    return path[0] if path else ""


def _query(desk: Desk, index: str, condition: str, values: dict[str, Any]) -> list[str]:
    return [f"{item['pk']['S']} {item['sk']['S']}" for item in _items(desk, index, condition, values)]


def _items(desk: Desk, index: str, condition: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    pages = aws.client("dynamodb").get_paginator("query")
    asked = {"TableName": desk.settings.table, "IndexName": index, "KeyConditionExpression": condition}
    found: list[dict[str, Any]] = []
    for page in pages.paginate(**asked, ExpressionAttributeValues=values):
        found += page["Items"]
    return found


def _s(text: str) -> dict[str, str]:
    return {"S": text}


def _n(number: int) -> dict[str, str]:
    return {"N": str(number)}


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
