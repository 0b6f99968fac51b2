"""Acknowledging a text: a signed link in it opens a page with one button. Who pressed it is reminded no more.

The ladder goes on, unless the policy says that acknowledging stops it. Opening the link alone does nothing: phones
and mail scanners open links by themselves.
"""

from datetime import datetime

import msgspec

from complaints.adapters import outbox
from complaints.adapters.outbox import Text
from complaints.adapters.rows import SCHEMA, Settle, case_key, person_key
from complaints.adapters.table import Item
from complaints.desk.context import Desk
from complaints.desk.outbox import load
from complaints.desk.undelivered import acknowledged_key, record
from complaints.desk.words import ACKNOWLEDGE


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """What was acknowledged: who, at which cases; `first` is False when it had been before."""

    person: str
    cases: tuple[str, ...]
    first: bool


def opened(desk: Desk, token: str) -> Text | None:
    """The text that a link is from; None when the link is not ours or too old. Changes nothing."""
    id, _, signature = token.partition(".")
    if not desk.keys.verify(ACKNOWLEDGE, id, signature):
        return None
    return outbox.text_of(desk.store, id)


def acknowledge(desk: Desk, token: str, now: datetime) -> Acknowledged | None:
    """Write down that the recipient of a text has taken note of it; None when the link is not ours or too old.

    Pressing twice does it once.
    """
    text = opened(desk, token)
    if text is None:
        return None
    done = 0
    for sk in text.notices:
        item = desk.store.get(person_key(text.person), sk)
        if item is None or item.state not in ("sent", "delivered"):
            continue
        notice = load(item.document)
        if notice.deadline:
            mark = Item(case_key(notice.reference), acknowledged_key(notice.deadline, notice.started), schema=SCHEMA)
            desk.store.put(mark)
        states = ("sent", "delivered")
        ended = Settle(pk=item.pk, sk=sk, state="acknowledged", document=item.document or "", while_=states)
        done += record(desk, notice, "notice_acknowledged", text.person, "", now, ended, by=text.person)
    return Acknowledged(person=text.person, cases=text.cases, first=done > 0)
