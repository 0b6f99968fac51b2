"""One write transaction, sent until its outcome is known.

A transaction that met another one, or a throttle, is sent again with jitter; one whose outcome is unknown (a timeout, a
fault of the service) is sent again under the same token, so that it takes effect once. What ends otherwise is an
error that says which of the conditions did not hold.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
from botocore.exceptions import BotoCoreError
from pynamodb.connection.base import Connection
from pynamodb.exceptions import CancellationReason, PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from complaints.adapters.table import Item

ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0

_AGAIN = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"})
_BUSY = frozenset(
    {
        "TransactionInProgressException",
        "TransactionConflictException",
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
        "RequestTimeout",
        "RequestTimeoutException",
    }
)

Raw = dict[str, dict[str, Any]]


class StoreError(Exception):
    """The table did not do what was asked; the text says what and what to do."""


class BusyError(StoreError):
    """The table is out of reach or overloaded, or it is not known whether a write took effect. Try again later: nothing
    is half done."""

    impersonal = True


class Write(msgspec.Struct, frozen=True, kw_only=True):
    """One action of a transaction; `otherwise` makes the error for when its condition does not hold, from the item that
    stood there (None if none)."""

    do: Literal["check", "delete", "put", "update"]
    item: Item
    condition: Condition | None = None
    actions: tuple[Action, ...] = ()
    otherwise: Callable[[Raw | None], Exception] | None = None


_ORDER = {"check": 0, "delete": 1, "put": 2, "update": 3}


def transact(connection: Connection, writes: Sequence[Write], token: str) -> bool:
    """Send the writes as one transaction.

    Returns
    -------
    bool
        Whether an attempt before the last had an unknown outcome (so that a failed condition may be the doing of the
        transaction itself; callers that can tell find out).

    Raises
    ------
    Exception
        What `Write.otherwise` makes of the first condition that did not hold. The attribute `uncertain` of the
        exception says what the return value would have.
    BusyError
        The outcome is still unknown, or the table still busy, after the last attempt.
    """
    ordered = sorted(writes, key=lambda write: _ORDER[write.do])
    uncertain = False
    for attempt in range(ATTEMPTS):
        if attempt:
            longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
            time.sleep(random.uniform(longest / 4, longest))
        try:
            _send(connection, ordered, token)
        except TransactWriteError as failed:
            refused = _refusal(failed, ordered)
            if refused is not None:
                refused.uncertain = uncertain  # type: ignore[attr-defined]  # said in the docstring
                raise refused from failed
            if not _worth_repeating(failed):
                raise StoreError(f"the table refused a transaction: {failed.cause_response_message}") from failed
            uncertain = uncertain or _unknown(failed)
            last = failed
        else:
            return uncertain
    raise BusyError(f"no answer from the table after {ATTEMPTS} attempts; try again later") from last


def _send(connection: Connection, ordered: Sequence[Write], token: str) -> None:
    with TransactWrite(connection=connection, client_request_token=token) as transaction:
        for write in ordered:
            if write.do == "check" and write.condition is not None:
                transaction.condition_check(Item, write.item.pk, write.item.sk, condition=write.condition)
            elif write.do == "delete":
                transaction.delete(write.item, condition=write.condition)
            elif write.do == "put":
                shown = "ALL_OLD" if write.condition is not None else None
                transaction.save(write.item, condition=write.condition, return_values=shown)
            elif write.do == "update":
                transaction.update(write.item, list(write.actions), condition=write.condition)


def _refusal(failed: TransactWriteError, ordered: Sequence[Write]) -> Exception | None:
    """The error of the first condition that did not hold; None when the transaction failed for another reason."""
    for write, reason in zip(ordered, failed.cancellation_reasons, strict=False):
        if isinstance(reason, CancellationReason) and reason.code == "ConditionalCheckFailed":
            if write.otherwise is None:
                return StoreError(f"{write.item.pk} {write.item.sk} was changed by somebody else; load it again")
            return write.otherwise(reason.raw_item)
    return None


def _worth_repeating(failed: TransactWriteError) -> bool:
    if isinstance(failed.cause, BotoCoreError):
        return True
    if failed.cause_response_code == "TransactionCanceledException":
        codes = {reason.code for reason in failed.cancellation_reasons if reason is not None}
        return bool(codes) and codes <= _AGAIN
    return failed.cause_response_code in _BUSY


def _unknown(failed: TransactWriteError) -> bool:
    return isinstance(failed.cause, BotoCoreError) or failed.cause_response_code in {
        "TransactionInProgressException",
        "InternalServerError",
        "ServiceUnavailable",
        "RequestTimeout",
        "RequestTimeoutException",
    }


def busy(failed: PynamoDBException) -> bool:
    """Whether a single request failed because the table is out of reach or overloaded."""
    return isinstance(failed.cause, BotoCoreError) or failed.cause_response_code in _BUSY
