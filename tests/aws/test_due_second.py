"""The second in which a deadline is due: at the exact instant is in time, anything after it is late (reading R16)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from tests.support.world import World, world

from complaints.adapters import clock
from complaints.desk.verify import timeline
from complaints.desk.work import work

DUE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)  # Sunday 17:00, 20 working hours after Friday 17:00
AN_INSTANT = timedelta(milliseconds=1)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def dispatched(desk: World) -> str:
    mail = {"kind": "problem_mail", "channel": "phone", "category": "delay", "text": "邮件多日未到，无人答复"}
    reference: str = _does(desk, "front_desk", "cc", "/cases", {**mail, "complainant": {"phone": "13912345678"}})
    said = {"order_type": "ordinary", "unit": "donglan"}
    _does(desk, "front_desk", "cc", f"/cases/{reference}/dispatch", said)
    return reference


def answers(desk: World, reference: str, at: datetime) -> None:
    desk.now = at
    said = {"text": "邮件在本局待投，今天下午送达客户家中", "order": 1}
    _does(desk, "handler", "donglan", f"/cases/{reference}/answer", said)


def _does(desk: World, role: str, unit: str, address: str, said: Mapping[str, object]) -> str:
    answer = desk.call("POST", address, said, person=desk.person(role, unit), headers={"if-match": "*"})
    assert answer.status in (200, 201), answer.text
    return str(answer.json["reference"])


def passes(desk: World, reference: str, at: datetime) -> None:
    """The worker comes by."""
    desk.now = at
    work(desk.desk, reference, clock.now())


def ended(desk: World, reference: str) -> tuple[list[str], bool | None]:
    """What happened to the order's deadline, in its order, and the verdict of the answer."""
    events = [one.event for one in timeline(desk.desk, reference)]
    told = [one.type for one in events if one.type in ("answered", "missed", "rung_reached") and one.order]
    (answered,) = [one for one in events if one.type == "answered"]
    (met,) = [one.met for one in answered.effects if one.do == "stop" and (one.order, one.due_at) == (1, DUE)]
    return told, met


@pytest.mark.proves("R16")
@pytest.mark.parametrize("before", [timedelta(), AN_INSTANT, timedelta(milliseconds=999)])
def test_an_answer_up_to_the_instant_is_in_time_and_nobody_is_told(desk: World, before: timedelta) -> None:
    reference = dispatched(desk)
    answers(desk, reference, DUE - before)
    passes(desk, reference, DUE)
    assert ended(desk, reference) == (["answered"], True)


@pytest.mark.proves("R16")
@pytest.mark.parametrize("after", [AN_INSTANT, timedelta(milliseconds=999)])
def test_an_answer_within_the_second_after_is_late_as_the_text_said(desk: World, after: timedelta) -> None:
    reference = dispatched(desk)
    passes(desk, reference, DUE)
    answers(desk, reference, DUE + after)
    assert ended(desk, reference) == (["missed", "rung_reached", "answered"], False)


@pytest.mark.proves("R16")
def test_the_verdict_does_not_hang_on_whether_the_worker_came_first(desk: World) -> None:
    reference = dispatched(desk)
    answers(desk, reference, DUE + AN_INSTANT)
    assert ended(desk, reference)[1] is False


def test_nothing_is_missed_before_its_second_has_begun(desk: World) -> None:
    reference = dispatched(desk)
    passes(desk, reference, DUE - AN_INSTANT)
    answers(desk, reference, DUE)
    assert ended(desk, reference) == (["answered"], True)
