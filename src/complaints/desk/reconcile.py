"""After a restore: what had been sent is known from the receipts kept in S3, so that it is not sent again.

Run it while `Hold` is true. The restored table stands at an earlier instant; the worker will reach the same steps
again, make the same notices (their ids do not change) and find them marked as sent.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from complaints.adapters.outbox import Text
from complaints.adapters.rows import SCHEMA, person_key, stamp
from complaints.adapters.table import Item
from complaints.desk.context import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What was found: texts with receipts, notices marked, and cases of which the restored table knows nothing: they
    were registered after the instant that it was restored to, and must be entered again."""

    texts: int
    notices: int
    lost: tuple[str, ...]


def reconcile(desk: Desk, since: datetime, now: datetime) -> Reconciled:
    """Mark as sent what went out from `since` (the instant that the table was restored to) until `now`."""
    texts = notices = 0
    cases: set[str] = set()
    hour = since.replace(minute=0, second=0, microsecond=0)
    while hour <= now:
        for key in desk.files.keys(f"receipts/{hour:%Y-%m-%d}/{hour:%H}/"):
            text = msgspec.json.decode(desk.files.read(key), type=Text)
            if text.at < stamp(since):
                continue
            texts += 1
            cases.update(text.cases)
            for sk in text.notices:
                notices += _mark(desk, text, sk)
        hour += timedelta(hours=1)
    lost = [case for case in sorted(cases) if desk.store.load(case) is None]
    return Reconciled(texts=texts, notices=notices, lost=tuple(lost))


def _mark(desk: Desk, text: Text, sk: str) -> bool:
    """Mark one notice as sent, whether the restored table has it or will have it only later."""
    waiting = Item.pk.does_not_exist() | (Item.state == "pending")
    sent = [
        Item.state.set("sent"),
        Item.type.set(text.id),
        Item.schema.set(SCHEMA),
        Item.due_shard.remove(),
        Item.next_at.remove(),
    ]
    return desk.store.update(person_key(text.person), sk, sent, waiting) is not None
