"""What the importer's, the insurer's and the car maker's processes do when a matter that seemed settled goes on."""

from typing import Any

import pytest
from tests.support.play import Tale, policy

REPAIR: dict[str, Any] = {"kind": "complaint", "channel": "phone", "category": "repair", "text": "异响修了两次仍在"}
CLAIM: dict[str, Any] = {
    "kind": "complaint",
    "channel": "phone",
    "category": "survey_assessment",
    "text": "查勘员迟到两小时没有解释",
    "fields": {"policy_office": "qilin-wuyuan", "complainant_role": "insured", "recording_checked": True},
}
BILL: dict[str, Any] = {"kind": "complaint", "channel": "phone", "category": "bill_too_high", "text": "费用高出报价"}


def dealer_closed() -> Tale:
    tale = Tale("auto").at("2026-11-20 10:00").does("agent@importer", "register", **REPAIR, unit="d-qingzhou")
    tale.does("handler@d-qingzhou", "contact", reached=True, remark="与客户约定到店检查")
    tale.does("handler@d-qingzhou", "solve", outcome="solved", solution="更换支架后异响消除")
    return tale.does("handler@d-qingzhou", "close", remark="更换支架后异响消除")


def insurer_closed() -> Tale:
    tale = Tale("insurer").at("2026-11-23 09:00").does("agent@tc", "register", **CLAIM)
    tale.does("handler@qilin-wuyuan", "contact", reached=True, remark="已向客户了解查勘经过")
    tale.does("handler@qilin-wuyuan", "solve", outcome="agreed", solution="致歉并重新安排查勘")
    return tale.does("handler@qilin-wuyuan", "close", remark="客户接受致歉与重新查勘")


@pytest.mark.proves("AUTO-9")
def test_a_finding_that_the_call_confirms_is_made_known_to_the_dealer() -> None:
    row = {"kind": "survey_finding", "channel": "survey", "text": "刹车异响店里说正常", "unit": "d-nanpu"}
    tale = Tale("auto").at("2026-11-16 09:00").does("agent@importer", "register", 0, **row)
    assert tale.texts() == []
    tale.does("agent@importer", "classify", fields={"is_complaint": True})
    tale.does("agent@importer", "confirm", result="confirmed", recording="rec-1")
    assert tale.texts() == ["2026-11-16 09:00 service_supervisor@d-nanpu new_finding"]


@pytest.mark.proves("AUTO-4", "AUTO-2")
def test_a_dealer_is_told_of_a_case_that_is_opened_again_or_not_accepted() -> None:
    tale = (
        dealer_closed()
        .at("2026-11-25 10:00")
        .does("agent@importer", "reopen", channel="phone", text="异响再次出现要求处理")
    )
    assert tale.texts()[-1] == "2026-11-25 10:00 handler@d-qingzhou goes_on"
    other = dealer_closed().at("2026-11-25 10:00").does("customer", "dispute", text="异响没有消除")
    assert other.texts()[-2:] == [
        "2026-11-25 10:00 handler@d-qingzhou goes_on",
        "2026-11-25 10:00 service_manager@d-qingzhou goes_on",
    ]


@pytest.mark.proves("AUTO-5")
def test_the_importer_s_call_that_reaches_nobody_is_no_callback() -> None:
    tale = dealer_closed().does("callback_agent@importer", "callback", reached=False)
    assert "callback" in tale.value("case.running")


@pytest.mark.proves("INS-18")
def test_a_customer_who_says_no_to_the_callback_has_the_case_at_the_level_above() -> None:
    tale = insurer_closed().at("2026-11-24 10:00")
    tale.does("callback_agent@tc", "callback", reached=True, satisfied=False)
    assert (tale.case().state, tale.case().unit) == ("investigating", "qilin")
    assert "2026-11-24 10:00 complaint_office@qilin refused_solution" in tale.texts()
    assert tale.due()["handling"] == "2026-11-27 17:30"


