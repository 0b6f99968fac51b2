"""What only a report shows: a month of each process, read back from the workbook that its people get."""

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from functions.report import daily, monthly
from tests.support.story import Story, story

from complaints.adapters.files import Files
from complaints.desk.figures import enter_figures

CALL = {"channel": "phone", "text": "多次联系无人处理要求尽快答复"}


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    opened: list[Any] = []

    def start(policy: str) -> Story:
        telling = story(policy, monkeypatch, "2026-11-02 09:00")
        opened.append(telling)
        return telling.__enter__()

    yield start
    opened[0].__exit__(None, None, None)


def month_ends(desk: Story) -> None:
    """The nightly work after the month's last day; it catches up with all the nights before."""
    desk.at("2026-12-01 02:00")
    daily.handler({}, None)


def sheets(desk: Story, unit: str, language: str = "en") -> dict[str, list[list[Any]]]:
    """The workbook of November, sheet by sheet, its cells as values."""
    desk.at("2026-12-01 04:00")
    monthly.handler({}, None)
    body = Files(desk.desk.settings.need("reports_bucket")).read(f"units/{unit}/2026-11/report.{language}.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(body))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def row(cells: dict[str, list[list[Any]]], name: str) -> list[Any]:
    """The first row of the workbook that has this text, without its empty cells."""
    for lines in cells.values():
        for line in lines:
            if name in line:
                return [value for value in line if value is not None]
    raise AssertionError(f"no row says {name!r}: {list(cells)}")


def charts(desk: Story, unit: str) -> int:
    body = Files(desk.desk.settings.need("reports_bucket")).read(f"units/{unit}/2026-11/report.en.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(body))
    return sum(len(sheet._charts) for sheet in book)  # type: ignore[attr-defined,misc]  # its types leave out what a sheet has drawn


@pytest.mark.proves("POST-11", "POST-18", "R18")
def test_the_operator_s_indicators_stand_beside_their_goals(begin: Any) -> None:
    desk: Story = begin("postal")
    # given one order answered in time and one that nobody answers
    said = {**CALL, "kind": "problem_mail", "category": "delay", "unit": "beiyuan"}
    first = desk.registered("front_desk@cc", **said, complainant={"phone": "10000000000"})
    second = desk.registered("front_desk@cc", **said, complainant={"phone": "10000000001"})
    for case in (first, second):
        desk.does("front_desk@cc", case, "dispatch", order_type="ordinary", unit="donglan")
    desk.does("regional_desk@donglan", first, "answer", order=1, text="已查明错分，今日补投", interim=False)
    desk.does("lead_desk@beiyuan", first, "contact", reached=True, remark="客户接受处理结果")
    desk.does("lead_desk@beiyuan", first, "close", remark="客户接受处理结果")
    desk.does("callback_agent@cc", first, "callback", reached=True, satisfied=True)
    desk.does("adjudicator@hq", first, "rule", valid=True, cause="missorted", unit="dl-haiqu-1", rule="第12条")
    desk.does("city_daily_person@dl-haiqu", first, "answer", order=3, text="揽投部交接漏扫已核实")
    month_ends(desk)
    cells = sheets(desk, "hq")
    assert row(cells, "orders answered in 48 hours")[1:3] == [0.5, 0.9]
    assert row(cells, "solved at the first answer")[1:3] == [0.5, 0.85]
    assert row(cells, "escalated")[1:3] == [0.5, 0]
    # nothing to divide by shows "-"
    assert row(cells, "direct dispatches answered in 2 hours")[1:3] == ["-", 0.9]
    # the liability ledger names case, unit and cause
    assert any(first in line and "missorted" in line for lines in cells.values() for line in lines)


@pytest.mark.proves("AUTO-12", "AUTO-16", "AUTO-8")
def test_the_importer_s_months_are_charted_inquiries_apart_and_a_dealer_sees_its_own(begin: Any) -> None:
    desk: Story = begin("auto")
    for kind, dealer in (("complaint", "d-linhe"), ("complaint", "d-nanpu"), ("inquiry", "d-linhe")):
        desk.registered(
            "agent@importer", **CALL, kind=kind, unit=dealer, complainant={"phone": f"1000000{dealer[-4:]}"}
        )
    month_ends(desk)
    cells = sheets(desk, "importer")
    assert charts(desk, "importer") > 0
    flat = [value for lines in cells.values() for line in lines for value in line]
    assert {"inquiries", "complaints"} <= {str(value).lower() for value in flat}
    own = sheets(desk, "d-linhe")
    names = {str(value) for lines in own.values() for line in lines for value in line}
    assert not any("Nanpu" in name for name in names)
    assert any("Linhe" in name for name in names)


@pytest.mark.proves("HOT-5", "HOT-6", "HOT-7", "HOT-10")
def test_the_hotline_s_record_table_has_its_columns_and_forms(begin: Any) -> None:
    desk: Story = begin("hotline")
    done = desk.registered(
        "agent@hq", **CALL, kind="complaint", category="quality", complainant={"phone": "10000000000"}
    )
    desk.at("2026-11-02 09:01")
    desk.registered("agent@hq", **CALL, kind="complaint", category="delivery", complainant={"phone": "10000000001"})
    desk.does("agent@hq", done, "contact", reached=True, remark="已确认更换新机")
    desk.does("handler@quality", done, "solve", solution="已更换新机并致歉")
    desk.does("agent@hq", done, "contact", reached=True, remark="客户确认收到新机")
    desk.does("agent@hq", done, "close", remark="客户确认收到新机")
    desk.does("customer", done, "rate", score=4)
    assert enter_figures(desk.desk, "period,unit,name,number\n2026-11,hq,customers,1000\n", desk.now) == (1, [])
    assert enter_figures(desk.desk, "period,unit,name,number\n2026-11,hq,bananas,3\n", desk.now)[1][0].row == 1
    month_ends(desk)
    cells = sheets(desk, "hq", "zh-CN")
    header, *listed = cells["案件清单"][3:]
    assert header == ["编号", "案件号", "客户", "日期", "投诉类型", "机构", "处理状态", "处理日期", "满意度"]
    mine, other = (dict(zip(header, line, strict=True)) for line in listed)
    assert (mine["编号"], mine["日期"], mine["投诉类型"]) == ("0001", "2026/11/02", "产品质量")
    assert (mine["处理状态"], mine["处理日期"], mine["满意度"]) == ("已解决", "2026/11/02", "4")
    assert (other["处理状态"], other["处理日期"], other["满意度"]) == ("待处理", "-", "-")
    assert mine["客户"] == "**"
    assert row(cells, "投诉率")[1] == pytest.approx(0.002)
