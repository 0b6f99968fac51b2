"""The report, its workbook and its page: the same figures in both, the same bytes each time, nothing that can harm."""

import io
import re
import zipfile
from datetime import timedelta
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.support.reports import PEOPLE, PLAN, UNITS, month_of_facts, source

from complaints.reporting.caselist import case_csv, harmless, masked
from complaints.reporting.daily import daily_list
from complaints.reporting.facts import Fact
from complaints.reporting.listing import document
from complaints.reporting.model import Card, Column, Report, Table, UnlistedFigureError, Verified, exact
from complaints.reporting.page import page
from complaints.reporting.plan import ReportPlan
from complaints.reporting.register import FIGURES
from complaints.reporting.render import Rendered, prepare, render_report
from complaints.reporting.source import Build, Source
from complaints.reporting.values import Ratio, Value, shown
from complaints.reporting.workbook import workbook
from complaints.structs import replace

LANGUAGES = ("zh-CN", "en")
DOC = Path(__file__).parents[2] / "docs" / "indicators.md"


def rendered(language: str = "en", unit: str = "hq", made: Source | None = None) -> Rendered:
    desk = prepare(made or source(), PLAN, UNITS, PEOPLE)
    return render_report(desk, unit, language, verified=Verified(40))


@pytest.fixture(scope="module")
def both() -> dict[str, Rendered]:
    return {language: rendered(language) for language in LANGUAGES}


def sheets(made: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(made))


# -- every figure is listed ------------------------------------------------------------------------------------------


def test_the_list_of_indicators_is_the_register() -> None:
    assert DOC.read_text("utf-8") == document()


def test_every_figure_of_a_report_is_listed(both: dict[str, Rendered]) -> None:
    listed = set(re.findall(r"^## `(\w+)`$", DOC.read_text("utf-8"), re.MULTILINE))
    for made in both.values():
        used = {card.figure for card in made.report.cards}
        for section in made.report.sections:
            for table in section.tables:
                for column in table.columns:
                    if column.form not in ("text", "date"):
                        used.add(column.figure)
                    elif column.form == "text" and section.id != "cases":
                        # text cells may not smuggle a figure in as words
                        texts = [row[table.columns.index(column)] for row in table.rows]
                        assert not any(isinstance(text, int | float | Fraction | Ratio) for text in texts)
        assert used <= listed, used - listed
        assert len(used) > 25


def test_an_unlisted_figure_cannot_be_built() -> None:
    with pytest.raises(UnlistedFigureError, match="'invented' is no registered figure"):
        Column("Invented", "count", "invented")
    with pytest.raises(UnlistedFigureError):
        Card("Invented", "invented", "count", 1, None, "higher", None, None, None)


def test_every_figure_says_what_it_is() -> None:
    for figure in FIGURES.values():
        assert figure.numerator, figure.id
        assert figure.instant, figure.id
        assert figure.compute.__doc__, figure.id
        assert figure.denominator or figure.form not in ("rate", "score") or figure.id in ("goal", "keep_rate"), (
            figure.id
        )


# -- the model -------------------------------------------------------------------------------------------------------


def test_the_report_has_all_its_sections(both: dict[str, Rendered]) -> None:
    wanted = (
        "summary months days types channels regions causes units deadlines escalations rates satisfaction liability "
        "reviews difficult unit_marks keeping targets cases"
    )
    for made in both.values():
        assert [section.id for section in made.report.sections] == wanted.split()


def test_totals_are_the_sums_of_their_rows(both: dict[str, Rendered]) -> None:
    report = both["en"].report
    received = 40
    for id_ in ("channels", "regions", "units"):
        table = report.section(id_).tables[0]
        assert table.rows[-1][1] == received
        assert sum(number(row[1]) for row in table.rows[:-1]) == received
    groups = [report.section("types").table(f"types_{group}").rows[-1][1] for group in PLAN.groups]
    assert sum(map(number, groups)) == received
    assert sum(number(row[1]) for row in report.section("days").tables[0].rows) == received
    assert len(report.section("cases").tables[0].rows) == received
    deadline = report.section("deadlines").tables[0].rows[0]
    assert number(deadline[1]) == number(deadline[2]) + number(deadline[3]) == received


def number(value: Value) -> int:
    assert isinstance(value, int)
    return value


def fraction(value: Value) -> Fraction:
    found = exact(value)
    assert found is not None
    return Fraction(found)


