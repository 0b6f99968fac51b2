"""The car maker's process on the pure engine: its worked examples, and what they leave to prove."""

from typing import Any

import pytest
from tests.support.play import Said, Tale, differences, examples, policy

from complaints.policy.model import Example
from complaints.reporting.plan import plan_of

CALL: Said = {"kind": "complaint", "channel": "phone", "category": "bill_too_high", "text": "保养费比电话报价高一倍"}


def complaint(**more: Any) -> Tale:
    return Tale("carmaker").at("2026-11-20 09:00").does("agent@hq", "register", **{**CALL, "unit": "e-hejin", **more})


@pytest.mark.parametrize("example", examples("carmaker"))
def test_a_worked_example_comes_as_written(example: Example) -> None:
    assert differences("carmaker", example) == []


@pytest.mark.proves("CAR-1")
def test_three_substantive_and_four_emotional_needs() -> None:
    groups: dict[str, set[str]] = {}
    for name, cause in policy("carmaker").causes.items():
        groups.setdefault(cause.group, set()).add(name)
    assert groups == {
        "substantive": {"fixed_first_time", "fair_price", "on_time"},
        "emotional": {"welcome", "comfort", "understood", "important"},
    }


@pytest.mark.proves("CAR-2")
def test_the_common_problems_are_categories_that_point_to_a_need() -> None:
    categories = policy("carmaker").categories
    assert set(categories) - {"other"} == {
        "same_fault",
        "unsolved_long",
        "not_returned_as_agreed",
        "bill_too_high",
        "not_protected",
        "returned_dirty",
        "cost_not_announced",
        "promised_not_done",
    }
    needs = {tag for name, one in categories.items() if name != "other" for tag in one.tags}
    assert needs <= set(policy("carmaker").causes)


@pytest.mark.proves("CAR-3")
@pytest.mark.parametrize(("who", "channel"), [("media_relations@hq", "media"), ("agent@hq", "consumer_body")])
def test_media_and_consumer_bodies_go_to_the_head_of_service_at_once(who: str, channel: str) -> None:
    tale = Tale("carmaker").at("2026-11-21 23:30")
    tale.does(who, "register", **{**CALL, "channel": channel, "unit": "w-guchi"})
    assert "2026-11-21 23:30 service_department_head@hq for_head" in tale.texts()
    assert policy("carmaker").templates["for_head"].urgent
    assert tale.due()["head_decides#1"] == "2026-11-22 03:30"


@pytest.mark.proves("CAR-3")
def test_a_customer_who_goes_to_the_media_later_reaches_the_head_once() -> None:
    tale = complaint().does("customer", "message", text="我已经联系记者要曝光")
    tale.does("customer", "message", text="记者明天来采访")
    assert [line for line in tale.texts() if line.endswith("for_head")] == [
        "2026-11-20 09:00 service_department_head@hq for_head"
    ]


@pytest.mark.proves("CAR-4")
def test_the_return_rates_are_those_of_the_source() -> None:
    keep = plan_of(policy("carmaker")).keep
    assert keep is not None
    assert (keep.untold, keep.unsolved, keep.solved, keep.quick) == (0.09, 0.19, 0.54, 0.82)
    assert keep.quick_seconds == 24 * 3600


@pytest.mark.proves("CAR-5")
def test_a_grumble_may_be_overheard_and_asks_for_nothing() -> None:
    tale = Tale("carmaker").at("2026-11-20 09:00")
    grumble: Said = {
        "kind": "grumble",
        "channel": "overheard",
        "category": "returned_dirty",
        "text": "取车时嘟囔车没洗",
    }
    tale.refused("condition", "handler@e-hejin", "register", **{**grumble, "kind": "complaint"})
    tale.does("technician@e-hejin", "register", **grumble)
    assert "solve" not in tale.offers("handler@e-hejin") | tale.offers("service_manager@e-hejin")
    assert tale.case().deadline("contact") is None


