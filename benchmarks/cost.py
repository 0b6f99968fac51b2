"""Request units, queue requests and objects of one complaint's life, step by step, as docs/cost.md adds them up.

    python -m benchmarks.cost [--json]

Two complaints go through the postal policy with its sample organisation, on moto: one is answered in time and closed,
the other climbs its whole ladder. Each request's units are worked out by DynamoDB's published rules from the items that
stood before and after it: a write costs a unit a kilobyte begun, twice in a transaction, once more for every index
entry made, changed or removed (twice where its key changes); a read costs a unit for four kilobytes begun, half when it
may be stale.
"""

import argparse
import contextlib
import io
import json
import logging
import math
import sys
import zlib
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.clockwork import REGION, Clockwork, clockwork

from complaints.adapters.table import Item
from complaints.case.values import Actor, Post
from complaints.desk.answers import Once
from complaints.desk.command import Asked, command
from complaints.desk.publish import load_organisation
from complaints.desk.register import Complaint, register

ROOT = Path(__file__).parents[1]

INDEXES: dict[str, tuple[str, ...]] = {
    "due": ("due_shard", "next_at"),
    "facts": ("fact_day", "fact_at", "facts"),
    "actor": ("actor", "actor_at", "type"),
    **{f"queue{depth}": (f"q{depth}_pk", "q_sk", "row") for depth in range(5)},
}
"""What each index holds beside the item's own key: hash, range, then what is projected."""

Raw = dict[str, dict[str, Any]]


@dataclass
class Units:
    """What one step used."""

    reads: float = 0
    writes: int = 0
    index_writes: int = 0
    transactions: int = 0
    queue_requests: int = 0
    objects: int = 0
    texts: int = 0