def test_a_unit_sees_its_own_tree_only() -> None:
    """AUTO-8: each unit its own figures; the parts add up to the whole."""
    whole, east, west = (rendered("en", unit).report for unit in ("hq", "hq/east", "hq/west"))
    counts = [one.section("channels").tables[0].rows[-1][1] for one in (whole, east, west)]
    assert number(counts[0]) == number(counts[1]) + number(counts[2])
    listed = [{row[1] for row in one.section("cases").tables[0].rows} for one in (whole, east, west)]
    assert listed[0] == listed[1] | listed[2]
    assert not listed[1] & listed[2]


def test_goals_are_held_against_exact_figures(both: dict[str, Rendered]) -> None:
    for card in both["en"].report.cards:
        value = exact(card.value)
        if card.goal is None or value is None:
            assert card.met is None
        else:
            wanted = value >= Fraction(str(card.goal)) if card.better == "higher" else value <= Fraction(str(card.goal))
            assert card.met is wanted


def test_the_complaint_rate_takes_the_number_entered(both: dict[str, Rendered]) -> None:
    rate = both["en"].report.cards[5]
    assert rate.value == Ratio(40, 10_000)
    elsewhere = rendered("en", "hq/east").report.cards[5].value
    assert isinstance(elsewhere, Ratio)
    assert elsewhere.whole == 0


def test_customers_kept_and_lost_add_up(both: dict[str, Rendered]) -> None:
    """CAR-4: 9 %, 19 %, 54 %, 82 %."""
    rows = both["en"].report.section("keeping").tables[0].rows
    rates = [row[2] for row in rows[:-1]]
    assert rates == [Fraction(9, 100), Fraction(19, 100), Fraction(54, 100), Fraction(82, 100)]
    for row in rows[:-1]:
        assert exact(row[3]) == number(row[1]) * fraction(row[2])
        assert exact(row[4]) == number(row[1]) - fraction(row[3])
    assert number(rows[0][1]) == 20


def test_the_case_list_has_its_form(both: dict[str, Rendered]) -> None:
    """HOT-5, HOT-7: four digits, dates with slashes, solved or waiting, "-" where there is nothing yet."""
    rows = both["zh-CN"].report.section("cases").tables[0].rows
    assert [row[0] for row in rows[:2]] == ["0001", "0002"]
    for row in rows:
        assert re.fullmatch(r"2026/11/\d\d", str(row[3]))
        assert row[6] in ("已解决", "待处理")
        assert (row[7] == "-") == (row[6] == "待处理")
        assert row[8] in ("1", "2", "3", "4", "5", "-")
        assert row[2] == "**"


def test_findings_name_their_numbers(both: dict[str, Rendered]) -> None:
    report = both["en"].report
    assert any("new cases" in one and "more than the" in one for one in report.findings)
    missed = report.section("deadlines").tables[0].rows[0][3]
    assert any(f"{missed} were missed" in one for one in report.findings)
    assert any("misses its goal of 90.0%" in one for one in report.findings)
    assert {notice.addressee for notice in report.notices} >= {"East", "Head office"}


