"""The insurer's process, told through the HTTP interface and the worker: complaints from receipt to archive."""

from collections.abc import Iterator

import pytest
from tests.support.story import Story, story

SURVEY = {
    "kind": "complaint",
    "channel": "phone",
    "category": "survey_assessment",
    "text": "查勘员迟到两小时没有解释",
    "complainant": {"phone": "10000000001"},
}
HANDLER = "handler@qilin-wuyuan"
OFFICE = "complaint_office@qilin-wuyuan"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with story("insurer", monkeypatch, "2026-11-23 09:00") as told:
        yield told


def solved(desk: Story, case: str) -> None:
    """Somebody of the city office finds a solution that the customer agrees to."""
    desk.does(OFFICE, case, "classify", fields={"complainant_role": "insured", "recording_checked": True})
    desk.does(HANDLER, case, "contact", reached=True, remark="已向客户了解查勘经过")
    desk.does(HANDLER, case, "solve", outcome="explained", solution="致歉并重新安排查勘")


@pytest.mark.proves("INS-1", "INS-2", "INS-5", "INS-6", "INS-8", "INS-15", "INS-19", "INS-21", "R9", "R11")
def test_an_ordinary_complaint_from_receipt_to_archive(desk: Story) -> None:
    # the telephone centre enters it at once; it goes to the office of the policy by itself
    case = desk.registered("agent@tc", **SURVEY, fields={"policy_office": "qilin-wuyuan"})
    seen = desk.seen(HANDLER, case)
    assert (seen["unit"], seen["state"]) == ("qilin-wuyuan", "transferred")
    assert desk.due(case) == {"handling": "2026-11-26 17:30"}
    scripts = {one["name"]: one["text"] for one in seen["scripts"]}  # what to say is at hand, with the case's own words
    assert case in scripts["received"]
    assert "____" in scripts["survey_late"]  # the handler's own name is theirs to say
    assert not [one for one in scripts.values() if "{" in one]
    # no solution before somebody has spoken with the customer, known who complains and heard the recording
    said = {"outcome": "explained", "solution": "致歉并重新安排查勘"}
    desk.does(HANDLER, case, "contact", reached=True, remark="已向客户了解查勘经过")
    assert desk.refused(HANDLER, case, "solve", **said) == "fields.complainant_role, fields.recording_checked"
    solved(desk, case)
    desk.at("2026-11-26 17:29")
    desk.does(HANDLER, case, "close", remark="客户接受致歉与重新查勘")
    assert desk.due(case)["closing_report"] == "2026-11-27 00:00"
    desk.at("2026-11-26 22:30")
    desk.does(HANDLER, case, "note", about="closing_report", text="当日向上级报告结案")
    # the callback is the telephone centre's, never the unit's that handled the case
    called = {"reached": True, "satisfied": True}
    assert desk.refused(HANDLER, case, "callback", **called) == "403"
    desk.at("2026-12-03 10:00")
    desk.does("callback_agent@tc", case, "callback", **called)
    assert desk.state(case) == "archived"
    assert desk.told_of(case) == [
        "2026-11-23 09:00 complaint_office@qilin-wuyuan transferred",
        "2026-11-23 09:00 handler@qilin-wuyuan transferred",
        "2026-11-26 13:30 complaint_office@qilin-wuyuan nearly_due",
        "2026-11-27 08:00 complaint_office@qilin closing_reported",  # a text that may wait keeps the night
    ]
    met = desk.met(case)
    assert (met["handling"], met["closing_report"], met["callback"]) == (True, True, True)


@pytest.mark.proves("INS-7", "INS-18", "R10", "R19")
def test_calls_within_half_a_working_day_are_an_emergency_that_climbs(desk: Story) -> None:
    case = desk.registered("agent@tc", **SURVEY, fields={"policy_office": "qilin-wuyuan"})
    # the second call, through the telephone centre: the same matter, so the same case
    desk.at("2026-11-23 14:15")
    assert desk.registered("agent@tc", **SURVEY) == case
    assert desk.due(case)["emergency_1"] == "2026-11-23 15:15"
    desk.at("2026-11-23 18:00")
    assert [line for line in desk.told_of(case) if "emergency" in line] == [
        "2026-11-23 14:15 complaint_office@qilin-wuyuan emergency",
        "2026-11-23 15:15 general_manager@qilin-wuyuan emergency",
        "2026-11-23 16:15 general_manager@qilin emergency",
        "2026-11-23 17:15 general_manager@hq emergency_missed",
    ]
    # a customer who refuses the solution moves the case to the level above
    solved(desk, case)
    desk.does("customer", case, "dispute", text="不接受致歉要求赔偿误工")
    assert desk.seen("complaint_office@qilin", case)["unit"] == "qilin"
    assert desk.refused(HANDLER, case, "solve", outcome="agreed", solution="再次致歉") == "404"
    assert "2026-11-23 18:00 complaint_office@qilin refused_solution" in desk.told_of(case)


