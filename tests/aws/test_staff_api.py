"""The staff's interface on the real handlers: cases registered, sent, answered; who sees what; versions; batches."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.world import World, world


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


CALL: dict[str, Any] = {
    "kind": "problem_mail",
    "channel": "phone",
    "category": "delay",
    "text": "邮件多日未到，无人答复",
    "complainant": {"name": "王小明", "phone": "13800138000"},
    "unit": "beiyuan",
}


def _register(desk: World, **changes: Any) -> Any:
    answer = desk.call("POST", "/cases", {**CALL, **changes}, person=desk.person("front_desk", "cc"))
    assert answer.status == 201, answer.text
    return answer.json


def _do(desk: World, reference: str, name: str, person: str, version: int | str = "*", **values: Any) -> Any:
    headers = {"if-match": f'"{version}"' if version != "*" else "*"}
    return desk.call("POST", f"/cases/{reference}/{name}", values, person=person, headers=headers)


def test_a_call_is_registered_sent_to_a_province_answered_and_closed(desk: World) -> None:
    """POST-3, POST-4: an order sent on Friday 17:00 is due on Sunday 17:00."""
    agent = desk.person("front_desk", "cc")
    made = _register(desk)
    sent = _do(desk, made["reference"], "dispatch", agent, made["version"], order_type="ordinary", unit="donglan")
    assert sent.status == 200, sent.text
    assert (sent.json["order"], sent.json["state"]) == (1, "in_progress")
    assert sent.headers["etag"] == f'"{sent.json["version"]}"'

    case = desk.call("GET", f"/cases/{made['reference']}", person=agent).json
    due = {f"{one['name']}#{one['order']}": one["due_at"] for one in case["deadlines"]}
    assert due["answer_order#1"] == "2026-11-22T17:00:00+08:00"
    assert case["version"] == sent.json["version"]
    assert case["complainant"]["name"] == "王小明"
    assert [event["type"] for event in case["timeline"]] == ["registered", "dispatched"]

    handler = desk.person("lead_desk", "donglan")
    desk.later(hours=3)
    answered = _do(desk, made["reference"], "answer", handler, order=1, text="已查明，邮件误分至邻省，今日补投")
    assert answered.status == 200, answered.text
    assert answered.json["state"] == "answered"


def test_the_work_list_shows_the_most_pressing_first_and_what_is_late(desk: World) -> None:
    agent = desk.person("front_desk", "cc")
    first = _register(desk)
    desk.later(hours=1)
    second = _register(desk, complainant={"phone": "13900139000"}, category="loss")
    _do(desk, second["reference"], "dispatch", agent, order_type="direct", unit="dl-nancun")
    listed = desk.call("GET", "/cases", person=agent).json
    assert {line["reference"] for line in listed["cases"]} == {first["reference"], second["reference"]}
    dues = [line["due_at"] or "9" for line in listed["cases"]]
    assert dues == sorted(dues)
    assert desk.call("GET", "/cases?late=true", person=agent).json["cases"] == []
    desk.later(days=4)
    late = desk.call("GET", "/cases?late=true", person=agent).json["cases"]
    assert late
    assert all(line["late"] for line in late)


def test_the_pages_of_a_list_hold_every_line_once(desk: World) -> None:
    agent = desk.person("front_desk", "cc")
    made = {
        _register(desk, complainant={"phone": f"1380013800{n}"}, text=f"邮件未到，第{n}件")["reference"]
        for n in range(5)
    }
    seen, address = [], "/cases?limit=2"
    while address:
        page = desk.call("GET", address, person=agent).json
        seen += [line["reference"] for line in page["cases"]]
        address = f"/cases?limit=2&after={page['next']}" if page["next"] else ""
    assert sorted(seen) == sorted(made)
    assert desk.call("GET", "/cases?after=!!!", person=agent).status == 422


def test_a_unit_sees_its_own_and_what_it_was_sent_and_of_nothing_else_that_it_exists(desk: World) -> None:
    agent, stranger = desk.person("front_desk", "cc"), desk.person("service_director", "yunling")
    director = desk.person("service_director", "donglan")
    made = _register(desk)
    address = f"/cases/{made['reference']}"
    before = [desk.call("GET", address, person=one).status for one in (stranger, director)]
    _do(desk, made["reference"], "dispatch", agent, order_type="ordinary", unit="donglan")
    _do(desk, made["reference"], "note", agent, text="内部备注：客户为重点客户")
    after = [desk.call("GET", address, person=one) for one in (stranger, director)]
    assert before == [404, 404]
    assert [one.status for one in after] == [404, 200]
    seen = after[1].json
    assert seen["whole"] is False
    assert "noted" not in [event["type"] for event in seen["timeline"]]
    assert seen["text"] == CALL["text"]
    unseen = [
        desk.call(
            "POST", f"{address}/note", {"text": "随便写写看看"}, person=stranger, headers={"if-match": "*"}
        ).status,
        desk.call("GET", f"{address}/deadlines/promised_answer/explanation", person=stranger).status,
        desk.call("GET", "/cases?unit=donglan", person=stranger).status,
        desk.call("GET", "/cases?unit=nowhere", person=stranger).status,
        desk.call("GET", "/cases/0000-0000-0000", person=stranger).status,
    ]
    assert unseen == [404] * 5
    assert desk.call("GET", "/cases?find=13800138000", person=stranger).json["cases"] == []


def test_who_holds_no_post_is_nobody_whatever_the_token_claims(desk: World) -> None:
    assert desk.call("GET", "/cases", person="mallory").status == 403
    assert desk.call("GET", "/cases").status == 403


def test_a_command_names_the_version_it_was_decided_on_or_is_told_what_changed(desk: World) -> None:
    agent = desk.person("front_desk", "cc")
    made = _register(desk)
    reference, version = made["reference"], made["version"]
    without = desk.call("POST", f"/cases/{reference}/note", {"text": "已联系寄件人"}, person=agent)
    first = _do(desk, reference, "note", agent, version, text="已联系寄件人核实")
    stale = _do(desk, reference, "dispatch", agent, version, order_type="ordinary", unit="donglan")
    odd = desk.call("POST", f"/cases/{reference}/note", {"text": "写写看看"}, person=agent, headers={"if-match": '"x"'})
    assert [without.status, first.status, stale.status, odd.status] == [428, 200, 412, 400]
    assert stale.json["version"] == first.json["version"]
    assert [(one["type"], one["by"]) for one in stale.json["changed"]] == [("noted", agent)]


def test_a_command_sent_again_is_done_once_and_answered_the_same(desk: World) -> None:
    agent = desk.person("front_desk", "cc")
    made = _register(desk)
    headers = {"if-match": f'"{made["version"]}"', "idempotency-key": "n-1"}
    address = f"/cases/{made['reference']}/dispatch"
    body = {"order_type": "ordinary", "unit": "hq/cc/donglan"}
    first = desk.call("POST", address, body, person=agent, headers=headers)
    again = desk.call("POST", address, body, person=agent, headers=headers)
    other = desk.call("POST", address, {**body, "unit": "yunling"}, person=agent, headers=headers)
    assert (first.status, again.status, other.status) == (200, 200, 422), other.text
    assert again.json == first.json
    case = desk.call("GET", f"/cases/{made['reference']}", person=agent).json
    assert len(case["orders"]) == 1


@pytest.mark.parametrize(
    ("name", "values", "status", "field"),
    [
        ("dispatch", {"order_type": "direct", "unit": "donglan"}, 422, "unit"),
        ("dispatch", {"order_type": "gold", "unit": "donglan"}, 422, "order_type"),
        ("dispatch", {"order_type": "ordinary", "unit": "atlantis"}, 422, "unit"),
        ("close", {"remark": "已经全部处理好了"}, 403, ""),
        ("follow-up", {"outcome": "continue", "remark": "处理中"}, 422, "remark"),
        ("note", {"text": "内容很好", "colour": "red"}, 422, "colour"),
        ("note", {"text": "内容很好", "order": 7}, 422, "order"),
        ("note", {"text": "内容很好", "at": "yesterday"}, 422, "at"),
        ("note", {"text": "内容很好", "at": "2027-01-01T00:00:00+08:00"}, 422, "at"),
        ("juggle", {}, 404, None),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_field_and_changes_nothing(
    desk: World, name: str, values: dict[str, Any], status: int, field: str | None
) -> None:
    agent = desk.person("front_desk", "cc")
    made = _register(desk)
    before = desk.items()
    answer = _do(desk, made["reference"], name, agent, **values)
    assert answer.status == status, answer.text
    if field is not None:
        assert field in [error["field"] for error in answer.json["errors"]]
    assert desk.items() == before


def test_allowed_commands_are_those_that_are_then_done(desk: World) -> None:
    agent, director = desk.person("front_desk", "cc"), desk.person("service_director", "beiyuan")
    made = _register(desk)
    for person in (agent, director):
        offers = desk.call("GET", f"/cases/{made['reference']}", person=person).json["allowed"]
        assert {"command": "close", "order": 0} not in offers
    case = desk.call("GET", f"/cases/{made['reference']}", person=agent).json
    assert {"command": "dispatch", "order": 0} in case["allowed"]


def test_a_deadline_explains_itself(desk: World) -> None:
    agent = desk.person("front_desk", "cc")
    made = _register(desk)
    address = f"/cases/{made['reference']}/deadlines"
    told = desk.call("GET", f"{address}/promised_answer/explanation", person=agent)
    assert told.status == 200, told.text
    assert sum(one["seconds"] for one in told.json["counted"]) == 20 * 3600
    assert desk.call("GET", f"{address}/callback/explanation", person=agent).status == 404


def test_cases_are_found_by_exactly_what_identifies_them(desk: World) -> None:
    agent = desk.person("front_desk", "cc")
    made = _register(desk, fields={"parcel": "EA123456789CN"}, complainant={"phone": "13800138000", "email": "W@X.cn"})
    for text in (made["reference"].lower(), "+86 138-0013-8000", "w@x.CN", "ea 123 456 789 cn"):
        found = desk.call("GET", f"/cases?find={text.replace(' ', '%20')}", person=agent)
        assert [line["reference"] for line in found.json["cases"]] == [made["reference"]], text
    assert desk.call("GET", "/cases?find=1380013", person=agent).json["cases"] == []
    assert len(desk.call("GET", "/cases?customer=13800138000", person=agent).json["cases"]) == 1
    assert desk.call("GET", "/cases?customer=EA123456789CN", person=agent).json["cases"] == []


def test_many_cases_are_put_under_one_incident_and_done_together_each_for_itself(desk: World) -> None:
    agent, stranger = desk.person("front_desk", "cc"), desk.person("service_director", "yunling")
    made = [_register(desk, complainant={"phone": f"1390013900{n}"})["reference"] for n in range(3)]
    body = {"cases": [*made, "0000-0000-0000"], "remark": "航班取消，同一批邮件"}
    held = desk.call("POST", "/incidents", body, person=agent, headers={"idempotency-key": "i-1"})
    again = desk.call("POST", "/incidents", body, person=agent, headers={"idempotency-key": "i-1"})
    assert [one["status"] for one in held.json["results"]] == [200, 200, 200, 404]
    assert again.json["incident"] == held.json["incident"]
    assert [one["version"] for one in again.json["results"][:3]] == [one["version"] for one in held.json["results"][:3]]
    found = desk.call("GET", f"/cases?find={held.json['incident']}", person=agent).json["cases"]
    assert sorted(line["reference"] for line in found) == sorted(made)
    batch = {"command": "withdraw", "incident": held.json["incident"], "values": {"reason": "客户统一撤回投诉"}}
    done = desk.call("POST", "/batch", batch, person=agent)
    assert [one["state"] for one in done.json["results"]] == ["withdrawn"] * 3
    unseen = desk.call("POST", "/batch", {**batch, "cases": made, "incident": ""}, person=stranger)
    assert [one["status"] for one in unseen.json["results"]] == [404] * 3


def test_staff_attach_a_file_by_a_form_of_its_own(desk: World) -> None:
    agent = desk.person("front_desk", "cc")
    made = _register(desk)
    wanted = {"name": "录音.pdf", "type": "application/pdf", "size": 1000}
    address = f"/cases/{made['reference']}/attach"
    answer = desk.call("POST", address, wanted, person=agent, headers={"if-match": "*"})
    assert answer.status == 201, answer.text
    assert answer.json["file"].startswith(f"uploads/{made['reference']}/")
    lent = desk.call("GET", f"/cases/{made['reference']}/files/2", person=agent)
    assert answer.json["file"] in lent.json["url"]
    stranger = desk.person("service_director", "yunling")
    unseen = [
        desk.call("GET", f"/cases/{made['reference']}/files/2", person=stranger).status,
        desk.call("GET", f"/cases/{made['reference']}/files/1", person=agent).status,
        desk.call("GET", f"/cases/{made['reference']}/files/x", person=agent).status,
    ]
    assert unseen == [404, 404, 404]
