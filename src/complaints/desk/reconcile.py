"""After a restore: what had been sent is known from the receipts kept in S3, so that it is not sent again.

Run it while `Hold` is true. The restored table stands at an earlier instant; the worker will reach the same steps
again and make the same notices, whose ids do not change; the sender finds them on record here and drops them.
"""

from datetime import datetime, timedelta

import msgspec

from complaints.adapters.outbox import Text
from complaints.adapters.rows import SCHEMA, person_key, stamp
from complaints.adapters.table import Item
from complaints.desk.context import Desk
from complaints.structs import replace

NOTED = timedelta(days=90)
"""How long it is kept in mind what had been sent; every ladder has come to its end by then."""


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: texts with receipts, notices noted, and cases of which the restored table knows nothing: they
    were registered after the instant that it was restored to, and must be entered again."""

    texts: int
    notices: int
    lost: tuple[str, ...]


def reconcile(desk: Desk, since: datetime, now: datetime) -> Reconciled:
    """Note what went out from `since` (the instant that the table was restored to) until `now`."""
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
                desk.store.put(sent_before(text.person, sk, int((now + NOTED).timestamp())))
                notices += 1
        hour += timedelta(hours=1)
    pointer = desk.policies.read_pointer()
    desk.policies.move_pointer(replace(pointer, restored=True))
    lost = [case for case in sorted(cases) if desk.store.load(case) is None]
    return Reconciled(texts=texts, notices=notices, lost=tuple(lost))


def sent_before(person: str, sk: str, ttl: int | None = None) -> Item:
    """The note that a notice to a person had been sent before the restore; it is found by the notice's id."""
    return Item(person_key(person), f"X#{sk.rpartition('#')[2]}", schema=SCHEMA, ttl=ttl)
