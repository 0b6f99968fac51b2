"""Deadlines on the real handlers: who is told at which second, and what it costs."""

from collections.abc import Iterator

import pytest
from tests.support.clockwork import Clockwork, clockwork


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    with clockwork(monkeypatch) as made:
        yield made


def test_a_ladder_is_climbed_at_its_seconds(desk: Clockwork) -> None:
    # given a matter raised at 10:00:07 that nobody answers
    desk.run(seconds=7)
    desk.register("A1")
    # when five hours pass
    desk.run(hours=5)
    # then the handler is reminded an hour before, and the ladder is climbed from the due instant on
    assert desk.told() == [
        ("03:00:07", "ann"),
        ("04:00:07", "ann"),
        ("05:00:07", "meg"),
        ("06:00:07", "boss"),
    ]
    assert desk.events("A1") == ["registered", "reminded", "missed", "rung_reached", "rung_reached", "rung_reached"]


def test_an_answer_in_time_leaves_everybody_in_peace(desk: Clockwork) -> None:
    desk.register("A1")
    desk.run(minutes=30)
    desk.act("A1", "answer", text="It is on its way to you now.")
    desk.run(hours=5)
    assert desk.told() == []
