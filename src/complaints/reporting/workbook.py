"""The report as an XLSX workbook: one sheet a section, native charts, ready to filter and to print on A4.

Equal reports give equal bytes: no clock, fixed dates inside. Every text is written as a text; one that begins like a
formula is marked as quoted too, so that it stays a text when somebody edits the cell.
"""

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from complaints.reporting.look import AMBER, BAD, GOOD, GRID, INK, MUTED, PALE, SERIES, SERIES_PAST
from complaints.reporting.model import Chart, Column, Report, Section, Table
from complaints.reporting.values import Form, Ratio, Value, shown
from complaints.reporting.wording import decimals
from complaints.texts import text

CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The one date inside every workbook: what it was made from is in its name, not in when."""

CHART_HEIGHT, BAR_HEIGHT, ROW_HEIGHT = 320, 24, 20
"""Pixels: of a chart at least, of one bar with its name, of a row of cells."""
MOST_BARS = 15
WIDE = 8
"""Columns from which a table takes the whole width of a page."""

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMBER_FORMATS: dict[Form, str] = {
    "count": "#,##0",
    "rate": "0.0%",
    "change": "+0.0%;-0.0%;0.0%",
    "points": "+0.0;-0.0;0.0",
    "seconds": "[h]:mm:ss",
    "score": "0.00",
    "number": "#,##0.0",
    "date": "yyyy-mm-dd",
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def workbook(report: Report) -> bytes:
    """The bytes of the workbook."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": report.title, "subject": f"{report.unit} {report.period}", "created": CREATED})
        _Writer(book, report).write()
    return buffer.getvalue()


