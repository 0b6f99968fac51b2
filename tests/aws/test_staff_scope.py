"""Every command of every post against every other unit: what is out of sight is not there, what is not offered is not
done. The real handler, one case with an order, all posts of the sample organisation."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.clockwork import REGION
from tests.support.quick import quick
from tests.support.world import World, world

from complaints.desk.staff import Member, member_named
from complaints.policy.vocabulary import COMMANDS

VALUES: dict[str, Any] = {
    "kind": "special_request",
    "category": "loss",
    "cause": "rudeness",
    "result": "confirmed",
    "order_type": "ordinary",
    "unit": "donglan",
    "outcome": "close_callback",
    "reason": "customs",
    "paper": "appeal_evidence",
    "deadline": "promised_answer",
    "by": {"hours": 2},
    "approver": "p001",
    "into": "0000-0000-0000",
    "due_at": "2026-12-01T09:00:00+08:00",
    "next_at": "2026-12-01T09:00:00+08:00",
    "score": 5,
    "valid": True,
    "liable": True,
    "evidence": ["记录"],
    "amount": 10,
    "mark": "vexatious",
    "until": "2026-12-01T09:00:00+08:00",
    "incident": "INC-1",
    "text": "已经查明具体情况并说明",
    "solution": "补投并赔偿运费损失",
    "remark": "已经查明具体情况并说明",
}


@pytest.fixture(scope="module")
def desk() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, quick(patch, REGION), world("postal", patch) as made:
        yield made


@pytest.fixture(scope="module")
def reference(desk: World) -> str:
    """A case led by one province, with an order sent to another one."""
    agent = desk.person("front_desk", "cc")
    call = {"kind": "problem_mail", "channel": "phone", "category": "delay", "text": "邮件多日未到，无人答复"}
    made = desk.call("POST", "/cases", {**call, "unit": "by-shuangxi"}, person=agent).json
    order = {"order_type": "ordinary", "unit": "donglan"}
    sent = desk.call("POST", f"/cases/{made['reference']}/dispatch", order, person=agent, headers={"if-match": "*"})
    assert sent.status == 200, sent.text
    return str(made["reference"])


def _members(desk: World) -> list[Member]:
    people = sorted({i["pk"]["S"].removeprefix("H#") for i in desk.items() if i["sk"]["S"] == "PERSON"})
    held = [person for person in people if desk.desk.directory.posts(person, desk.now)]
    by_posts: dict[tuple[tuple[str, str], ...], Member] = {}
    for person in held:
        member = member_named(desk.desk, person, desk.now)
        by_posts.setdefault(tuple((post.unit, post.role) for post in member.actor.posts), member)
    return list(by_posts.values())


def _command(desk: World, reference: str, person: str, name: str, order: int) -> int:
    needed = {param.name: VALUES.get(param.name, "p001") for param in COMMANDS[name].params if param.required}
    body = {**needed, **({"order": order} if order else {})}
    if name == "attach":
        body = {"file": f"uploads/{reference}/x"}
    status: int = desk.call("POST", f"/cases/{reference}/{name}", body, person=person, headers={"if-match": "*"}).status
    return status


def test_who_does_not_see_a_case_can_do_nothing_to_it_and_is_not_told_that_it_exists(
    desk: World, reference: str
) -> None:
    places = desk.desk.directory.places(desk.now)
    paths = [places.path(unit) for unit in ("by-shuangxi", "donglan", "cc")]
    blind = [m for m in _members(desk) if not any(m.sight.unit(path) for path in paths)]
    assert {post.unit for member in blind for post in member.actor.posts} >= {"yunling", "yl-xicheng", "by-hub"}
    before = desk.items()
    statuses = {
        (member.actor.person, name): _command(desk, reference, member.actor.person, name, 0)
        for member in blind
        for name in COMMANDS
        if name != "register"
    }
    reads = [desk.call("GET", f"/cases/{reference}", person=member.actor.person).status for member in blind]
    assert set(statuses.values()) == {404}, [key for key, status in statuses.items() if status != 404]
    assert set(reads) == {404}
    assert desk.items() == before


def test_what_is_not_offered_to_somebody_is_not_done_for_them(desk: World, reference: str) -> None:
    places = desk.desk.directory.places(desk.now)
    paths = [places.path(unit) for unit in ("by-shuangxi", "donglan")]
    seeing = [m for m in _members(desk) if any(m.sight.unit(path) for path in paths)]
    before = desk.items()
    done = []
    for member in seeing:
        person = member.actor.person
        offers = desk.call("GET", f"/cases/{reference}", person=person).json["allowed"]
        open_to = {(offer["command"], offer["order"]) for offer in offers}
        for name, shape in COMMANDS.items():
            for order in (0, 1) if shape.on == "either" else (1,) if shape.on == "order" else (0,):
                if name != "register" and (name, order) not in open_to:
                    status = _command(desk, reference, person, name, order)
                    done += [(person, name, order, status)] if status not in (403, 409, 422) else []
    assert done == []
    assert desk.items() == before
