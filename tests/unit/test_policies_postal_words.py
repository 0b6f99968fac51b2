"""The postal operator's process where its words are easily read past: who waits, what ends a limit, what is said."""

from typing import Any

import pytest
from tests.support.play import Tale

MAIL: dict[str, Any] = {"kind": "problem_mail", "channel": "phone", "category": "delay", "text": "邮件多日未到没有消息"}


def mail(at: str = "2026-11-20 10:00", **more: Any) -> Tale:
    return Tale("postal").at(at).does("front_desk@cc", "register", **{**MAIL, "unit": "beiyuan", **more})


def closed(at: str = "2026-11-20 10:00") -> Tale:
    tale = mail(at).does("front_desk@cc", "dispatch", order_type="ordinary", unit="donglan")
    tale.does("regional_desk@donglan", "answer", 1, text="交接环节漏扫已补投签收", interim=False)
    tale.does("lead_desk@beiyuan", "contact", reached=True, remark="客户确认收到邮件")
    return tale.does("lead_desk@beiyuan", "close", remark="客户确认收到邮件")


def to_customer(tale: Tale, until: str = "") -> list[str]:
    return [template for _, to, template in tale.play(until).texts if to == "customer"]


@pytest.mark.proves("POST-2")
def test_what_came_in_writing_is_confirmed_without_a_recording_but_not_without_a_word() -> None:
    said: dict[str, Any] = {
        "kind": "problem_mail",
        "channel": "web",
        "text": "再不解决我就找记者曝光",
        "category": "delay",
    }
    tale = Tale("postal").at("2026-11-20 10:00").does("customer", "register", **said)
    assert tale.case().state == "rehearing"
    tale.refused("required", "urgent_group@cc", "confirm", result="confirmed", unit="donglan")
    tale.does("urgent_group@cc", "confirm", result="confirmed", unit="donglan", remark="网站留言明确提到记者")
    assert tale.case().orders[0].type == "urgent"
    spoken = mail(text="再不解决我就找记者曝光")
    remark: dict[str, Any] = {"result": "confirmed", "unit": "donglan", "remark": "客户电话里提到记者"}
    spoken.refused("required", "urgent_group@cc", "confirm", **remark)


@pytest.mark.proves("POST-3", "POST-12", "R17")
def test_a_case_that_a_production_unit_settled_by_direct_dispatch_is_closed_by_the_lead_desk() -> None:
    tale = mail().does("front_desk@cc", "dispatch", order_type="direct", unit="dl-haiqu-1")
    tale.does("handler@dl-haiqu-1", "contact", 1, reached=True, remark="与客户约定今日投递")
    tale.does("handler@dl-haiqu-1", "answer", 1, text="今日上午再投由本人签收")
    assert tale.case().state == "answered"
    assert tale.play().met["promised_answer"] is True
    tale.does("lead_desk@beiyuan", "contact", reached=True, remark="客户确认收到邮件")
    tale.does("lead_desk@beiyuan", "close", remark="客户确认收到邮件")
    assert tale.case().state == "closed"


@pytest.mark.proves("POST-3", "R16")
def test_a_direct_dispatch_beside_an_order_answers_for_itself_only() -> None:
    tale = mail().does("front_desk@cc", "dispatch", order_type="ordinary", unit="donglan")
    tale.does("front_desk@cc", "dispatch", order_type="direct", unit="dl-haiqu-1")
    tale.does("handler@dl-haiqu-1", "contact", 2, reached=True, remark="与客户约定今日投递")
    tale.does("handler@dl-haiqu-1", "answer", 2, text="今日上午再投由本人签收")
    assert tale.case().state == "in_progress"
    assert "promised_answer" in tale.value("case.running")


@pytest.mark.proves("POST-23")
def test_lost_needs_proof_whoever_says_it() -> None:
    lost: dict[str, Any] = {"text": "运输环节丢失双方均已询问", "finding": "lost"}
    tale = mail().does("front_desk@cc", "dispatch", order_type="direct", unit="dl-haiqu-1")
    tale.does("handler@dl-haiqu-1", "contact", 1, reached=True, remark="与客户说明查找情况")
    tale.refused("required", "handler@dl-haiqu-1", "answer", 1, **lost)
    tale.does("handler@dl-haiqu-1", "answer", 1, **lost, evidence=["sender", "addressee"])
    mail().refused("required", "front_desk@cc", "answer", **lost)


