"""The car maker's process, told through the HTTP interface and the worker."""

from collections.abc import Iterator

import pytest
from tests.support.story import Story, story

BILL = {"kind": "complaint", "channel": "phone", "category": "bill_too_high", "text": "保养费比电话报价高一倍"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with story("carmaker", monkeypatch, "2026-11-20 09:00") as told:
        yield told


@pytest.mark.proves("CAR-1", "CAR-2", "CAR-5", "CAR-7", "R12", "D12")
def test_a_grumble_that_asks_for_redress_becomes_a_complaint(desk: Story) -> None:
    said = {"kind": "grumble", "channel": "overheard", "category": "returned_dirty", "text": "客户说车上都是灰"}
    case = desk.registered("receptionist@e-tongli", **said)
    assert desk.due(case) == {"grumble_handled": "2026-11-21 18:00"}
    desk.at("2026-11-20 10:00")
    desk.does("service_manager@e-tongli", case, "classify", kind="complaint", fields={"demand": "apology"})
    due = desk.due(case)
    assert (due["contact"], due["solution"]) == ("2026-11-20 11:00", "2026-11-26 18:00")  # from the registration
    assert "grumble_handled" not in due
    # the demand and the number of repairs are known before anything is offered
    desk.does("handler@e-tongli", case, "contact", reached=True, remark="向客户道歉并约定洗车")
    offer = {"outcome": "solved", "solution": "免费精洗并致歉"}
    assert desk.refused("handler@e-tongli", case, "solve", **offer) == "fields.same_fault_repairs"
    desk.does("handler@e-tongli", case, "classify", fields={"same_fault_repairs": 0})
    desk.does("handler@e-tongli", case, "solve", **offer)
    # closing says which need was not met, out of the taxonomy
    assert desk.refused("handler@e-tongli", case, "close", remark="客户接受免费精洗") == "409"
    assert desk.refused("handler@e-tongli", case, "classify", cause="dirt") == "cause"
    desk.does("handler@e-tongli", case, "classify", cause="comfort")
    desk.does("handler@e-tongli", case, "close", remark="客户接受免费精洗")
    desk.at("2026-11-26 09:00")
    assert desk.told_of(case) == [
        "2026-11-20 09:00 service_manager@e-tongli new_grumble",
        "2026-11-20 10:00 handler@e-tongli new_case",
        "2026-11-25 17:30 callback_agent@hq callback_late",
    ]
    assert desk.met(case)["contact"] is True


@pytest.mark.proves("CAR-3", "CAR-6", "CAR-7", "D4")
def test_the_media_reach_the_head_of_service_at_once_and_the_area_reports_up(desk: Story) -> None:
    desk.at("2026-11-21 22:00")  # a Saturday night: what is urgent keeps no quiet hours
    said = {"kind": "complaint", "channel": "media", "category": "same_fault", "text": "记者询问变速箱多次维修未好"}
    car = {"same_fault_repairs": 4, "demand": "exchange"}
    case = desk.registered("media_relations@hq", **said, unit="w-guchi", fields=car)
    assert {name: due for name, due in desk.due(case).items() if "#" in name} == {
        "area_reports#2": "2026-11-23 17:30",
        "head_decides#1": "2026-11-22 02:00",
    }
    desk.at("2026-11-22 05:00")
    desk.does("service_department_head@hq", case, "answer", order=1, text="指定大区经理次日上门")
    # a meeting has a record, and the area's report is in writing
    desk.at("2026-11-23 10:00")
    meeting = {"about": "meeting_media", "text": "与记者会谈说明检测安排"}
    assert desk.refused("area_manager@west", case, "note", **meeting) == "409"
    desk.attaches("area_manager@west", case, "meeting_record")
    desk.does("area_manager@west", case, "note", **meeting)
    report = {"order": 2, "text": "已会同技术支持完成检测"}
    assert desk.refused("area_manager@west", case, "answer", **report) == "409"
    assert desk.refused("area_manager@east", case, "answer", **report) == "404"
    desk.attaches("area_manager@west", case, "area_report")
    desk.does("area_manager@west", case, "answer", **report)
    desk.does("service_department_head@hq", case, "review", order=2, result="pass")
    desk.at("2026-11-23 13:00")
    assert desk.told_of(case) == [
        "2026-11-21 22:00 handler@w-guchi new_case",
        "2026-11-21 22:00 service_department_head@hq for_head",
        "2026-11-22 02:00 service_department_head@hq late",
        "2026-11-22 04:00 manager@hq late",
        "2026-11-22 08:00 area_manager@west area_report_owed",
        "2026-11-23 10:00 service_department_head@hq area_reported",
        "2026-11-23 10:30 service_manager@w-guchi late",
        "2026-11-23 12:30 general_manager@w-guchi late",
    ]
    assert (desk.met(case)["head_decides#1"], desk.met(case)["area_reports#2"]) == (False, True)


@pytest.mark.proves("CAR-3", "CAR-6", "D12")
def test_an_ordinary_case_turns_to_the_press_and_nobody_contacts_the_customer(desk: Story) -> None:
    desk.at("2026-11-20 16:30")
    case = desk.registered("agent@hq", **BILL, unit="e-hejin", complainant={"email": "c@customer.example"})
    desk.at("2026-11-21 09:30")
    desk.does("customer", case, "message", text="再不处理我就找记者曝光")
    assert desk.due(case)["head_decides#1"] == "2026-11-21 13:30"
    desk.does("service_department_head@hq", case, "answer", order=1, text="大区当日到店协调")
    # what each role may promise, and nobody of another area
    assert desk.refused("handler@e-hejin", case, "compensate", amount=301, reason="赠送保养券作补偿") == "409"
    desk.does("area_manager@east", case, "compensate", amount=10000, reason="延保一年作为补偿")
    assert desk.refused("area_manager@west", case, "compensate", amount=100, reason="别的大区不能承诺") == "404"
    desk.at("2026-11-21 16:00")
    assert desk.told_of(case) == [
        "2026-11-20 16:30 customer acknowledgement",
        "2026-11-20 16:30 handler@e-hejin new_case",
        "2026-11-21 09:00 service_manager@e-hejin late",
        "2026-11-21 09:30 area_manager@east area_report_owed",
        "2026-11-21 09:30 service_department_head@hq for_head",
        "2026-11-21 11:00 general_manager@e-hejin late",
        "2026-11-21 15:00 area_manager@east late",
    ]


@pytest.mark.proves("CAR-8")
def test_a_lawsuit_is_tracked_to_its_end(desk: Story) -> None:
    said = {"kind": "litigation", "channel": "court", "category": "same_fault", "text": "客户起诉要求退车"}
    case = desk.registered("legal@hq", **said, unit="e-hejin", fields={"court": "某区法院"})
    assert desk.due(case) == {"tracked": "2026-12-04 17:30"}
    assert desk.refused("legal@hq", case, "close", remark="尚未开庭不能终结") == "409"
    # out of sight for ten working days: legal is told, then the head of service
    desk.at("2026-12-08 10:00")
    desk.does("legal@hq", case, "note", about="hearing", text="第一次开庭质证")
    assert (desk.state(case), desk.due(case)) == ("hearing", {"tracked": "2026-12-22 17:30"})
    judged = {"about": "judgment", "text": "一审判决驳回诉请"}
    assert desk.refused("legal@hq", case, "note", **judged) == "409"
    desk.attaches("legal@hq", case, "judgment")
    desk.does("legal@hq", case, "note", **judged)
    desk.does("legal@hq", case, "note", about="performed", text="判决生效且已履行")
    assert desk.refused("legal@hq", case, "close", remark="判决生效且已履行") == "fields.ended_as"
    desk.does("legal@hq", case, "classify", fields={"ended_as": "won"})
    desk.does("legal@hq", case, "close", remark="判决生效且已履行")
    desk.at("2027-01-31 10:00")
    assert (desk.state(case), desk.due(case)) == ("closed", {})
    assert desk.told_of(case) == [
        "2026-11-20 09:00 legal@hq to_be_tracked",
        "2026-11-20 09:00 service_department_head@hq to_be_tracked",
        "2026-12-04 17:30 legal@hq tracking_late",
        "2026-12-07 17:30 service_department_head@hq tracking_late",
    ]
