"""Who sees what: a unit sees itself and what is under it, and the orders that it got or sent, nothing else.

Every post of every sample organisation against a case at every unit, purely; every command over HTTP for dealers who
are rivals and for branches of an insurer.
"""

from datetime import UTC, datetime

import pytest
from tests.support.play import NAMES, policy, rulebook, units
from tests.support.story import story

from complaints.case.authority import allowed
from complaints.case.state import Case, Order
from complaints.case.values import Actor, Post
from complaints.desk.sight import sight_of
from complaints.directory.tree import Places
from complaints.policy.vocabulary import COMMANDS
from complaints.structs import replace

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def case_at(name: str, unit: str, kind: str = "") -> Case:
    """An open case of a policy, led by a unit."""
    own = policy(name)
    kind = kind or own.intake.kind
    return Case(
        reference="0000-0000-0000",
        policy=own.id,
        kind=kind,
        state=own.kinds[kind].start,
        phase="open",
        unit=unit,
        channel=own.intake.channel_web,
        opened_at=NOW,
        recorded_at=NOW,
    )


def posts(name: str) -> list[Post]:
    """Every post of an organisation that somebody holds."""
    return sorted(
        {Post(unit.id, one.role, unit.path) for unit in units(name).values() for one in unit.holders},
        key=lambda post: (post.unit, post.role),
    )


@pytest.mark.proves("AUTO-8", "POST-22")
@pytest.mark.parametrize("name", NAMES)
def test_every_post_sees_what_is_at_or_under_its_unit_and_nothing_else(name: str) -> None:
    there = units(name)
    places = Places(there.values(), NOW)
    for lead in there.values():
        case = case_at(name, lead.id)
        for sent in there.values():
            order = Order(n=1, type="x", unit=sent.id, sender=lead.id, state="open", sent_at=NOW)
            with_order = replace(case, orders=(order,))
            for post in posts(name):
                sight = sight_of(Actor("somebody", posts=(post,)), policy(name))
                everything = policy(name).roles[post.role].sees == "all"
                whole = everything or post.unit in lead.path
                assert sight.case(case, places) == whole
                assert sight.case(with_order, places) == (whole or post.unit in sent.path)
                assert sight.whole(with_order, places) == whole


@pytest.mark.proves("POST-14", "AUTO-7", "INS-15")
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_offered_to_a_role_that_the_process_does_not_name_for_it(name: str) -> None:
    there, rules = units(name), rulebook(name)
    places = Places(there.values(), NOW)
    levels = {unit.level: unit.id for unit in there.values()}
    for unit in levels.values():
        for kind in policy(name).kinds:
            case = case_at(name, unit, kind)
            for post in posts(name):
                for offer in allowed(case, Actor("somebody", posts=(post,)), rules, places):
                    named = {
                        role
                        for action in policy(name).actions
                        if offer.command in action.do and (not action.kinds or kind in action.kinds)
                        for role in action.by
                    }
                    assert post.role in named, (post, offer, kind)


@pytest.mark.proves("AUTO-8")
@pytest.mark.parametrize(
    ("name", "registrar", "unit", "said", "strangers"),
    [
        (
            "auto",
            "agent@importer",
            "d-linhe",
            {"kind": "complaint", "channel": "phone", "category": "price", "text": "收费比报价高出很多"},
            ("d-nanpu",),
        ),
        (
            "insurer",
            "complaint_office@qilin-wuyuan",
            "qilin-wuyuan",
            {"kind": "complaint", "channel": "letter_fax", "category": "claims", "text": "赔款迟迟没有到账"},
            ("canglang", "qilin-danfeng", "wuyuan-shibei"),
        ),
        (
            "carmaker",
            "agent@hq",
            "e-hejin",
            {"kind": "complaint", "channel": "phone", "category": "other", "text": "保养费比电话报价高一倍"},
            ("west", "e-tongli"),
        ),
    ],
)
def test_every_command_of_a_stranger_is_answered_as_for_a_case_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    registrar: str,
    unit: str,
    said: dict[str, str],
    strangers: tuple[str, ...],
) -> None:
    with story(name, monkeypatch, "2026-11-20 10:00") as desk:
        case = desk.registered(registrar, **said, unit=unit, complainant={"phone": "10099990001"})
        before = desk.raw_items()
        for stranger in strangers:
            held = {one.role for one in units(name)[stranger].holders if policy(name).roles[one.role].sees != "all"}
            for at, role in enumerate(sorted(held)):
                who = f"{role}@{stranger}"
                # each command of each role of each stranger in turn; all of them for the first
                mine = [one for number, one in enumerate(COMMANDS) if at == 0 or number % len(held) == at]
                for command in mine:
                    if command != "register":
                        words = {"name": "a.pdf", "type": "application/pdf", "size": 1} if command == "attach" else {}
                        assert desk.refused(who, case, command, **words) == "404", (who, command)
                assert desk.ask("GET", f"/cases/{case}", who=who).status == 404
                assert desk.ask("GET", f"/cases/{case}/files/1", who=who).status == 404
                assert desk.ask("GET", f"/cases?find={case}", who=who).json["cases"] == []
                assert desk.ask("GET", "/cases?customer=10099990001", who=who).json["cases"] == []
                assert desk.ask("GET", f"/cases?unit={unit}", who=who).status == 404
                batch = {"command": "note", "cases": [case], "values": {"text": "别处的人不应写入"}}
                answered = desk.ask("POST", "/batch", batch, who=who).json["results"]
                assert [one["status"] for one in answered] == [404]
        assert [item for item in desk.raw_items() if not item["pk"].startswith("I#")] == [
            item for item in before if not item["pk"].startswith("I#")
        ]