def size(item: Raw) -> int:
    """The bytes of an item: names and values; a number takes half a byte a digit and one."""
    return sum(
        len(name) + ((len(str(one["N"])) + 1) // 2 + 1 if "N" in one else len(str(next(iter(one.values()))).encode()))
        for name, one in item.items()
    )


def kilobytes(before: Raw, after: Raw) -> int:
    """The units of a write: those of the larger one, begun kilobytes."""
    return math.ceil(max(size(before), size(after), 1) / 1024)


def index_units(before: Raw, after: Raw) -> int:
    """What an item's change costs in the indexes."""
    total = 0
    for names in INDEXES.values():
        old, new = _entry(before, names), _entry(after, names)
        if old != new:
            moved = bool(old) and bool(new) and any(old[name] != new[name] for name in names[:2])
            total += kilobytes(old, new) * (2 if moved else 1)
    return total


def _entry(item: Raw, names: tuple[str, ...]) -> Raw:
    """An index entry, empty where the item is not in the index."""
    there = all(name in item for name in names[:2])
    return {name: item[name] for name in ("pk", "sk", *names) if name in item} if there else {}


class Meter:
    """Counts what goes over the wire, by step."""

    def __init__(self) -> None:
        self.steps: dict[str, Units] = defaultdict(Units)
        self.step = "setup"

    def items(self) -> dict[tuple[str, str], Raw]:
        """The table as it stands."""
        found = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables["desk"].all_items()
        plain = [{name: {value.type: value.value} for name, value in item.attrs.items()} for item in found]
        return {(one["pk"]["S"], one["sk"]["S"]): one for one in plain}

    def count(self, service: str, operation: str, asked: Any, do: Any) -> Any:
        """Let a request happen, and count it."""
        units = self.steps[self.step]
        if service == "dynamodb" and operation in ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"):
            before = self.items()
            answer = do()
            after = self.items()
            factor = 2 if operation == "TransactWriteItems" else 1
            units.transactions += operation == "TransactWriteItems"
            for key in before.keys() | after.keys():
                old, new = before.get(key, {}), after.get(key, {})
                if old != new:
                    units.writes += kilobytes(old, new) * factor
                    units.index_writes += index_units(old, new)
            return answer
        answer = do()
        if service == "dynamodb":
            units.reads += _read(operation, asked, answer)
        units.queue_requests += service == "sqs" and operation == "SendMessageBatch"
        units.objects += service == "s3" and operation == "PutObject"
        units.texts += service == "sns"
        return answer


def _read(operation: str, asked: Any, answer: Any) -> float:
    if operation == "GetItem":
        return math.ceil(max(size(answer.get("Item", {})), 1) / 4096)
    if operation == "Query":
        consistent = 1 if asked.get("ConsistentRead") else 0.5
        return math.ceil(max(sum(map(size, answer["Items"])), 1) / 4096) * consistent
    if operation == "BatchGetItem":
        return sum(math.ceil(size(item) / 4096) * 0.5 for found in answer["Responses"].values() for item in found)
    return 0


def enter(desk: Clockwork, key: str, by: str) -> str:
    """A new customer's complaint is taken down by telephone (`role@unit`); returns its reference."""
    customer = {"name": "张三", "phone": f"+86139{zlib.crc32(key.encode()) % 10**8:08d}"}
    complaint = Complaint(
        values={**COMPLAINT, "complainant": customer}, by=_actor(desk, by), once=Once(scope=by, key=key, body_hash=key)
    )
    return register(desk.desk, complaint, desk.now).reference


def act(desk: Clockwork, reference: str, name: str, by: str, *, order: int = 0, **values: Any) -> None:
    """Somebody (`role@unit`) does something to a case."""
    once = Once(scope=by, key=f"{reference} {name}", body_hash=name)
    asked = Asked(reference=reference, name=name, values=values, by=_actor(desk, by), once=once, order=order)
    command(desk.desk, asked, desk.now)


def _actor(desk: Clockwork, by: str) -> Actor:
    role, _, unit = by.partition("@")
    path = desk.desk.directory.places(desk.now).path(unit)
    return Actor(f"{role}-{unit}", posts=(Post(unit, role, path),))


COMPLAINT = {
    "kind": "problem_mail",
    "channel": "phone",
    "category": "delay",
    "unit": "beiyuan",
    "text": "邮件多日未到，多次联系网点无人答复，请尽快查明下落并给予答复。",
}
REMARK = "客户确认收到邮件，对处理表示认可。"
ANSWER = "邮件已于今日投递，收件人本人签收；延误系分拣中转所致，已向客户致歉。"


def story(desk: Clockwork, meter: Meter) -> None:
    """Both complaints, each step under its name."""
    front, lead = "front_desk@cc", "lead_desk@beiyuan"
    enter(desk, "warm", front)
    desk.now += timedelta(days=1)
    meter.step = "accept"
    good = enter(desk, "good", front)
    meter.step = "dispatch"
    act(desk, good, "dispatch", front, order_type="ordinary", unit="donglan")
    desk.now += timedelta(hours=2)
    meter.step = "answer"
    act(desk, good, "answer", "regional_desk@donglan", order=1, text=ANSWER)
    meter.step = "contact"
    act(desk, good, "contact", lead, reached=True, remark=REMARK)
    meter.step = "close"
    act(desk, good, "close", lead, remark=REMARK)
    meter.step = "setup"
    late = enter(desk, "late", front)
    act(desk, late, "dispatch", front, order_type="ordinary", unit="donglan")
    meter.step = "the whole ladder"
    desk.run(days=4)
    meter.step = "public status"
    desk.desk.store.load(late)
    meter.step = "setup"


def measure() -> dict[str, Units]:
    """The units of every step, by its name."""
    meter, patch, original = Meter(), pytest.MonkeyPatch(), BaseClient._make_api_call
    policy = (ROOT / "policies" / "postal.yaml").read_text("utf-8")
    with clockwork(patch, policy) as desk:
        for item in Item.scan():
            if item.pk.startswith(("U#", "H#")):
                item.delete()
        desk.now = datetime.fromisoformat("2026-11-20T17:00:00+08:00")
        load_organisation(desk.desk, ROOT / "policies" / "sample" / "postal", desk.now)

        def call(client: Any, operation: str, asked: Any) -> Any:
            service = client.meta.service_model.service_name
            return meter.count(service, operation, asked, lambda: original(client, operation, asked))

        patch.setattr(BaseClient, "_make_api_call", call)
        story(desk, meter)
    patch.undo()
    return {name: units for name, units in meter.steps.items() if name != "setup"}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stdout(io.StringIO()):
        found = measure()
    if given.json:
        print(json.dumps({name: asdict(units) for name, units in found.items()}, indent=1))
        return 0
    print(f"{'step':18}{'reads':>7}{'writes':>8}{'in indexes':>12}{'queue':>7}{'objects':>9}{'texts':>7}")
    for name, one in found.items():
        print(
            f"{name:18}{one.reads:7.1f}{one.writes:8}{one.index_writes:12}{one.queue_requests:7}{one.objects:9}{one.texts:7}"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