def test_broken_chains_stand_on_the_first_page() -> None:
    desk = prepare(source(), PLAN, UNITS, PEOPLE)
    made = render_report(desk, "hq", "en", verified=Verified(40, ("R1", "R2")))
    assert "2 cases whose record is not whole" in made.page.decode()
    assert "R1, R2" in str(sheets(made.workbook)["Summary"]["A4"].value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_month_and_a_bare_plan_are_a_report_too(language: str) -> None:
    desk = prepare(Source(period="2026-11", partials={}), ReportPlan(), {}, {})
    made = render_report(desk, "", language)
    assert [card.value for card in made.report.cards][:2] == [0, 0]
    assert made.report.cards[2].value == Ratio(0, 0)
    assert sheets(made.workbook).sheetnames


def test_a_year_is_told_by_its_months() -> None:
    made = source()
    year = replace(made, period="2026", partials={**made.partials, "2026": made.partials["2026-11"]})
    report = rendered("en", made=year).report
    assert report.title == "Yearly complaint report"
    assert "days" not in [section.id for section in report.sections]
    assert report.section("months").tables[0].rows[10][1] is not None


def test_what_stands_aside_is_no_complaint() -> None:
    """Trainings and report filings are cases too; only indicators and deadlines that name them count them."""
    aside = replace(PLAN, aside=("inquiry",))
    reports = [render_report(prepare(source(), plan, UNITS, PEOPLE), "hq", "en").report for plan in (PLAN, aside)]
    inquiries, problems = (
        reports[0].section("types").table(f"types_{group}").rows[-1][1] for group in ("inquiry", "complaint")
    )
    assert number(inquiries) + number(problems) == 40
    for id_ in ("channels", "regions", "units", "causes"):
        assert reports[1].section(id_).tables[-1 if id_ == "causes" else 0].rows[-1][1] == problems, id_
    assert len(reports[1].section("cases").tables[0].rows) == problems
    assert [table.id for table in reports[1].section("types").tables] == ["types_complaint"]
    assert reports[1].section("deadlines").tables[0].rows[0][1] == 40


# -- the workbook ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_the_figures_of_the_report(both: dict[str, Rendered], language: str) -> None:
    made = both[language]
    book = sheets(made.workbook)
    for sheet, section in zip(book.worksheets, made.report.sections, strict=False):
        cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
        for table in section.tables:
            if not table.rows:
                continue
            head = [column.title for column in table.columns]
            here = [n for n, row in enumerate(cells) if [str(one or "").strip() for one in row[: len(head)]] == head]
            assert here, (section.id, table.id)
            assert any(_same(table, cells[place + 1 : place + 1 + len(table.rows)]) for place in here), (
                section.id,
                table.id,
            )


def _same(table: Table, cells: list[list[Any]]) -> bool:
    """Whether these cells are the rows of the table: texts alike, numbers as the column's form writes them."""
    return all(
        _alike(column.form, value, cell, table.goals[n] if table.goals else None)
        for n, (row, written) in enumerate(zip(table.rows, cells, strict=True))
        for column, value, cell in zip(table.columns, row, written[: len(row)], strict=True)
    )


def _alike(form: str, value: Value, cell: Any, goal: float | None) -> bool:
    number = exact(value)
    if form == "date":
        return str(cell)[:10] == value
    if isinstance(value, str):
        return (cell or "") == value
    if number is None:
        return bool(cell == "-")
    if form == "seconds":
        return isinstance(cell, timedelta) and abs(cell.total_seconds() - float(number)) < 0.6
    wanted = Fraction(str(number)) * (100 if form == "points" else 1)
    if form == "rate":
        wanted = shown(wanted, [Fraction(str(goal))] if goal is not None else [])
    return isinstance(cell, int | float) and abs(cell - float(wanted)) < 1e-9


def test_no_cell_is_a_formula(both: dict[str, Rendered]) -> None:
    book = sheets(both["en"].workbook)
    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    risky = [cell for cell in texts if cell.value.startswith(("=", "+", "@"))]
    assert {cell.value for cell in risky} >= {'=HYPERLINK("http://bad.example","East 1")', "@Loss"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    with zipfile.ZipFile(io.BytesIO(both["en"].workbook)) as parts:
        assert not any(
            b"<f>" in parts.read(name) or b"<f " in parts.read(name) for name in parts.namelist() if "sheets/" in name
        )
        assert not any("externalLink" in name for name in parts.namelist())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "=cmd|' /C calc'!A0", " =1", "\x00=1"])