class _Writer:
    """Writes one report into one workbook."""

    def __init__(self, book: Workbook, report: Report) -> None:
        self.book, self.report = book, report
        self.font = "Microsoft YaHei" if report.language.startswith("zh") else "Calibri"
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.sheets: set[str] = set()
        self.tables = 0

    def t(self, code: str, **params: object) -> str:
        return text(f"report.{code}", self.report.language, **params)

    def write(self) -> None:
        for section in self.report.sections:
            self._section(section)
        if self.report.notices:
            self._notices()

    def format(self, **wanted: Any) -> Format:
        """A cell format, made once."""
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(
                {"font_name": self.font, "font_size": 10, "valign": "vcenter", **wanted}
            )
        return self._formats[key]

    def _sheet(self, title: str) -> Worksheet:
        name = re.sub(r"[\[\]:*?/\\']", " ", title)[:28].strip()
        while name.lower() in self.sheets:
            name += "+"
        self.sheets.add(name.lower())
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        plain = f"{self.report.unit} · {self.report.period}".replace("&", "&&")
        sheet.set_footer(f"&L&8{plain[:120]}&R&8{self.t('page_of')}")
        return sheet

    def _heading(self, sheet: Worksheet, title: str) -> int:
        sheet.set_row(0, 28)
        sheet.write_string(0, 0, title, self.format(bold=True, font_size=16, font_color=INK))
        line = f"{self.report.title} · {self.report.unit} · {self.report.period}"
        sheet.write_string(1, 0, line, self.format(font_color=MUTED))
        return 3

    def _section(self, section: Section) -> None:
        sheet = self._sheet(section.title)
        row = self._heading(sheet, section.title)
        if section.id == "summary":
            row = self._first_page(sheet, row)
        widths: dict[int, int] = {}
        charts = {chart.table: chart for chart in section.charts}
        alone = len(section.tables) == 1 and section.id != "summary"
        for table in section.tables:
            if not alone:
                sheet.write_string(row, 0, table.title, self.format(bold=True, font_size=12, font_color=INK))
                row += 1
            header = row
            row = self._table(sheet, table, row, widths)
            if alone:
                sheet.freeze_panes(header + 1, 1)
                sheet.repeat_rows(header)
            if table.note:
                note = self.format(italic=True, font_color=MUTED)
                sheet.write_string(row, 0, table.note, note)
                row += 1
            chart = charts.get(table.id)
            if chart is not None and table.rows:
                # Beside a narrow table, below a wide one, so that the page stays readable when printed one sheet wide.
                wide = len(table.columns) > WIDE
                self._chart(sheet, table, chart, header, (row + 1, 0) if wide else (header, len(table.columns) + 1))
                rows = _chart_height(table, chart) // ROW_HEIGHT + 1
                row = row + 1 + rows if wide else max(row, header + rows)
            row += 2
        if not alone:
            sheet.freeze_panes(3, 0)
            sheet.repeat_rows(0, 1)
        for column, width in widths.items():
            sheet.set_column(column, column, width)

    def _first_page(self, sheet: Worksheet, row: int) -> int:
        colour = {True: GOOD, False: BAD, None: AMBER}[self.report.verified]
        sheet.write_string(row, 0, self.report.verification, self.format(bold=True, font_color=colour))
        row += 2
        if self.report.findings:
            sheet.write_string(row, 0, self.t("findings"), self.format(bold=True, font_size=12, font_color=INK))
            row += 1
            wrapped = self.format(text_wrap=True, valign="top", bg_color=PALE)
            for paragraph in self.report.findings:
                lines = 1 + sum(2 if ord(letter) > 0x2E7F else 1 for letter in paragraph) // 120
                sheet.set_row(row, 16 * lines)
                sheet.merge_range(row, 0, row, 8, "", wrapped)
                sheet.write_string(row, 0, _clean(paragraph), wrapped)
                row += 1
            row += 1
        sheet.write_string(row, 0, self.report.footer, self.format(italic=True, font_color=MUTED))
        return row + 2

    def _table(self, sheet: Worksheet, table: Table, row: int, widths: dict[int, int]) -> int:
        """Write a table whose header is at `row`; answers the row after it."""
        head = self.format(bold=True, bg_color=INK, font_color="#FFFFFF", text_wrap=True, border=1, border_color=GRID)
        sheet.set_row(row, 30)
        for n, column in enumerate(table.columns):
            widths[n] = max(widths.get(n, 0), column.width or _width(column))
        body = list(_numbered(table))
        for place, values in body:
            is_total = table.last_is_total and place == len(table.rows) - 1
            for n, (column, value) in enumerate(zip(table.columns, values, strict=True)):
                goal = table.goals[place] if table.goals else None
                self._cell(sheet, row + 1 + place, n, column, value, goal, total=is_total)
        if not body:
            for n, column in enumerate(table.columns):
                sheet.write_string(row, n, column.title, head)
            sheet.write_string(row + 1, 0, self.t("nothing"), self.format(font_color=MUTED))
            return row + 2
        last = row + len(body) - (1 if table.last_is_total else 0)
        self._filterable(sheet, table, row, max(last, row + 1), head)
        return row + len(body) + 1

    def _filterable(self, sheet: Worksheet, table: Table, row: int, last: int, head: Format) -> None:
        self.tables += 1
        titles: list[str] = []
        for column in table.columns:
            title = column.title
            while title.lower() in (one.lower() for one in titles):
                title += " "
            titles.append(title)
        sheet.add_table(
            row,
            0,
            last,
            len(titles) - 1,
            {
                "name": f"T{self.tables}_{re.sub(r'[^A-Za-z0-9_]', '_', table.id)}"[:200],
                "columns": [{"header": title, "header_format": head} for title in titles],
                "style": None,
            },
        )

    def _cell(
        self, sheet: Worksheet, row: int, n: int, column: Column, value: Value, goal: float | None, *, total: bool
    ) -> None:
        look: dict[str, Any] = {"bottom": 1, "bottom_color": GRID}
        if total:
            look |= {"bold": True, "bg_color": PALE}
        if column.form == "date" and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            dated = self.format(**look, num_format=_NUMBER_FORMATS["date"], align="left")
            sheet.write_datetime(row, n, datetime.combine(date.fromisoformat(value), datetime.min.time()), dated)
            return
        number = _number(value, column.form, goal)
        if number is not None:
            sheet.write_number(row, n, number, self.format(**look, num_format=_number_format(column.form, number)))
            return
        written = _clean(value) if isinstance(value, str) else "-"
        if written.startswith(_RISKY) and written != "-":
            look["quote_prefix"] = True
        look |= {"indent": 1} if column.form in ("text", "date") and n else {}
        if column.form not in ("text", "date"):
            look |= {"align": "right", "font_color": MUTED}
        if value == self.t("not_met"):
            look |= {"font_color": BAD, "bold": True}
        elif value == self.t("met"):
            look |= {"font_color": GOOD, "bold": True}
        sheet.write_string(row, n, written, self.format(**look))

    def _chart(self, sheet: Worksheet, table: Table, chart: Chart, header: int, at: tuple[int, int]) -> None:
        count = len(table.rows) - (1 if table.last_is_total else 0)
        if not count:
            return
        if chart.kind == "bars":
            count = min(count, MOST_BARS)
        first, last = header + 1, header + count
        leftmost = chart.labels if chart.grouped is None else chart.grouped
        made = self.book.add_chart({"type": "bar" if chart.kind == "bars" else "column"})
        name = sheet.get_name()

        def series(n: int, colour: str) -> dict[str, Any]:
            return {
                "name": [name, header, n],
                "categories": [name, first, leftmost, last, chart.labels],
                "values": [name, first, n, last, n],
                "fill": {"color": colour},
                "gap": 60,
            }

        colours = (SERIES[0], SERIES_PAST) if chart.kind == "columns_and_averages" else SERIES
        for n, colour in zip(chart.series, colours, strict=False):
            made.add_series(series(n, colour))
        if chart.averages:
            lines = self.book.add_chart({"type": "line"})
            for n, colour in zip(chart.averages, colours, strict=False):
                line = series(n, colour)
                del line["fill"], line["gap"]
                lines.add_series({**line, "line": {"color": colour, "width": 1.5, "dash_type": "dash"}})
            made.combine(lines)
        made.set_title(
            {"name": chart.title, "name_font": {"name": self.font, "size": 12, "color": INK}, "overlay": False}
        )
        axis: dict[str, Any] = {"num_font": {"name": self.font, "size": 9}, "line": {"color": GRID}}
        form = table.columns[chart.series[0]].form
        scale = {"min": 0, "max": 1} if form == "rate" else {"min": 0}
        numbers = {"major_gridlines": {"visible": True, "line": {"color": GRID}}, "num_format": _NUMBER_FORMATS[form]}
        if chart.kind == "bars":
            # A bar chart's categories stand on its vertical axis, the first one at the bottom unless reversed.
            made.set_y_axis({**axis, "reverse": True, "crossing": "max"})
            made.set_x_axis({**axis, **numbers, **scale})
        else:
            dates = {"num_format": "d", "text_axis": True} if table.columns[chart.labels].form == "date" else {}
            made.set_x_axis({**axis, **dates})
            made.set_y_axis({**axis, **numbers, **scale})
        several = len(chart.series) + len(chart.averages) > 1
        made.set_legend({"position": "bottom", "font": {"name": self.font, "size": 9}} if several else {"none": True})
        made.set_size({"width": 640, "height": _chart_height(table, chart)})
        sheet.insert_chart(*at, made, {"description": chart.title, "object_position": 1})

    def _notices(self) -> None:
        sheet = self._sheet(self.t("section.notices"))
        row = self._heading(sheet, self.t("notices"))
        sheet.set_column(0, 0, 110)
        for notice in self.report.notices:
            sheet.write_string(row, 0, _clean(notice.title), self.format(bold=True, font_size=12, font_color=INK))
            row += 1
            for paragraph in notice.paragraphs:
                lines = 1 + sum(2 if ord(letter) > 0x2E7F else 1 for letter in paragraph) // 110
                sheet.set_row(row, 16 * lines)
                sheet.write_string(row, 0, _clean(paragraph), self.format(text_wrap=True, valign="top"))
                row += 1
            row += 1
        sheet.freeze_panes(3, 0)


