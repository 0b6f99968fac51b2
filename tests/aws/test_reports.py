"""Days sealed, chains anchored, months published: the real handlers over what the real handlers made."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from functions.report import daily, monthly
from tests.support.world import World, world

from complaints.adapters import aws
from complaints.adapters.factstore import FactStore
from complaints.adapters.table import Item
from complaints.desk.anchor import Head, anchor_of_day, anchors_of, merkle_root
from complaints.desk.unit_marks import set_marks
from complaints.desk.verify import verify_case
from complaints.reporting.fold import encode

CALL: dict[str, Any] = {
    "kind": "problem_mail",
    "channel": "phone",
    "category": "delay",
    "text": "邮件多日未到，无人答复",
    "complainant": {"phone": "10000000000"},
    "unit": "beiyuan",
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def registered(desk: World, **changes: Any) -> str:
    answer = desk.call("POST", "/cases", {**CALL, **changes}, person=desk.person("front_desk", "cc"))
    assert answer.status == 201, answer.text
    reference: str = answer.json["reference"]
    return reference


def keys(bucket: str) -> dict[str, bytes]:
    s3 = aws.client("s3")
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in listed}


def at(desk: World, year: int, month: int, day: int, hour: int, minute: int, second: int = 0) -> None:
    desk.now = datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def test_a_day_is_sealed_after_its_end_in_the_organisation_s_zone(desk: World) -> None:
    # given one complaint at 23:59:59 of the 20th in Shanghai and one a second later
    at(desk, 2026, 11, 20, 15, 59, 59)
    registered(desk)
    desk.later(seconds=1)
    registered(desk, complainant={"phone": "10000000001"})
    # when the nights come
    at(desk, 2026, 11, 20, 18, 0)
    first = daily.handler({}, None)
    at(desk, 2026, 11, 21, 18, 0)
    second = daily.handler({}, None)
    # then each day has its own
    assert (first["days"], first["facts"]) == (["2026-11-20"], 1)
    assert (second["days"], second["facts"]) == (["2026-11-21"], 1)
    assert any(key.startswith("facts/day=2026-11-21/shard-") for key in keys("facts"))


def test_sealing_again_gives_the_same_bytes_and_a_missed_night_is_caught_up(desk: World) -> None:
    registered(desk)
    at(desk, 2026, 11, 20, 18, 0)
    daily.handler({}, None)
    before = keys("facts")
    at(desk, 2026, 11, 23, 18, 0)
    caught_up = daily.handler({}, None)
    assert caught_up["days"] == ["2026-11-21", "2026-11-22", "2026-11-23"]
    assert {key: body for key, body in keys("facts").items() if key in before} == before


def test_what_is_recorded_late_is_recounted_in_an_open_month_and_joins_the_open_day_after(desk: World) -> None:
    registered(desk)
    at(desk, 2026, 11, 20, 18, 0)
    daily.handler({}, None)
    # a fact of the 20th turns up after the 20th was sealed
    late = next(item for item in desk.items() if item.get("facts"))
    straggler = late["facts"]["S"].replace('"seq":1', '"seq":7')
    assert straggler != late["facts"]["S"]
    moved = {**late, "sk": {"S": "E#000007"}, "facts": {"S": straggler}}
    aws.client("dynamodb").put_item(TableName="desk", Item=moved)
    at(desk, 2026, 11, 21, 18, 0)
    daily.handler({}, None)
    store = FactStore("facts")
    assert b'"seq":7' in b"".join(store.read_facts("2026-11-20", shard) for shard in store.shards("2026-11-20"))


def test_a_month_is_published_for_every_unit_and_publishing_again_changes_nothing(desk: World) -> None:
    # given two complaints in November, one of them answered
    agent = desk.person("front_desk", "cc")
    first = registered(desk)
    registered(desk, category="loss", complainant={"phone": "10000000001"})
    sent = desk.call(
        "POST",
        f"/cases/{first}/dispatch",
        {"order_type": "ordinary", "unit": "donglan"},
        person=agent,
        headers={"if-match": "*"},
    )
    assert sent.status == 200, sent.text
    for day in range(20, 31):
        at(desk, 2026, 11, day, 18, 0)
        daily.handler({}, None)
    # when December comes
    at(desk, 2026, 11, 30, 20, 0)
    made = monthly.handler({}, None)
    # then every unit has a workbook and a page in both languages
    units = [item for item in desk.items() if item["sk"]["S"] == "UNIT"]
    assert made["published"] == [{"period": "2026-11", "units": len(units), "files": 4 * len(units)}]
    written = keys("reports")
    book = openpyxl.load_workbook(io.BytesIO(written["units/hq/2026-11/report.zh-CN.xlsx"]))
    values = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "邮件延误" in values
    # each case is counted once among the records verified, on however many days it changed
    page = written["units/hq/2026-11/report.en.html"].decode()
    assert "all 2 cases" in page
    assert "邮件丢失" in values
    # and again: the same bytes
    monthly.handler({"period": "2026-11"}, None)
    assert keys("reports") == written


def test_a_month_with_a_day_that_is_not_sealed_is_not_published(desk: World) -> None:
    registered(desk)
    at(desk, 2026, 11, 30, 20, 0)
    with pytest.raises(Exception, match="not sealed"):
        monthly.handler({}, None)
    assert keys("reports") == {}


def test_a_rewritten_chain_is_betrayed_by_its_anchor(desk: World) -> None:
    """INS-10: even a chain that was rewritten whole does not hold against the anchor."""
    reference = registered(desk)
    at(desk, 2026, 11, 20, 18, 0)
    assert daily.handler({}, None)["broken"] == []
    anchors = anchors_of(desk.desk, reference)
    assert len(anchors) == 1
    assert verify_case(desk.desk, reference, anchors).faults == ()
    event = Item.get(f"C#{reference}", "E#000001")
    event.update(actions=[Item.document.set(event.document.replace("delay", "loss!"))])
    assert [fault.code for fault in verify_case(desk.desk, reference).faults][:1] == ["altered"]
    anchor = anchor_of_day(desk.desk, "2026-11-20")
    assert anchor is not None
    assert [head.reference for head in anchor.heads] == [reference]


def test_the_root_depends_on_every_head_and_on_their_order() -> None:
    heads = [Head(f"R{n}", n, f"{n:064x}") for n in range(5)]
    roots = {merkle_root(heads[:count]) for count in range(6)}
    assert len(roots) == 6
    assert merkle_root(heads[::-1]) != merkle_root(heads)


def test_folding_days_in_any_order_gives_the_month(desk: World) -> None:
    registered(desk)
    at(desk, 2026, 11, 20, 18, 0)
    daily.handler({}, None)
    partial = FactStore("facts").partial("2026-11-20")
    assert partial is not None
    assert b"delay" in encode(partial)


def notices(desk: World, template: str) -> dict[str, dict[str, Any]]:
    """The notices owed under a template, by the person."""
    owed = [item for item in desk.items() if item["sk"]["S"].startswith("N#")]
    return {
        item["pk"]["S"].removeprefix("R#"): json.loads(item["document"]["S"])
        for item in owed
        if json.loads(item["document"]["S"])["template"] == template
    }


@pytest.mark.proves("POST-9", "POST-16")
def test_a_city_s_person_gets_the_list_of_new_liability_sheets_once(desk: World) -> None:
    # given a sheet sent to a province because a case was ruled against one of its units
    reference = registered(desk)
    agent, lead = desk.person("front_desk", "cc"), desk.person("lead_desk", "beiyuan")
    adjudicator, regional = desk.person("adjudicator", "cc"), desk.person("regional_desk", "donglan")

    def does(person: str, command: str, **said: Any) -> None:
        answer = desk.call("POST", f"/cases/{reference}/{command}", said, person=person, headers={"if-match": "*"})
        assert answer.status == 200, answer.text

    does(agent, "dispatch", order_type="ordinary", unit="donglan")
    does(regional, "answer", order=1, text="邮件错分至海曲，已追回补投", interim=False)
    does(lead, "contact", reached=True, remark="已向客户说明并致歉")
    does(lead, "close", remark="客户接受处理结果")
    does(adjudicator, "rule", valid=True, cause="missorted", unit="dl-haiqu-1", stage="sorting", remark="错分属实")
    # when the night's work is done, and done again
    at(desk, 2026, 11, 20, 18, 0)
    daily.handler({}, None)
    daily.handler({}, None)
    # then the person of the liable city is told once, and the list is in its place
    told = notices(desk, "daily_list")
    assert list(told) == [desk.person("city_daily_person", "dl-haiqu")]
    page = keys("reports")["units/dl-haiqu/2026-11-20/daily.zh-CN.html"].decode()
    assert reference in page


def test_every_manager_is_told_once_that_the_report_is_ready(desk: World) -> None:
    registered(desk)
    for day in range(20, 31):
        at(desk, 2026, 11, day, 18, 0)
        daily.handler({}, None)
    at(desk, 2026, 11, 30, 20, 0)
    monthly.handler({}, None)
    first = notices(desk, "report_ready")
    monthly.handler({"period": "2026-11"}, None)
    assert desk.person("manager", "yl-hub") in first
    assert notices(desk, "report_ready") == first


def test_a_missing_holiday_notice_is_said_to_the_keeper_once_a_day(desk: World) -> None:
    registered(desk)
    at(desk, 2026, 11, 20, 18, 0)
    daily.handler({}, None)
    daily.handler({}, None)
    keeper = desk.person("admin", "hq")
    owed = [item for item in desk.items() if item["pk"]["S"] == f"R#{keeper}" and item["sk"]["S"].startswith("N#")]
    assert len(owed) == 1
    at(desk, 2026, 11, 21, 18, 0)
    daily.handler({}, None)
    owed = [item for item in desk.items() if item["pk"]["S"] == f"R#{keeper}" and item["sk"]["S"].startswith("N#")]
    assert len(owed) == 2


@pytest.mark.proves("POST-9")
def test_a_unit_marked_for_its_month_bears_the_mark_until_the_next_month_ends(desk: World) -> None:
    until = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    [unit] = set_marks(desk.desk, [("hq/cc/donglan", "no_appeal")], until, desk.now)
    assert "no_appeal" in desk.desk.directory.places(desk.now).tags("donglan")
    assert "no_appeal" not in desk.desk.directory.places(until).tags("donglan")
    assert set_marks(desk.desk, [("hq/cc/donglan", "no_appeal")], until, desk.now) == []
    assert unit.marks["no_appeal"] == until
