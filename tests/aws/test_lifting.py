"""A miss that staff say was none, over HTTP: it stays late for everybody until headquarters lifts it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.support.world import World, world

from complaints.adapters import clock
from complaints.desk.tracking import token_of
from complaints.desk.work import work

DUE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def does(desk: World, who: str, address: str, **said: Any) -> Any:
    role, _, unit = who.partition("@")
    answer = desk.call("POST", address, said, person=desk.person(role, unit), headers={"if-match": "*"})
    return answer.json | {"status": answer.status}


def test_an_earlier_answer_is_claimed_seen_and_lifted(desk: World) -> None:
    mail = {"kind": "problem_mail", "channel": "phone", "category": "delay", "text": "邮件多日未到，无人答复"}
    customer = {"complainant": {"phone": "13912345678"}, "unit": "beiyuan"}
    case = does(desk, "front_desk@cc", "/cases", **mail, **customer)["reference"]
    does(desk, "front_desk@cc", f"/cases/{case}/dispatch", order_type="ordinary", unit="donglan")
    desk.now = DUE
    work(desk.desk, case, clock.now())
    # when the province enters its answer later, as of a minute before it was due
    desk.later(hours=2)
    answer = {"text": "邮件在本局待投，今天下午送达客户家中", "order": 1, "at": "2026-11-22T16:59:00+08:00"}
    assert does(desk, "handler@donglan", f"/cases/{case}/answer", **answer)["status"] == 200
    seen = desk.call("GET", f"/cases/{case}", person=desk.person("service_department", "hq")).json
    (answered,) = [one for one in seen["timeline"] if one["type"] == "answered"]
    assert answered["claimed"]
    assert {"command": "lift-miss", "order": 1} in seen["allowed"]
    # then the province cannot lift it, headquarters can, with a reason
    lift = {"order": 1, "reason": "通话录音证明十六时五十九分已答复"}
    (deadline,) = {one["data"]["deadline"] for one in seen["timeline"] if one["type"] == "missed" and one["order"] == 1}
    address = f"/cases/{case}/lift-miss"
    assert does(desk, "handler@donglan", address, deadline=deadline, **lift)["status"] == 403
    assert does(desk, "service_department@hq", address, deadline=deadline, order=1)["status"] == 422
    assert does(desk, "service_department@hq", address, deadline=deadline, **lift)["status"] == 200
    assert does(desk, "service_department@hq", address, deadline=deadline, **lift)["status"] == 409
    page = desk.call("GET", f"/complaints/{case}", headers={"x-complaint-token": token_of(desk.desk, case)})
    assert page.status == 200
