"""Mail that was set aside: each message by itself, with the reason, until somebody tries it again or lets it be."""

from datetime import datetime

import msgspec

from complaints.adapters.rows import SCHEMA
from complaints.adapters.table import Item
from complaints.desk.context import Desk

PARTITION = "M#aside"


class Aside(msgspec.Struct, frozen=True, kw_only=True):
    """One message set aside: where it lies in the mail bucket, since when, and why. Holds nothing of what it says."""

    key: str
    at: datetime
    reason: str
    detail: str = ""


def set_aside(desk: Desk, aside: Aside) -> None:
    """List a message as set aside; the same message again changes nothing but the reason."""
    desk.store.put(Item(PARTITION, aside.key, schema=SCHEMA, document=msgspec.json.encode(aside).decode()))


def listed(desk: Desk) -> list[Aside]:
    """Everything that is set aside, oldest first."""
    found = [msgspec.json.decode(item.document or "{}", type=Aside) for item in desk.store.partition(PARTITION)]
    return sorted(found, key=lambda one: one.at)


def find(desk: Desk, key: str) -> Aside | None:
    """The entry of one message; None when it is not set aside."""
    item = desk.store.get(PARTITION, key)
    return None if item is None else msgspec.json.decode(item.document or "{}", type=Aside)


def taken_back(desk: Desk, key: str) -> None:
    """Take a message off the list."""
    desk.store.delete(PARTITION, key)
