"""A night that breaks off half-way is brought to its end by the next one: nothing stays without its anchor."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from functions.report import daily
from tests.aws.test_reports import registered
from tests.support.world import World, world

from complaints.adapters.factstore import FactStore
from complaints.desk import log, seal
from complaints.desk.anchor import anchors_of


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def test_a_day_that_was_folded_but_not_anchored_is_anchored_the_next_night(
    desk: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a night that dies between folding and anchoring
    reference = registered(desk)

    def dies(*_: Any) -> int:
        raise ConnectionError("the lists cannot be written")

    desk.now = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    with monkeypatch.context() as broken:
        broken.setattr(seal, "write_daily_lists", dies)
        with pytest.raises(log.FailedError):
            daily.handler({}, None)
    folded = FactStore("facts").partial("2026-11-20")
    assert anchors_of(desk.desk, reference) == {}
    # when the next night comes
    desk.now = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    made = daily.handler({}, None)
    # then both days are done, and the first is counted as before
    assert made["days"] == ["2026-11-20", "2026-11-21"]
    assert FactStore("facts").partial("2026-11-20") == folded
    assert anchors_of(desk.desk, reference)


def test_first_nights_that_never_came_leave_no_hole(desk: World) -> None:
    # given one complaint at go-live, and no night until the fourth
    registered(desk)
    desk.now = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    made = daily.handler({}, None)
    # then the days without anything are sealed too, and the month can be published
    assert made["days"] == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]
