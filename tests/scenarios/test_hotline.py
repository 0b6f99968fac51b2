"""The 400 hotline's process, told through the HTTP interface and the worker."""

from collections.abc import Iterator

import pytest
from tests.support.story import Story, story

BILL = {"kind": "complaint", "channel": "phone", "category": "billing", "text": "账单金额与合同不符"}
CUSTOMER = {"name": "张三", "email": "zhang@customer.example"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with story("hotline", monkeypatch, "2026-11-16 10:00") as told:
        yield told


@pytest.mark.proves("HOT-1", "HOT-2", "HOT-3", "HOT-4", "HOT-8", "R8", "R9")
def test_a_complaint_from_the_form_to_the_rating_and_its_second_opinion(desk: Story) -> None:
    # given a complaint of the public form, its category's department answers for it at once
    case = desk.registered(text="账单金额与合同不符", category="billing", complainant=CUSTOMER)
    assert desk.seen("handler@billing", case)["unit"] == "billing"
    assert desk.due(case) == {"first_answer": "2026-11-17 10:00", "solution": "2026-11-19 18:00"}
    promised = desk.public("GET", case).json["promises"]
    assert {one["name"]: one["due_at"] for one in promised} == {
        "first_answer": "2026-11-17T10:00:00+08:00",
        "solution": "2026-11-19T18:00:00+08:00",
    }
    # nobody of another department may touch it, or even see it
    assert desk.refused("handler@quality", case, "solve", outcome="solved", solution="退还多收金额") == "404"
    desk.at("2026-11-16 15:00")
    desk.does("handler@billing", case, "solve", outcome="solved", solution="退还一半金额")
    # the handler confirms the result with the customer first
    assert desk.refused("handler@billing", case, "close", remark="已退还一半金额") == "409"
    desk.does("handler@billing", case, "contact", reached=True, remark="与客户确认退款到账")
    desk.does("handler@billing", case, "close", remark="客户确认退款到账")
    assert desk.due(case)["survey"] == "2026-11-17 18:00"
    # a customer who disagrees gets the solution re-evaluated, under a limit of its own
    desk.at("2026-11-16 16:00")
    desk.does("customer", case, "dispute", text="不满意")
    assert (desk.state(case), desk.due(case)["re_evaluation"]) == ("re_evaluation", "2026-11-19 18:00")
    desk.at("2026-11-17 09:30")
    desk.does("manager@billing", case, "solve", outcome="agreed", solution="全额退还并致歉")
    desk.does("handler@billing", case, "contact", reached=True, remark="与客户确认全额退款到账")
    desk.does("handler@billing", case, "close", remark="客户确认全额退款到账")
    assert desk.due(case)["survey"] == "2026-11-18 18:00"
    desk.at("2026-11-17 20:00")
    assert desk.refused("customer", case, "rate", score=6) == "score"
    assert "rate" in desk.public("GET", case).json["can"]
    desk.does("customer", case, "rate", score=5, comment="满意")
    assert "rate" not in desk.public("GET", case).json["can"]
    assert desk.refused("customer", case, "rate", score=1) != ""
    # then
    seen = desk.seen("agent@hq", case)
    assert (seen["state"], seen["score"], seen["complainant"]["name"]) == ("closed", 5, "张三")
    desk.at("2026-11-20 12:00")
    assert desk.told_of(case) == [
        "2026-11-16 10:00 customer acknowledgement",
        "2026-11-16 10:00 handler@billing new_order",
        "2026-11-16 15:00 customer rate_us",
        "2026-11-16 16:00 manager@billing disputed",
        "2026-11-16 16:00 manager@hq disputed",
        "2026-11-17 09:30 customer rate_us",
    ]
    met = desk.met(case)
    assert (met["first_answer"], met["solution"], met["re_evaluation"], met["survey"]) == (True, True, True, True)


@pytest.mark.proves("HOT-1", "HOT-2", "HOT-3", "R8", "R12", "D3", "D11")
def test_late_ones_climb_to_headquarters_and_complex_ones_have_seven_days(desk: Story) -> None:
    # ordinary, and nobody does anything: reminders wait for the morning, what is late does not
    desk.at("2026-11-20 22:00")
    late = desk.registered("agent@hq", kind="complaint", channel="chat", category="delivery", text="包裹一直没有送到")
    # reclassified as complex: the new limit counts from registration
    other = desk.registered("agent@hq", **BILL)
    assert desk.due(other)["solution"] == "2026-11-25 18:00"
    desk.at("2026-11-23 11:00")
    desk.does("agent@hq", other, "classify", fields={"amount": 3000})
    assert desk.due(other)["solution"] == "2026-12-01 18:00"
    desk.at("2026-11-27 00:00")
    assert desk.told_of(late) == [
        "2026-11-21 08:00 handler@delivery new_order",
        "2026-11-21 22:00 manager@delivery late",
        "2026-11-23 14:30 manager@hq late",
        "2026-11-25 14:00 manager@delivery nearly_due",
        "2026-11-25 18:00 manager@delivery late",
        "2026-11-26 14:30 manager@hq late",
    ]
    # a mark needs an approver and an end, and is looked at again then
    marked = {"mark": "vexatious", "reason": "一年内十二次无理投诉"}
    assert desk.refused("manager@hq", late, "mark", **marked) == "approver, until"
    approved = {"approver": desk.person("manager@hq"), "until": "2026-11-30T09:00:00+08:00"}
    desk.does("manager@hq", late, "mark", **marked, **approved)
    desk.at("2026-11-30 10:00")
    assert desk.told_of(late)[-1] == "2026-11-30 09:00 manager@hq mark_ends"


@pytest.mark.proves("HOT-2", "HOT-4", "R5", "R19")
def test_who_calls_again_joins_the_open_case_and_reopens_the_closed_one(desk: Story) -> None:
    first = desk.registered("agent@hq", **BILL, complainant={"phone": "10000000001"})
    assert desk.registered("agent@hq", **BILL, complainant={"phone": "10000000001"}) == first
    other = desk.registered("agent@hq", **{**BILL, "category": "attitude"}, complainant={"phone": "10000000001"})
    assert other != first
    found = desk.ask("GET", "/cases?customer=10000000001", who="agent@hq").json["cases"]
    assert {line["reference"] for line in found} == {first, other}
    desk.does("agent@hq", first, "solve", outcome="solved", solution="退还多收金额")
    desk.does("agent@hq", first, "contact", reached=True, remark="与客户确认退款金额")
    desk.does("agent@hq", first, "close", remark="客户确认退款到账")
    desk.does("callback_agent@hq", first, "callback", reached=True, satisfied=False)
    assert desk.state(first) == "re_evaluation"
    desk.does("manager@billing", first, "solve", outcome="agreed", solution="全额退还并致歉")
    desk.does("manager@billing", first, "contact", reached=True, remark="与客户确认退款金额")
    desk.does("manager@billing", first, "close", remark="客户确认退款到账")
    # within three months, the last day included, the same matter is the same case
    desk.at("2027-02-16 23:59")
    assert desk.registered("agent@hq", **BILL, complainant={"phone": "10000000001"}) == first
    assert desk.state(first) == "handling"


@pytest.mark.proves("HOT-9")
def test_trainings_fall_due_are_repeated_and_come_again_next_quarter(desk: Story) -> None:
    said = {"kind": "training", "channel": "email", "text": "十一月投诉处理培训"}
    trainee = desk.person("handler@billing")
    assert desk.refused_registration("trainer@hq", **said) == "fields.theme, fields.trainee"
    case = desk.registered("trainer@hq", **said, fields={"theme": "投诉受理话术", "trainee": trainee})
    assert desk.due(case)["training_due"] == "2026-12-14 18:00"
    desk.at("2026-12-10 10:00")
    assert desk.refused("trainer@hq", case, "close", remark="尚未通过考核") == "409"
    desk.does("trainer@hq", case, "note", about="not_passed", text="考核58分未通过")
    again = desk.due(case)["training_due"]
    assert again > "2026-12-14 18:00"
    desk.does("trainer@hq", case, "classify", fields={"passed": True})
    desk.does("trainer@hq", case, "close", remark="补考92分通过")
    desk.at("2027-03-11 09:00")
    assert desk.state(case) == "due"
    assert desk.seen("trainer@hq", case)["fields"]["passed"] is False
    assert desk.told_of(case) == [
        "2026-12-07 18:00 trainer@hq training_due",
        "2027-03-11 08:00 trainer@hq training_due",
    ]
