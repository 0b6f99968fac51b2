"""The car importer's process on the pure engine: its worked examples, and what they leave to prove."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.play import Said, Tale, differences, examples, policy, rulebook, units

from complaints.case.fields import says_nothing
from complaints.case.values import Post
from complaints.directory.tree import sees
from complaints.policy.conditions import holds
from complaints.policy.model import Example

ZONE = ZoneInfo("Asia/Shanghai")
COMPLAINT: Said = {"kind": "complaint", "channel": "phone", "category": "repair", "text": "空调异响修了两次仍未修好"}


def complaint(unit: str = "d-qingzhou", **more: Any) -> Tale:
    return Tale("auto").at("2026-11-20 10:00").does("agent@importer", "register", **COMPLAINT, unit=unit, **more)


@pytest.mark.parametrize("example", examples("auto"))
def test_a_worked_example_comes_as_written(example: Example) -> None:
    assert differences("auto", example) == []


@pytest.mark.proves("AUTO-4", "R5")
@given(st.dates(date(2026, 1, 1), date(2026, 8, 31)), st.integers(0, 86399))
@settings(max_examples=60, deadline=None)
def test_three_months_end_with_the_day_of_the_same_number(closed: date, second: int) -> None:
    at = datetime(closed.year, closed.month, closed.day, tzinfo=ZONE) + timedelta(seconds=second)
    [rule] = [one for one in policy("auto").repeats if "complaint" in one.kinds]
    last = (rulebook("auto").due(rule.reopen_within, at) - timedelta(seconds=1)).astimezone(ZONE)
    assert (last.year * 12 + last.month) - (closed.year * 12 + closed.month) == 3
    next_day = last.date() + timedelta(days=1)
    assert last.day == closed.day or (last.day < closed.day and next_day.day == 1)
    assert last.strftime("%H:%M:%S") == "23:59:59"


@pytest.mark.proves("AUTO-4", "R19")
def test_a_repeat_joins_the_open_case_and_counts() -> None:
    tale = complaint().at("2026-11-20 11:00").does("system", "repeat", channel="phone", text="又来电催问空调的事")
    assert (tale.case().state, tale.value("count.repeated")) == ("in_progress", 1)


@pytest.mark.proves("AUTO-5")
def test_a_complaint_is_in_progress_or_closed_the_others_in_progress_or_handled() -> None:
    kinds = policy("auto").kinds
    assert {"in_progress", "closed"} <= set(kinds["complaint"].states)
    for kind in ("inquiry", "survey_finding"):
        assert {"in_progress", "handled"} <= set(kinds[kind].states)
        assert kinds[kind].states["handled"].phase == "closed"


@pytest.mark.proves("AUTO-5")
def test_a_closing_says_whether_the_desk_calls_back() -> None:
    for outcome, calls in (("close_callback", True), ("close_no_callback", False)):
        tale = complaint().does("handler@d-qingzhou", "contact", reached=True, remark="与客户约定到店检查")
        tale.does("handler@d-qingzhou", "solve", outcome="agreed", solution="双方同意更换支架后观察")
        tale.does("handler@d-qingzhou", "follow-up", outcome=outcome, remark="双方同意更换支架后观察")
        assert tale.case().state == "closed"
        assert (tale.case().deadline("callback") is not None) is calls


@pytest.mark.proves("AUTO-1", "AUTO-5")
def test_about_an_inquiry_the_desk_calls_back_only_when_asked_to() -> None:
    inquiry: Said = {"kind": "inquiry", "channel": "phone", "category": "parts", "text": "请问保险杠什么时候到货"}
    for how, calls in ((None, False), ("close_no_callback", False), ("close_callback", True)):
        tale = Tale("auto").at("2026-11-20 10:00").does("agent@importer", "register", **inquiry, unit="d-nanpu")
        tale.does("handler@d-nanpu", "contact", reached=True, remark="告知客户下周二到货")
        if how is None:
            tale.does("handler@d-nanpu", "close", remark="客户已知到货时间")
        else:
            tale.does("handler@d-nanpu", "follow-up", outcome=how, remark="客户已知到货时间")
        assert (tale.case().state, tale.case().deadline("callback") is not None) == ("handled", calls)


@pytest.mark.proves("AUTO-10")
def test_a_case_from_the_website_reaches_the_specialist_when_its_dealer_is_known() -> None:
    tale = Tale("auto").at("2026-11-20 10:00")
    fields = {"vin": "LSVAA4182E2123456", "invoice_date": "2026-09-01", "mileage": 5000, "dealer": "d-linhe"}
    about: Said = {"kind": "three_guarantee", "channel": "web", "category": "product", "text": "变速箱顿挫要求换车"}
    tale.does("customer", "register", **about, fields=fields)
    assert tale.texts() == ["2026-11-20 10:00 three_guarantee_specialist@d-linhe new_three_guarantee"]
    assert tale.value("warranty") == "within_2_years"


@pytest.mark.proves("AUTO-5")
@pytest.mark.parametrize("remark", ["不满意", "客户不满意！", "处理中，继续跟进", "Not satisfied.", "跟进中…"])
def test_a_remark_that_says_nothing_is_known(remark: str) -> None:
    assert says_nothing(remark, policy("auto").remarks)


@pytest.mark.proves("AUTO-5")
def test_files_of_many_formats_can_be_attached() -> None:
    kinds = {one.partition("/")[0] for one in policy("auto").intake.file_types}
    assert {"image", "application", "audio", "video", "text"} <= kinds


@pytest.mark.proves("AUTO-8")
def test_no_role_of_another_dealer_may_do_anything_with_a_case() -> None:
    tale = complaint()
    for role in policy("auto").roles:
        assert tale.offers(f"{role}@d-linhe") == set(), role
    assert "supervise" in tale.offers("solution_team@importer")
    assert "contact" in tale.offers("handler@d-qingzhou")


@pytest.mark.proves("AUTO-8")
def test_the_importer_sees_every_dealer_and_a_dealer_itself_only() -> None:
    tree = units("auto")
    dealers = [unit for unit in tree.values() if unit.level == "dealer"]
    importer = Post("importer", "solution_team", ("importer",))
    assert all(sees([importer], unit.path) for unit in dealers)
    for unit in dealers:
        own = Post(unit.id, "handler", unit.path)
        assert [other.id for other in dealers if sees([own], other.path)] == [unit.id]


@pytest.mark.proves("AUTO-9")
@pytest.mark.parametrize(
    ("row", "transfers"),
    [
        ({"survey_score": 6}, True),
        ({"survey_score": 7}, False),
        ({"survey_score": 9, "wants_contact": True}, True),
        ({"wants_contact": False}, False),
        ({}, False),
    ],
)
def test_a_row_of_the_survey_is_transferred_under_its_condition(row: dict[str, Any], transfers: bool) -> None:
    survey = policy("auto").surveys["ikb"]
    assert holds(survey.transfer, row.get) is transfers
    assert survey.kind == "survey_finding"
    assert set(survey.key) <= set(survey.columns)


@pytest.mark.proves("AUTO-9")
@pytest.mark.parametrize(
    ("sort", "right", "wrong"),
    [
        ("technical", "technician", "receptionist"),
        ("reception", "receptionist", "technician"),
        ("other", "service_supervisor", "technician"),
    ],
)
def test_each_sort_of_finding_is_explained_by_its_own_people(sort: str, right: str, wrong: str) -> None:
    tale = Tale("auto").at("2026-11-16 09:00")
    tale.does("system", "register", kind="survey_finding", channel="survey", text="刹车异响", unit="d-nanpu")
    tale.does("agent@importer", "classify", fields={"is_complaint": True})
    tale.does("agent@importer", "confirm", result="confirmed", recording="rec-1")
    tale.does("handler@d-nanpu", "classify", fields={"finding_type": sort, "answers_for_it": "p032"})
    tale.refused("condition", f"{wrong}@d-nanpu", "solve", outcome="solved", solution="当面解释后客户认可")
    tale.does(f"{right}@d-nanpu", "solve", outcome="solved", solution="当面解释后客户认可")


def claim(burnt: bool) -> Tale:
    tale = Tale("auto").at("2026-11-16 09:00")
    tale.does(
        "service_manager@d-linhe",
        "register",
        kind="goodwill",
        channel="dealer",
        category="product",
        text="出保两个月变速箱损坏希望索赔",
        fields={"burnt": burnt},
    )
    return tale


def hand_in(tale: Tale, step: str, *without: str) -> None:
    who = "handler@d-linhe"
    for paper, spec in policy("auto").papers.items():
        if f"step_{step}" in spec.tags and paper not in without:
            tale.does(who, "attach", paper=paper, file=f"file-{paper}")


@pytest.mark.proves("AUTO-11")
def test_papers_are_owed_step_by_step_until_the_importer_decides() -> None:
    tale = claim(burnt=False)
    for step, then in (("a", "papers_b"), ("b", "papers_c"), ("c", "papers_d"), ("d", "with_importer")):
        without = ("burnt_car_inspection",)
        tale.refused("paper_absent", "handler@d-linhe", "note", about=f"submit_{step}", text="提交本步资料给总部")
        hand_in(tale, step, *without)
        tale.does("handler@d-linhe", "note", about=f"submit_{step}", text="提交本步资料给总部")
        assert tale.case().state == then
    assert tale.case().deadline("papers_step") is None
    assert tale.due()["importer_decision"] == "2026-11-23 18:00"
    tale.refused("not_yours", "general_manager@d-linhe", "confirm", result="confirmed", remark="经销商不能自己批准")
    tale.does("business_unit@importer", "confirm", result="confirmed", remark="同意承担七成费用")
    assert tale.case().state == "approved"


@pytest.mark.proves("AUTO-11")
def test_a_burnt_car_needs_its_inspection_report() -> None:
    tale = claim(burnt=True)
    for step in ("a", "b"):
        hand_in(tale, step)
        tale.does("handler@d-linhe", "note", about=f"submit_{step}", text="提交本步资料给总部")
    hand_in(tale, "c", "burnt_car_inspection")
    tale.refused("paper_absent", "handler@d-linhe", "note", about="submit_c", text="提交本步资料给总部")
    tale.does("handler@d-linhe", "attach", paper="burnt_car_inspection", file="f9")
    tale.does("handler@d-linhe", "note", about="submit_c", text="提交本步资料给总部")


@pytest.mark.proves("AUTO-11")
@pytest.mark.parametrize(
    "fact", [{"not_at_once": True}, {"media": True}, {"accident": True}], ids=lambda fact: next(iter(fact))
)
def test_what_sends_a_dealer_internal_case_up(fact: dict[str, bool]) -> None:
    tale = Tale("auto").at("2026-11-16 09:00")
    about: Said = {"kind": "dealer_internal", "channel": "dealer", "category": "attitude", "text": "客户与接待发生争执"}
    tale.does("receptionist@d-linhe", "register", **about)
    assert tale.case().orders == ()
    tale.does("service_manager@d-linhe", "classify", fields=fact)
    assert tale.case().state == "papers_a"
    assert "2026-11-16 09:00 headquarters_handler@importer for_headquarters" in tale.texts()


@pytest.mark.proves("AUTO-11")
def test_a_customer_who_complains_again_sends_a_dealer_internal_case_up() -> None:
    tale = Tale("auto").at("2026-11-16 09:00")
    about: Said = {"kind": "dealer_internal", "channel": "dealer", "category": "attitude", "text": "客户与接待发生争执"}
    tale.does("receptionist@d-linhe", "register", **about)
    tale.does("system", "repeat", channel="phone", text="客户再次来电投诉接待")
    assert tale.case().state == "papers_a"


@pytest.mark.proves("AUTO-11")
def test_the_three_kinds_have_states_of_their_own() -> None:
    kinds = policy("auto").kinds
    assert kinds["goodwill"].start == "papers_a"
    assert kinds["dealer_internal"].start == "with_dealer"
    assert kinds["major_customer"].start == "in_progress"


@pytest.mark.proves("AUTO-3", "AUTO-11")
def test_a_major_customer_is_always_headquarters_business_too() -> None:
    tale = Tale("auto").at("2026-11-20 10:00")
    about: Said = {**COMPLAINT, "kind": "major_customer"}
    tale.does("agent@importer", "register", **about, unit="d-qingzhou")
    assert tale.texts() == [
        "2026-11-20 10:00 handler@d-qingzhou new_case",
        "2026-11-20 10:00 headquarters_handler@importer for_headquarters",
    ]


@pytest.mark.proves("AUTO-13", "R17")
@pytest.mark.parametrize("category", ["product", "repair", "attitude", "delivery"])
def test_the_dealer_answers_whatever_the_case_is_about(category: str) -> None:
    tale = Tale("auto").at("2026-11-20 10:00")
    tale.does("agent@importer", "register", **{**COMPLAINT, "category": category}, unit="d-qingzhou")
    assert {"contact", "follow-up", "solve"} <= tale.offers("handler@d-qingzhou")
    assert "close" not in tale.offers("agent@importer") | tale.offers("headquarters_handler@importer")


@pytest.mark.proves("AUTO-15")
def test_the_solution_team_is_told_of_what_headquarters_enters() -> None:
    tale = Tale("auto").at("2026-11-20 10:00")
    about: Said = {**COMPLAINT, "channel": "headquarters", "unit": "d-nanpu"}
    tale.does("headquarters_handler@importer", "register", **about)
    assert "2026-11-20 10:00 solution_team@importer entered_by_staff" in tale.texts()
    assert tale.case().channel == "headquarters"


@pytest.mark.proves("AUTO-18")
def test_the_dealers_opinion_stands_beside_the_remark() -> None:
    tale = complaint()
    tale.does(
        "handler@d-qingzhou",
        "follow-up",
        outcome="continue",
        next_at="2026-11-21T10:00:00+08:00",
        remark="压缩机支架松动待订货",
        opinion="建议免工时费",
    )
    event = tale.play().events[-1][0]
    assert (event.personal["remark"], event.personal["opinion"]) == ("压缩机支架松动待订货", "建议免工时费")
    assert event.data["role"] == "handler"


@pytest.mark.proves("D8")
def test_a_shift_is_handed_over_with_a_text() -> None:
    tale = complaint().does("agent@importer", "note", about="handover", text="等待客户回电确认到店时间")
    assert tale.texts()[-1] == "2026-11-20 10:00 agent@importer handed_over"


@pytest.mark.proves("D6")
def test_scripts_are_offered_in_both_languages() -> None:
    assert all(set(script.text) == {"zh-CN", "en"} for script in policy("auto").scripts.values())