@pytest.mark.proves("POST-13")
def test_a_complaint_from_the_website_goes_to_the_province_where_the_parcel_was_posted() -> None:
    said: dict[str, Any] = {
        "kind": "problem_mail",
        "channel": "web",
        "text": "邮件多日未到没有消息",
        "category": "delay",
    }
    named = Tale("postal").at("2026-11-20 10:00")
    named.does("customer", "register", **said, fields={"posted_in": "by-shuangxi-1"})
    assert named.case().unit == "beiyuan"
    tale = Tale("postal").at("2026-11-20 10:00").does("customer", "register", **said)
    assert tale.case().unit == "cc"
    tale.does("front_desk@cc", "move-unit", unit="beiyuan", remark="寄件局为北原双溪")
    tale.does("front_desk@cc", "dispatch", order_type="ordinary", unit="donglan")
    tale.does("regional_desk@donglan", "answer", 1, text="交接环节漏扫已补投签收", interim=False)
    tale.does("lead_desk@beiyuan", "contact", reached=True, remark="客户确认收到邮件")
    tale.does("lead_desk@beiyuan", "close", remark="客户确认收到邮件")


@pytest.mark.proves("POST-5", "POST-13")
def test_a_linked_dispatch_sent_back_by_its_region_has_a_slot_again() -> None:
    tale = mail("2026-11-20 09:00").does("front_desk@cc", "dispatch", order_type="ordinary", unit="donglan")
    tale.does("regional_desk@donglan", "dispatch", order_type="linked", unit="dl-haiqu-1", parent=1)
    tale.at("2026-11-20 11:00").does("handler@dl-haiqu-1", "answer", 2, text="邮件滞留揽投部货架")
    tale.at("2026-11-20 12:30").does("regional_desk@donglan", "review", 2, result="again", remark="未说明滞留原因")
    assert tale.due()["linked_answer#2"] == "2026-11-20 16:00"
    assert tale.texts("2026-11-20 16:00") == ["2026-11-20 16:00 manager@dl-haiqu-1 dispatch_late"]


@pytest.mark.proves("POST-3", "POST-6")
def test_nobody_gives_himself_more_time_for_an_order() -> None:
    tale = mail().does("front_desk@cc", "dispatch", order_type="ordinary", unit="donglan")
    by: dict[str, Any] = {"working_hours": 4, "calendar": "service"}
    more: dict[str, Any] = {"deadline": "answer_order", "by": by, "approver": "p002", "reason": "暴雨封路无法核实"}
    for who in ("lead_desk@donglan", "service_director@donglan"):
        tale.refused("not_yours", who, "extend", 1, **more)
    tale.does("service_department@hq", "extend", 1, **more)
    assert tale.due()["answer_order#1"] == "2026-11-22 14:00"
    # what units owe each other is no news for the customer; what was promised to the customer is
    assert to_customer(tale) == ["acknowledgement"]
    tale.does("lead_desk@beiyuan", "extend", **{**more, "deadline": "promised_answer"})
    assert to_customer(tale) == ["acknowledgement", "extended"]


@pytest.mark.proves("POST-8")
def test_no_unit_below_headquarters_arbitrates() -> None:
    tale = closed("2026-11-02 09:00")
    tale.does("adjudicator@cc", "rule", valid=True, cause="late_handover", unit="dl-haiqu-1")
    tale.does("lead_desk@donglan", "appeal", 2, text="封发记录证明已交下一环节", evidence=["f1"])
    tale.refused("not_yours", "adjudicator@cc", "arbitrate", 2, liable=True, reason="扫描时间不符")
    tale.does("service_department@hq", "arbitrate", 2, liable=True, reason="扫描时间不符")


@pytest.mark.proves("POST-12")
def test_a_call_that_reaches_nobody_is_no_callback() -> None:
    tale = closed().does("callback_agent@cc", "callback", reached=False)
    assert "callback" in tale.value("case.running")
    tale.does("callback_agent@cc", "callback", reached=True, satisfied=True)
    assert tale.play().met["callback"] is True


@pytest.mark.proves("POST-12")
def test_a_case_opened_again_is_taken_in_hand_the_same_day() -> None:
    tale = closed().at("2026-11-25 09:00").does("customer", "dispute", text="邮件仍未收到")
    assert tale.due()["cleared_same_day"] == "2026-11-26 00:00"
    assert tale.due()["promised_answer"] == "2026-11-27 09:00"
    tale.does("lead_desk@beiyuan", "dispatch", 1, remark="客户称未收到请核实")
    assert "cleared_same_day" not in tale.value("case.running")


