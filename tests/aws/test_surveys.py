"""Outside surveys on the real handlers (AUTO-9): rows become cases, raw data or faults, and never two cases."""

import io
import json
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from functions.intake import survey as entry
from tests.support.world import World, world

from complaints.adapters import aws
from complaints.adapters.files import Files
from complaints.desk.survey_rows import SurveyError, read_rows
from complaints.policy.model import Survey

HEADINGS = [
    "调研期次",
    "样本编号",
    "客户姓名",
    "联系电话",
    "车架号",
    "经销商代码",
    "总体评分",
    "是否希望回电",
    "问题类别",
    "客户原话",
    "备注",
]
ROWS: list[list[Any]] = [
    ["2026Q4", 1, "王小明", "13800138000", "LSVAA1234N1234567", "d-qingzhou", 4, "否", "", "空调修了两次还是响", "x"],
    ["2026Q4", 2, "李雷", "13800138001", "", "d-linhe", 9, "否", "", "都挺好，没有意见", ""],
    ["2026Q4", 3, "韩梅", "13800138002", "", "d-linhe", 10, "是", "", "希望提醒下次保养时间", ""],
    ["2026Q4", 4, "赵六", "", "", "d-linhe", 2, "否", "", "服务态度很差劲", ""],
    ["2026Q4", 5, "钱七", "13800138003", "", "d-nowhere", 2, "否", "", "等了三个小时没人理", ""],
]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("auto", monkeypatch) as made:
        yield made


def _csv(encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(",".join(str(cell) for cell in row) for row in [HEADINGS, *ROWS]).encode(encoding)


def _xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    for row in [HEADINGS, *ROWS]:
        workbook.worksheets[0].append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _upload(desk: World, content: bytes, kind: str = "text/csv") -> str:
    agent = desk.person("agent", "importer")
    wanted = {"survey": "ikb", "type": kind, "size": len(content)}
    ticket = desk.call("POST", "/surveys", wanted, person=agent)
    assert ticket.status == 201, ticket.text
    key = ticket.json["fields"]["key"]
    assert desk.call("GET", ticket.json["result"], person=agent).status == 404
    desk.desk.files.write(key, content)
    told = {"Records": [{"s3": {"bucket": {"name": "files"}, "object": {"key": key}}}]}
    assert entry.handler({"Records": [{"messageId": "1", "body": json.dumps(told)}]}, None) == {"batchItemFailures": []}
    return str(ticket.json["result"])


@pytest.mark.parametrize("kind", ["csv", "gb18030", "xlsx"])
def test_rows_become_cases_raw_data_or_faults(desk: World, kind: str) -> None:
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    if kind == "xlsx":
        address = _upload(desk, _xlsx(), workbook)
    else:
        address = _upload(desk, _csv("gb18030" if kind == "gb18030" else "utf-8-sig"))
    agent = desk.person("agent", "importer")
    found = desk.call("GET", address, person=agent).json
    assert [row["became"] for row in found["rows"]] == ["case", "kept", "case", "fault", "fault"]
    assert [row["problems"][0]["field"] for row in found["rows"] if row["became"] == "fault"] == ["phone", "unit"]
    case = desk.call("GET", f"/cases/{found['rows'][0]['reference']}", person=agent).json
    assert (case["kind"], case["channel"], case["unit"]) == ("survey_finding", "survey", "d-qingzhou")
    assert (case["fields"]["survey_score"], case["fields"]["vin"]) == (4, "LSVAA1234N1234567")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_became_a_case_stays_in_no_file(desk: World, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Else erasing the case would leave the customer in the file."""
    s3 = aws.client("s3")
    s3.put_bucket_versioning(Bucket="files", VersioningConfiguration={"Status": "Enabled"})
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    # given an import that dies before the file is destroyed, and is called for again
    with monkeypatch.context() as broken:
        broken.setattr(Files, "destroy", lambda *_: 1 / 0)
        with pytest.raises(AssertionError):
            _upload(desk, _xlsx() if kind == "xlsx" else _csv(), workbook if kind == "xlsx" else "text/csv")
    (key,) = desk.desk.files.keys("surveys/")
    told = {"Records": [{"s3": {"bucket": {"name": "files"}, "object": {"key": key}}}]}
    event = {"Records": [{"messageId": "1", "body": json.dumps(told)}]}
    assert entry.handler(event, None) == {"batchItemFailures": []}
    # then cases are in the table only, the rest is kept raw with all its columns
    kept = s3.list_object_versions(Bucket="files", Prefix="survey")["Versions"]
    assert {one["Key"].partition("/")[0] for one in kept} == {"survey-results", "survey-rest"}
    (rest,) = desk.desk.files.keys("survey-rest/")
    lines = desk.desk.files.read(rest).decode("utf-8-sig").splitlines()
    assert lines[0] == ",".join(HEADINGS)
    assert [line.split(",")[2] for line in lines[1:]] == ["李雷", "赵六", "钱七"]
    # and the message once more changes nothing
    before = desk.items()
    assert entry.handler(event, None) == {"batchItemFailures": []}
    assert desk.items() == before


def test_the_same_file_or_row_again_makes_no_second_case(desk: World) -> None:
    first = _upload(desk, _csv())
    again = _upload(desk, _xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    agent = desk.person("agent", "importer")
    one, two = (desk.call("GET", address, person=agent).json["rows"] for address in (first, again))
    assert [row["reference"] for row in one] == [row["reference"] for row in two]
    assert sum(item["sk"]["S"] == "CASE" for item in desk.items()) == 2


def test_a_file_that_is_no_table_says_why(desk: World) -> None:
    address = _upload(desk, b"\x00\x01\xff\xfe nothing")
    found = desk.call("GET", address, person=desk.person("agent", "importer")).json
    assert found["fault"]
    assert found["rows"] == []


def test_only_who_registers_such_cases_imports_them_and_only_tables(desk: World) -> None:
    agent, dealer = desk.person("agent", "importer"), desk.person("service_manager", "d-linhe")
    wanted = {"survey": "ikb", "type": "text/csv", "size": 10}
    statuses = [
        desk.call("POST", "/surveys", wanted, person=dealer).status,
        desk.call("POST", "/surveys", {**wanted, "survey": "other"}, person=agent).status,
        desk.call("POST", "/surveys", {**wanted, "type": "text/html"}, person=agent).status,
        desk.call("POST", "/surveys", {**wanted, "size": 10**9}, person=agent).status,
        desk.call("POST", "/surveys", {}, person=agent).status,
        desk.call("GET", "/surveys/ikb/..%2f..%2fpolicies", person=agent).status,
    ]
    assert statuses == [403, 422, 422, 422, 422, 404]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04broken", b"\xff\xfe\xff", b'"a'])
def test_what_has_none_of_the_headings_is_refused(content: bytes) -> None:
    survey = Survey(name={"en": "s"}, kind="k", channel="c", key=(), columns={"text": ("客户原话",)})
    with pytest.raises(SurveyError):
        read_rows(content, survey)
