"""Files of other people's systems through `complaints import` and `complaints report`: the report says what was counted
otherwise, whatever the policy knows of their names."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.aws.test_reports import keys
from tests.support.history_shapes import Shape, cars, city, hotline, insurer, postal
from tests.support.world import ROOT, World, world

from complaints.cli.main import main
from complaints.desk.publish import load_organisation, publish_policy

EXAMPLES = ROOT / "docs" / "examples"
MONTH = "2023-02"


@pytest.fixture(scope="module")
def shapes() -> list[Shape]:
    return [hotline(), insurer(), postal(), city()]


@pytest.fixture(scope="module")
def desk(shapes: list[Shape], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A deployment with a policy that knows none of the files' names; each comes in, one month is published."""
    folder = tmp_path_factory.mktemp("files")
    with pytest.MonkeyPatch.context() as patch, world("postal", patch) as made:
        publish_policy(made.desk, EXAMPLES / "cfpb.yaml")
        made.now = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)
        load_organisation(made.desk, EXAMPLES / "sample" / "cfpb", made.now)
        for shape in shapes:
            assert main(arguments(folder, shape)) == 0, shape.name
        assert main(["report", MONTH]) == 0
        yield made


def arguments(folder: Path, shape: Shape) -> list[str]:
    (folder / shape.file).write_bytes(shape.content)
    mapping = folder / f"{shape.name}.json"
    mapping.write_text(json.dumps(shape.mapping, ensure_ascii=False), encoding="utf-8")
    return ["import", str(folder / shape.file), "--mapping", str(mapping)]


@pytest.fixture(scope="module")
def workbook(desk: World) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(keys("reports")[f"units/all/{MONTH}/report.en.xlsx"]))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def rows_of(workbook: dict[str, list[list[Any]]], sheet: str, heading: str) -> dict[Any, list[Any]]:
    rows = next(rows for title, rows in workbook.items() if title.startswith(sheet))
    start = next(n for n, row in enumerate(rows) if row[0] == heading)
    end = next((n for n, row in enumerate(rows[start:], start) if row[0] is None), len(rows))
    return {row[0]: row[1:] for row in rows[start + 1 : end]}


def test_the_report_counts_each_file_as_a_unit_by_its_own_name(
    workbook: dict[str, list[list[Any]]], shapes: list[Shape]
) -> None:
    found = rows_of(workbook, "Units", "Unit")
    for shape in shapes:
        wanted = shape.figures()[MONTH]
        received, closed, *_ = found[shape.name]
        assert (received, closed) == (wanted["received"], wanted["closed"]), shape.name
    assert found["Total"][0] == sum(shape.figures()[MONTH]["received"] for shape in shapes)


def test_names_that_the_policy_lacks_are_shown_as_they_are_and_none_is_dropped(
    workbook: dict[str, list[list[Any]]], shapes: list[Shape]
) -> None:
    wanted: dict[str, int] = {}
    for shape in shapes:
        for category, count in shape.figures()[MONTH]["category"].items():
            wanted[category] = wanted.get(category, 0) + count
    found = rows_of(workbook, "Types", "Type")
    assert {name: row[0] for name, row in found.items() if name in wanted} == wanted
    assert found["Total"][0] == sum(wanted.values())


def test_a_file_imported_again_with_a_row_more_brings_in_the_row_only(
    desk: World, shapes: list[Shape], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given a file of which all but one row came in with another import
    shape = next(one for one in shapes if one.name == "postal")
    text = shape.content.decode("utf-16")
    more = text + "999\t2023年5月1日 上午9:00\t网站\t丢失\t某省公司\t—\t—\r\n"
    given = arguments(tmp_path, shape)
    Path(given[1]).write_bytes(more.encode("utf-16"))
    # when it comes in
    assert main(given) == 0
    # then the others are told to be there already
    said = capsys.readouterr().out
    assert "61 rows, 1 case, 1 fact;" in said
    assert "60 in another import" in said
    # and can be taken back
    assert main([*given, "--withdraw"]) == 0
    assert main([*given, "--withdraw"]) == 1


def test_kinds_and_roots_that_the_policy_lacks_are_refused_before_anything_is_written(
    desk: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = keys("facts")
    shape = cars()
    closed = sum(1 for case in shape.cases if case.closed)
    shape.mapping |= {"kind": {"column": "投诉状态"}, "path": [{"default": "全市"}, {"column": "投诉品牌"}]}
    assert main(arguments(tmp_path, shape)) == 1
    said = capsys.readouterr().err
    assert f"the policy has no kind 厂家已回复 ({closed}), 信息审核中 ({60 - closed})" in said
    assert "`path` must begin with the organisation's root (all)" in said
    assert keys("facts") == before


def test_a_published_month_is_refused_whole(desk: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = keys("facts")
    rows = tmp_path / "more.csv"
    rows.write_text("id,received\n1,2022-06-01\n2,2023-02-03\n", encoding="utf-8")
    mapping: dict[str, object] = {"format": "csv", "zone": "UTC", "reference": "id", "received_at": "received"}
    mapping |= {"path": [{"default": "all"}], "kind": {"default": "complaint"}}
    (tmp_path / "m.json").write_text(json.dumps(mapping))
    assert main(["import", str(rows), "--mapping", str(tmp_path / "m.json")]) == 1
    assert "belong to 2023-02, which is published" in capsys.readouterr().err
    assert keys("facts") == before
