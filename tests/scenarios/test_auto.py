"""The car importer's process, told through the HTTP interface and the worker: inquiries and complaints."""

from collections.abc import Iterator

import pytest
from tests.support.story import Story, story

NOISE = {
    "kind": "complaint",
    "channel": "phone",
    "category": "repair",
    "text": "空调异响修了两次仍未修好",
    "complainant": {"phone": "10000000001"},
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with story("auto", monkeypatch, "2026-01-30 10:00") as told:
        yield told


@pytest.mark.proves("AUTO-2", "AUTO-5", "AUTO-13", "AUTO-18", "R4")
def test_a_dealer_has_two_hours_to_contact_and_three_to_reply(desk: Story) -> None:
    # given a complaint of the website that names its dealer: the dealer is told at once, the customer what is promised
    case = desk.registered(
        text="保养后漏油没人处理",
        category="repair",
        fields={"dealer": "d-shuomen"},
        complainant={"email": "c@customer.example"},
    )
    due = desk.due(case)
    assert (due["first_contact"], due["reply"]) == ("2026-01-30 12:00", "2026-01-30 13:00")
    # a call that reaches nobody, or one of the service desk's, is no contact of the dealer's
    desk.at("2026-01-30 11:00")
    desk.does("handler@d-shuomen", case, "contact", reached=False, remark="拨打两次均无人接听")
    desk.does("agent@importer", case, "contact", reached=True, remark="坐席已安抚客户等待经销商")
    # a remark must state the core of the matter, and going on needs a next time
    onward = {"outcome": "continue", "next_at": "2026-01-31T10:00:00+08:00"}
    assert desk.refused("handler@d-shuomen", case, "follow-up", **onward, remark="客户不满意。") == "remark"
    bare = desk.refused("handler@d-shuomen", case, "follow-up", outcome="continue", remark="油底壳螺丝滑丝待配件")
    assert bare == "next_at"
    desk.at("2026-01-30 12:30")
    said = {"remark": "油底壳螺丝滑丝待配件", "opinion": "建议更换油底壳"}
    desk.does("handler@d-shuomen", case, "follow-up", **onward, **said)
    desk.does("handler@d-shuomen", case, "contact", reached=True, remark="与客户约定周六到店")
    desk.at("2026-01-31 13:00")
    assert desk.told_of(case) == [
        "2026-01-30 10:00 customer acknowledgement",
        "2026-01-30 10:00 handler@d-shuomen new_case",
        "2026-01-30 12:00 service_manager@d-shuomen late",
        "2026-01-31 10:00 service_manager@d-shuomen late",
        "2026-01-31 12:00 general_manager@d-shuomen late",
    ]
    met = desk.met(case)
    assert (met["first_contact"], met["reply"], met["follow_up"]) == (False, True, False)
    opinions = [one["personal"].get("opinion") for one in desk.seen("handler@d-shuomen", case)["timeline"]]
    assert "建议更换油底壳" in opinions


@pytest.mark.proves("AUTO-4", "AUTO-5", "AUTO-6", "R5", "R17", "R19")
def test_new_repeat_and_reopened_over_month_ends(desk: Story) -> None:
    case = desk.registered("agent@importer", **NOISE, unit="d-qingzhou")
    assert desk.registered("agent@importer", **NOISE, unit="d-qingzhou") == case  # repeat: the same matter, still open
    other = desk.registered("agent@importer", **{**NOISE, "category": "price"}, unit="d-qingzhou")
    assert other != case
    desk.at("2026-01-31 10:00")
    desk.does("handler@d-qingzhou", case, "contact", reached=True, remark="约客户周六到店检查")
    closing = {"outcome": "close_no_callback", "remark": "双方同意更换支架后观察"}
    assert desk.refused("handler@d-qingzhou", case, "follow-up", **closing) == "409"
    desk.does("handler@d-qingzhou", case, "solve", outcome="agreed", solution="双方同意更换支架后观察一个月")
    desk.does("handler@d-qingzhou", case, "follow-up", **closing)
    assert (desk.state(case), "callback" in desk.due(case)) == ("closed", False)
    assert desk.refused("handler@d-qingzhou", case, "follow-up", **closing) == "409"
    # R5: closed on 31 January, "3 months" end at 24:00 of 30 April
    desk.at("2026-04-30 23:59")
    assert desk.registered("agent@importer", **NOISE, unit="d-qingzhou") == case
    assert desk.state(case) == "in_progress"
    desk.does("handler@d-qingzhou", case, "contact", reached=True, remark="约客户周六到店检查")
    desk.does("handler@d-qingzhou", case, "solve", outcome="solved", solution="更换压缩机总成")
    desk.does("handler@d-qingzhou", case, "follow-up", outcome="close_callback", remark="更换压缩机总成后无异响")
    assert desk.due(case)["callback"] == "2026-05-07 18:00"  # 1 to 5 May are holidays
    desk.at("2026-07-31 00:30")
    assert desk.registered("agent@importer", **NOISE, unit="d-qingzhou") != case


@pytest.mark.proves("AUTO-3", "AUTO-7", "AUTO-8", "AUTO-15", "R12")
def test_what_is_important_goes_to_headquarters_and_dealers_are_blind_to_each_other(desk: Story) -> None:
    said = {"kind": "complaint", "category": "attitude", "text": "客户当面投诉接待态度"}
    # a dealer registers for itself only, and is the source
    assert desk.refused_registration("handler@d-linhe", **said, channel="phone") == "409"
    assert desk.refused_registration("handler@d-linhe", **said, channel="dealer", unit="d-nanpu") == "unit"
    case = desk.registered("handler@d-linhe", **said, channel="dealer")
    assert desk.seen("solution_team@importer", case)["channel"] == "dealer"
    # it becomes important when the customer speaks of the press: headquarters has it at the same time
    desk.at("2026-01-30 11:00")
    desk.does("customer", case, "message", text="我已联系记者曝光")
    assert desk.due(case)["headquarters_answer#1"] == "2026-01-31 11:00"
    desk.does("headquarters_handler@importer", case, "answer", order=1, text="派人到店致歉并约谈客户")
    desk.at("2026-01-30 11:30")
    assert desk.told_of(case) == [
        "2026-01-30 10:00 handler@d-linhe new_case",
        "2026-01-30 10:00 solution_team@importer entered_by_staff",
        "2026-01-30 11:00 headquarters_handler@importer for_headquarters",
    ]
    # each dealer sees its own, the importer all
    mine = desk.registered("agent@importer", **NOISE, unit="d-nanpu")
    for who, expected in (("handler@d-linhe", {case}), ("handler@d-nanpu", {mine})):
        listed = desk.ask("GET", "/cases", who=who).json["cases"]
        assert {line["reference"] for line in listed} == expected
    assert desk.ask("GET", f"/cases/{case}", who="handler@d-nanpu").status == 404
    assert desk.ask("GET", f"/cases?find={case}", who="handler@d-nanpu").json["cases"] == []
    everything = desk.ask("GET", "/cases", who="agent@importer").json["cases"]
    assert {line["reference"] for line in everything} == {case, mine}


@pytest.mark.proves("AUTO-1", "AUTO-14", "R4", "R17")
def test_an_inquiry_is_answered_by_the_agent_the_dealer_or_headquarters(desk: Story) -> None:
    asked = {"kind": "inquiry", "channel": "phone", "category": "parts", "text": "请问前保险杠什么时候到货"}
    at_once = desk.registered("agent@importer", **asked)
    desk.does("agent@importer", at_once, "answer", text="首次保养免费，请提前预约")
    desk.does("agent@importer", at_once, "close", remark="已告知首保免费并预约")
    # by headquarters: its answer goes back by outbound call before it is passed
    recall = desk.registered("agent@importer", **asked)
    desk.does("agent@importer", recall, "dispatch", order_type="headquarters_question", unit="importer")
    desk.at("2026-01-30 14:00")
    desk.does("headquarters_handler@importer", recall, "answer", order=1, text="该车架号不在召回范围内")
    assert desk.refused("agent@importer", recall, "review", order=1, result="pass") == "409"
    assert desk.refused("agent@importer", recall, "close", remark="已外呼答复客户召回范围") == "409"
    desk.does("agent@importer", recall, "contact", order=1, reached=True, remark="外呼告知客户不在召回范围")
    desk.does("agent@importer", recall, "review", order=1, result="pass")
    desk.does("agent@importer", recall, "close", remark="已外呼答复客户召回范围")
    # by the dealer, who lets the 24 hours go by
    dealers = desk.registered("agent@importer", **asked, unit="d-nanpu")
    assert desk.refused("handler@d-nanpu", dealers, "close", remark="配件下周二到货") == "409"
    desk.at("2026-01-31 19:00")
    desk.does("handler@d-nanpu", dealers, "contact", reached=True, remark="告知客户配件下周二到货")
    desk.does("handler@d-nanpu", dealers, "close", remark="告知客户配件下周二到货")
    assert [desk.state(case) for case in (at_once, recall, dealers)] == ["handled"] * 3
    assert desk.told_of(recall) == [
        "2026-01-30 10:00 headquarters_handler@importer for_headquarters",
        "2026-01-30 14:00 agent@importer call_customer",
    ]
    assert desk.told_of(dealers) == [
        "2026-01-30 14:00 handler@d-nanpu new_case",
        "2026-01-31 14:00 service_manager@d-nanpu late",
        "2026-01-31 16:00 general_manager@d-nanpu late",
        "2026-01-31 18:00 solution_team@importer late",
    ]
