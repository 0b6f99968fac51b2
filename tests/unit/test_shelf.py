"""The table in memory judges conditions and makes changes as moto does, for everything that the sender asks of it."""

from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.support.clockwork import START, Clockwork, clockwork
from tests.support.shelf import Shelf, shelf

from complaints.adapters import carrier_rate, outbox
from complaints.adapters.outbox import Pending, Text
from complaints.adapters.table import Item


def sender_at_work(desk: Clockwork) -> list[Any]:
    """What a sender asks of the table, and the answers."""
    store, now = desk.desk.store, START
    said: list[Any] = []
    since = int(now.timestamp())
    for n in range(3):
        notice = f"N#2026-11-20T02:00:0{n}Z#u{n}"
        store.put(Item("R#ann", notice, document="{}", state="pending", due_shard="due#0", next_at=since))
    for urgent in (True, False, True, True, False):
        said.append(carrier_rate.ask(store, "memory", 2, now, urgent=urgent))
    said.append(carrier_rate.ask(store, "memory", 2, now + timedelta(seconds=4), urgent=False, place=1.0))
    for at in (now, now + timedelta(seconds=10), now + timedelta(seconds=70)):
        taken = outbox.take(store, "ann", at, urgent=True)
        said.append(taken is not None)
        if taken is None:
            outbox.claim_wake(store, "ann", int(at.timestamp()), urgent=True)
            said.append(outbox.state(store, "ann"))
    assert taken is not None
    outbox.wait(store, "ann", taken[0], int(now.timestamp()) + 72, urgent=False)
    other = outbox.take(store, "ann", now + timedelta(seconds=71), urgent=True)
    said.append(outbox.take(store, "ann", now + timedelta(seconds=71), urgent=False) is None)
    assert other is not None
    outbox.wait(store, "ann", other[0], int(now.timestamp()) + 75, urgent=True)
    said += [outbox.state(store, "ann"), outbox.take(store, "ann", now + timedelta(seconds=72), urgent=True) is None]
    token, _ = outbox.take(store, "ann", now + timedelta(seconds=75), urgent=True) or ("", None)
    found = outbox.due("ann", now - timedelta(hours=1), now + timedelta(minutes=2))
    said.append([one.sk for one in found])
    said.append(outbox.failed(store, "ann", found[2], "no answer", now, 5))
    text = Text(
        id="t1", person="ann", at="", channel="sms", carrier="", carrier_id="", templates=(), cases=(),
        notices=tuple(one.sk for one in found[:2]),
    )  # fmt: skip
    outbox.mark(store, token, text, window_until=int(now.timestamp()) + 99, hour=1, hour_count=1, now=now)
    late = msgspec.structs.replace(text, id="t2")
    with pytest.raises(outbox.LeaseLostError):
        outbox.mark(store, token, late, window_until=0, hour=1, hour_count=1, now=now)
    outbox.hold_until(store, "ann", Pending(sk=found[0].sk, document=""), now)
    said += [outbox.state(store, "ann"), outbox.text_of(store, "t1")]
    states = outbox.due("ann", now - timedelta(hours=1), now + timedelta(minutes=2))
    return [*said, [(one.sk, one.failures) for one in states]]


def test_a_sender_gets_the_same_answers_from_the_shelf_as_from_moto(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = []
    for kept in (None, Shelf()):
        with clockwork(monkeypatch) as desk:
            beside: AbstractContextManager[Any] = shelf(kept) if kept is not None else nullcontext()
            with beside:
                answers.append(sender_at_work(desk))
    assert answers[0] == answers[1]
    assert answers[0][-1] == [("N#2026-11-20T02:00:02Z#u2", 1)]


def test_a_form_that_is_not_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with clockwork(monkeypatch) as desk, shelf(Shelf()), pytest.raises(NotImplementedError):
        desk.desk.store.update("C#1", "CASE", [Item.version.set(1)], Item.hash.contains("x"))
