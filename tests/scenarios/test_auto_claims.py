"""The car importer's process, told through the HTTP interface and the worker: warranty, claims, survey findings."""

from collections.abc import Iterator

import pytest
from tests.support.story import Story, story

WARRANTY = {
    "kind": "three_guarantee",
    "channel": "dealer",
    "category": "product",
    "text": "发动机烧机油要求换车",
    "complainant": {"phone": "10000000001"},
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with story("auto", monkeypatch, "2026-11-16 09:00") as told:
        yield told


@pytest.mark.proves("AUTO-10", "R6")
def test_a_warranty_case_climbs_from_the_specialist_to_the_business_unit(desk: Story) -> None:
    car = {"vin": "LSVAA4182E2123456", "invoice_date": "2026-02-01"}
    assert desk.refused_registration("handler@d-qingzhou", **WARRANTY, fields=car) == "fields.mileage"
    # both limits hold: one kilometre more than the last of them is an ordinary complaint
    ordinary = desk.registered("handler@d-qingzhou", **WARRANTY, fields={**car, "mileage": 100001})
    assert desk.seen("handler@d-qingzhou", ordinary)["kind"] == "complaint"
    again = {**WARRANTY, "complainant": {"phone": "10000000002"}}
    other = {"vin": "LSVAA4182E2123457", "invoice_date": "2026-02-01", "mileage": 9000}
    case = desk.registered("handler@d-qingzhou", **again, fields=other)
    assert desk.seen("handler@d-qingzhou", case)["derived"]["warranty"] == "within_2_years"
    desk.does("three_guarantee_specialist@d-qingzhou", case, "contact", reached=True, remark="解释机油消耗检测流程")
    onward = {"outcome": "continue", "next_at": "2026-11-20T09:00:00+08:00", "remark": "安排机油消耗检测"}
    desk.does("three_guarantee_specialist@d-qingzhou", case, "follow-up", **onward)
    # the customer still complains, and the case climbs
    desk.at("2026-11-16 11:00")
    desk.does("customer", case, "dispute", text="不接受检测要求退换")
    note = {"about": "report_to_general_manager", "text": "客户坚持换车需总经理与业务部门协商"}
    assert desk.refused("handler@d-qingzhou", case, "note", **note) == "409"
    desk.does("service_manager@d-qingzhou", case, "note", **note)
    desk.at("2026-11-16 14:00")
    ask = {"order_type": "business_unit_agreement", "unit": "importer"}
    desk.does("general_manager@d-qingzhou", case, "dispatch", **ask)
    desk.at("2026-11-17 10:00")
    desk.does("business_unit@importer", case, "answer", order=1, finding="refused", text="未达到退换条件不同意换车")
    assert desk.state(case) == "another_solution"
    assert desk.refused("general_manager@d-qingzhou", case, "close", remark="业务部门不同意换车") == "409"
    # another solution, agreed, and only then the customer is answered
    desk.does("general_manager@d-qingzhou", case, "dispatch", **ask)
    desk.does("business_unit@importer", case, "answer", order=2, finding="agreed", text="同意免费更换发动机总成")
    desk.does("service_manager@d-qingzhou", case, "contact", reached=True, remark="答复客户免费更换发动机")
    desk.does("service_manager@d-qingzhou", case, "solve", outcome="agreed", solution="免费更换发动机总成并延保一年")
    # the papers go to the service desk with the closing
    assert desk.refused("service_manager@d-qingzhou", case, "close", remark="免费更换发动机总成") == "409"
    for paper in ("complaint_sheet", "three_guarantee_file"):
        desk.attaches("three_guarantee_specialist@d-qingzhou", case, paper)
    desk.does("service_manager@d-qingzhou", case, "close", remark="免费更换发动机总成")
    desk.does("callback_agent@importer", case, "callback", reached=True, satisfied=True)
    desk.at("2026-11-17 12:00")
    assert desk.told_of(case) == [
        "2026-11-16 09:00 three_guarantee_specialist@d-qingzhou new_three_guarantee",
        "2026-11-16 11:00 front_desk_supervisor@d-qingzhou still_complains",
        "2026-11-16 11:00 general_manager@d-qingzhou reported_up",
        # a minute later: the same person was told of the other case at 11:00
        "2026-11-16 11:01 service_manager@d-qingzhou still_complains",
        "2026-11-16 14:00 business_unit@importer for_headquarters",
        "2026-11-17 10:00 business_unit@importer for_headquarters",
        "2026-11-17 10:00 callback_agent@importer to_call_back",
        "2026-11-17 10:00 customer rate_us",
    ]


@pytest.mark.proves("AUTO-11", "AUTO-15", "D12")
def test_a_dealer_internal_case_goes_up_with_its_papers_step_by_step(desk: Story) -> None:
    said = {"kind": "dealer_internal", "channel": "dealer", "category": "product", "text": "车辆行驶中起火"}
    case = desk.registered("service_manager@d-linhe", **said, fields={"accident": True, "burnt": True})
    assert (desk.state(case), desk.due(case)["papers_step"]) == ("papers_a", "2026-11-19 18:00")
    steps = {
        "submit_a": ("complaint_report", "purchase_invoice", "vehicle_licence"),
        "submit_b": ("claim_form", "diagnosis_report", "repair_order", "repair_invoice"),
        "submit_c": ("technical_report", "parts_order", "photographs", "repair_history", "burnt_car_inspection"),
        "submit_d": ("complaint_record", "settlement_proposal"),
    }
    for step, papers in steps.items():
        for paper in papers[:-1]:
            desk.attaches("handler@d-linhe", case, paper)
        note = {"about": step, "text": "资料已齐并提交总部"}
        assert desk.refused("handler@d-linhe", case, "note", **note) == "409"
        desk.attaches("handler@d-linhe", case, papers[-1])
        desk.does("handler@d-linhe", case, "note", **note)
        desk.at(f"2026-11-{17 + list(steps).index(step)} 09:00")
    assert (desk.state(case), desk.due(case)["importer_decision"]) == ("with_importer", "2026-11-26 18:00")
    # what each role may promise
    assert desk.refused("general_manager@d-linhe", case, "compensate", amount=20001, reason="代步车与误工补偿") == "409"
    desk.does("business_unit@importer", case, "compensate", amount=20001, reason="代步车与误工补偿")
    desk.does("business_unit@importer", case, "confirm", result="confirmed", remark="同意按方案索赔")
    desk.at("2026-11-20 10:00")
    assert desk.state(case) == "approved"
    assert [line for line in desk.told_of(case) if " late" not in line and "nearly" not in line] == [
        "2026-11-16 09:00 general_manager@d-linhe new_case",
        "2026-11-16 09:00 headquarters_handler@importer for_headquarters",
        "2026-11-16 09:00 service_manager@d-linhe new_case",
        "2026-11-19 09:00 business_unit@importer papers_complete",
    ]


@pytest.mark.proves("AUTO-9", "D5")
def test_a_survey_finding_is_confirmed_sorted_explained_signed_and_called_back(desk: Story) -> None:
    said = {"kind": "survey_finding", "channel": "survey", "category": "repair", "text": "刹车异响店里说正常"}
    fields = {"survey_wave": "2026Q4", "survey_row": "17", "survey_score": 4}
    raw = desk.registered("agent@importer", **said, unit="d-nanpu", fields=fields)
    desk.does("callback_agent@importer", raw, "confirm", result="rejected", remark="客户表示只是随口一说")
    case = desk.registered("agent@importer", **said, unit="d-nanpu", fields={**fields, "survey_row": "18"})
    # the call confirms it, with its recording, and says whether it is a complaint
    confirmed = {"result": "confirmed", "recording": "rec-1"}
    assert desk.refused("agent@importer", case, "confirm", **confirmed) == "fields.is_complaint"
    desk.does("agent@importer", case, "classify", fields={"is_complaint": False})
    desk.does("agent@importer", case, "confirm", **confirmed)
    assert desk.due(case)["finding_handled"] == "2026-11-23 18:00"
    # sorted, somebody named, explained by the right people
    named = {"finding_type": "technical", "answers_for_it": desk.person("technician@d-nanpu")}
    desk.does("service_supervisor@d-nanpu", case, "classify", fields=named)
    desk.does("technician@d-nanpu", case, "contact", reached=True, remark="技师当面解释刹车片磨合声")
    solved = {"outcome": "solved", "solution": "试车解释后客户认可刹车声音正常"}
    assert desk.refused("receptionist@d-nanpu", case, "solve", **solved) == "409"
    desk.does("technician@d-nanpu", case, "solve", **solved)
    # the form is filled in and signed before anything is closed
    assert desk.refused("service_manager@d-nanpu", case, "close", remark="解释后客户认可") == "409"
    desk.attaches("technician@d-nanpu", case, "feedback_form")
    assert desk.refused("technician@d-nanpu", case, "sign", paper="feedback_form") == "403"
    desk.does("service_supervisor@d-nanpu", case, "sign", paper="feedback_form")
    desk.at("2026-11-17 22:00")
    desk.does("service_manager@d-nanpu", case, "close", remark="解释后客户认可")
    # the service desk is told, in the morning, and calls back
    desk.at("2026-11-18 10:00")
    desk.does("callback_agent@importer", case, "callback", reached=True, satisfied=True)
    assert desk.told_of(case) == [
        "2026-11-16 09:00 service_supervisor@d-nanpu new_finding",
        "2026-11-18 08:00 callback_agent@importer to_call_back",
    ]
    assert (desk.state(raw), desk.state(case), desk.met(case)["callback"]) == ("raw", "handled", True)
