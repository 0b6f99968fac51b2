"""First answers: the same request again gets what it got the first time, and no second effect."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from complaints.adapters.rows import OnceRow
from complaints.adapters.store import OnceTakenError
from complaints.case.values import RefusedError
from complaints.desk.context import Desk

KEPT = timedelta(days=30)
"""How long a first answer is kept: longer than anybody tries again."""

T = TypeVar("T")


class OtherBodyError(Exception):
    """The key of a request was used before for a request that said something else: use a new key."""


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a request the same: whose it is (`scope`), its key (empty: it is never the same), what it says."""

    scope: str
    key: str = ""
    body_hash: str = ""

    def row(self, answer: object, now: datetime) -> OnceRow:
        """The item that keeps the answer."""
        return OnceRow(
            scope=self.scope,
            key=self.key,
            body_hash=self.body_hash,
            answer=msgspec.json.encode(answer).decode(),
            ttl=int((now + KEPT).timestamp()),
        )


def answered_once(desk: Desk, once: Once, kind: type[T], do: Callable[[], T]) -> T:
    """What `do` answers, or the first answer where the request had one.

    This costs no read: the transaction itself finds the earlier answer. Only a refusal looks, because what was done
    before is often what now stands in the way.

    Raises
    ------
    OtherBodyError
        The key was used for another request.
    """
    try:
        return do()
    except OnceTakenError as taken:
        return _first(once, taken, kind)
    except RefusedError:
        taken_before = desk.store.answered(once.scope, once.key) if once.key else None
        if taken_before is None:
            raise
        return _first(once, taken_before, kind)


def _first(once: Once, taken: OnceTakenError, kind: type[T]) -> T:
    if taken.body_hash != once.body_hash:
        raise OtherBodyError(f"key {once.key!r} was used before for another request; use a new one")
    return msgspec.json.decode(taken.answer, type=kind)
