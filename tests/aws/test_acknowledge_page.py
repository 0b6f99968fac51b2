"""The link in a text: opening it shows a button, pressing it acknowledges, a made-up link shows nothing."""

from collections.abc import Iterator

import pytest
from tests.support.world import World, world

from complaints.adapters import outbox
from complaints.adapters.outbox import Text
from complaints.adapters.rows import stamp
from complaints.desk.words import ACKNOWLEDGE


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def test_a_text_is_acknowledged_by_pressing_not_by_opening(desk: World, monkeypatch: pytest.MonkeyPatch) -> None:
    text = Text(
        id="t1",
        person="p001",
        at=stamp(desk.now),
        channel="sms",
        carrier="sns",
        carrier_id="1",
        templates=("x",),
        cases=("A-B-C",),
        notices=(),
    )
    monkeypatch.setattr(outbox, "text_of", lambda _store, id: text if id == "t1" else None)
    link = f"/a/t1.{desk.desk.keys.sign(ACKNOWLEDGE, 't1')}"
    opened = desk.call("GET", f"{link}?lang=en")
    assert (opened.status, "A-B-C" in opened.text, "<button" in opened.text) == (200, True, True)
    pressed = desk.call("POST", f"{link}?lang=en")
    assert (pressed.status, "It is noted" in pressed.text) == (200, True)
    forged = [desk.call(method, "/a/t1.k1.forged").status for method in ("GET", "POST")]
    assert forged == [404, 404]
