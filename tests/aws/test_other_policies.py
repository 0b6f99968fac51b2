"""The same doors under other policies: the public form can be filled in, staff register and act on what they got."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.support.world import World, world

from complaints.policy.model import Policy

POLICIES = ("hotline", "auto", "insurer", "carmaker")
BY_TYPE: dict[str, Any] = {
    "number": 7,
    "money": 100,
    "date": "2026-11-01",
    "boolean": True,
    "list": ["x"],
    "text": "甲乙丙丁",
}


@pytest.fixture(params=POLICIES)
def desk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world(request.param, monkeypatch) as made:
        yield made


def _fields(policy: Policy, kind: str, *, public: bool = False) -> dict[str, Any]:
    """The declared fields that a kind must have, with values that fit."""
    found: dict[str, Any] = {}
    for name, spec in policy.fields.items():
        if kind in spec.required_for and (spec.public or not public):
            one = next(iter(spec.choices), None) or BY_TYPE.get(spec.type, policy.intake.unit)
            found[name] = [one] if spec.type == "list" and spec.choices else one
    return found


def _public_kinds(policy: Policy) -> list[str]:
    return [name for name, kind in policy.kinds.items() if kind.public] or [policy.intake.kind]


def _complaint(policy: Policy, kind: str, number: int = 0) -> dict[str, Any]:
    return {
        "kind": kind,
        "text": "等了三天没有人联系我，请尽快处理",
        "complainant": {"phone": f"1380013800{number}"},
        "consent": True,
        "fields": _fields(policy, kind, public=True),
    }


def test_the_public_door_takes_a_complaint_and_follows_it(desk: World) -> None:
    policy = desk.desk.policies.current(desk.now).policy
    page = desk.call("GET", "/complaints?lang=en", headers={"accept": "text/html"})
    assert page.status == 200
    for number, kind in enumerate(_public_kinds(policy)):
        made = desk.call("POST", "/complaints", _complaint(policy, kind, number))
        assert made.status == 201, (kind, made.text)
        status = desk.call("GET", f"/complaints/{made.json['reference']}?token={made.json['token']}")
        assert status.json["kind"] == kind


def test_staff_register_and_then_act_on_the_version_they_were_told(desk: World) -> None:
    policy = desk.desk.policies.current(desk.now).policy
    registering = {role for action in policy.actions if "register" in action.do for role in action.by}
    people = sorted({i["pk"]["S"].removeprefix("H#") for i in desk.items() if i["sk"]["S"] == "PERSON"})
    person, posts = next(
        (one, posts)
        for one in people
        if (posts := desk.desk.directory.posts(one, desk.now)) and {post.role for post in posts} & registering
    )
    roles = {post.role for post in posts}
    kind = next(
        name
        for name in policy.kinds
        for action in policy.actions
        if "register" in action.do and roles & set(action.by) and (not action.kinds or name in action.kinds)
    )
    body = {
        "kind": kind,
        "channel": next(iter(policy.channels)),
        "text": "等了三天没有人联系我，请尽快处理",
        "complainant": {"phone": "13900139000"},
        "fields": _fields(policy, kind),
    }
    made = desk.call("POST", "/cases", body, person=person)
    assert made.status == 201, made.text
    case = desk.call("GET", f"/cases/{made.json['reference']}", person=person)
    assert case.status == 200
    assert case.json["version"] == made.json["version"]
    session = desk.signed_in(person)
    for address in ("/desk", "/desk/new", f"/desk/cases/{made.json['reference']}", "/desk/manual"):
        assert desk.call("GET", address, headers=session).status == 200


def test_a_year_whose_holidays_nobody_knows_is_said_and_never_guessed(desk: World) -> None:
    desk.now = datetime(2031, 12, 30, 2, tzinfo=UTC)
    policy = desk.desk.policies.current(desk.now).policy
    chinese = {"accept-language": "zh-CN"}
    answers = [
        desk.call("POST", "/complaints", _complaint(policy, kind, number), headers=chinese)
        for number, kind in enumerate(_public_kinds(policy))
    ]
    # a limit in plain hours needs no holidays; every other one is refused
    refused = [answer for answer in answers if answer.status == 503]
    assert refused
    assert all("放假安排" in answer.json["detail"] for answer in refused)
    kept = [item for item in desk.items() if item["pk"]["S"].startswith("C#") and item["sk"]["S"] == "CASE"]
    assert len(kept) == len(answers) - len(refused)
