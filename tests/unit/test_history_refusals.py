"""What an importer is told: the place, the value and the remedy, before anything is written, each trouble once."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from complaints.history.cases import CaseReader
from complaints.history.cells import instant_of, seconds_of, text_of
from complaints.history.charsets import encoding_of
from complaints.history.check import Findings, check
from complaints.history.draft import draft
from complaints.history.mapping import MappingError, read_mapping
from complaints.history.notes import note_line
from complaints.history.tables import TableError, read_records
from complaints.history.telling import told

NOW = datetime(2024, 1, 1, tzinfo=UTC)
LEAST: dict[str, Any] = {
    "format": "csv",
    "zone": "Asia/Shanghai",
    "reference": "编号",
    "received_at": "受理时间",
    "path": [{"default": "all"}],
    "kind": {"default": "complaint"},
}
HEAD = "编号,受理时间,类型\n"


def looked_over(content: str | bytes, **more: Any) -> Findings:
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    given = read_mapping(json.dumps({**LEAST, **more}).encode())
    return check(lambda: read_records(file, given), CaseReader(given, NOW))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"recieved_at": "a"}, "recieved_at: there is no such key; did you mean received_at?"),
        ({"path": [{"colunm": "a"}]}, "path[0].colunm: there is no such key; did you mean column?"),
        ({"category": {"colum": "a"}}, "category.colum: there is no such key; did you mean column?"),
        ({"zone": "Mars"}, "zone: there is no time zone 'Mars'"),
        ({"encoding": "gbkk"}, "encoding: there is no encoding 'gbkk'"),
        ({"delimiter": "||"}, "delimiter: '||' is not one character"),
        ({"instants": ["yyyy/mm/dd"]}, "instants[0]: 'yyyy/mm/dd' is no strptime format"),
        ({"category": {"column": "a", "pattern": "("}}, "category.pattern: '(' is no regular expression"),
        ({"category": {"map": {"a": "b"}}}, "category: has no `column` to read"),
        ({"verdicts": [{"deadline": "d"}]}, "verdicts[0]: say `verdict`, `due_at` or `hours`"),
        ({"where": [{"column": "a"}]}, "where[0]: say either `is` or `is_not`"),
        ({"closed_at": "a", "duration": {"column": "b"}}, "duration: with `closed_at` the duration is known"),
        ({"path": []}, "path: give the units from the root down"),
        ({"as_of": "tomorrow"}, "as_of: 'tomorrow' is no date or instant"),
    ],
)
def test_a_wrong_mapping_is_told_by_its_place_and_what_to_write(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(MappingError) as refused:
        read_mapping(json.dumps({**LEAST, **wrong}).encode())
    assert str(refused.value).startswith(told)


def test_a_missing_column_is_told_once_with_those_that_there_are() -> None:
    with pytest.raises(TableError) as refused:
        looked_over("编号,受理日期,类型\n1,2023-01-05,a\n")
    assert str(refused.value) == (
        "the file has no column '受理时间', which `received_at` reads; nearest: 受理日期. "
        "Its columns are: 编号, 受理日期, 类型"
    )


def test_a_column_that_no_object_has_is_told_too() -> None:
    rows = '{"编号": 1, "at": "2023-01-05"}\n'
    with pytest.raises(TableError, match="no column '受理时间'"):
        looked_over(rows, format="jsonl")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "big5", "utf-8-sig"])
def test_a_wrong_encoding_is_told_with_the_right_one(encoding: str) -> None:
    text = "编号,受理时间,类型\n1,2023-01-05,噪声扰民\n2,2023-01-06,物业管理\n"
    if encoding == "big5":
        text = "編號,受理時間,類型\n1,2023-01-05,噪聲擾民\n2,2023-01-06,物業管理\n"
    other = "utf-8-sig" if encoding != "utf-8-sig" else "gb18030"
    with pytest.raises(TableError, match=f'it seems to be {encoding}. Write "encoding": "{encoding}"'):
        looked_over(text.encode(encoding), encoding=other)


def test_single_damaged_bytes_are_no_reason_to_refuse_a_file() -> None:
    rows = [f"{n},2023-01-05,噪声扰民".encode() for n in range(200)]
    rows[7] = rows[7][:-1]  # a character cut in half, as databases do
    found = looked_over(HEAD.encode() + b"\n".join(rows), category={"column": "类型"})
    assert (found.used, found.bad, found.damaged) == (200, 0, 1)
    assert "1 row holds bytes that are not of the encoding" in "\n".join(told(found, "en"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a workbook of the old kind"),
        (b"<html><table>", "a web page or XML"),
        (b"PK\x03\x04", "damaged"),
    ],
)
def test_a_file_of_another_kind_is_told_for_what_it_is(content: bytes, told: str) -> None:
    with pytest.raises(TableError, match=told):
        looked_over(content)


def test_each_trouble_is_told_once_with_its_first_row_and_how_many_are_like_it() -> None:
    rows = "".join(f"{n},{'2023/13/45' if n % 2 else '2023/1/5'},a\n" for n in range(1, 1001))
    found = looked_over(HEAD + rows + "7777,2032/1/5,a\n,2023/1/5,a\n", category={"column": "类型"})
    lines = list(told(found, "en"))
    assert (found.used, found.bad) == (500, 502)
    assert (
        "row 2: 受理时间: '2023/13/45' is no date or instant: add its form to `instants`, or the value to `empty` "
        "if it says nothing (500 rows like it)"
    ) in lines
    assert "row 1002: 受理时间: '2032/1/5' lies after 2024-01-01 08:00, when the rows ended: correct it" in lines
    assert "row 1003: 编号: no reference" in lines


@pytest.mark.parametrize(("repeated", "category"), [("first", {"a": 1, "c": 1}), ("last", {"b": 1, "c": 1})])
def test_of_rows_with_the_same_reference_one_counts(repeated: str, category: dict[str, int]) -> None:
    rows = HEAD + "1,2023-01-05,a\n1,2023-01-06,b\n2,2023-01-07,c\n"
    found = looked_over(rows, category={"column": "类型"}, repeated=repeated)
    assert (dict(found.counts["category"]), found.repeated) == (category, 1)
    ((reference, number, counted),) = found.several
    assert (reference, {number, counted}) == ("1", {2, 3})
    assert looked_over(rows, repeated="each").used == 3


def test_what_is_open_after_its_due_day_is_missed_once_the_file_says_when_it_was_made() -> None:
    rows = (
        "编号,受理时间,时限,办结\n1,2023-01-05,2023-01-10,\n"
        "2,2023-01-05,2023-01-10,2023-01-10 23:30\n3,2023-01-05,2023-03-01,\n"
    )
    more: dict[str, Any] = {"closed_at": "办结", "verdicts": [{"deadline": "d", "due_at": "时限"}]}
    assert dict(looked_over(rows, **more).deadlines) == {("d", "met"): 1}
    assert dict(looked_over(rows, as_of="2023-01-31", **more).deadlines) == {("d", "met"): 1, ("d", "missed"): 1}


def test_a_state_that_is_neither_open_nor_closed_is_told() -> None:
    status = {"column": "类型", "map": {"已办结": "closed"}}
    found = looked_over(HEAD + "1,2023-01-05,已办结\n2,2023-01-05,待核实\n", status=status)
    (trouble,) = found.troubles.values()
    assert trouble.first.reason == "类型: '待核实' is neither open nor closed: add it to the `map` of `status`"


def test_a_path_may_end_early_where_a_level_is_optional() -> None:
    levels = [
        {"default": "all"},
        {"column": "类型", "pattern": "^(.+?市)"},
        {"column": "类型", "pattern": "市(.+?区)", "optional": True},
    ]
    found = looked_over(HEAD + "1,2023-01-05,某市甲区\n2,2023-01-05,某市\n3,2023-01-05,甲区\n", path=levels)
    assert dict(found.counts["path"]) == {"all/某市/甲区": 1, "all/某市": 1}
    assert found.bad == 1


@pytest.mark.parametrize(
    ("value", "forms", "instant"),
    [
        ("2023/1/5 9:03", (), "2023-01-05T09:03:00"),
        ("2023年1月5日 下午2:03", (), "2023-01-05T14:03:00"),
        ("2023年1月5日9时3分", (), "2023-01-05T09:03:00"),
        ("2023-01-05 上午 12:10:09", (), "2023-01-05T00:10:09"),
        ("2023-01-05 24:00", (), "2023-01-06T00:00:00"),
        ("20230105093000", (), "2023-01-05T09:30:00"),
        ("1/5/23 2:03 PM", ("%m/%d/%y %I:%M %p",), "2023-01-05T14:03:00"),
        ("1672882200", ("epoch",), "2023-01-05T01:30:00+00:00"),
        ("1672882200000", ("epoch_ms",), "2023-01-05T01:30:00+00:00"),
        ("44931.5", ("excel",), "2023-01-05T12:00:00"),
    ],
)
def test_instants_are_read_as_people_write_them(value: str, forms: tuple[str, ...], instant: str) -> None:
    assert instant_of(value, forms).isoformat() == instant


@pytest.mark.parametrize("value", ["2023-02-30", "0023-01-05", "2023-01", "0000-00-00", "2023/1/5 25:00", "soon"])
def test_what_is_no_instant_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        instant_of(value, ())


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1.5", 5_400), ("3天2小时", 266_400), ("2 d 4 h", 187_200), ("26:30", 95_400), ("1 day, 3:00:00", 97_200)],
)
def test_durations_are_read_as_people_write_them(value: str, seconds: int) -> None:
    assert seconds_of(value, "hours") == seconds


def test_working_days_are_no_clock_time() -> None:
    with pytest.raises(ValueError, match="工作日"):
        seconds_of("5个工作日", "hours")


def test_cells_lose_what_spreadsheets_put_around_them() -> None:
    assert [text_of(cell) for cell in ('="00123"', "\t7\u3000", 12.0, True, ["a", "b"], None)] == [
        "00123", "7", "12", "true", "a,b", "",
    ]  # fmt: skip


def test_european_text_is_not_taken_for_chinese() -> None:
    assert encoding_of("Straße;Müller;café;señor\n".encode("cp1252")) == "cp1252"


def test_a_draft_says_what_it_could_not_know() -> None:
    text = "id,opened,what\n" + "".join(f"{n},0{n % 9 + 1}/0{n % 8 + 1}/2023,x\n" for n in range(40))
    made = draft(io.BytesIO(text.encode()), root="all", kind="complaint", deadline="d")
    assert made.mapping["instants"] == ["%m/%d/%Y"]
    said = [note_line(note, "en") for note in made.notes]
    assert any(line.startswith("instants: %m/%d/%Y: check") for line in said)
    assert any(line.startswith("zone: nothing tells it") for line in said)
    assert any(line.startswith("path: no column looks like the unit") for line in said)


def test_a_file_without_dates_gets_no_draft() -> None:
    with pytest.raises(TableError, match="no column looks like a date of receipt among a, b"):
        draft(io.BytesIO(b"a,b\nx,y\n"), root="all", kind="complaint", deadline="d")
