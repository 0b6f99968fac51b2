"""A unit's report goes up: asked for, submitted with its files, returned, mended, accepted, late (INS-17)."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from functions.report import daily, monthly
from tests.support.story import Story, story

from complaints.adapters.files import Files

OFFICE = "complaint_office@qilin-wuyuan"
OTHER = "manager@qilin-danfeng"
ABOVE = "complaint_office@qilin"
PERIOD = "2026-11"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """November has its reports; the province asks its cities for theirs on Tuesday morning."""
    with story("insurer", monkeypatch, "2026-11-20 09:00") as told:
        told.registered(
            OFFICE, kind="complaint", channel="letter_fax", category="claims", text="理赔款迟迟没有到账要求尽快处理"
        )
        told.at("2026-12-01 02:00")
        daily.handler({}, None)
        told.at("2026-12-01 04:00")
        monthly.handler({}, None)
        told.at("2026-12-01 09:00")
        yield told


def asked(desk: Story, report: str = "monthly_table") -> str:
    said = {"report": report, "text": "请报送十一月投诉统计表"}
    answer = desk.ask("POST", f"/reports/{PERIOD}/request", said, who=ABOVE)
    assert answer.status == 201, answer.text
    reference: str = answer.json["reference"]
    return reference


def seen(desk: Story, who: str, query: str = "") -> Any:
    answer = desk.ask("GET", f"/reports/{PERIOD}{query}", who=who)
    assert answer.status == 200, answer.text
    return answer.json


def submits(desk: Story, who: str, text: str = "十一月统计表已核对后报送", **more: Any) -> Any:
    return desk.ask("POST", f"/reports/{PERIOD}/submission", {"text": text, **more}, who=who)


def reviews(desk: Story, unit: str, result: str, remark: str = "", **more: Any) -> Any:
    said = {"unit": unit, "result": result, "remark": remark, **more}
    return desk.ask("POST", f"/reports/{PERIOD}/review", said, who=ABOVE)


def files_of(desk: Story, unit: str) -> dict[str, str]:
    bucket, folder = Files("reports-bucket"), f"units/{unit}/{PERIOD}/"
    return {key.removeprefix(folder): hashlib.sha256(bucket.read(key)).hexdigest() for key in bucket.keys(folder)}


@pytest.mark.proves("INS-17")
def test_a_report_is_submitted_returned_mended_and_accepted(desk: Story) -> None:
    assert seen(desk, OFFICE)["filings"] == []
    case = asked(desk)
    [filing] = seen(desk, OFFICE)["filings"]
    assert (filing["state"], filing["report_text"]) == ("asked", "monthly statistics table")
    assert (filing["due_at"], filing["late"]) == ("2026-12-04T17:30:00+08:00", False)
    assert (filing["may_submit"], filing["may_review"]) == (True, False)
    # what the unit submits is held by its hash, whatever else is said
    desk.at("2026-12-02 10:00")
    forged = f"{PERIOD}/report.en.xlsx sha256:{'0' * 64}"
    assert submits(desk, OFFICE, evidence=[forged]).status == 422
    made = submits(desk, OFFICE)
    assert made.status == 200, made.text
    files = files_of(desk, "qilin-wuyuan")
    assert files
    [filing] = seen(desk, OFFICE)["filings"]
    assert filing["state"] == "submitted"
    assert {one["name"]: one["sha256"] for one in filing["files"]} == files
    assert all(one["unchanged"] for one in filing["files"])
    assert filing["submitted"]["text"] == "十一月统计表已核对后报送"
    assert filing["submitted"]["at"] == "2026-12-02T10:00:00+08:00"
    assert filing["submitted"]["by_text"]
    answered = next(one for one in desk.timeline(case) if one.type == "answered")
    assert answered.data["evidence"] == [f"{PERIOD}/{name} sha256:{files[name]}" for name in sorted(files)]
    # submitted is submitted; and nobody reviews what is their own
    assert submits(desk, OFFICE).status == 409
    own = {"unit": "qilin-wuyuan", "result": "accept", "remark": "数据核对一致"}
    assert desk.ask("POST", f"/reports/{PERIOD}/review", own, who=OFFICE).status == 403
    # the unit above sees it among those below, and returns it with reasons only
    below = {one["unit"]: one for one in seen(desk, ABOVE)["below"]}
    assert set(below) == {"qilin-wuyuan", "qilin-danfeng"}
    assert (below["qilin-wuyuan"]["state"], below["qilin-danfeng"]["state"]) == ("submitted", "asked")
    assert below["qilin-wuyuan"]["may_review"]
    assert reviews(desk, "qilin-wuyuan", "return").status == 422
    assert reviews(desk, "qilin-wuyuan", "perhaps").status == 422
    assert reviews(desk, "qilin-wuyuan", "return", "有效投诉数与明细不符").status == 200
    [filing] = seen(desk, OFFICE)["filings"]
    assert (filing["state"], filing["reviewed"]["text"]) == ("asked_back", "有效投诉数与明细不符")
    assert filing["due_at"] == "2026-12-04T17:30:00+08:00"  # two working days to mend it
    assert submits(desk, OFFICE, text="已更正有效投诉数后再次报送").status == 200
    assert reviews(desk, "qilin-wuyuan", "accept", "数据核对一致").status == 200
    [filing] = seen(desk, OFFICE)["filings"]
    assert (filing["state"], filing["late"], filing["may_submit"]) == ("accepted", False, False)
    # the list of all periods says where each stands
    listed = desk.ask("GET", "/reports", who=OFFICE).json["periods"]
    assert [(one["period"], [each["state"] for each in one["filings"]]) for one in listed] == [(PERIOD, ["accepted"])]


@pytest.mark.proves("INS-17")
def test_a_file_that_is_not_what_was_reviewed_says_so(desk: Story) -> None:
    asked(desk)
    assert submits(desk, OFFICE).status == 200
    name = next(iter(files_of(desk, "qilin-wuyuan")))
    Files("reports-bucket").write(f"units/qilin-wuyuan/{PERIOD}/{name}", b"somebody else's figures")
    [filing] = seen(desk, ABOVE, "?unit=qilin-wuyuan")["filings"]
    assert {one["name"] for one in filing["files"] if not one["unchanged"]} == {name}


@pytest.mark.proves("INS-17", "INS-11")
def test_what_is_late_climbs_the_policys_ladder_and_counts(desk: Story) -> None:
    case = asked(desk)
    desk.at("2026-12-07 09:00")
    late = next(one for one in seen(desk, ABOVE)["below"] if one["unit"] == "qilin-danfeng")
    assert (late["state"], late["late"]) == ("asked", True)
    assert "2026-12-04 17:30 general_manager@qilin-danfeng report_missed" in desk.told_of(case)
    assert submits(desk, OTHER).status == 200
    [filing] = seen(desk, OTHER)["filings"]
    assert (filing["state"], filing["late"]) == ("submitted", True)
    facts = [line for day in ("2026-12-07",) for shard in range(16) for line in desk.desk.store.facts(day, shard)]
    assert any('"type":"filed"' in line and '"outcome":"late"' in line for line in facts)


@pytest.mark.proves("INS-17")
def test_who_is_asked_twice_says_which_is_meant(desk: Story) -> None:
    table, analysis = asked(desk), asked(desk, "monthly_analysis")
    refused = submits(desk, OFFICE)
    assert refused.status == 422
    assert table in refused.text
    assert analysis in refused.text
    assert submits(desk, OFFICE, reference=analysis).status == 200
    states = {one["reference"]: one["state"] for one in seen(desk, OFFICE)["filings"]}
    assert states == {table: "asked", analysis: "submitted"}
    # nobody asked the province itself, and no other unit's report is in a city's sight
    assert submits(desk, ABOVE).status == 409
    assert submits(desk, OFFICE, unit="qilin-danfeng").status == 404
    assert desk.ask(
        "POST", f"/reports/{PERIOD}/request", {"report": "monthly_table", "text": "x" * 9}, who=OTHER
    ).status in (403, 422)
    assert desk.ask("POST", "/reports/2026-13/submission", {"text": "十一月统计表"}, who=OFFICE).status == 422


@pytest.mark.proves("INS-17")
def test_a_report_that_is_not_published_is_owed_all_the_same(desk: Story) -> None:
    """Asked for before its month is over: it is seen, and nothing can be submitted in its place."""
    said = {"report": "monthly_table", "text": "请报送十二月投诉统计表"}
    assert desk.ask("POST", "/reports/2026-12/request", said, who=ABOVE).status == 201
    seen_by_unit = desk.ask("GET", "/reports/2026-12", who=OFFICE)
    assert [one["state"] for one in seen_by_unit.json["filings"]] == ["asked"]
    refused = desk.ask("POST", "/reports/2026-12/submission", {"text": "十二月统计表"}, who=OFFICE)
    assert refused.status == 422
    assert "no report for this period" in refused.text
    assert desk.ask("GET", "/reports/2026-08", who=OFFICE).status == 404
