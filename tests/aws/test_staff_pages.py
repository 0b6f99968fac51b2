"""The staff's pages: forms that do what their buttons say, nothing shown to others."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.support.world import World, world

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def desk() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, world("postal", patch) as made:
        yield made


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def _send(desk: World, address: str, session: Mapping[str, str], **fields: str) -> Any:
    return desk.call("POST", address, raw=urlencode(fields).encode(), content_type=FORM, headers=session)


def _new_case(desk: World, session: Mapping[str, str], phone: str) -> str:
    mark = _hidden(desk.call("GET", "/desk/new", headers=session).text)["csrf"]
    made = _send(
        desk,
        "/desk/new",
        session,
        csrf=mark,
        idempotency_key=phone,
        kind="problem_mail",
        channel="phone",
        category="delay",
        text="邮件<b>多日</b>未到，无人答复",
        unit="beiyuan",
        **{"complainant.phone": phone, "fields.amount": "1,200"},
    )
    assert made.status == 303, made.text
    found = re.search(r"/desk/cases/([0-9A-Z-]+)", made.headers["location"])
    assert found is not None
    return found[1]


def test_a_complaint_is_registered_and_dispatched_by_forms_alone(desk: World) -> None:
    session = desk.signed_in(desk.person("front_desk", "cc"))
    reference = _new_case(desk, session, "13800138000")
    page = desk.call("GET", f"/desk/cases/{reference}?lang=zh-CN", headers=session)
    assert "邮件&lt;b&gt;多日&lt;/b&gt;未到" in page.text
    assert f'action="https://desk.example/desk/cases/{reference}/dispatch"' in page.text
    assert f'action="https://desk.example/desk/cases/{reference}/close"' not in page.text
    hidden = _hidden(page.text)
    usual = {"csrf": hidden["csrf"], "version": hidden["version"], "order": "0"}
    address = f"/desk/cases/{reference}/dispatch"
    wrong = _send(desk, address, session, **usual, order_type="direct", unit="donglan", remark="请尽快核实")
    assert wrong.status == 422
    assert "请尽快核实" in wrong.text
    # picked or typed: the name of one unit alone is as good as its id
    named = {**session, "accept-language": "zh-CN"}
    done = _send(desk, address, named, **usual, order_type="ordinary", unit="东澜省分公司")
    assert done.status == 303
    listed = desk.call("GET", "/desk?lang=zh-CN", headers=session).text
    assert listed.count(reference) >= 2
    assert "东澜省分公司" in listed
    stale = _send(desk, f"/desk/cases/{reference}/note", session, **usual, text="已联系寄件人核实")
    assert stale.status == 412


def test_a_form_made_elsewhere_does_nothing(desk: World) -> None:
    session = desk.signed_in(desk.person("front_desk", "cc"))
    other = desk.signed_in(desk.person("service_director", "donglan"))
    reference = _new_case(desk, session, "13800138001")
    foreign = _hidden(desk.call("GET", "/desk", headers=other).text)["csrf"]
    before = desk.items()
    for mark in ("", "k1.forged", foreign):
        sent = _send(desk, f"/desk/cases/{reference}/note", session, csrf=mark, version="1", order="0", text="写写看看")
        assert sent.status == 403
    assert desk.items() == before


def test_what_is_out_of_sight_is_not_there(desk: World) -> None:
    session = desk.signed_in(desk.person("front_desk", "cc"))
    stranger = desk.signed_in(desk.person("service_director", "yunling"))
    reference = _new_case(desk, session, "13800138002")
    page = desk.call("GET", f"/desk/cases/{reference}", headers=stranger)
    mark = _hidden(desk.call("GET", "/desk", headers=stranger).text)["csrf"]
    sent = _send(desk, f"/desk/cases/{reference}/note", stranger, csrf=mark, version="1", order="0", text="写写看看")
    assert (page.status, sent.status) == (404, 404)
    assert reference not in desk.call("GET", "/desk?find=13800138002", headers=stranger).text
    found = desk.call("GET", "/desk?find=13800138002", headers=session)
    assert (found.status, found.headers["location"]) == (303, f"https://desk.example/desk/cases/{reference}")


def test_a_deadline_says_why_it_is_due(desk: World) -> None:
    session = desk.signed_in(desk.person("front_desk", "cc"))
    reference = _new_case(desk, session, "13800138003")
    why = desk.call("GET", f"/desk/cases/{reference}/why/promised_answer?lang=en", headers=session)
    assert why.status == 200
    assert "Time counted" in why.text


def test_pages_carry_a_policy_that_lets_only_their_own_style_in(desk: World) -> None:
    session = desk.signed_in(desk.person("front_desk", "cc"))
    allowed = desk.call("GET", "/desk", headers=session).headers["content-security-policy"]
    assert "script-src" not in allowed
    assert "default-src 'none'" in allowed
    assert desk.call("GET", "/").headers["location"] == "https://desk.example/complaints"


def test_every_page_has_one_heading_a_language_and_a_label_for_every_field(desk: World) -> None:
    session = desk.signed_in(desk.person("front_desk", "cc"))
    reference = _new_case(desk, session, "13800138004")
    addresses = ("/desk", "/desk/new", f"/desk/cases/{reference}", "/desk/reports", "/desk/manual", "/complaints")
    for address in addresses:
        for lang in ("zh-CN", "en"):
            page = desk.call("GET", f"{address}?lang={lang}", headers=session).text
            assert page.count("<h1") == 1
            assert f'<html lang="{lang}">' in page
            named = set(re.findall(r'<label for="([^"]+)"', page))
            fields = re.findall(r"<(?:input|select|textarea)\b([^>]*)>", page)
            for field in fields:
                found = re.search(r'\bid="([^"]+)"', field)
                if 'type="hidden"' not in field:
                    assert found is not None, (address, field)
                    assert found[1] in named or found[1] == "consent" or "checkbox" in field, (address, found[1])
            ids = re.findall(r'\bid="([^"]+)"', page)
            assert len(ids) == len(set(ids)), address


def test_the_timeline_says_which_facts_were_classified_and_names_what_is_refused(desk: World) -> None:
    session = desk.signed_in(desk.person("front_desk", "cc"))
    reference = _new_case(desk, session, "13800138077")
    address = f"/desk/cases/{reference}"
    hidden = _hidden(desk.call("GET", f"{address}?lang=zh-CN", headers=session).text)
    usual = {"csrf": hidden["csrf"], "order": "0"}
    assert _send(desk, f"{address}/classify", session, **usual, **{"fields.amount": "900"}).status == 303
    page = desk.call("GET", f"{address}?lang=zh-CN", headers=session).text
    name = next(iter(desk.desk.policies.current(desk.now).policy.fields["amount"].name.values()))
    assert f'<p class="when">{name}: 900</p>' in page
    assert "Asia/Shanghai" in page
    assert "<dt>电话</dt>" in page


def test_who_registers_what_a_case_is_about_already_is_told_that_it_went_there(desk: World) -> None:
    session = {**desk.signed_in(desk.person("front_desk", "cc")), "accept-language": "en"}
    first = _new_case(desk, session, "13800138066")
    mark = _hidden(desk.call("GET", "/desk/new", headers=session).text)["csrf"]
    said = {
        "kind": "problem_mail",
        "channel": "phone",
        "category": "delay",
        "text": "再次来电，仍未收到",
        "unit": "beiyuan",
    }
    again = _send(desk, "/desk/new", session, csrf=mark, **said, **{"complainant.phone": "13800138066"})
    assert again.headers["location"].endswith(f"/desk/cases/{first}?done=joined")
    page = desk.call("GET", f"/desk/cases/{first}?done=joined", headers=session).text
    assert "no new case was made" in page


def test_who_sends_a_case_out_of_their_sight_is_told_so_in_their_list(desk: World) -> None:
    reference = _new_case(desk, desk.signed_in(desk.person("front_desk", "cc")), "13800138088")
    stranger = desk.signed_in(desk.person("handler", "donglan"))
    assert desk.call("GET", f"/desk/cases/{reference}", headers=stranger).status == 404
    back = desk.call("GET", f"/desk/cases/{reference}?done=dispute", headers=stranger)
    assert back.status == 303
    listed = desk.call("GET", f"/desk?done=dispute&gone={reference}&lang=zh-CN", headers=stranger).text
    assert f"客户异议：已完成。案件 {reference} 已不在您的查看范围内。" in listed
    assert "已不在" not in desk.call("GET", "/desk?done=dispute&gone=x&lang=zh-CN", headers=stranger).text