@pytest.mark.proves("INS-7", "INS-12", "INS-14", "INS-1")
def test_a_visitor_with_a_camera_and_high_emotion(desk: Story) -> None:
    said = {"kind": "complaint", "channel": "counter", "category": "claims", "text": "客户到店情绪激动要求当场赔付"}
    visit = {"emotion": "high", "recording_equipment": True, "complainant_role": "agent"}
    case = desk.registered(HANDLER, **said, fields=visit)
    assert desk.told_of(case) == [
        "2026-11-23 09:00 complaint_office@qilin-wuyuan emergency",
        "2026-11-23 09:00 legal@qilin-wuyuan media_visit",
        "2026-11-23 09:00 office@qilin-wuyuan media_visit",
    ]
    desk.does(OFFICE, case, "contact", reached=True, remark="引导至接待室逐项核对")
    assert desk.met(case)["emergency_1"] is True
    # the checklist in full, the statement as the visitor confirmed it, the agent's authorisation
    solution = {"outcome": "agreed", "solution": "三日内补齐材料后付款"}
    desk.does(HANDLER, case, "classify", fields={"visit_checklist": ["receive", "listen", "confirm"]})
    assert desk.refused(HANDLER, case, "solve", **solution) == "fields.visit_checklist"
    desk.does(HANDLER, case, "classify", fields={"visit_checklist": ["receive", "listen", "confirm", "answer"]})
    for paper in ("visit_statement", "authorisation"):
        assert desk.refused(HANDLER, case, "solve", **solution) == "409"
        desk.attaches(HANDLER, case, paper)
    desk.does(HANDLER, case, "solve", **solution)


@pytest.mark.proves("INS-3", "INS-4", "INS-9", "INS-10", "INS-11", "INS-16")
def test_the_unit_at_fault_carries_it_and_rectifies(desk: Story) -> None:
    case = desk.registered("agent@tc", **SURVEY, fields={"policy_office": "qilin-wuyuan"})
    solved(desk, case)
    desk.does(HANDLER, case, "close", remark="客户接受致歉与重新查勘")
    rule = {"valid": True, "cause": "v12", "unit": "canglang-yuhe"}
    judge = "adjudicator@qilin"
    assert desk.refused(judge, case, "rule", valid=True, cause="not_as_stated", unit="canglang-yuhe") == "cause"
    assert desk.refused(judge, case, "rule", valid=False, cause="repeat") == "fields.handled_before"
    person = {"person": "某查勘员", "sanction": "fine"}
    assert desk.refused(judge, case, "rule", **rule, **person) == "responsibility"
    harsh = {"person": "某查勘员", "responsibility": "direct", "sanction": "expulsion"}
    assert desk.refused(judge, case, "rule", **rule, **harsh) == "409"
    desk.does(judge, case, "rule", **rule, **person, responsibility="direct")
    # what the unit must change is asked of it, with a date, and looked at
    notice = {"order_type": "rectification", "unit": "qilin-wuyuan"}
    desk.does("complaint_office@qilin", case, "dispatch", **notice)
    assert desk.due(case)["rectified#1"] == "2026-12-07 17:30"
    assert desk.refused("manager@qilin-wuyuan", case, "answer", order=1, text="已整改查勘时效") == "409"
    desk.attaches("manager@qilin-wuyuan", case, "rectification_report")
    desk.does("manager@qilin-wuyuan", case, "answer", order=1, text="已整改查勘时效")
    desk.does("complaint_office@qilin", case, "review", order=1, result="pass")
    assert desk.refused(OFFICE, case, "mark", mark="data", reason="登记信息不完整") == "409"
    desk.does("complaint_office@qilin", case, "mark", mark="data", reason="登记信息不完整")
    assert desk.seen(judge, case)["ruling"]["unit"] == "canglang-yuhe"
    assert {line.split(" ", 2)[2] for line in desk.told_of(case) if "manager" in line} == {
        "manager@canglang-yuhe ruled_liable",
        "manager@qilin-wuyuan new_order",
    }