@pytest.mark.proves("CAR-6")
@pytest.mark.parametrize("about", ["meeting_customer", "meeting_media"])
def test_a_meeting_has_a_record(about: str) -> None:
    tale = complaint()
    tale.refused("paper_absent", "area_manager@east", "note", about=about, text="会谈达成初步方案")
    tale.does("area_manager@east", "attach", paper="meeting_record", file="f1")
    tale.does("area_manager@east", "note", about=about, text="会谈达成初步方案")
    tale.refused("not_yours", "area_manager@west", "note", about=about, text="会谈达成初步方案")


@pytest.mark.proves("CAR-6")
def test_the_area_manager_reports_up_and_the_head_may_ask_again() -> None:
    tale = complaint(fields={"injured": True})
    assert tale.due()["area_reports#1"] == "2026-11-23 17:30"
    tale.does("area_manager@east", "attach", paper="area_report", file="f1")
    tale.does("area_manager@east", "answer", 1, text="已上门慰问并安排检测")
    assert tale.texts()[-1] == "2026-11-20 09:00 service_department_head@hq area_reported"
    tale.refused("not_yours", "area_manager@east", "review", 1, result="pass")
    tale.does("service_department_head@hq", "review", 1, result="again", remark="请补充伤情与诊断")
    tale.does("area_manager@east", "answer", 1, text="补充伤情诊断与检测计划")
    tale.does("service_department_head@hq", "review", 1, result="pass")
    assert tale.case().orders[0].state == "accepted"


@pytest.mark.proves("CAR-7")
@pytest.mark.parametrize("missing", ["demand", "same_fault_repairs"])
def test_no_solution_before_demand_and_number_of_repairs_are_known(missing: str) -> None:
    known = {"demand": "refund", "same_fault_repairs": 2}
    tale = complaint(fields={name: value for name, value in known.items() if name != missing})
    tale.does("handler@e-hejin", "contact", reached=True, remark="与客户核对结算单")
    solution: Said = {"outcome": "solved", "solution": "退还差价并致歉"}
    tale.refused("required", "handler@e-hejin", "solve", **solution)
    tale.does("handler@e-hejin", "classify", fields={missing: known[missing]})
    tale.does("handler@e-hejin", "solve", **solution)


@pytest.mark.proves("CAR-7")
def test_the_third_repair_of_the_same_fault_makes_it_important() -> None:
    assert complaint(fields={"same_fault_repairs": 2}).value("severity") == "ordinary"
    assert complaint(fields={"same_fault_repairs": 3}).value("severity") == "important"


@pytest.mark.proves("CAR-8")
def test_a_complaint_that_goes_to_court_is_tracked_from_then_on() -> None:
    tale = complaint().at("2026-11-24 10:00").does("legal@hq", "classify", kind="litigation")
    assert (tale.case().kind, tale.case().state) == ("litigation", "filed")
    assert "tracked" in tale.value("case.running")
    assert "2026-11-24 10:00 legal@hq to_be_tracked" in tale.texts()
    tale.does("legal@hq", "attach", paper="judgment", file="f1")
    tale.does("legal@hq", "note", about="judgment", text="一审判决退还差价")
    tale.does("legal@hq", "note", about="appeal_filed", text="客户提起上诉")
    assert tale.case().state == "hearing", "an appeal brings it back before the court"
    tale.refused("wrong_state", "legal@hq", "close", remark="上诉期间不能终结")


@pytest.mark.proves("CAR-8")
def test_a_lawsuit_never_leaves_sight_while_it_is_open() -> None:
    tale = Tale("carmaker").at("2026-11-02 09:00")
    about: Said = {"kind": "litigation", "channel": "court", "category": "same_fault", "text": "客户起诉要求退车"}
    tale.does("legal@hq", "register", **about, unit="e-hejin")
    for day in range(1, 6):
        tale.at(f"2026-11-0{day + 2} 10:00")
        tale.does(
            "legal@hq", "follow-up", outcome="continue", next_at="2026-12-01T10:00:00+08:00", remark="等待开庭通知"
        )
        assert tale.value("case.running").count("tracked") == 1
    assert tale.due()["tracked"] == "2026-11-20 17:30"