@pytest.mark.proves("POST-15", "D1")
def test_a_chaser_that_nobody_answers_does_not_pass_unseen() -> None:
    tale = mail().does("front_desk@cc", "dispatch", order_type="ordinary", unit="donglan")
    tale.does("customer", "chase", remark="到底什么时候能到")
    tale.does("lead_desk@beiyuan", "contact", reached=False, remark="拨打三次均无人接听")
    assert tale.texts("2026-11-20 14:00")[-1] == "2026-11-20 14:00 service_director@beiyuan centre_late"


@pytest.mark.proves("POST-16", "POST-4")
def test_the_daily_list_is_answered_the_next_day_whatever_day_it_is() -> None:
    # given a ruling on a Friday
    tale = closed("2026-11-20 09:00")
    tale.does("adjudicator@hq", "rule", valid=True, cause="late_handover", unit="dl-haiqu-1")
    # then the list is answered on the Saturday; the sheet itself has five official working days
    assert (tale.due()["daily_list#3"], tale.due()["sheet_answer#2"]) == ("2026-11-21 18:00", "2026-11-27 18:00")


@pytest.mark.proves("POST-17")
def test_an_appeal_about_a_loss_has_four_signatures_however_the_case_was_sorted() -> None:
    # given a case that was registered as a delay and ruled a loss
    tale = closed("2026-11-02 09:00")
    tale.does("adjudicator@hq", "rule", valid=True, cause="lost_in_transit", unit="dl-hub")
    appeal: dict[str, Any] = {"text": "封发记录证明已交下一环节", "evidence": ["f1"]}
    tale.refused("too_few", "lead_desk@donglan", "appeal", 2, **appeal, signatures=["a", "b", "c"])
    tale.does("lead_desk@donglan", "appeal", 2, **appeal, signatures=["a", "b", "c", "d"])


@pytest.mark.proves("POST-24")
def test_a_request_is_not_called_a_complaint_and_a_query_gets_no_letter() -> None:
    request = mail(kind="special_request", text="请把投递时间改到周末上午")
    request.does("front_desk@cc", "close", remark="已备注周末投递")
    assert to_customer(request) == ["request_taken", "request_done"]
    query = mail(kind="query", text="请问邮件到哪里了").does("front_desk@cc", "close", remark="邮件已到处理中心")
    assert to_customer(query) == []


@pytest.mark.proves("POST-8")
def test_a_closing_that_names_the_liable_unit_is_ruled_on_within_a_working_day() -> None:
    tale = mail().does("front_desk@cc", "dispatch", order_type="ordinary", unit="donglan")
    tale.does("regional_desk@donglan", "answer", 1, text="交接环节漏扫已补投签收", interim=False)
    tale.does("lead_desk@beiyuan", "contact", reached=True, remark="客户确认收到邮件")
    tale.does("lead_desk@beiyuan", "close", remark="客户确认收到邮件", liable_unit="dl-haiqu-1")
    assert tale.texts() == ["2026-11-20 10:00 adjudicator@hq to_be_ruled"]
    assert tale.due()["ruling"] == "2026-11-23 18:00"
    assert "2026-11-23 18:00 service_department@hq centre_late" in tale.texts("2026-11-23 18:00")
    tale.does("adjudicator@hq", "rule", valid=True, cause="late_handover", unit="dl-haiqu-1")
    assert (tale.play().met["ruling"], tale.case().orders[1].type) == (True, "liability_sheet")


@pytest.mark.proves("POST-10")
def test_an_answer_that_comes_late_stands_in_the_monthly_review_as_false_information() -> None:
    said: dict[str, Any] = {"text": "邮件已于今日妥投签收", "interim": False}
    late = mail().does("front_desk@cc", "dispatch", order_type="ordinary", unit="donglan")
    late.at("2026-11-22 10:01").does("regional_desk@donglan", "answer", 1, **said)
    assert "false_information" in late.value("case.marks")
    in_time = mail().does("front_desk@cc", "dispatch", order_type="ordinary", unit="donglan")
    in_time.at("2026-11-22 10:00").does("regional_desk@donglan", "answer", 1, **said)
    assert "false_information" not in in_time.value("case.marks")
