"""What a customer can do once their complaint was answered: rate, disagree, come back within three months or later."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.world import World, world

HTML = {"accept": "text/html"}
COMPLAINT: dict[str, Any] = {
    "text": "邮件八天未到，客服无人答复",
    "category": "delay",
    "complainant": {"phone": "138 0013 8000"},
    "consent": True,
    "fields": {"parcel": "EA123456789CN"},
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def _do(desk: World, reference: str, name: str, person: str, **values: Any) -> None:
    done = desk.call("POST", f"/cases/{reference}/{name}", values, person=person, headers={"if-match": "*"})
    assert done.status == 200, (name, done.text)


def _closed(desk: World) -> Any:
    """A complaint that was answered and closed."""
    accepted = desk.call("POST", "/complaints", COMPLAINT).json
    reference = accepted["reference"]
    agent, keeper = desk.person("front_desk", "cc"), desk.person("service_department", "hq")
    lead = desk.person("lead_desk", "donglan")
    _do(desk, reference, "move-unit", keeper, unit="donglan")
    _do(desk, reference, "dispatch", agent, order_type="ordinary", unit="donglan")
    desk.later(hours=2)
    _do(desk, reference, "answer", lead, order=1, text="已查明误分至邻省，今日补投")
    _do(desk, reference, "contact", lead, reached=True, remark="已向客户说明并致歉")
    _do(desk, reference, "close", lead, remark="客户认可处理结果，同意结案")
    return accepted


def _status(desk: World, accepted: Any) -> Any:
    return desk.call("GET", f"/complaints/{accepted['reference']}?token={accepted['token']}").json


def test_a_closed_complaint_is_rated_once(desk: World) -> None:
    accepted = _closed(desk)
    assert _status(desk, accepted)["closed"] is True
    assert [promise["kept"] for promise in _status(desk, accepted)["promises"]] == [True]
    address, token = f"/complaints/{accepted['reference']}/rating", {"x-complaint-token": accepted["token"]}
    page = desk.call("GET", f"/complaints/{accepted['reference']}?token={accepted['token']}", headers=HTML).text
    assert (
        '<select id="score" name="score" required><option value="">' in page
    )  # nobody gives five by pressing a button
    key = {"idempotency-key": "r-1"}
    odd = desk.call("POST", address, {"score": 6}, headers=token)
    first = desk.call("POST", address, {"score": 2, "comment": "太慢了"}, headers={**token, **key})
    same = desk.call("POST", address, {"score": 2, "comment": "太慢了"}, headers={**token, **key})
    second = desk.call("POST", address, {"score": 5}, headers=token)
    assert [one.status for one in (odd, first, same, second)] == [422, 201, 201, 409]


def test_a_customer_who_disagrees_opens_the_case_again(desk: World) -> None:
    """HOT-4: who disagrees gets the solution re-evaluated."""
    accepted = _closed(desk)
    said = {"type": "dispute", "text": "邮件仍未收到，不同意结案"}
    token = {"x-complaint-token": accepted["token"]}
    done = desk.call("POST", f"/complaints/{accepted['reference']}/messages", said, headers=token)
    assert (done.status, done.json["state"]) == (201, "in_progress")


def test_the_same_matter_within_three_months_opens_the_old_case_and_later_a_new_one(desk: World) -> None:
    """AUTO-4"""
    accepted = _closed(desk)
    desk.later(days=80)
    again = desk.call("POST", "/complaints", {**COMPLAINT, "text": "同一邮件又出现问题了"}).json
    assert again["reference"] == accepted["reference"]
    assert _status(desk, accepted)["closed"] is False


def test_the_same_matter_after_three_months_is_a_new_case(desk: World) -> None:
    """AUTO-4"""
    accepted = _closed(desk)
    desk.later(days=100)
    again = desk.call("POST", "/complaints", {**COMPLAINT, "text": "同一邮件又出现问题了"}).json
    assert again["reference"] != accepted["reference"]
    assert _status(desk, accepted)["closed"] is True
