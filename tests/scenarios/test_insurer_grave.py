"""The insurer's process, told through the HTTP interface and the worker: grave matters, the regulator, reports owed."""

from collections.abc import Iterator

import pytest
from tests.support.story import Story, story

HANDLER = "handler@qilin-wuyuan"
OFFICE = "complaint_office@qilin-wuyuan"
ABOVE = "complaint_office@qilin"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with story("insurer", monkeypatch, "2026-11-02 09:00") as told:
        yield told


@pytest.mark.proves("INS-5", "INS-8", "INS-20", "R12", "D3", "D12")
def test_a_matter_that_turns_grave_goes_up_and_is_supervised(desk: Story) -> None:
    said = {"kind": "complaint", "channel": "letter_fax", "category": "claims", "text": "三十名车主要求赔付"}
    case = desk.registered(OFFICE, **said)
    assert desk.due(case)["handling"] == "2026-11-05 17:30"
    # R12: reclassified, the new limit counts from registration
    desk.at("2026-11-03 09:00")
    desk.does(OFFICE, case, "classify", fields={"grave_event": "petition", "harms_brand": True})
    due = desk.due(case)
    assert (due["handling"], due["investigated#1"], due["instructed#2"], due["plan"]) == (
        "2026-11-09 17:30",
        "2026-11-06 17:30",
        "2026-11-03 14:30",
        "2026-11-04 17:30",
    )
    # nobody supervises themselves; the unit above does, with a date of its own
    until = {"due_at": "2026-11-04T12:00:00+08:00", "remark": "客户反映强烈请优先办理"}
    assert desk.refused(OFFICE, case, "supervise", **until) == "403"
    desk.does(ABOVE, case, "supervise", **until)
    desk.does("complaint_office@hq", case, "answer", order=2, text="由省公司一把手牵头处置")
    # the investigation reports in writing, and before that nothing is closed
    group = "investigation_group@qilin"
    assert desk.refused(group, case, "answer", order=1, text="查勘记录与客户陈述不符已取证") == "409"
    desk.attaches(group, case, "investigation_report")
    desk.does(group, case, "answer", order=1, text="查勘记录与客户陈述不符已取证")
    note = {"about": "plan_filed", "text": "已拟定回应与处置方案"}
    assert desk.refused(HANDLER, case, "note", **note) == "409"
    desk.attaches(HANDLER, case, "handling_plan")
    desk.does(HANDLER, case, "note", **note)
    # what each role may promise
    assert desk.refused(OFFICE, case, "compensate", amount=5001, reason="误工补偿经客户同意") == "409"
    desk.does("general_manager@qilin-wuyuan", case, "compensate", amount=50000, reason="误工补偿经客户同意")
    desk.at("2026-11-04 13:00")
    assert desk.told_of(case) == [
        "2026-11-03 09:00 complaint_office@hq grave",
        "2026-11-03 09:00 complaint_office@qilin plan_filed",
        "2026-11-03 09:00 complaint_office@qilin-wuyuan supervised",
        "2026-11-03 09:00 general_manager@hq grave",
        "2026-11-03 09:00 general_manager@qilin-wuyuan supervised",
        "2026-11-03 09:00 investigation_group@qilin new_order",
        "2026-11-04 12:00 complaint_office@qilin late",
        "2026-11-04 12:00 general_manager@qilin-wuyuan late",
    ]


@pytest.mark.proves("D4")
def test_our_own_limit_beats_the_regulators_and_the_letter_is_signed(desk: Story) -> None:
    said = {"kind": "regulator_case", "channel": "supervisory_body", "category": "claims", "text": "监管局转办赔款延迟"}
    case = desk.registered(OFFICE, **said, fields={"complainant_role": "insured"})
    assert desk.due(case) == {"regulator_outer": "2026-11-17 17:30", "regulator_own": "2026-11-12 17:30"}
    desk.does(HANDLER, case, "contact", reached=True, remark="与客户核对赔款到账情况")
    desk.does(HANDLER, case, "solve", outcome="agreed", solution="赔款当日支付并致歉")
    desk.attaches(OFFICE, case, "reply_letter")
    sent = {"about": "reply_sent", "text": "已寄出回复函"}
    assert desk.refused(OFFICE, case, "note", **sent) == "409"
    assert desk.refused(OFFICE, case, "sign", paper="reply_letter") == "403"
    desk.does("general_manager@qilin-wuyuan", case, "sign", paper="reply_letter")
    assert desk.refused(OFFICE, case, "close", remark="赔款已支付并回函监管") == "409"
    # our own limit goes by unnoticed by nobody; the letter is out before the regulator's
    desk.at("2026-11-13 10:00")
    desk.does(OFFICE, case, "note", **sent)
    desk.does(OFFICE, case, "close", remark="赔款已支付并回函监管")
    assert (desk.met(case)["regulator_own"], desk.met(case)["regulator_outer"]) == (False, True)
    assert desk.told_of(case) == [
        "2026-11-02 09:00 complaint_office@hq from_regulator",
        "2026-11-02 09:00 general_manager@qilin-wuyuan from_regulator",
        "2026-11-12 17:30 complaint_office@qilin-wuyuan late",
    ]


@pytest.mark.proves("INS-9", "INS-17")
def test_a_report_is_owed_asked_back_mended_and_late(desk: Story) -> None:
    said = {"kind": "report_filing", "channel": "internal", "text": "报送十月投诉统计表"}
    assert desk.refused_registration(ABOVE, **said) == "fields.report_type, fields.period"
    case = desk.registered(ABOVE, **said, fields={"report_type": "monthly_table", "period": "2026-10"})
    for unit in ("qilin-wuyuan", "qilin-danfeng"):
        desk.does(ABOVE, case, "dispatch", order_type="report_request", unit=unit)
    words = {"order": 1, "text": "十月统计表已填报"}
    assert desk.refused(OFFICE, case, "answer", **words) == "evidence"
    desk.does(OFFICE, case, "answer", **words, evidence=["table"])
    desk.at("2026-11-04 11:00")
    assert desk.refused(ABOVE, case, "review", order=1, result="again") == "remark"
    desk.does(ABOVE, case, "review", order=1, result="again", remark="有效投诉数与明细不符")
    assert desk.due(case)["report_mended#1"] == "2026-11-06 17:30"
    desk.at("2026-11-05 10:00")
    desk.does(OFFICE, case, "answer", **words, evidence=["table"])
    desk.does(ABOVE, case, "review", order=1, result="pass", remark="数据核对一致")
    assert desk.refused(ABOVE, case, "close", remark="两市报表已归集") == "409"  # one is still owed
    desk.at("2026-11-09 10:00")
    desk.does("manager@qilin-danfeng", case, "answer", order=2, text="十月统计表补报", evidence=["table"])
    desk.does(ABOVE, case, "review", order=2, result="pass", remark="数据核对一致")
    desk.does(ABOVE, case, "close", remark="两市报表已归集")
    assert desk.told_of(case) == [
        "2026-11-02 09:00 manager@qilin-danfeng new_order",
        "2026-11-02 09:00 manager@qilin-wuyuan new_order",
        "2026-11-04 17:30 complaint_office@qilin-danfeng report_nearly_due",
        "2026-11-05 17:30 general_manager@qilin-danfeng report_missed",
        "2026-11-06 17:30 complaint_office@hq report_missed",
    ]
    met = desk.met(case)
    assert (met["report_due#1"], met["report_due#2"], met["report_mended#1"]) == (True, False, True)