@pytest.mark.proves("INS-7")
def test_an_emergency_call_that_reaches_nobody_is_no_action() -> None:
    tale = Tale("insurer").at("2026-11-23 09:00").does("agent@tc", "register", **CLAIM)
    tale.at("2026-11-23 09:30").does("system", "repeat", channel="phone", text="再次来电催问")
    tale.does("handler@qilin-wuyuan", "contact", reached=False, remark="拨打三次均无人接听")
    assert tale.play("2026-11-23 10:30").met["emergency_1"] is False


@pytest.mark.proves("INS-5")
@pytest.mark.parametrize("what", ["message", "repeat"])
def test_a_case_that_becomes_grave_by_what_the_customer_says_has_its_group_and_its_report(what: str) -> None:
    tale = Tale("insurer").at("2026-11-23 09:00").does("agent@tc", "register", **CLAIM)
    said: dict[str, Any] = {"text": "再不解决就找记者曝光"}
    if what == "repeat":
        tale.does("system", what, **said, channel="email")
    else:
        tale.does("customer", what, **said)
    assert {one.type for one in tale.case().orders} == {"investigation", "grave_report"}


@pytest.mark.proves("INS-9")
def test_a_rectification_that_is_sent_back_has_a_date_again() -> None:
    tale = insurer_closed().at("2026-11-24 09:00")
    tale.does("complaint_office@qilin", "dispatch", order_type="rectification", unit="qilin-wuyuan")
    tale.does("manager@qilin-wuyuan", "attach", paper="rectification_report", file="f1")
    tale.does("manager@qilin-wuyuan", "answer", 1, text="已组织查勘时限培训")
    tale.at("2026-11-25 09:00")
    tale.does("complaint_office@qilin", "review", 1, result="again", remark="未说明考核办法")
    assert tale.due()["rectified#1"] == "2026-12-09 17:30"


@pytest.mark.proves("INS-3", "INS-4")
def test_there_are_fourteen_causes_of_a_valid_and_eight_of_an_invalid_complaint() -> None:
    causes = policy("insurer").causes
    assert [cause.name["zh-CN"].split(" ")[0] for cause in causes.values() if cause.valid] == [
        str(number) for number in range(1, 15)
    ]
    assert sum(cause.valid is False for cause in causes.values()) == 8


@pytest.mark.proves("CAR-5")
def test_a_grumble_sent_to_its_dealer_is_not_announced_as_a_complaint() -> None:
    tale = Tale("carmaker").at("2026-11-20 09:00")
    tale.does("agent@hq", "register", **{**BILL, "kind": "grumble"}, fields={"dealer": "e-hejin"})
    assert tale.texts() == ["2026-11-20 09:00 service_manager@e-hejin new_grumble"]


@pytest.mark.proves("CAR-6")
def test_the_area_reports_up_on_a_case_that_becomes_important_by_what_the_customer_says() -> None:
    tale = Tale("carmaker").at("2026-11-20 09:00").does("agent@hq", "register", **BILL, unit="e-hejin")
    tale.does("customer", "message", text="我已经请了律师准备起诉")
    assert [one.type for one in tale.case().orders] == ["area_report"]


@pytest.mark.proves("R13")
@pytest.mark.parametrize("name", ["auto", "carmaker", "hotline", "insurer", "postal"])
def test_no_text_of_a_rung_says_late_since_a_customer_may_escalate_before(name: str) -> None:
    """A customer's escalation fires a rung before its deadline is missed (R13): its text must be true then as well."""
    book = policy(name)
    climbed = ("unanswered",) if name == "postal" else ("late",)
    for ladder in climbed:
        for rung in book.ladders[ladder]:
            text = book.templates[rung.template].text
            assert "逾期" not in text["zh-CN"], rung.template
            assert " late" not in text["en"].lower(), rung.template
            assert "was due" not in text["en"], rung.template
