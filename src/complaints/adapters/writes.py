"""What a commit writes: rows become the actions of one transaction, each with the error of its condition."""

from collections.abc import Iterator

from complaints.adapters.rows import Commit, IdentifierRow, NoticeRow, OnceRow, Settle
from complaints.adapters.table import Item
from complaints.adapters.transact import Raw, StoreError, Write


class VersionConflictError(StoreError):
    """Somebody else changed the case since it was loaded: load it again and decide again."""


class IdentifierConflictError(VersionConflictError):
    """Another complaint with the same identifier was registered since it was looked up: look again and decide again."""


class NoticeTakenError(StoreError):
    """A notice of the commit was made before (a restored table that knows what had been sent): leave it out."""

    def __init__(self, pk: str, sk: str) -> None:
        super().__init__(f"notice {pk} {sk} exists; commit again without it")
        self.pk, self.sk = pk, sk


class SettledError(StoreError):
    """A notice came to its end before: nothing more is to be written about it."""


class OnceTakenError(StoreError):
    """The same request was answered before; here is that answer, and the hash of the body it was given for."""

    def __init__(self, body_hash: str, answer: str) -> None:
        super().__init__("this request was answered before; give the same answer")
        self.body_hash, self.answer = body_hash, answer


def writes_of(commit: Commit) -> Iterator[Write]:
    """The actions of a commit's transaction."""
    case = commit.case

    def changed(_: Raw | None) -> Exception:
        return VersionConflictError(f"case {case.reference} is no longer at version {commit.expected}; load it again")

    condition = Item.pk.does_not_exist() if commit.expected == 0 else Item.version == commit.expected
    yield Write(do="put", item=case.item(), condition=condition, otherwise=changed)
    for event in commit.events:
        yield Write(do="put", item=event.item())
    for order in commit.orders:
        yield Write(do="put", item=order.item())
    yield from map(notice_write, commit.notices)
    for identifier in commit.identifiers:
        yield from _identifier_writes(identifier)
    if commit.once is not None:
        yield once_write(commit.once)
    yield from map(settle_write, commit.settled)


def notice_write(row: NoticeRow) -> Write:
    """The action that owes a notice, or fails with `NoticeTakenError`."""

    def taken(_: Raw | None) -> Exception:
        return NoticeTakenError(row.pk, row.sk)

    return Write(do="put", item=row.item(), condition=Item.pk.does_not_exist(), otherwise=taken)


def settle_write(settled: Settle) -> Write:
    """The action that ends a notice, or fails with `SettledError`."""

    def ended(_: Raw | None) -> Exception:
        return SettledError(f"notice {settled.sk} has ended already")

    return Write(
        do="update",
        item=Item(settled.pk, settled.sk),
        condition=Item.state.is_in(*settled.while_),
        otherwise=ended,
        actions=(
            Item.state.set(settled.state),
            Item.document.set(settled.document),
            Item.due_shard.remove(),
            Item.next_at.remove(),
        ),
    )


def _identifier_writes(row: IdentifierRow) -> Iterator[Write]:
    def seen_another(_: Raw | None) -> Exception:
        return IdentifierConflictError(f"another case was registered under this {row.kind}; look it up again")

    condition = None
    if row.head is not None:
        condition = Item.pk.does_not_exist() if row.head == 0 else Item.version == row.head
    head = Item(row.pk, "HEAD")
    yield Write(do="update", item=head, condition=condition, actions=(Item.version.add(1),), otherwise=seen_another)
    yield Write(do="put", item=Item(row.pk, row.sk, type="identifier"))


def once_write(row: OnceRow) -> Write:
    """The action that keeps a first answer, or fails with `OnceTakenError`."""

    def answered(raw: Raw | None) -> Exception:
        found = raw or {}
        return OnceTakenError(found.get("hash", {}).get("S", ""), found.get("answer", {}).get("S", ""))

    return Write(do="put", item=row.item(), condition=Item.pk.does_not_exist(), otherwise=answered)
