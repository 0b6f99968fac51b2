"""The postal operator's process, told through the HTTP interface and the worker (POST-1 .. POST-25)."""

from collections.abc import Iterator

import pytest
from tests.support.story import Story, story

LATE_MAIL = {
    "kind": "problem_mail",
    "channel": "phone",
    "category": "delay",
    "text": "邮件多日未到，无人答复",
    "complainant": {"phone": "10000000000"},
    "unit": "beiyuan",
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with story("postal", monkeypatch, "2026-11-20 16:59") as told:
        yield told


@pytest.mark.proves("POST-3", "POST-4", "POST-6", "R3")
def test_an_unanswered_order_climbs_from_the_director_to_headquarters(desk: Story) -> None:
    # given an ordinary order sent on Friday at 17:00
    desk.at("2026-11-20 17:00")
    case = desk.registered("front_desk@cc", **LATE_MAIL)
    desk.does("front_desk@cc", case, "dispatch", order_type="ordinary", unit="donglan")
    assert desk.due(case)["answer_order#1"] == "2026-11-22 17:00"
    # when nobody answers
    desk.at("2026-11-22 16:59")
    assert desk.told_of(case) == []
    desk.at("2026-11-24 12:00")
    # then
    assert desk.told_of(case) == [
        "2026-11-22 17:00 service_director@donglan unanswered_director",
        "2026-11-23 15:00 deputy_gm@donglan unanswered_deputy",
        "2026-11-23 17:00 service_department@hq unanswered_headquarters",
        "2026-11-23 18:00 service_department@hq unanswered_at_headquarters",
    ]
