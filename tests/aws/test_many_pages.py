"""Bulk work by pages (D9), and what the lists and cases say of the time that is left and of who is told next."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.support.world import Answer, World, world

FORM = "application/x-www-form-urlencoded"
COMPLAINT = {"kind": "problem_mail", "channel": "phone", "category": "delay", "unit": "beiyuan"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def registered(desk: World, count: int) -> list[str]:
    agent = desk.person("front_desk", "cc")
    made = []
    for number in range(count):
        body = {**COMPLAINT, "text": f"邮件多日未到 {number}", "complainant": {"phone": f"1380013{number:04}"}}
        made.append(desk.call("POST", "/cases", body, person=agent).json["reference"])
    return made


def dispatched(desk: World, reference: str) -> None:
    agent = desk.person("front_desk", "cc")
    body = {"order_type": "ordinary", "unit": "donglan"}
    sent = desk.call("POST", f"/cases/{reference}/dispatch", body, person=agent, headers={"if-match": "*"})
    assert sent.status == 200, sent.text


def sent(desk: World, session: Mapping[str, str], fields: list[tuple[str, str]]) -> Answer:
    mark = re.search(r'name="csrf" value="([^"]*)"', desk.call("GET", "/desk", headers=session).text)
    assert mark is not None
    raw = urlencode([("csrf", mark[1]), *fields]).encode()
    return desk.call("POST", "/desk/many?lang=en", raw=raw, content_type=FORM, headers=session)


def hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'type="hidden" name="{name}" value="([^"]*)"', page)


def notes(desk: World, reference: str) -> int:
    case: dict[str, Any] = desk.call("GET", f"/cases/{reference}", person=desk.person("front_desk", "cc")).json
    return sum(event["type"] == "noted" for event in case["timeline"])


def test_ticked_cases_get_one_form_and_each_its_own_answer(desk: World) -> None:
    references = registered(desk, 3)
    session = desk.signed_in(desk.person("front_desk", "cc"))
    page = desk.call("GET", "/desk", headers=session).text
    assert all(f'name="case" value="{one}:0"' in page for one in references)
    ticked = [("case", f"{one}:0") for one in references]

    form = sent(desk, session, [("command", "note"), *ticked])
    assert hidden(form.text, "case") == [f"{one}:0" for one in references]
    missing = sent(desk, session, [("step", "do"), ("command", "note"), ("text", ""), *ticked])
    assert "0 of 3 done" in missing.text

    absent = ("case", "0000-0000-0000:0")
    do = [("step", "do"), ("command", "note"), ("text", "已联系寄件人核实情况"), ("idempotency_key", "k1")]
    done = sent(desk, session, [*do, *ticked, absent])
    assert "3 of 4 done" in done.text
    assert hidden(done.text, "case") == ["0000-0000-0000:0"]
    assert "已联系寄件人核实情况" in done.text
    assert [notes(desk, one) for one in references] == [1, 1, 1]

    sent(desk, session, [*do, *ticked, absent])
    assert [notes(desk, one) for one in references] == [1, 1, 1]


@pytest.mark.parametrize(
    "fields", [[("command", "note")], [("command", "erase"), ("case", "x:0")], [("command", "x"), ("case", "x:0")]]
)
def test_nothing_ticked_and_what_is_for_one_case_alone_is_refused(desk: World, fields: list[tuple[str, str]]) -> None:
    session = desk.signed_in(desk.person("front_desk", "cc"))
    assert sent(desk, session, fields).status == 422
    assert sent(desk, session, [*fields, *(("case", f"{n}:0") for n in range(51))]).status == 422


def test_what_is_left_is_working_time_in_list_case_and_interface(desk: World) -> None:
    [reference] = registered(desk, 1)
    dispatched(desk, reference)  # Friday 17:00; the service works 08:00 to 18:00 every day: 20 hours end Sunday 17:00
    agent = desk.person("front_desk", "cc")
    desk.later(hours=2)  # an hour of it is past

    listed = desk.call("GET", "/cases", person=agent).json["cases"]
    case = desk.call("GET", f"/cases/{reference}", person=agent).json
    [line] = [one for one in listed if one["order"] == 1]
    [deadline] = [one for one in case["deadlines"] if one["order"] == 1]
    assert (line["left"], line["working"]) == (deadline["left"], deadline["working"]) == (19 * 3600, True)
    page = desk.call("GET", f"/desk/cases/{reference}?lang=en", headers=desk.signed_in(agent)).text
    assert "19 h 0 min of working time left" in page

    desk.later(days=2)
    late = desk.call("GET", f"/cases/{reference}", person=agent).json
    [deadline] = [one for one in late["deadlines"] if one["order"] == 1]
    assert deadline["left"] == -3600
    page = desk.call("GET", f"/desk/cases/{reference}?lang=en", headers=desk.signed_in(agent)).text
    assert "1 h 0 min of working time overdue" in page


def test_who_is_told_next_stands_at_the_deadline(desk: World) -> None:
    [reference] = registered(desk, 1)
    dispatched(desk, reference)
    agent = desk.person("front_desk", "cc")
    case = desk.call("GET", f"/cases/{reference}", person=agent).json
    [deadline] = [one for one in case["deadlines"] if one["order"] == 1]
    director = desk.desk.directory.person(desk.person("service_director", "donglan"), desk.now)
    assert director is not None
    assert (deadline["next_at"], deadline["next_told"]) == (deadline["due_at"], [director.name])


def test_a_case_that_somebody_else_changed_says_who_did_what_and_keeps_the_form(desk: World) -> None:
    [reference] = registered(desk, 1)
    agent = desk.person("front_desk", "cc")
    session = desk.signed_in(agent)
    page = desk.call("GET", f"/desk/cases/{reference}", headers=session).text
    usual = {"csrf": hidden(page, "csrf")[0], "version": hidden(page, "version")[0], "order": "0"}
    dispatched(desk, reference)
    raw = urlencode({**usual, "text": "写了很久的一段备注"}).encode()
    stale = desk.call("POST", f"/desk/cases/{reference}/note?lang=zh-CN", raw=raw, content_type=FORM, headers=session)
    name = desk.desk.directory.person(agent, desk.now)
    assert name is not None
    assert stale.status == 412
    assert f"您填写期间，{name.name} 已进行：派单" in stale.text
    assert "写了很久的一段备注" in stale.text


def test_going_back_and_sending_other_words_is_no_riddle(desk: World) -> None:
    session = desk.signed_in(desk.person("front_desk", "cc"))
    page = desk.call("GET", "/desk/new?lang=en", headers=session).text
    usual = {"csrf": hidden(page, "csrf")[0], "idempotency_key": hidden(page, "idempotency_key")[0], **COMPLAINT}

    def send(**fields: str) -> Answer:
        raw = urlencode({**usual, **fields}).encode()
        return desk.call("POST", "/desk/new?lang=en", raw=raw, content_type=FORM, headers=session)

    assert send(text="邮件多日未到").status == 303
    other = send(text="另一件邮件破损")
    assert other.status == 422
    assert "was sent before with other content" in other.text
    usual["idempotency_key"] = hidden(other.text, "idempotency_key")[0]
    assert send(text="另一件邮件破损").status == 303


def test_a_unit_can_be_named_as_the_suggestion_writes_it(desk: World) -> None:
    session = desk.signed_in(desk.person("front_desk", "cc"))
    page = desk.call("GET", "/desk/new?lang=zh-CN", headers=session).text
    assert '<option value="东澜省分公司 (donglan)">' in page
    raw = urlencode(
        {
            **COMPLAINT,
            "csrf": hidden(page, "csrf")[0],
            "text": "邮件多日未到",
            "unit": "东澜省分公司 (donglan)",
            "complainant.phone": "x",
        }
    ).encode()
    made = desk.call("POST", "/desk/new", raw=raw, content_type=FORM, headers=session)
    assert made.status == 303, made.text
    shown = desk.call("GET", made.headers["location"].removeprefix("https://desk.example"), headers=session)
    assert "东澜省分公司" in shown.text


def test_ticked_cases_are_put_under_one_incident_that_finds_them_all(desk: World) -> None:
    references = registered(desk, 2)
    session = desk.signed_in(desk.person("front_desk", "cc"))
    ticked = [("case", f"{one}:0") for one in references]
    do = [("step", "do"), ("command", "join"), ("remark", "同一辆邮车事故造成延误")]

    wrong = sent(desk, session, [*do, ("incident", "邮车事故"), ("idempotency_key", "i0"), *ticked])
    assert wrong.status == 422
    assert "begins with INC-" in wrong.text
    done = sent(desk, session, [*do, ("incident", ""), ("idempotency_key", "i1"), *ticked])
    made = re.search(r"find=(INC-[0-9A-Z]+)", done.text)
    assert made is not None
    assert "2 of 2 done" in done.text
    found = desk.call("GET", f"/desk?find={made[1]}", headers=session).text
    assert all(one in found for one in references)


def test_who_ticks_nothing_is_told_what_to_do(desk: World) -> None:
    registered(desk, 1)
    session = desk.signed_in(desk.person("front_desk", "cc"))
    nothing = sent(desk, session, [("command", "note")])
    assert nothing.status == 422
    assert re.search(r"Choose 1 to \d+ cases", nothing.text)
    assert "errors" not in nothing.text
