"""The postal operator's process on the pure engine: its worked examples, and what they leave to prove."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.play import Said, Tale, differences, examples, policy, rulebook, units

from complaints.case.decide import decide
from complaints.case.fields import says_nothing
from complaints.case.values import Command, RefusedError
from complaints.desk.rehearsal import actor
from complaints.directory.tree import Places
from complaints.policy.model import Example
from complaints.reporting.plan import plan_of
from complaints.structs import replace

MAIL: Said = {"kind": "problem_mail", "channel": "phone", "category": "delay", "text": "邮件多日未到没有消息"}


def mail(at: str = "2026-11-20 10:00", unit: str = "beiyuan", **more: Any) -> Tale:
    return Tale("postal").at(at).does("front_desk@cc", "register", **{**MAIL, "unit": unit, **more})


def order(at: str = "2026-11-20 10:00", unit: str = "donglan", kind: str = "ordinary", **more: Any) -> Tale:
    return mail(at, **more).does("front_desk@cc", "dispatch", order_type=kind, unit=unit)


def ruled(cause: str = "late_handover", unit: str = "dl-haiqu-1", **more: Any) -> Tale:
    tale = order("2026-11-02 09:00", **more)
    tale.does("regional_desk@donglan", "answer", 1, text="交接环节漏扫已补投签收", interim=False)
    tale.does("lead_desk@beiyuan", "contact", reached=True, remark="客户确认收到邮件")
    tale.does("lead_desk@beiyuan", "close", remark="客户确认收到邮件")
    tale.does("callback_agent@cc", "callback", reached=True, satisfied=True)
    return tale.does("adjudicator@hq", "rule", valid=True, cause=cause, unit=unit)


@pytest.mark.parametrize("example", examples("postal"))
def test_a_worked_example_comes_as_written(example: Example) -> None:
    assert differences("postal", example) == []


URGENT: list[tuple[dict[str, Any], str]] = [
    *(({"contents": one}, "urgent") for one in ("ticket", "id_card", "household_register", "passport", "contract")),
    ({"contents": "tender"}, "urgent"),
    ({"contents": "invoice", "within_a_week": True, "amount": 100_000}, "urgent"),
    ({"contents": "invoice", "within_a_week": True, "amount": 99_999}, "ordinary"),
    ({"contents": "invoice", "amount": 100_000}, "ordinary"),
    *(
        ({"contents": one, "within_a_week": True}, "urgent")
        for one in ("acceptance_bill", "bill_of_lading", "withdrawal_slip", "tax_certificate", "legal_document")
    ),
    ({"contents": "legal_document"}, "ordinary"),
    ({"contents": "diploma"}, "urgent"),
    ({"contents": "emergency_medicine"}, "urgent"),
    ({"contents": "valuables", "amount": 20_000}, "urgent"),
    ({"contents": "valuables", "amount": 19_999}, "ordinary"),
    ({"may_go_public": True}, "urgent"),
    ({"contents": "other"}, "ordinary"),
    ({}, "ordinary"),
]


@pytest.mark.proves("POST-1")
@pytest.mark.parametrize(("fields", "severity"), URGENT)
def test_what_is_urgent(fields: dict[str, Any], severity: str) -> None:
    tale = mail(fields=fields)
    assert tale.value("severity") == severity
    assert tale.case().state == ("rehearing" if severity == "urgent" else "registered")


@pytest.mark.proves("POST-1")
def test_a_tendency_to_complain_outside_is_heard_in_the_customers_words() -> None:
    assert mail(text="再不解决我就找媒体曝光").value("severity") == "urgent"
    later = mail().does("customer", "message", text="再不解决我就找媒体曝光")
    assert later.case().state == "rehearing"
    assert later.due()["rehearing"] == "2026-11-20 11:00"


@pytest.mark.proves("POST-3", "POST-14")
@pytest.mark.parametrize(
    ("who", "kind", "unit", "code"),
    [
        ("front_desk@cc", "direct", "dl-haiqu-1", ""),
        ("front_desk@cc", "ordinary", "donglan", ""),
        ("front_desk@cc", "urgent", "donglan", "not_your_order"),
        ("proactive@cc", "ordinary", "donglan", ""),
        ("proactive@cc", "urgent", "donglan", ""),
        ("elite@cc", "urgent", "donglan", ""),
        ("elite@cc", "direct", "dl-haiqu-1", "not_your_order"),
        ("agent@cc", "ordinary", "donglan", "not_yours"),
        ("front_desk@cc", "direct", "donglan", "wrong_level"),
    ],
)
def test_who_may_create_which_order(who: str, kind: str, unit: str, code: str) -> None:
    tale = mail()
    if code:
        tale.refused(code, who, "dispatch", order_type=kind, unit=unit)
    else:
        tale.does(who, "dispatch", order_type=kind, unit=unit)
        assert tale.case().orders[0].type == kind


@pytest.mark.proves("POST-4", "R1")
@given(st.integers(0, 360), st.integers(1, 599))
@settings(max_examples=50, deadline=None)
def test_forty_eight_hours_are_two_working_days_of_any_kind(day: int, minute: int) -> None:
    # given an order sent in working time on any day of the year, holidays included
    sent = datetime(2026, 1, 1, 8, tzinfo=rulebook("postal").zone) + timedelta(days=day, minutes=minute)
    due = rulebook("postal").due({"working_hours": 20, "calendar": "service"}, sent)
    # then it is due at the same hour two days later
    assert due == sent + timedelta(days=2)
    # and one sent at the opening itself is due when the second day ends
    opening = sent.replace(hour=8, minute=0)
    assert rulebook("postal").due({"working_hours": 20, "calendar": "service"}, opening) == opening + timedelta(
        hours=34
    )


@pytest.mark.proves("POST-5", "R7")
@given(st.integers(0, 24 * 60 - 1))
@settings(max_examples=60, deadline=None)
def test_a_slot_is_never_later_than_four_working_hours(minute: int) -> None:
    sent = datetime(2026, 11, 20, tzinfo=rulebook("postal").zone) + timedelta(minutes=minute)
    slot = rulebook("postal").due({"slots": "linked"}, sent)
    assert sent < slot <= rulebook("postal").due({"working_hours": 4, "calendar": "service"}, sent)


@pytest.mark.proves("POST-6", "R3")
def test_an_urgent_order_in_a_key_city_still_goes_to_the_province() -> None:
    tale = mail().does("elite@cc", "dispatch", order_type="urgent", unit="yunling")
    assert tale.texts("2026-11-22 10:00")[-1] == "2026-11-22 10:00 service_director@yunling unanswered_director"


@pytest.mark.proves("POST-6", "R3", "R16")
def test_an_answer_at_the_exact_instant_is_in_time_and_a_second_later_is_not() -> None:
    tale = order().at("2026-11-22 10:00:00")
    tale.does("regional_desk@donglan", "answer", 1, text="邮件已于今日妥投签收", interim=False)
    assert (tale.play().met["answer_order#1"], tale.texts("2026-11-25 00:00")) == (True, [])
    late = order().at("2026-11-22 10:00:01")
    late.does("regional_desk@donglan", "answer", 1, text="邮件已于今日妥投签收", interim=False)
    assert late.play().met["answer_order#1"] is False
    assert late.texts("2026-11-25 00:00") == ["2026-11-22 10:00 service_director@donglan unanswered_director"]


@pytest.mark.proves("POST-7", "R16")
def test_an_interim_answer_sends_the_order_again_and_its_time_runs_on() -> None:
    tale = order().at("2026-11-20 15:00")
    tale.does("regional_desk@donglan", "answer", 1, text="仍在跟踪再投，请再派", interim=True)
    tale.does("lead_desk@beiyuan", "dispatch", 1, remark="请跟踪至妥投")
    [one] = tale.case().orders
    assert (one.tries, one.state) == (2, "open")
    assert tale.due()["answer_order#1"] == "2026-11-22 10:00"
    assert tale.texts("2026-11-22 10:00") == ["2026-11-22 10:00 service_director@donglan unanswered_director"]


@pytest.mark.proves("POST-8", "R2")
def test_a_sheet_that_stands_must_still_be_detailed_to_the_smallest_unit() -> None:
    tale = ruled(unit="donglan").at("2026-11-10 09:00")
    assert tale.case().orders[1].state == "stands"
    tale.refused("required", "lead_desk@donglan", "detail-liability", 2, unit="dl-haiqu-1")
    tale.does("lead_desk@donglan", "detail-liability", 2, unit="dl-haiqu-1", stage="delivery")
    assert (tale.value("ruling.unit"), tale.value("ruling.stage")) == ("dl-haiqu-1", "delivery")


@pytest.mark.proves("POST-8")
def test_arbitration_that_finds_no_fault_cancels_the_sheet() -> None:
    tale = ruled().does("lead_desk@donglan", "appeal", 2, text="封发记录证明已交下一环节", evidence=["f1"])
    tale.refused("not_yours", "adjudicator@donglan", "arbitrate", 2, liable=False, reason="自己不能裁自己")
    tale.does("service_department@hq", "arbitrate", 2, liable=False, reason="封发记录属实")
    assert tale.case().orders[1].state == "cancelled"


@pytest.mark.proves("POST-9")
@pytest.mark.parametrize(("day", "may"), [(30, True), (1, False)])
def test_a_unit_that_lost_the_right_to_appeal_is_refused_as_long_as_the_mark_stands(day: int, may: bool) -> None:
    # given the mark on the province until the end of November
    case = ruled().case()
    marked = dict(units("postal"))
    until = datetime(2026, 11, 30, 16, tzinfo=UTC)
    marked["donglan"] = replace(marked["donglan"], marks={"no_appeal": until})
    now = datetime(2026, 12 if may else 11, 1 if may else day + 5, 2, tzinfo=UTC)
    places = Places(marked.values(), now)
    appeal = Command(
        name="appeal",
        by=actor("lead_desk@donglan", places),
        at=now,
        order=2,
        data={"evidence": ["f1"]},
        personal={"text": "封发记录证明已交下一环节"},
    )
    if may:
        assert decide(case, appeal, rulebook("postal"), now, places)[0].type == "appealed"
    else:
        with pytest.raises(RefusedError) as refused:
            decide(case, appeal, rulebook("postal"), now, places)
        assert refused.value.problems[0].code == "condition"


@pytest.mark.proves("POST-9")
def test_the_policy_says_above_which_share_the_right_is_lost() -> None:
    plan = plan_of(policy("postal"))
    [limit] = [one for one in plan.limits if one.mark]
    assert (plan.indicators[limit.place].figure, limit.mark, limit.above) == ("failed_appeals", "no_appeal", 0.3)


@pytest.mark.proves("POST-10")
@pytest.mark.parametrize(
    "text", ["处理中", "跟进中。", "已告知", "已妥投！", "Being handled.", "Following", "delivered"]
)
def test_an_answer_that_says_nothing_is_refused(text: str) -> None:
    assert says_nothing(text, policy("postal").remarks)
    order().refused("says_nothing", "regional_desk@donglan", "answer", 1, text=text, interim=False)


@pytest.mark.proves("POST-10")
@pytest.mark.parametrize("mark", ["false_information", "found_later"])
def test_false_information_and_items_found_later_are_marked_for_the_monthly_review(mark: str) -> None:
    tale = ruled().does("adjudicator@hq", "mark", mark=mark, reason="答复与录音不符")
    assert mark in tale.value("case.marks")
    assert mark in plan_of(policy("postal")).review_marks


@pytest.mark.proves("POST-12")
def test_every_customer_is_called_back_and_the_day_is_cleared() -> None:
    assert mail("2026-11-20 10:00").due()["cleared_same_day"] == "2026-11-21 00:00"
    tale = mail("2026-11-20 10:00")
    assert tale.texts("2026-11-21 07:59") == []
    assert tale.texts("2026-11-21 08:00") == ["2026-11-21 08:00 manager@cc centre_late"]
    assert "callback" in ruled().play().met


@pytest.mark.proves("POST-12")
def test_a_dissatisfied_customer_opens_the_case_again() -> None:
    tale = order().does("regional_desk@donglan", "answer", 1, text="邮件已于今日妥投签收", interim=False)
    tale.does("lead_desk@beiyuan", "contact", reached=True, remark="客户确认收到邮件")
    tale.does("lead_desk@beiyuan", "close", remark="客户确认收到邮件")
    tale.does("callback_agent@cc", "callback", reached=True, satisfied=False)
    assert tale.case().state == "in_progress"


@pytest.mark.proves("POST-13")
def test_a_linked_dispatch_hangs_under_an_order_and_only_its_region_reviews_it() -> None:
    tale = order()
    linked: Said = {"order_type": "linked", "unit": "dl-haiqu-1"}
    tale.refused("wrong_parent", "regional_desk@donglan", "dispatch", **linked)
    tale.refused("not_yours", "regional_desk@yunling", "dispatch", **linked, parent=1)
    tale.does("regional_desk@donglan", "dispatch", **linked, parent=1)
    tale.does("handler@dl-haiqu-1", "answer", 2, text="邮件滞留揽投部货架")
    tale.refused("not_yours", "regional_desk@beiyuan", "review", 2, result="pass")
    tale.refused("wrong_state", "lead_desk@beiyuan", "close", remark="客户确认收到邮件")
    tale.does("regional_desk@donglan", "review", 2, result="pass")
    tale.refused("not_yours", "lead_desk@donglan", "close", remark="协办台不能结案")


@pytest.mark.proves("POST-15", "D1")
def test_a_chaser_has_a_deadline_of_its_own() -> None:
    tale = order().does("customer", "chase", remark="到底什么时候能到")
    assert tale.due()["chaser_answer"] == "2026-11-20 14:00"
    assert tale.value("count.chased") == 1


@pytest.mark.proves("POST-16")
def test_a_city_that_does_not_answer_its_daily_list_is_told_of() -> None:
    tale = ruled()
    assert tale.due()["daily_list#3"] == "2026-11-03 18:00"
    late = tale.texts("2026-11-03 18:00")
    assert late[-1] == "2026-11-03 18:00 service_director@donglan daily_list_late"
    tale.refused("not_yours", "city_daily_person@dl-muyang", "answer", 3, text="不是本市的判责单")


@pytest.mark.proves("POST-17")
@pytest.mark.parametrize(
    ("cause", "category", "signatures"),
    [("late_handover", "delay", 0), ("false_information", "delay", 4), ("lost_in_transit", "loss", 4)],
)
def test_four_signatures_for_false_information_and_loss(cause: str, category: str, signatures: int) -> None:
    tale = ruled(cause, category=category)
    appeal = {"text": "封发记录证明已交下一环节", "evidence": ["f1"]}
    tale.refused("required", "lead_desk@donglan", "appeal", 2, text="没有证据的申诉")
    if signatures:
        tale.refused("required", "lead_desk@donglan", "appeal", 2, **appeal)
        tale.refused("too_few", "lead_desk@donglan", "appeal", 2, **appeal, signatures=["a", "b", "c"])
    tale.does("lead_desk@donglan", "appeal", 2, **appeal, signatures=["a", "b", "c", "d"][:signatures])


@pytest.mark.proves("POST-19")
def test_a_ruling_cites_its_rule_and_the_version_of_the_rules() -> None:
    assert (ruled().value("ruling.rule"), ruled().value("ruling.version")) == ("late_handover", "2026-11")


@pytest.mark.proves("POST-22")
@pytest.mark.parametrize(
    ("unit", "levels"),
    [
        ("dl-hub", ("headquarters", "customer_centre", "province", "production_unit")),
        ("dl-haiqu-1", ("headquarters", "customer_centre", "province", "city", "production_unit")),
    ],
)
def test_both_trees_carry_a_sheet_to_their_smallest_unit(unit: str, levels: tuple[str, ...]) -> None:
    tree = units("postal")
    assert tuple(tree[above].level for above in tree[unit].path) == levels
    tale = ruled(unit=unit)
    city = {"city": "dl-haiqu"} if "city" in levels else {}
    tale.does("lead_desk@donglan", "accept-ruling", 2, unit=unit, stage="transport", **city)
    assert tale.value("ruling.unit") == unit
    assert ("daily_item" in tale.value("case.order_types")) is ("city" in levels)


@pytest.mark.proves("POST-23")
def test_lost_needs_proof_and_what_is_found_later_is_recorded() -> None:
    tale = order(category="loss")
    answer = {"text": "运输环节丢失双方均已询问", "interim": False, "finding": "lost"}
    tale.refused("required", "regional_desk@donglan", "answer", 1, **answer)
    tale.does("regional_desk@donglan", "answer", 1, **answer, evidence=["sender", "addressee"])
    tale.does("lead_desk@beiyuan", "compensate", amount=800, advance=True, reason="先行赔付客户损失")
    tale.does("lead_desk@beiyuan", "classify", fields={"found_later": True, "compensated_in_advance": True})
    assert (tale.value("found_later"), tale.value("compensated_in_advance")) == (True, True)
    assert any(event.data.get("advance") for event, _ in tale.play().events if event.type == "compensated")


@pytest.mark.proves("POST-24")
def test_a_special_request_is_a_kind_of_its_own() -> None:
    tale = mail(kind="special_request", text="请把投递时间改到周末上午")
    assert policy("postal").kinds["special_request"].group != policy("postal").kinds["problem_mail"].group
    tale.does("front_desk@cc", "close", remark="已备注周末投递")
    assert tale.case().state == "closed"


@pytest.mark.proves("D12")
@pytest.mark.parametrize(
    ("who", "most"), [("front_desk@cc", 200), ("lead_desk@beiyuan", 1000), ("service_director@beiyuan", 20000)]
)
def test_each_role_has_its_limit_of_compensation(who: str, most: int) -> None:
    tale = mail()
    tale.refused("condition", who, "compensate", amount=most + 1, reason="赔偿客户损失")
    tale.does(who, "compensate", amount=most, reason="赔偿客户损失")