def test_whatever_text_stays_text(text: str) -> None:
    table = Table("t", "t", (Column("A"), Column("B")), (("x", text),))
    from complaints.reporting.model import Section

    report = Report("t", "u", "p", "en", (), (), (Section("s", "s", (table,)),))
    cell = sheets(workbook(report)).worksheets[0]["B5"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x000D_", "\r").strip() in (text.strip(), text.replace("\x00", "�").strip())


def test_the_workbook_is_ready_to_use(both: dict[str, Rendered]) -> None:
    """Frozen headers, filters, widths, print set-up, native charts."""
    book = sheets(both["zh-CN"].workbook)
    charts = 0
    for sheet in book:
        assert sheet.freeze_panes, sheet.title
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.column_dimensions["A"].width > 8
        assert all(table.autoFilter is not None for table in sheet.tables.values())
        charts += len(sheet._charts)
    assert sum(len(sheet.tables) for sheet in book) > 20
    assert charts >= 9
    assert book["案件清单"].print_title_rows


def test_equal_facts_give_equal_bytes(both: dict[str, Rendered]) -> None:
    again = rendered("zh-CN")
    assert again.workbook == both["zh-CN"].workbook
    assert again.page == both["zh-CN"].page
    with zipfile.ZipFile(io.BytesIO(again.workbook)) as parts:
        assert {info.date_time[0] for info in parts.infolist()} == {1980}
        assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")


def test_a_list_too_long_for_the_workbook_is_a_csv_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.reporting.caselist.LONGEST", 39)
    made = rendered("en")
    assert made.cases is not None
    lines = b"".join(made.cases()).decode("utf-8-sig").splitlines()
    assert len(lines) == 41
    assert lines[0].startswith("No.,Reference,Customer,Date")
    assert "0001," in lines[1]
    assert made.report.section("cases").tables[0].rows == ()
    assert "'@Loss" in "".join(lines)


def test_csv_cells_are_harmless_and_customers_masked() -> None:
    assert [harmless(cell) for cell in ("=1", "+1", "-1", "@x", " =1", "-", "plain")] == [
        "'=1", "'+1", "'-1", "'@x", "' =1", "-", "plain",
    ]  # fmt: skip
    assert masked("王小明") == "王**"
    assert masked("  ") == "**"
    build = Build(prepare(source(cases=20), PLAN, UNITS, {}), "hq", "en", None, lambda _: "Zoe Zimmer")
    assert b"Z**" in b"".join(case_csv(build))
    assert b"Zimmer" not in b"".join(case_csv(build))


# -- the page --------------------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """Checks nesting and remembers what a screen reader would meet."""

    void = frozenset({"meta", "line", "rect"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.void:
            assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_can_be_read_by_everybody(both: dict[str, Rendered], language: str) -> None:
    reader = Reader()
    reader.feed(both[language].page.decode())
    reader.close()
    assert reader.open == []
    tags = reader.tags
    assert next(attrs for tag, attrs in tags if tag == "html")["lang"] == language
    assert sum(1 for tag, _ in tags if tag == "h1") == 1
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in tags:
        for label in ("aria-labelledby", "aria-describedby"):
            assert all(name in ids for name in (attrs.get(label) or "").split())
        if tag == "svg":
            assert attrs["role"] == "img"
        if tag == "a":
            assert (attrs["href"] or "").removeprefix("#") in ids
        if tag == "th":
            assert attrs["scope"] in ("col", "row")
    # every picture stands beside the table that it shows
    assert sum(1 for tag, _ in tags if tag == "svg") == sum(1 for tag, _ in tags if tag == "figcaption") >= 9


def test_the_page_needs_no_script_and_fetches_nothing(both: dict[str, Rendered]) -> None:
    for made in both.values():
        text = made.page.decode()
        assert "<script" not in text
        assert not re.search(r"\bon\w+=", text)
        assert not re.search(r"(?:src|href)=\"?https?:|url\(|@import", text)


def test_what_comes_from_data_is_escaped(both: dict[str, Rendered]) -> None:
    text = both["en"].page.decode()
    assert "West &amp; &lt;Wales&gt;" in text
    assert "<Wales>" not in text


def test_the_page_shows_the_figures_of_the_report(both: dict[str, Rendered]) -> None:
    text = both["en"].page.decode()
    for card in both["en"].report.cards:
        assert f"<h2>{card.title}</h2>" in text
    assert text.count("<tr class=total>") == sum(
        table.last_is_total for section in both["en"].report.sections for table in section.tables if section.on_page
    )


def test_light_dark_and_paper_keep_contrast() -> None:
    """WCAG: 4.5 to 1 for every text colour on every ground it stands on."""
    style = (Path(page.__code__.co_filename).parent / "page.css").read_text("utf-8")
    themes = [
        dict(re.findall(r"--([\w-]+): (#\w{3,6})", block)) for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    assert len(themes) == 3
    for theme in themes:
        for colour in ("ink", "text", "muted", "good", "bad", "warn", "accent"):
            for ground in ("paper", "pale"):
                assert _contrast(theme[colour], theme[ground]) >= 4.5, (colour, ground)
        if "band" in theme:
            assert _contrast(theme["on-band"], theme["band"]) >= 4.5
            assert _contrast(theme["on-band-2"], theme["band"]) >= 4.5


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(letter * 2 for letter in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# -- the daily list --------------------------------------------------------------------------------------------------


def test_each_unit_gets_the_new_sheets_of_its_tree() -> None:
    """POST-9, POST-16."""
    base = next(iter(month_of_facts("2026-11", 1).values()))[0]
    told = Fact(
        type="dispatched",
        at=base.at,
        recorded_at=base.recorded_at,
        reference="C",
        seq=9,
        opened_day=base.opened_day,
        path="hq/east",
        order=1,
    )
    sheet = [
        replace(told, reference="A", liable="hq/east/e1", sheet=True, order=2),
        replace(told, reference="B", path="hq/west", sheet=True, order=2),
        told,
    ]
    day = base.opened_day
    for unit, wanted in (("hq/east", ["A"]), ("hq/east/e1", ["A"]), ("hq/west", ["B"]), ("hq", ["A", "B"])):
        report = daily_list(day, sheet, unit, PLAN, UNITS, "zh-CN")
        assert report is not None
        assert [row[0] for row in report.sections[0].tables[0].rows] == wanted
        assert page(report)
        assert sheets(workbook(report)).worksheets
    assert daily_list(day, sheet, "hq/west/w1", PLAN, UNITS, "en") is None
