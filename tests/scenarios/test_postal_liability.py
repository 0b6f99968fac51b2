"""The postal operator's process, told through the HTTP interface and the worker: who is liable for what."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.support.story import Story, story

from complaints.structs import replace


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with story("postal", monkeypatch, "2026-11-02 09:00") as told:
        yield told


def closed_case(desk: Story, category: str = "delay") -> str:
    """A case that the lead desk has closed within the first hour of Monday, 2 November."""
    said = {"kind": "problem_mail", "channel": "phone", "category": category, "text": "邮件丢失要求赔偿"}
    case = desk.registered("front_desk@cc", **said, unit="beiyuan")
    desk.does("front_desk@cc", case, "dispatch", order_type="ordinary", unit="donglan")
    words = {"text": "运输环节丢失双方均已询问", "interim": False}
    if category == "loss":
        # POST-23: "lost" needs proof that sender and addressee were asked
        lost = {**words, "finding": "lost"}
        assert desk.refused("regional_desk@donglan", case, "answer", order=1, **lost) == "evidence"
        proof = desk.attaches("regional_desk@donglan", case, "enquiry_proof")
        desk.does("regional_desk@donglan", case, "answer", order=1, **lost, evidence=[proof])
    else:
        desk.does("regional_desk@donglan", case, "answer", order=1, **words)
    desk.does("lead_desk@beiyuan", case, "contact", reached=True, remark="与客户谈妥赔偿金额")
    desk.does("lead_desk@beiyuan", case, "close", remark="先行赔付客户认可")
    desk.does("callback_agent@cc", case, "callback", reached=True, satisfied=True)
    return case


@pytest.mark.proves("POST-8", "POST-9", "POST-16", "POST-19", "R2")
def test_a_liable_city_gets_its_daily_list_and_answers_it_the_next_day(desk: Story) -> None:
    case = closed_case(desk)
    desk.at("2026-11-02 12:00")
    assert desk.refused("adjudicator@hq", case, "rule", valid=True, cause="late_handover") == "unit"
    ruling = {"valid": True, "cause": "late_handover", "rule": "第12条", "unit": "dl-haiqu-1"}
    desk.does("adjudicator@hq", case, "rule", **ruling)
    assert {name: due for name, due in desk.due(case).items() if "#" in name} == {
        "sheet_answer#2": "2026-11-09 18:00",
        "daily_list#3": "2026-11-03 18:00",
    }
    # the province accepts: city, stage and the smallest unit, all three
    desk.at("2026-11-03 09:00")
    desk.does("city_daily_person@dl-haiqu", case, "answer", order=3, text="揽投部交接漏扫已核实")
    said = {"order": 2, "unit": "dl-haiqu-1", "stage": "delivery"}
    assert desk.refused("lead_desk@donglan", case, "accept-ruling", **said) == "city"
    assert desk.refused("lead_desk@yunling", case, "accept-ruling", **said, city="dl-haiqu") == "404"
    desk.does("lead_desk@donglan", case, "accept-ruling", **said, city="dl-haiqu")
    # then the ruling names rule and version, and the texts went to the person whom the city names
    told = desk.seen("service_department@hq", case)["ruling"]
    assert (told["rule"], told["version"], told["stage"], told["unit"]) == (
        "第12条",
        "2026-11",
        "delivery",
        "dl-haiqu-1",
    )
    desk.at("2026-11-10 12:00")
    assert desk.told_of(case) == ["2026-11-02 12:00 city_daily_person@dl-haiqu daily_item"]
    assert (desk.met(case)["sheet_answer#2"], desk.met(case)["daily_list#3"]) == (True, True)


@pytest.mark.proves("POST-8", "POST-16", "R2")
def test_a_sheet_that_nobody_answers_stands_and_an_unread_list_is_told(desk: Story) -> None:
    case = closed_case(desk)
    desk.does("adjudicator@hq", case, "rule", valid=True, cause="late_handover", unit="dl-haiqu-1")
    desk.at("2026-11-10 12:00")
    assert (desk.order(case, 2), desk.met(case)["sheet_answer#2"], desk.met(case)["daily_list#3"]) == (
        "stands",
        False,
        False,
    )
    assert desk.told_of(case) == [
        "2026-11-02 09:00 city_daily_person@dl-haiqu daily_item",
        "2026-11-03 18:00 service_director@donglan daily_list_late",
        "2026-11-06 18:00 service_director@donglan sheet_nearly_due",
    ]
    # too late to appeal; it is detailed to the smallest unit all the same
    late = {"order": 2, "text": "封发记录证明已交下一环节", "evidence": ["f1"]}
    assert desk.refused("lead_desk@donglan", case, "appeal", **late) == "409"
    desk.does("lead_desk@donglan", case, "detail-liability", order=2, unit="dl-haiqu-1", stage="sorting")
    assert desk.seen("lead_desk@donglan", case)["ruling"]["stage"] == "sorting"


@pytest.mark.proves("POST-8", "POST-17", "POST-23", "D12")
def test_an_appeal_is_complete_or_refused_and_headquarters_decides(desk: Story) -> None:
    case = closed_case(desk, "loss")
    # compensation within what each role may promise
    paid = {"advance": True, "reason": "先行赔付客户损失"}
    reopened = desk.refused("front_desk@cc", case, "compensate", amount=201, **paid)
    assert reopened == "409"
    desk.does("adjudicator@hq", case, "rule", valid=True, cause="lost_in_transit", unit="dl-hub")
    proof = desk.attaches("lead_desk@donglan", case, "appeal_evidence")
    appeal = {"order": 2, "text": "封发记录证明已交下一环节"}
    four = ["张", "王", "李", "赵"]
    assert desk.refused("lead_desk@donglan", case, "appeal", **appeal, signatures=four) == "evidence"
    assert desk.refused("lead_desk@donglan", case, "appeal", **appeal, evidence=[proof], signatures=four[:3]) == (
        "signatures"
    )
    desk.at("2026-11-04 09:00")
    desk.does("lead_desk@donglan", case, "appeal", **appeal, evidence=[proof], signatures=four)
    again = desk.refused("lead_desk@donglan", case, "appeal", **appeal, evidence=[proof], signatures=four)
    assert again == "409"  # one complete submission
    assert desk.due(case)["arbitration#2"] == "2026-11-11 18:00"
    assert desk.refused("lead_desk@donglan", case, "arbitrate", order=2, liable=False, reason="自己裁决") == "403"
    # nobody decides in time: headquarters is told, then does
    desk.at("2026-11-12 09:00")
    assert desk.told_of(case) == ["2026-11-11 18:00 service_department@hq centre_late"]
    desk.does("service_department@hq", case, "arbitrate", order=2, liable=False, reason="封发记录与扫描时间一致")
    assert (desk.order(case, 2), desk.met(case)["arbitration#2"]) == ("cancelled", False)


@pytest.mark.proves("POST-8", "POST-9", "POST-10")
def test_false_information_is_marked_and_too_many_failed_appeals_cost_the_right(desk: Story) -> None:
    case = closed_case(desk)
    desk.does("adjudicator@hq", case, "mark", mark="false_information", reason="回复已妥投但客户未收到")
    assert list(desk.seen("service_department@hq", case)["marks"]) == ["false_information"]
    # the unit has lost its right to appeal until the end of the month
    unit = desk.desk.directory.unit("donglan", desk.now)
    assert unit is not None
    desk.desk.directory.write([replace(unit, marks={"no_appeal": datetime(2026, 11, 30, 16, tzinfo=UTC)})], [])
    desk.does("adjudicator@hq", case, "rule", valid=True, cause="late_handover", unit="dl-hub")
    appeal = {"order": 2, "text": "封发记录证明已交下一环节", "evidence": ["f1"]}
    assert desk.refused("lead_desk@donglan", case, "appeal", **appeal) == "409"
    # another case of the next month may be appealed again
    desk.at("2026-12-01 09:00")
    other = closed_case(desk)
    desk.does("adjudicator@hq", other, "rule", valid=True, cause="late_handover", unit="dl-hub")
    desk.does("lead_desk@donglan", other, "appeal", **appeal)
    # liable stands and is detailed to the smallest unit
    desk.does("service_department@hq", other, "arbitrate", order=2, liable=True, reason="封发记录与扫描时间不符")
    desk.does("lead_desk@donglan", other, "detail-liability", order=2, unit="dl-hub", stage="transport")
    assert desk.order(other, 2) == "accepted"
