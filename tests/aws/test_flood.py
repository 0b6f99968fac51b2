"""Somebody sends complaints under a number and an address of somebody else: that person is neither locked out nor
showered with mail, nothing is lost, and people see it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.clockwork import REGION
from tests.support.quick import quick
from tests.support.world import World, world

from complaints.desk import register
from complaints.desk.commit import load_case

VICTIM = {"name": "Li", "phone": "13800001111", "email": "li@customer.example"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with quick(monkeypatch, REGION), world("postal", monkeypatch) as made:
        yield made


def complain(desk: World, text: str, **person: str) -> str:
    body = {"text": text, "complainant": person, "consent": True}
    answer = desk.call("POST", "/complaints", body)
    assert answer.status == 201, answer.text
    return str(answer.json["reference"])


def owed_to_customers(desk: World) -> list[dict[str, Any]]:
    found = [item for item in desk.items() if item["pk"]["S"].startswith("R#@") and item["sk"]["S"].startswith("N#")]
    return [json.loads(item["document"]["S"]) for item in found]


def events(desk: World, reference: str) -> list[str]:
    from complaints.case.chain import parse

    return [parse(one.body, one.personal, one.hash).event.type for one in desk.desk.store.timeline(reference)]


def test_a_person_whose_number_a_flood_uses_still_gets_a_complaint_in(desk: World) -> None:
    # given far more complaints in an hour under one number than any customer raises
    for number in range(70):
        complain(desk, f"flood {number}", **VICTIM)
    # when that person complains
    mine = complain(desk, "My parcel 12 never came.", **VICTIM)
    # then it is a case like any other, with a mark for the people who read it
    stored = load_case(desk.desk, mine)
    assert stored is not None
    assert stored.case.phase == "open"
    assert "noted" in events(desk, mine)


def test_one_address_gets_a_few_acknowledgements_an_hour_and_everybody_else_their_own(desk: World) -> None:
    most = register.ACKNOWLEDGED_HOURLY
    for number in range(most + 10):
        complain(desk, f"flood {number}", email=VICTIM["email"])
    assert len(owed_to_customers(desk)) == most
    complain(desk, "another customer", email="wang@customer.example")
    assert len(owed_to_customers(desk)) == most + 1
    # and an hour later it is acknowledged again
    desk.later(hours=1, seconds=1)
    complain(desk, "later", email=VICTIM["email"])
    assert len(owed_to_customers(desk)) == most + 2


def test_another_name_with_the_same_address_is_the_same_address(desk: World) -> None:
    most = register.ACKNOWLEDGED_HOURLY
    for number in range(most + 5):
        complain(desk, f"flood {number}", phone=f"1380000{number:04d}", email=VICTIM["email"].upper())
    assert len(owed_to_customers(desk)) == most


def test_what_is_not_acknowledged_says_so_and_is_reported(desk: World, capsys: pytest.CaptureFixture[str]) -> None:
    most = register.ACKNOWLEDGED_HOURLY
    references = [complain(desk, f"flood {number}", **VICTIM) for number in range(most + 2)]
    assert ["noted" in events(desk, one) for one in references] == [False] * most + [True, True]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"Crowded"' in line]
    assert [line["Crowded"] for line in lines] == [1, 1]


def test_what_staff_write_down_is_acknowledged_in_the_middle_of_a_flood(desk: World) -> None:
    for number in range(register.ACKNOWLEDGED_HOURLY + 3):
        complain(desk, f"flood {number}", **VICTIM)
    before = len(owed_to_customers(desk))
    body = {"kind": "problem_mail", "channel": "phone", "category": "delay", "text": "a call", "complainant": VICTIM}
    answer = desk.call("POST", "/cases", body, person=desk.person("front_desk", "cc"))
    assert answer.status == 201, answer.text
    assert len(owed_to_customers(desk)) == before + 1


def test_a_flood_does_not_make_each_look_up_longer(desk: World) -> None:
    for number in range(register.LATELY + 20):
        complain(desk, f"flood {number}", email=VICTIM["email"])
    found = desk.desk.store.find("email", desk.desk.keys.digest("email", VICTIM["email"]), register.LATELY)
    assert len(found.cases) == register.LATELY
    assert found.head == register.LATELY + 20
    assert list(found.cases) == sorted(found.cases, reverse=True)
