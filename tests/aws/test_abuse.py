"""What somebody could try who means harm, on the real handlers: from outside, and from a desk of the organisation."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from tests.support.world import World, world

from complaints.adapters.carriers.base import CarrierRefusedError
from complaints.adapters.files import Files
from complaints.adapters.mail import Letter, Mail

PUBLIC: dict[str, Any] = {"text": "三天没人答复", "complainant": {"phone": "13800138000"}, "consent": True}
CALL: dict[str, Any] = {
    "kind": "problem_mail",
    "channel": "phone",
    "category": "delay",
    "text": "邮件多日未到，无人答复",
    "complainant": {"phone": "13800138000"},
    "unit": "beiyuan",
}
ANY = {"if-match": "*"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


@pytest.fixture
def hotline(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("hotline", monkeypatch) as made:
        yield made


def _sent(desk: World, **changes: Any) -> str:
    """A case with an order that a province was sent."""
    agent = desk.person("front_desk", "cc")
    made = desk.call("POST", "/cases", {**CALL, **changes}, person=agent).json["reference"]
    order = {"order_type": "ordinary", "unit": "donglan"}
    assert desk.call("POST", f"/cases/{made}/dispatch", order, person=agent, headers=ANY).status == 200
    return str(made)


@pytest.mark.parametrize(
    "forged",
    [
        {"order_state": "cancelled"},
        {"order_state": "accepted"},
        {"again": True},
        {"mentioned": ["escalation"]},
        {"tags": ["vip"]},
        {"sender": "donglan"},
        {"reference": "0000-0000-0000"},
        {"state": "closed"},
        {"phase": "final"},
        {"derived": {"severity": "none"}},
        {"role": "admin"},
        {"cancels_orders": [1]},
    ],
)
def test_what_only_the_rules_may_say_of_a_case_nobody_can_say_in_a_command(desk: World, forged: dict[str, Any]) -> None:
    """Whoever could set the state of their order would stop its deadline and its ladder without an answer."""
    reference = _sent(desk)
    handler = desk.person("lead_desk", "donglan")
    before = desk.call("GET", f"/cases/{reference}", person=handler).json
    body = {"order": 1, "channel": "phone", "remark": "已与收件人联系核实", **forged}
    answer = desk.call("POST", f"/cases/{reference}/contact", body, person=handler, headers=ANY)
    assert answer.status == 422, answer.text
    assert [error["field"] for error in answer.json["errors"]] == list(forged)
    assert desk.call("GET", f"/cases/{reference}", person=handler).json == before


def test_a_case_is_merged_only_into_another_open_one_that_is_in_sight(hotline: World) -> None:
    """A merged case is answered by the other one: where there is no other one, nobody would answer it."""
    agent = hotline.person("agent", "hq")

    def register(phone: str, unit: str = "hq") -> str:
        call = {"kind": "complaint", "channel": "phone", "text": "三天没人答复", "complainant": {"phone": phone}}
        made = hotline.call("POST", "/cases", {**call, "unit": unit}, person=agent)
        assert made.status == 201, made.text
        return str(made.json["reference"])

    def merge(reference: str, into: str, person: str = agent) -> int:
        address = f"/cases/{reference}/merge"
        return hotline.call("POST", address, {"into": into}, person=person, headers=ANY).status

    main, double, third = register("13800138000"), register("13800138001"), register("13800138002")
    assert [merge(double, into) for into in ("nowhere", "0000-0000-0000", double, double.lower())] == [422] * 4
    assert merge(double, main.lower().replace("-", "")) == 200
    assert hotline.call("GET", f"/cases/{double}", person=agent).json["merged_into"] == main
    assert merge(third, double) == 422
    other = register("13800138003", "quality")
    manager = hotline.person("manager", "service")
    own = register("13800138004", "service")
    assert merge(own, other, manager) == 422
    assert hotline.call("GET", f"/cases/{own}", person=agent).json["phase"] == "open"


def test_who_moves_cases_at_work_does_not_keep_the_organisation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else an agent could make themselves administrator, or take a manager off the ladder."""
    with world("auto", monkeypatch) as desk:
        agent, admin = desk.person("agent", "importer"), desk.person("admin", "importer")
        unit = desk.call("GET", "/units/importer", person=agent).json
        named = [{key: one[key] for key in ("role", "person", "since", "until", "deputy")} for one in unit["holders"]]
        mine = {"holders": [*named, {"role": "admin", "person": agent}]}
        assert desk.call("PUT", "/units/importer", mine, person=agent).status == 403
        assert desk.call("GET", "/units/importer", person=agent).json == unit
        assert desk.call("PUT", "/units/importer", mine, person=admin).status == 200