def _numbered(table: Table) -> Iterator[tuple[int, tuple[Value, ...]]]:
    return enumerate(table.rows)


def _number(value: Value, form: Form, goal: float | None) -> float | None:
    """The number of a cell as its format wants it; rates already rounded so that the format cannot round them up."""
    number = value.value if isinstance(value, Ratio) else value
    if number is None or isinstance(number, str):
        return None
    exact = Fraction(str(number)) if isinstance(number, float) else Fraction(number)
    if form == "rate":
        return float(shown(exact, [Fraction(str(goal))] if goal is not None else []))
    if form == "points":
        return float(exact * 100)
    if form == "seconds":
        return float(exact / 86400)
    return float(exact)


def _chart_height(table: Table, chart: Chart) -> int:
    """Bars need room for the name of each, else every other one is left out."""
    bars = min(len(table.rows) - (1 if table.last_is_total else 0), MOST_BARS) if chart.kind == "bars" else 0
    return max(CHART_HEIGHT, 80 + BAR_HEIGHT * bars)


def _number_format(form: Form, number: float) -> str:
    """The form's number format, with more digits where the usual ones would show another number."""
    if form == "rate":
        digits = decimals(Fraction(str(number)) * 100)
        return f"0.{'0' * digits}%"
    return "0.0000" if form == "number" and 0 < abs(number) < 1 else _NUMBER_FORMATS[form]


def _width(column: Column) -> int:
    wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in column.title)
    return max(11, min(24, wide + 3))


def _clean(value: str) -> str:
    """Without control characters that XML has no place for, and no longer than a cell may be."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)[:32_000]
