"""The insurer's process on the pure engine: its worked examples, and what they leave to prove."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.play import Said, Tale, differences, examples, policy

from complaints.case.chain import GENESIS, parse, record, verify
from complaints.policy.model import Example
from complaints.structs import replace

CALL: Said = {
    "kind": "complaint",
    "channel": "phone",
    "category": "survey_assessment",
    "text": "查勘员迟到两小时没有解释",
}
MONDAY = "2026-11-23 09:00"


def complaint(at: str = MONDAY, **fields: Any) -> Tale:
    said = {"policy_office": "qilin-wuyuan", "complainant_role": "insured", "recording_checked": True, **fields}
    return Tale("insurer").at(at).does("agent@tc", "register", **CALL, fields=said)


def closed(**fields: Any) -> Tale:
    tale = complaint(**fields).does("handler@qilin-wuyuan", "contact", reached=True, remark="已向客户了解查勘经过")
    tale.does("handler@qilin-wuyuan", "solve", outcome="agreed", solution="致歉并重新安排查勘")
    return tale.does("handler@qilin-wuyuan", "close", remark="客户接受致歉与重新查勘")


@pytest.mark.parametrize("example", examples("insurer"))
def test_a_worked_example_comes_as_written(example: Example) -> None:
    assert differences("insurer", example) == []


@pytest.mark.proves("INS-1")
def test_the_complainant_is_one_of_five_and_an_agent_shows_the_authorisation() -> None:
    choices = policy("insurer").fields["complainant_role"].choices
    assert set(choices) == {"policyholder", "insured", "beneficiary", "prospect", "agent"}
    tale = complaint(complainant_role="agent")
    tale.does("handler@qilin-wuyuan", "contact", reached=True, remark="已向客户了解查勘经过")
    solution: Said = {"outcome": "agreed", "solution": "致歉并重新安排查勘"}
    tale.refused("paper_absent", "handler@qilin-wuyuan", "solve", **solution)
    tale.does("handler@qilin-wuyuan", "attach", paper="authorisation", file="f1")
    tale.does("handler@qilin-wuyuan", "solve", **solution)


@pytest.mark.proves("INS-2")
def test_there_is_a_channel_for_each_way_in() -> None:
    assert set(policy("insurer").channels) - {"internal"} == {
        "phone",
        "web",
        "letter_fax",
        "email",
        "supervisory_body",
        "counter",
    }


@pytest.mark.proves("INS-3", "INS-4")
def test_fourteen_valid_and_eight_invalid_causes_each_suit_their_ruling_only() -> None:
    causes = policy("insurer").causes
    valid = [name for name, cause in causes.items() if cause.valid]
    invalid = [name for name, cause in causes.items() if cause.valid is False]
    assert [causes[name].name["en"].partition(" ")[0] for name in valid] == [str(n) for n in range(1, 15)]
    assert len(invalid) == 8
    tale = closed()
    for name in valid:
        tale.refused("cause_does_not_suit", "adjudicator@qilin", "rule", valid=False, cause=name)
        Tale("insurer", steps=list(tale.steps), now=tale.now).does(
            "adjudicator@qilin", "rule", valid=True, cause=name, unit="qilin-danfeng"
        )
    for name in invalid:
        fields = {"handled_before": "0000-0000-0000"} if name == "repeat" else {}
        told = Tale("insurer", steps=list(tale.steps), now=tale.now)
        if fields:
            told = closed(**fields)
        told.does("adjudicator@qilin", "rule", valid=False, cause=name)


@pytest.mark.proves("INS-4")
def test_a_report_of_misconduct_goes_elsewhere() -> None:
    tale = closed().does("adjudicator@qilin", "rule", valid=False, cause="misconduct_report")
    assert tale.texts()[-1] == "2026-11-23 09:00 office@hq misconduct"


@pytest.mark.proves("R19", "INS-4")
def test_a_repeat_is_ruled_invalid_only_if_the_matter_had_been_handled() -> None:
    closed().refused("required", "adjudicator@qilin", "rule", valid=False, cause="repeat")
    closed(handled_before="7K3M-9Q2T-X4VD").does("adjudicator@qilin", "rule", valid=False, cause="repeat")


@pytest.mark.proves("INS-5")
@pytest.mark.parametrize("event", ["petition", "group", "lawsuit", "media_actual", "media_possible", "other_grave"])
def test_every_grave_event_is_reported_to_headquarters(event: str) -> None:
    tale = complaint(grave_event=event)
    assert "2026-11-23 09:00 general_manager@hq grave" in tale.texts()
    assert {order.type for order in tale.case().orders} == {"investigation", "grave_report"}


@pytest.mark.proves("INS-5")
def test_the_customers_own_words_can_make_it_grave() -> None:
    tale = complaint().does("customer", "message", text="明天就找记者曝光你们")
    assert tale.value("severity") == "grave"
    assert "2026-11-23 09:00 complaint_office@hq grave" in tale.texts()


@pytest.mark.proves("INS-6")
def test_every_step_has_its_state() -> None:
    assert list(policy("insurer").kinds["complaint"].states)[:6] == [
        "registered",
        "transferred",
        "investigating",
        "agreed",
        "closed",
        "archived",
    ]


@pytest.mark.proves("INS-7", "R10")
@given(st.integers(0, 8 * 60), st.integers(0, 8 * 60))
@settings(max_examples=40, deadline=None)
def test_two_calls_within_half_of_that_days_working_time_are_an_emergency(first: int, gap: int) -> None:
    # given two calls on one Monday, minutes after 08:30; that day has 450 working minutes, half are 225
    def worked(minute: int) -> int:
        return min(minute, 210) + max(0, min(minute, 540) - 300)

    second = first + gap
    clock = [f"2026-11-23 {(510 + m) // 60:02}:{(510 + m) % 60:02}" for m in (first, second) if 510 + m < 1440]
    if len(clock) < 2:
        return
    tale = Tale("insurer").at(clock[0]).does("agent@tc", "register", **CALL)
    tale.at(clock[1]).does("system", "repeat", channel="phone", text="再次来电催问查勘结果")
    expected = "level_1" if worked(second) - worked(first) <= 225 else "none"
    assert tale.value("emergency") == expected


@pytest.mark.proves("INS-7")
@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({"emotion": "calm"}, "none"),
        ({"emotion": "high"}, "level_1"),
        ({"emotion": "high", "visitors": 3}, "level_2"),
        ({"media_visitor": True}, "level_2"),
        ({"emotion": "violent"}, "level_3"),
        ({"visitors": 10}, "level_3"),
    ],
)
def test_the_levels_of_a_visit(fields: dict[str, Any], level: str) -> None:
    tale = Tale("insurer").at(MONDAY)
    about: Said = {"kind": "complaint", "channel": "counter", "category": "claims", "text": "到店要求当场赔付"}
    tale.does("handler@qilin-wuyuan", "register", **about, fields=fields)
    assert tale.value("emergency") == level
    running = [name for name in tale.value("case.running") if name.startswith("emergency")]
    assert running == ([] if level == "none" else [f"emergency_{level[-1]}"])


@pytest.mark.proves("INS-9")
def test_a_rectification_notice_is_answered_with_what_was_changed() -> None:
    tale = closed().does("handler@qilin-wuyuan", "note", about="closing_report", text="当日向上级报告结案")
    tale.at("2026-11-24 09:00")
    tale.does(
        "complaint_office@qilin", "dispatch", order_type="rectification", unit="qilin-wuyuan", remark="查勘派工整改"
    )
    assert tale.due()["rectified#1"] == "2026-12-08 17:30"
    tale.refused("paper_absent", "manager@qilin-wuyuan", "answer", 1, text="已调整派工规则并培训")
    tale.does("manager@qilin-wuyuan", "attach", paper="rectification_report", file="f1")
    tale.does("manager@qilin-wuyuan", "answer", 1, text="已调整派工规则并培训")
    tale.does("complaint_office@qilin", "review", 1, result="pass")
    assert tale.case().orders[0].state == "accepted"


@pytest.mark.proves("INS-10")
def test_a_changed_record_shows_by_itself() -> None:
    events = [event for event, _ in closed().play().events]
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    recorded = record(events, "EXAMPLE", 0, GENESIS, now, lambda: "salt")
    read = [parse(one.body, one.personal, one.hash) for one in recorded]
    assert verify(read, recorded[-1].hash) == []
    place = next(n for n, one in enumerate(recorded) if one.event.type == "contacted")
    body = recorded[place].body.replace(b'"reached":true', b'"reached":false')
    assert body != recorded[place].body
    altered = [*recorded[:place], replace(recorded[place], body=body), *recorded[place + 1 :]]
    assert verify([parse(one.body, one.personal, one.hash) for one in altered], recorded[-1].hash) != []
    assert verify(read[:-1], recorded[-1].hash) != [], "a record taken away shows too"


@pytest.mark.proves("INS-11")
@pytest.mark.parametrize("mark", ["procedure", "data", "late", "repeated_or_escalated", "archive", "reports"])
def test_the_unit_above_sets_marks_and_never_the_unit_itself(mark: str) -> None:
    tale = complaint()
    tale.refused("condition", "complaint_office@qilin-wuyuan", "mark", mark=mark, reason="登记信息不完整")
    tale.does("complaint_office@qilin", "mark", mark=mark, reason="登记信息不完整")
    assert mark in policy("insurer").reports["unit_marks"]


@pytest.mark.proves("INS-12")
@pytest.mark.parametrize("fact", ["media_visitor", "recording_equipment"])
def test_a_visitor_from_the_media_brings_in_office_and_legal_at_once(fact: str) -> None:
    tale = Tale("insurer").at("2026-11-22 20:00")
    about: Said = {"kind": "complaint", "channel": "counter", "category": "claims", "text": "到店要求当场赔付"}
    tale.does("handler@lanwan-gangbei", "register", **about, fields={fact: True})
    called = {line for line in tale.texts() if line.endswith("media_visit")}
    assert {line.split()[2].partition("@")[0] for line in called} == {"office", "legal"}
    assert all(line.startswith("2026-11-22 20:00") for line in called)
    assert policy("insurer").templates["media_visit"].urgent


@pytest.mark.proves("INS-15")
def test_no_unit_that_handled_the_case_calls_back() -> None:
    tale = closed()
    assert "callback" in tale.offers("callback_agent@tc")
    for unit in ("qilin-wuyuan",):
        assert "callback" not in tale.offers(f"callback_agent@{unit}")
    for role in policy("insurer").roles:
        assert ("callback" in tale.offers(f"{role}@tc")) is (role == "callback_agent")


@pytest.mark.proves("INS-15")
def test_a_dissatisfied_customer_opens_the_case_again() -> None:
    tale = closed().at("2026-11-24 09:00")
    tale.does("callback_agent@tc", "callback", reached=False)
    assert (tale.case().state, tale.case().deadline("callback") is None) == ("closed", False)
    tale.does("callback_agent@tc", "callback", reached=True, satisfied=False, score=1)
    assert tale.case().state == "investigating"


@pytest.mark.proves("INS-16")
def test_sanctions_for_falsified_records_need_falsified_records() -> None:
    person = {"person": "某查勘员", "responsibility": "direct"}
    ruling: Said = {"valid": True, "cause": "v01", "unit": "qilin-wuyuan", **person}
    for sanction in policy("insurer").sanctions:
        falsified = "falsified" in policy("insurer").sanctions[sanction].tags
        if falsified:
            closed().refused("condition", "adjudicator@qilin", "rule", **ruling, sanction=sanction)
        tale = closed(falsified_records=True) if falsified else closed()
        tale.does("adjudicator@qilin", "rule", **ruling, sanction=sanction)
        assert (tale.value("ruling.sanction"), tale.value("ruling.responsibility")) == (sanction, "direct")
    closed().refused("condition", "adjudicator@qilin", "rule", **{**ruling, "responsibility": "none"})


@pytest.mark.proves("INS-18")
def test_refusing_again_climbs_again_and_ends_at_headquarters() -> None:
    tale = closed()
    for above in ("qilin", "hq", "hq"):
        tale.does("customer", "dispute", text="不接受处理方案要求重新处理")
        assert tale.case().unit == above
        if above == "qilin":
            tale.does("complaint_office@qilin", "contact", reached=True, remark="省公司与客户面谈方案")
            tale.does("complaint_office@qilin", "solve", outcome="agreed", solution="增加误工补偿")
        elif tale.case().state == "investigating":
            tale.does("complaint_office@hq", "contact", reached=True, remark="总公司与客户面谈方案")
            tale.does("complaint_office@hq", "solve", outcome="agreed", solution="一次性补偿并致歉")


@pytest.mark.proves("INS-18")
def test_a_city_with_planning_status_moves_up_to_headquarters() -> None:
    tale = Tale("insurer").at(MONDAY)
    said = {"policy_office": "lanwan", "complainant_role": "insured", "recording_checked": True}
    tale.does("agent@tc", "register", **CALL, fields=said)
    tale.does("complaint_office@lanwan", "contact", reached=True, remark="已向客户了解查勘经过")
    tale.does("complaint_office@lanwan", "solve", outcome="agreed", solution="致歉并重新安排查勘")
    tale.does("customer", "dispute", text="不接受处理方案要求重新处理")
    assert tale.case().unit == "hq"


@pytest.mark.proves("INS-19")
def test_the_staff_member_is_named_and_the_recording_checked_before_a_solution() -> None:
    assert policy("insurer").fields["staff_complained"].personal
    tale = Tale("insurer").at(MONDAY)
    said = {"policy_office": "qilin-wuyuan", "complainant_role": "insured", "staff_complained": "某查勘员"}
    tale.does("agent@tc", "register", **CALL, fields=said)
    assert tale.play().events[0][0].personal["fields"] == {"staff_complained": "某查勘员"}
    tale.does("handler@qilin-wuyuan", "contact", reached=True, remark="已向客户了解查勘经过")
    tale.refused("required", "handler@qilin-wuyuan", "solve", outcome="agreed", solution="致歉并重新安排查勘")


@pytest.mark.proves("INS-21", "D6")
def test_scripts_suit_the_kind_of_case() -> None:
    scripts = policy("insurer").scripts
    assert {name for name, script in scripts.items() if "injury" in script.categories} == {"injury"}
    assert {name for name, script in scripts.items() if "regulator_case" in script.kinds} == {"regulator_reply"}
    assert all(set(script.text) == {"zh-CN", "en"} for script in scripts.values())


@pytest.mark.proves("D4")
@given(st.integers(0, 280), st.integers(0, 24 * 60 - 1), st.sampled_from(["ordinary", "major"]))
@settings(max_examples=40, deadline=None)
def test_our_own_limit_always_beats_the_regulators(day: int, minute: int, severity: str) -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=day, minutes=minute)
    tale = Tale("insurer").at(at.strftime("%Y-%m-%d %H:%M"))
    about: Said = {
        "kind": "regulator_case",
        "channel": "supervisory_body",
        "category": "claims",
        "text": "赔款延迟投诉",
    }
    tale.does("complaint_office@qilin-wuyuan", "register", **about, fields={"difficult": severity == "major"})
    due = tale.play().due
    assert due["regulator_own"] < due["regulator_outer"]


@pytest.mark.proves("D4")
def test_thirty_days_more_move_both_limits_and_need_the_unit_above() -> None:
    tale = Tale("insurer").at("2026-11-02 09:00")
    about: Said = {
        "kind": "regulator_case",
        "channel": "supervisory_body",
        "category": "claims",
        "text": "赔款延迟投诉",
    }
    tale.does("complaint_office@qilin-wuyuan", "register", **about)
    more: Said = {"by": {"days": 30, "calendar": "office"}, "approver": "p014", "reason": "等待外部鉴定结论"}
    for name in ("regulator_outer", "regulator_own"):
        tale.refused("not_yours", "complaint_office@qilin-wuyuan", "extend", deadline=name, **more)
        tale.does("complaint_office@qilin", "extend", deadline=name, **more)
        tale.refused("not_extendable", "complaint_office@qilin", "extend", deadline=name, **more)
    assert (tale.due()["regulator_own"], tale.due()["regulator_outer"]) == ("2026-12-14 17:30", "2026-12-17 17:30")
