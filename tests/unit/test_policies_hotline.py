"""The hotline's process on the pure engine: its worked examples, and what they leave to prove."""

from typing import Any

import pytest
from tests.support.play import Tale, differences, examples, policy, rulebook, units

from complaints.case.notices import notices_of
from complaints.directory.tree import Places
from complaints.policy.model import Example
from complaints.reporting.plan import plan_of

DEPARTMENTS = {"quality": "quality", "attitude": "service", "delivery": "delivery", "billing": "billing"}


def complaint(category: str = "billing", at: str = "2026-11-16 10:00", **more: Any) -> Tale:
    about = {"kind": "complaint", "channel": "phone", "category": category, "text": "账单金额与合同不符", **more}
    return Tale("hotline").at(at).does("agent@hq", "register", **about)


@pytest.mark.parametrize("example", examples("hotline"))
def test_a_worked_example_comes_as_written(example: Example) -> None:
    assert differences("hotline", example) == []


@pytest.mark.proves("HOT-1")
@pytest.mark.parametrize("channel", ["phone", "email", "chat"])
def test_a_complaint_is_registered_at_once_on_every_channel(channel: str) -> None:
    tale = complaint(channel=channel, complainant={"name": "某客户", "phone": "10000000000"})
    event = tale.play().events[0][0]
    assert (event.type, event.data["channel"]) == ("registered", channel)
    assert event.personal["text"] == "账单金额与合同不符"
    assert event.personal["complainant"]["phone"] == "10000000000"


@pytest.mark.proves("HOT-2")
@pytest.mark.parametrize(("category", "department"), DEPARTMENTS.items())
def test_each_category_goes_to_its_own_department_and_person(category: str, department: str) -> None:
    tale = complaint(category)
    assert (tale.case().unit, tale.case().state) == (department, "handling")
    assert tale.texts() == [f"2026-11-16 10:00 handler@{department} new_order"]
    late = tale.texts("2026-11-17 10:00")[-1]
    assert late == f"2026-11-17 10:00 manager@{department} late"


@pytest.mark.proves("HOT-2")
@pytest.mark.parametrize(("category", "department"), DEPARTMENTS.items())
def test_a_mail_without_a_category_goes_to_its_department_once_it_is_sorted(category: str, department: str) -> None:
    tale = Tale("hotline").at("2026-11-16 10:00")
    tale.does("customer", "register", kind="complaint", channel="email", text="有一个问题需要解决")
    assert (tale.case().unit, tale.case().state) == ("hq", "pending")
    tale.does("agent@hq", "classify", category=category)
    assert (tale.case().unit, tale.case().state) == (department, "handling")
    assert tale.texts() == [f"2026-11-16 10:00 handler@{department} new_order"]


@pytest.mark.proves("HOT-3")
def test_an_answer_within_the_house_is_no_answer_to_the_customer() -> None:
    tale = complaint().does("agent@hq", "dispatch", order_type="department_order", unit="delivery")
    tale.does("handler@delivery", "answer", 1, text="配送记录已核对完毕")
    assert "first_answer" in tale.value("case.running")
    tale.does("agent@hq", "answer", text="已向客户说明配送记录")
    assert tale.play().met["first_answer"] is True


@pytest.mark.proves("HOT-3", "R8", "R9")
@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({}, "2026-11-19 18:00"),
        ({"amount": 1999}, "2026-11-19 18:00"),
        ({"amount": 2000}, "2026-11-25 18:00"),
        ({"injured": True}, "2026-11-25 18:00"),
        ({"needs_test": True}, "2026-11-25 18:00"),
    ],
)
def test_three_working_days_and_seven_for_what_is_complex(fields: dict[str, Any], days: str) -> None:
    due = complaint(fields=fields).due()
    assert (due["first_answer"], due["solution"]) == ("2026-11-17 10:00", days)


@pytest.mark.proves("HOT-3")
def test_a_call_that_reaches_nobody_is_no_answer() -> None:
    tale = complaint().does("handler@billing", "contact", reached=False, remark="拨打三次均无人接听")
    assert "first_answer" in tale.value("case.running")
    tale.does("handler@billing", "contact", reached=True, remark="与客户核对账单")
    assert tale.play().met["first_answer"] is True


@pytest.mark.proves("HOT-3", "R12")
def test_a_test_that_turns_out_to_be_needed_counts_from_registration() -> None:
    tale = complaint("quality").at("2026-11-18 16:00").does("agent@hq", "classify", fields={"needs_test": True})
    assert tale.due()["solution"] == "2026-11-25 18:00"


@pytest.mark.proves("HOT-3")
def test_waiting_for_an_outside_test_does_not_count() -> None:
    tale = complaint("quality").at("2026-11-17 10:00").does("agent@hq", "pause", reason="outside_test")
    tale.at("2026-11-19 10:00").does("agent@hq", "resume")
    assert tale.due()["solution"] > "2026-11-19 18:00"
    assert tale.case("2026-11-20 00:00").deadline("solution") is not None