def test_two_people_who_use_the_same_key_do_not_get_the_same_file(desk: World) -> None:
    """A form that one of them was given would let them write over the evidence of the other."""
    reference = _sent(desk)
    announced = {"name": "proof.pdf", "type": "application/pdf", "size": 10}
    people = [desk.person("lead_desk", "donglan"), desk.person("front_desk", "cc")]
    headers = {**ANY, "idempotency-key": "1"}
    made = [
        desk.call("POST", f"/cases/{reference}/attach", announced, person=one, headers=headers).json for one in people
    ]
    assert len({one["file"] for one in made}) == 2


def test_a_file_announced_under_a_reference_written_otherwise_lies_beside_its_case(desk: World) -> None:
    reference = _sent(desk)
    agent = desk.person("front_desk", "cc")
    announced = {"name": "身份证明.pdf", "type": "application/pdf", "size": 10}
    written = reference.lower().replace("-", "")
    made = desk.call("POST", f"/cases/{written}/attach", announced, person=agent, headers=ANY)
    assert made.json["file"].startswith(f"uploads/{reference}/"), made.text
    seq = desk.call("GET", f"/cases/{reference}", person=agent).json["version"]
    assert desk.call("GET", f"/cases/{reference}/files/{seq}", person=agent).status == 200


@pytest.mark.parametrize("name", ["a\"; filename*=UTF-8''evil.exe; x=\"", "身份证明.pdf", "a\r\nb.pdf", "plain.pdf"])
def test_the_name_of_a_file_says_nothing_but_its_name_to_the_browser(desk: World, name: str) -> None:
    link = Files("files").link("uploads/x/y", 60, name)
    [said] = parse_qs(urlsplit(link).query)["response-content-disposition"]
    assert said.isascii()
    assert said.isprintable()
    assert said.startswith('attachment; filename="')
    assert said.count('"') == 2
    assert unquote(said.partition("\"; filename*=UTF-8''")[2]) == name.replace("\r\n", "")


def test_a_body_of_many_small_things_is_turned_away_before_each_gets_a_sentence(desk: World) -> None:
    many = {f"k{n}": 1 for n in range(20_000)}
    answers = [desk.call("POST", "/complaints", body) for body in ({**PUBLIC, **many}, {**PUBLIC, "fields": many})]
    assert [one.status for one in answers] == [400, 400]
    assert all(len(one.text) < 1_000 for one in answers)


@pytest.mark.parametrize(
    "extra", ["fields.unknown=1", "fields=1", "complainant.shoe=1", "idempotency_key=a b", "%3Cb%3E=1"]
)
def test_a_form_with_a_field_that_no_form_has_is_refused_and_is_no_failure(desk: World, extra: str) -> None:
    raw = f"text=abc&consent=on&complainant.phone=13800138000&{extra}".encode()
    answer = desk.call("POST", "/complaints", raw=raw, content_type="application/x-www-form-urlencoded")
    assert answer.status in (400, 422), answer.text[:300]
    assert "<b>" not in answer.text
    assert "13800138000" in answer.text


def test_who_sees_an_order_is_told_of_no_change_that_they_do_not_see(desk: World) -> None:
    reference = _sent(desk)
    agent, handler = desk.person("front_desk", "cc"), desk.person("lead_desk", "donglan")
    seen = desk.call("GET", f"/cases/{reference}", person=handler).json["version"]
    hidden = desk.call("POST", f"/cases/{reference}/note", {"text": "客户为重点客户，注意"}, person=agent, headers=ANY)
    assert hidden.status == 200, hidden.text
    body = {"order": 1, "channel": "phone", "remark": "已与收件人联系核实"}
    stale = {"if-match": f'"{seen}"'}
    answer = desk.call("POST", f"/cases/{reference}/contact", body, person=handler, headers=stale)
    assert (answer.status, answer.json["changed"]) == (412, [])
    assert answer.json["version"] == hidden.json["version"]


@pytest.mark.parametrize(
    "when", ["9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00"]
)
def test_no_instant_written_into_a_case_keeps_others_from_reading_it(desk: World, when: str) -> None:
    reference = _sent(desk)
    keeper = desk.person("service_department", "hq")
    orders: list[tuple[str, dict[str, Any]]] = [
        ("supervise", {"due_at": when, "remark": "请尽快处理完毕"}),
        ("mark", {"mark": "vexatious", "until": when, "approver": "p001", "reason": "多次恶意重复投诉"}),
    ]
    for name, body in orders:
        answer = desk.call("POST", f"/cases/{reference}/{name}", body, person=keeper, headers=ANY)
        assert answer.status == 422, answer.text
    assert desk.call("GET", f"/cases/{reference}", person=keeper).status == 200


