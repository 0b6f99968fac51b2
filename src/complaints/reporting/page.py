"""The report as one HTML file: style and pictures inside, no script, nothing fetched; for screen, A4 and readers."""

from functools import cache
from html import escape
from importlib.resources import files

from complaints.reporting.charts import legend, svg
from complaints.reporting.compare import change, difference
from complaints.reporting.model import Card, Notice, Report, Section, Table, exact
from complaints.reporting.values import Value
from complaints.reporting.wording import NOTHING, show
from complaints.texts import text

MANY = 12
"""Rows from which the table of a picture is folded away; paper shows the picture, the workbook has the numbers."""

LONGEST = 30
"""Rows of a table on the page; the workbook has all."""


def page(report: Report) -> bytes:
    """The page in UTF-8. Everything that comes from people or data is escaped."""
    return _Page(report).whole().encode()


@cache
def _style() -> str:
    return files("complaints.reporting").joinpath("page.css").read_text("utf-8")


class _Page:
    def __init__(self, report: Report) -> None:
        self.report, self.language = report, report.language

    def t(self, code: str, **params: object) -> str:
        return text(f"report.{code}", self.language, **params)

    def whole(self) -> str:
        report = self.report
        sections = [section for section in report.sections if section.on_page]
        title = f"{report.title} · {report.unit} · {report.period}"
        look = {True: "", False: " broken", None: " open"}[report.verified]
        proof = f'<p class="proof{look}">{escape(report.verification)}</p>' if report.verification else ""
        return "".join(
            [
                f'<!DOCTYPE html>\n<html lang="{escape(self.language)}">\n<head>\n<meta charset="utf-8">\n',
                '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
                f'<meta name="color-scheme" content="light dark">\n<title>{escape(title)}</title>\n',
                f"<style>\n{_style()}</style>\n</head>\n<body>\n",
                f'<a class="skip" href="#main">{escape(self.t("skip"))}</a>\n',
                f'<header><div class="in"><p class="kind">{escape(report.title)}</p><h1>{escape(report.unit)}</h1>',
                f'<p class="when">{escape(report.period)}</p>{proof}',
                '</div></header>\n<main id="main" class="in">\n',
                self._cards(),
                self._findings(),
                self._contents(sections),
                *(self._section(section) for section in sections),
                self._notices(),
                f'</main>\n<footer><p>{escape(report.footer)}</p><p class="screen">{escape(self.t("download"))}</p>',
                "</footer>\n</body>\n</html>\n",
            ]
        )

    # -- first page ----------------------------------------------------------------------------------------

    def _cards(self) -> str:
        if not self.report.cards:
            return ""
        cards = "".join(self._card(card) for card in self.report.cards)
        return f'<ul class="cards" aria-label="{escape(self.t("key_figures"))}">{cards}</ul>\n'

    def _card(self, card: Card) -> str:
        goals = (card.goal,) if card.goal is not None else ()
        look = {True: " good", False: " bad", None: ""}[card.met]
        parts = [f'<li class="card{look}"><h2>{escape(card.title)}</h2>']
        parts.append(f'<p class="big">{escape(show(card.value, card.form, self.language, goals))}</p>')
        if exact(card.value) is None:
            parts.append(f'<p class="goal">{escape(self.t("nothing_to_divide"))}</p>')
        if card.goal is not None:
            wanted = self.t("goal_is", goal=show(card.goal, card.form, self.language))
            verdict = {True: "✓ " + self.t("met"), False: "✗ " + self.t("not_met"), None: ""}[card.met]
            parts.append(f'<p class="goal">{escape(wanted)} <span class="verdict">{escape(verdict)}</span></p>')
        past = [("previous_short", card.previous), ("last_year_short", card.last_year)]
        lines = [
            f"<dt>{escape(self.t(code))}</dt><dd>{escape(show(value, card.form, self.language, goals))}"
            f"{self._moved(card, value)}</dd>"
            for code, value in past
            if value is not None
        ]
        if lines:
            parts.append(f"<dl>{''.join(lines)}</dl>")
        return "".join([*parts, "</li>"])

    def _moved(self, card: Card, then: Value) -> str:
        points = card.form == "rate"
        moved = difference(card.value, then) if points else change(card.value, then)
        if moved is None:
            return ""
        return f" ({escape(show(moved, 'points' if points else 'change', self.language))})"

    def _findings(self) -> str:
        if not self.report.findings:
            return ""
        paragraphs = "".join(f"<p>{escape(one)}</p>" for one in self.report.findings)
        heading = escape(self.t("findings"))
        top = f'<section class="findings" aria-labelledby="h-findings"><h2 id="h-findings">{heading}</h2>'
        return f"{top}{paragraphs}</section>\n"

    def _contents(self, sections: list[Section]) -> str:
        if len(sections) < 3:
            return ""
        entries = [(f"s-{section.id}", section.title) for section in sections]
        if self.report.notices:
            entries.append(("s-notices", self.t("notices")))
        links = "".join(f'<li><a href="#{escape(id_)}">{escape(title)}</a></li>' for id_, title in entries)
        label = escape(self.t("contents"))
        return f'<nav class="panel" aria-label="{label}"><h2>{label}</h2><ol>{links}</ol></nav>\n'

    # -- sections ------------------------------------------------------------------------------------------

    def _section(self, section: Section) -> str:
        id_ = escape(section.id)
        parts = [f'<section id="s-{id_}" aria-labelledby="h-{id_}"><h2 id="h-{id_}">{escape(section.title)}</h2>']
        parts += [f"<p>{escape(paragraph)}</p>" for paragraph in section.paragraphs]
        for table in section.tables:
            for chart in section.charts:
                if chart.table == table.id:
                    parts.append(self._figure(table, chart.id, section))
            numbers = self._table(table, section.title)
            pictured = any(chart.table == table.id for chart in section.charts) and len(table.rows) >= MANY
            folded = f"<details><summary>{escape(self.t('numbers'))}</summary>{numbers}</details>"
            parts.append(folded if pictured else numbers)
        return "".join([*parts, "</section>\n"])

    def _figure(self, table: Table, id_: str, section: Section) -> str:
        chart = next(chart for chart in section.charts if chart.id == id_)
        picture = svg(table, chart, self.language, lambda count: self.t("more", count=count))
        if not picture:
            return ""
        look = " class=unseen" if chart.title == section.title else ""
        return f"<figure><figcaption{look}>{escape(chart.title)}</figcaption>{picture}{legend(table, chart)}</figure>"

    def _table(self, table: Table, heading: str) -> str:
        caption = f"<caption>{escape(table.title)}</caption>" if table.title != heading else ""
        if not table.rows:
            above = f'<h3 class="sub">{escape(table.title)}</h3>' if caption else ""
            return f'{above}<p class="note">{escape(table.note or self.t("nothing"))}</p>'
        texts = [column.form in ("text", "date") for column in table.columns]
        head = "".join(
            f'<th scope="col"{" class=text" if is_text else ""}>{escape(column.title)}</th>'
            for column, is_text in zip(table.columns, texts, strict=True)
        )
        last = len(table.rows) - 1 if table.last_is_total else None
        places = [n for n in range(len(table.rows)) if n < LONGEST or n == last]
        body = "".join(self._row(table, n, texts, total=n == last) for n in places)
        notes = [table.note] if table.note else []
        if len(places) < len(table.rows):
            notes.append(self.t("shortened", shown=LONGEST, all=len(table.rows)))
        label = escape(table.title)
        return (
            f'<div class="scroll" tabindex="0" role="group" aria-label="{label}"><table>{caption}'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
            + "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
        )

    def _row(self, table: Table, place: int, texts: list[bool], *, total: bool) -> str:
        cells = []
        goal = table.goals[place] if table.goals else None
        for n, (column, value) in enumerate(zip(table.columns, table.rows[place], strict=True)):
            shown = show(value, column.form, self.language, (goal,) if goal is not None else ())
            look = ["text"] if texts[n] else []
            if shown == NOTHING:
                look.append("none")
            written = escape(shown)
            if shown in (self.t("met"), self.t("not_met")):
                sign, tone = ("✓", "good") if shown == self.t("met") else ("✗", "bad")
                written = f'<span class="verdict {tone}">{sign} {written}</span>'
            kind = "th" if n == 0 else "td"
            scope = ' scope="row"' if n == 0 else ""
            classes = f' class="{" ".join(look)}"' if look else ""
            cells.append(f"<{kind}{scope}{classes}>{written}</{kind}>")
        return f"<tr{' class=total' if total else ''}>{''.join(cells)}</tr>"

    def _notices(self) -> str:
        if not self.report.notices:
            return ""
        heading = escape(self.t("notices"))
        drafts = "".join(map(_notice, self.report.notices))
        return (
            f'<section id="s-notices" aria-labelledby="h-notices"><h2 id="h-notices">{heading}</h2>{drafts}</section>\n'
        )


def _notice(notice: Notice) -> str:
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in notice.paragraphs)
    return f'<article class="draft"><h3>{escape(notice.title)}</h3>{paragraphs}</article>'