@pytest.mark.proves("HOT-4")
def test_a_dissatisfied_callback_gets_the_solution_re_evaluated() -> None:
    tale = complaint().does("handler@billing", "solve", outcome="solved", solution="退还一半金额")
    tale.does("handler@billing", "contact", reached=True, remark="与客户核对退款")
    tale.does("handler@billing", "close", remark="客户同意退还一半")
    tale.at("2026-11-17 10:00").does("callback_agent@hq", "callback", reached=True, satisfied=False, score=2)
    # then it is worked on again under a limit of its own, and those who lead know
    assert tale.case().state == "re_evaluation"
    assert tale.due()["re_evaluation"] == "2026-11-20 18:00"
    assert tale.texts()[-2:] == ["2026-11-17 10:00 manager@billing disputed", "2026-11-17 10:00 manager@hq disputed"]


@pytest.mark.proves("HOT-4")
def test_a_survey_call_that_reaches_nobody_is_no_survey() -> None:
    tale = complaint().does("handler@billing", "solve", outcome="solved", solution="退还多收金额")
    tale.does("handler@billing", "contact", reached=True, remark="与客户核对退款")
    tale.does("handler@billing", "close", remark="客户同意退款方案")
    tale.does("callback_agent@hq", "callback", reached=False)
    assert tale.texts("2026-11-17 18:00")[-1] == "2026-11-17 18:00 callback_agent@hq survey_late"


@pytest.mark.proves("HOT-8")
def test_no_closing_before_the_result_is_confirmed_with_the_customer() -> None:
    tale = complaint().does("handler@billing", "solve", outcome="solved", solution="退还多收金额")
    tale.refused("wrong_state", "handler@billing", "close", remark="已退还多收金额")
    # a call that reaches nobody confirms nothing, and neither did the call before the solution
    tale.does("handler@billing", "contact", reached=False, remark="拨打三次均无人接听")
    tale.refused("wrong_state", "handler@billing", "close", remark="已退还多收金额")
    tale.does("handler@billing", "contact", reached=True, remark="与客户确认退款到账")
    tale.does("handler@billing", "close", remark="客户确认退款到账")


@pytest.mark.proves("HOT-8", "HOT-4")
def test_a_customer_who_says_no_when_asked_gets_the_solution_re_evaluated() -> None:
    tale = complaint().does("handler@billing", "solve", outcome="solved", solution="退还一半金额")
    tale.does("handler@billing", "dispute", text="客户电话中要求全额退还")
    assert tale.due()["re_evaluation"] == "2026-11-19 18:00"


@pytest.mark.proves("HOT-9")
def test_everybody_is_trained_again_each_quarter_without_anybody_asking() -> None:
    tale = Tale("hotline").at("2026-01-05 09:00")
    about: dict[str, Any] = {"kind": "training", "channel": "email", "text": "一月投诉处理培训"}
    tale.does("trainer@hq", "register", **about, fields={"theme": "投诉受理话术", "trainee": "p009"})
    for opened, passed in (("2026-01-05", "2026-01-20"), ("2026-04-21", "2026-05-06"), ("2026-08-07", "2026-08-20")):
        tale.at(f"{passed} 10:00")
        assert tale.case().state == "due", opened
        tale.refused("condition", "trainer@hq", "close", remark="尚未通过考核")
        tale.does("trainer@hq", "classify", fields={"passed": True})
        tale.does("trainer@hq", "close", remark="考核92分通过")
    assert tale.case("2026-11-20 23:59").state == "passed"
    assert tale.case("2026-11-21 00:00").state == "due"


@pytest.mark.proves("HOT-9")
def test_a_training_names_its_theme_and_who_is_trained() -> None:
    tale = Tale("hotline").at("2026-01-05 09:00")
    tale.refused("required", "trainer@hq", "register", kind="training", channel="email", text="一月投诉处理培训")


@pytest.mark.proves("HOT-10")
def test_the_yearly_targets_are_those_of_the_source() -> None:
    plan = plan_of(policy("hotline"))
    assert [(one.figure or one.entered, one.change) for one in plan.targets] == [
        ("complaint_rate", -0.2),
        ("repeat_purchase", 0.05),
        ("new_customers", 0.1),
    ]
    assert {"repeat_purchase", "new_customers"} <= set(plan.entered)


def test_who_is_sent_an_order_without_a_limit_of_its_own_is_told_that_of_the_case() -> None:
    tale = complaint().at("2026-11-16 10:30")
    played = tale.does("agent@hq", "dispatch", order_type="department_order", unit="quality").play()
    event, at = next((event, at) for event, at in played.events if event.type == "dispatched")
    assert played.case is not None
    places = Places(units("hotline").values(), at)
    [notice] = notices_of(event, played.case.seq, played.case, rulebook("hotline"), places)
    assert (notice.template, notice.params["due_at"]) == ("new_order", "2026-11-17T02:00:00+00:00")