def test_an_order_hangs_under_none_that_is_not_there(desk: World) -> None:
    reference, agent = _sent(desk), desk.person("front_desk", "cc")
    for parent in (7, 1e300):
        order = {"order_type": "ordinary", "unit": "yunling", "parent": parent}
        answer = desk.call("POST", f"/cases/{reference}/dispatch", order, person=agent, headers=ANY)
        assert [error["field"] for error in answer.json["errors"]] == ["parent"], answer.text
    assert desk.call("GET", f"/cases/{reference}", person=agent).status == 200


def test_more_time_that_cannot_be_counted_is_refused(desk: World) -> None:
    reference, keeper = _sent(desk), desk.person("service_department", "hq")
    more = {"order": 1, "deadline": "answer_order", "approver": "p001", "reason": "客户要求延后处理一天"}
    for by in ({"at": "2199-01-01T00:00:00+08:00"}, {"days": 10**30}, {"hours": 1e308}):
        answer = desk.call("POST", f"/cases/{reference}/extend", {**more, "by": by}, person=keeper, headers=ANY)
        assert answer.status == 422, answer.text


@pytest.mark.parametrize("person", [{"phone": 138}, {"email": ["a@b.example"]}, {"name": {"a": 1}}])
def test_a_caller_is_told_by_texts(desk: World, person: dict[str, Any]) -> None:
    answer = desk.call("POST", "/cases", {**CALL, "complainant": person}, person=desk.person("front_desk", "cc"))
    assert [error["field"] for error in answer.json["errors"]] == [f"complainant.{next(iter(person))}"], answer.text


@pytest.mark.parametrize(
    "address", ["a..b@desk.example", "a(b@desk.example", "用户@例子.公司", "a@c.de\r\nBcc: x@y.de", "a@c..de"]
)
def test_an_address_that_no_mail_can_carry_is_refused_once_and_not_tried_for_ever(desk: World, address: str) -> None:
    """Anybody can type one into the form: it must end as undeliverable, not as a failure of the sender."""
    with pytest.raises(CarrierRefusedError) as refused:
        Mail(desk.desk.settings).send(Letter(id="t", to=address, subject="s", text="t"))
    assert address not in str(refused.value)


def test_an_order_that_is_sent_again_goes_only_where_its_kind_goes(desk: World) -> None:
    reference, agent, handler = _sent(desk), desk.person("front_desk", "cc"), desk.person("lead_desk", "donglan")
    interim = {"order": 1, "text": "正在核实，稍后答复", "interim": True}
    assert desk.call("POST", f"/cases/{reference}/answer", interim, person=handler, headers=ANY).status == 200
    again = {"order": 1, "remark": "请再次核实后答复"}
    wrong, right = (
        desk.call("POST", f"/cases/{reference}/dispatch", {**again, "unit": unit}, person=agent, headers=ANY)
        for unit in ("dl-haiqu-1", "yunling")
    )
    assert [wrong.status, right.status] == [422, 200], wrong.text + right.text


def test_a_pause_does_not_end_before_it_began(desk: World) -> None:
    reference, agent = _sent(desk), desk.person("front_desk", "cc")
    desk.later(hours=5)
    pause = {"order": 1, "reason": "customs", "remark": "海关查验中请等待"}
    assert desk.call("POST", f"/cases/{reference}/pause", pause, person=agent, headers=ANY).status == 200
    end = {"order": 1, "remark": "海关查验已经结束", "at": "2026-11-20T17:30:00+08:00"}
    answer = desk.call("POST", f"/cases/{reference}/resume", end, person=agent, headers=ANY)
    assert [error["field"] for error in answer.json["errors"]] == ["at"], answer.text


def test_what_somebody_typed_begins_no_header_of_an_answer(desk: World) -> None:
    answer = desk.call("GET", "/complaints?reference=x%0d%0aSet-Cookie:a&token=1%0d%0a&x")
    assert answer.status == 303
    assert answer.headers["location"].isprintable()


def test_pages_lead_to_the_address_that_people_know_whatever_host_a_request_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://complaints.example/")
    with world("postal", monkeypatch) as desk:
        foreign = {"host": "evil.example", "x-forwarded-proto": "http"}
        home = desk.call("GET", "/", headers=foreign)
        assert home.headers["location"] == "https://complaints.example/complaints"
        page = desk.call("GET", "/desk?lang=en", headers={**desk.signed_in(desk.person("front_desk", "cc")), **foreign})
        assert 'action="https://complaints.example/desk/leave"' in page.text
        assert "evil.example" not in page.text
        assert all("; Secure" in cookie for cookie in page.cookies)
