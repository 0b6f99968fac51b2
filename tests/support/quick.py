"""Moto made quick enough for stories of dozens of commands: the same tables and the same answers, without the detours.

A request to DynamoDB goes to moto's handler as it is instead of through an HTTP request that is written, signed, parsed
and answered; a transaction keeps one copy of what it may have to put back, where moto copies the table once an item.
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError
from moto.core.exceptions import JsonRESTError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from complaints.adapters import aws

_clients: dict[tuple[str, int], Any] = {}
"""Clients of the other services, made once for all stories: each costs the reading of its service's description."""

WORDS = re.compile(r"(?<!^)(?=[A-Z])")


class _Handler(DynamoHandler):
    """Moto's handler, told directly what was asked."""

    def __init__(self, asked: dict[str, Any], region: str) -> None:
        super().__init__()
        self.body = asked
        self.headers = {}
        self._region = region

    @property
    def dynamodb_backend(self) -> DynamoDBBackend:
        """The backend that a client of that region would reach."""
        return dynamodb_backends[DEFAULT_ACCOUNT_ID][self._region]


class _Straight:
    """Stands for botocore's client of DynamoDB."""

    def __init__(self, region: str) -> None:
        self._region = region

    def _make_api_call(self, operation: str, asked: dict[str, Any]) -> Any:
        method: Callable[[], Any] = getattr(_Handler(asked, self._region), WORDS.sub("_", operation).lower())
        try:
            return method().result
        except JsonRESTError as error:
            said = msgspec.json.decode(error.description)
            raise ClientError(
                {
                    "Error": {"Code": error.error_type.rpartition("#")[2], "Message": str(error.message)},
                    "CancellationReasons": said.get("CancellationReasons", []),
                },
                operation,
            ) from error

    def get_paginator(self, operation: str) -> "_Pages":
        """The pages of an operation, as the client of the SDK gives them."""
        return _Pages(self, operation)


class _Pages:
    """One operation asked again and again, each time from where the answer before it ended."""

    def __init__(self, straight: _Straight, operation: str) -> None:
        self.straight, self.operation = straight, "".join(word.title() for word in operation.split("_"))

    def paginate(self, **asked: Any) -> Iterator[Any]:
        """Every page."""
        while True:
            page = self.straight._make_api_call(self.operation, asked)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            asked = {**asked, "ExclusiveStartKey": page["LastEvaluatedKey"]}


@contextlib.contextmanager
def quick(monkeypatch: pytest.MonkeyPatch, region: str) -> Iterator[None]:
    """Within it DynamoDB is asked straight, and transactions copy once."""
    whole, straight = aws.client, _Straight(region)

    def client(service: str, attempts: int = aws.ATTEMPTS) -> Any:
        if service == "dynamodb":
            return straight
        if (service, attempts) not in _clients:
            _clients[service, attempts] = whole(service, attempts)
        return _clients[service, attempts]

    copies: dict[int, Table] = {}
    transact = DynamoDBBackend.transact_write_items

    def once(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        copies.clear()
        transact(backend, transact_items)

    def copied(table: Table, memo: dict[int, Any]) -> Table:
        if id(table) not in copies:
            copies[id(table)] = _copy(table)
        return copies[id(table)]

    with monkeypatch.context() as patched:
        patched.setattr(aws, "client", client)
        patched.setattr(DynamoDBBackend, "transact_write_items", once)
        patched.setattr(Table, "__deepcopy__", copied, raising=False)
        yield


def _copy(table: Table) -> Table:
    """The table as it is; a transaction replaces whole attributes, so that the values themselves may be shared."""
    kept = object.__new__(type(table))
    kept.__dict__.update(table.__dict__)
    kept.items = type(table.items)(table.items.default_factory)
    for hash_key, under in table.items.items():
        kept.items[hash_key] = {range_key: _same(item) for range_key, item in under.items()}
    return kept


def _same(item: Item) -> Item:
    kept = object.__new__(Item)
    kept.__dict__.update(item.__dict__)
    kept.attrs = item.attrs.__class__.__new__(item.attrs.__class__)
    dict.update(kept.attrs, item.attrs)
    return kept
