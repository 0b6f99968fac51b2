"""What a reader with a screen reader, a keyboard or weak eyes needs, held statically: order of headings, names of
pictures and tables, labels of fields, contrast of both palettes (WCAG 2.2 AA)."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.support.reports import PEOPLE, PLAN, UNITS, source

from complaints.reporting.render import prepare, render_report

ROOT = Path(__file__).parents[2] / "src" / "complaints"
TEMPLATES = sorted((ROOT / "web" / "templates").glob("*.j2"))
STYLES = {"report": ROOT / "reporting" / "page.css", "pages": ROOT / "web" / "templates" / "style.css"}
VOID = {"meta", "link", "br", "hr", "img", "input", "line", "rect", "path"}

TEXTS = {
    "report": [
        ("text", "paper"),
        ("text", "ground"),
        ("muted", "paper"),
        ("muted", "ground"),
        ("muted", "pale"),
        ("ink", "paper"),
        ("ink", "pale"),
        ("good", "paper"),
        ("bad", "paper"),
        ("accent", "paper"),
        ("on-band", "band"),
        ("on-band-2", "band"),
    ],
    "pages": [
        ("ink", "paper"),
        ("ink", "ground"),
        ("soft", "paper"),
        ("soft", "ground"),
        ("accent", "paper"),
        ("accent", "ground"),
        ("accent-ink", "accent"),
        ("bad", "paper"),
        ("bad", "bad-ground"),
        ("warn", "warn-ground"),
        ("good", "good-ground"),
    ],
}
"""Colours in which something is written, and on what."""

DRAWN = {"report": [(name, "paper") for name in ("s0", "s1", "s2", "s3", "past")], "pages": [("soft", "paper")]}
"""Colours of bars and of the borders of fields, and what they stand on."""


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes(style: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The colours of the style, light and dark."""
    light: dict[str, str] = {}
    for block in re.findall(r":root\s*{([^}]*)}", style.read_text("utf-8")):
        found = {
            name: value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])
            for name, value in re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{3,6})\b", block)
        }
        if not light:
            light = found
            yield "light", light
        elif found:
            yield "dark", {**light, **found}


@pytest.mark.parametrize("name", STYLES)
def test_both_palettes_can_be_read(name: str) -> None:
    seen = []
    for scheme, colours in palettes(STYLES[name]):
        seen.append(scheme)
        for pairs, least in ((TEXTS[name], 4.5), (DRAWN[name], 3.0)):
            for one, other in pairs:
                assert contrast(colours[one], colours[other]) >= least, (scheme, one, other)
    assert seen[:2] == ["light", "dark"]


class Outline(HTMLParser):
    """What of a page the tests ask for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.headings: list[int] = []
        self.inside: list[str] = []
        self.words: dict[str, str] = {}
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(found.get("id", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for id_ in self.open:
            if id_:
                self.words[id_] = self.words.get(id_, "") + data.strip()

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module", params=["zh-CN", "en"])
def report(request: pytest.FixtureRequest) -> Outline:
    made = render_report(prepare(source(), PLAN, UNITS, PEOPLE), "hq", request.param)
    outline = Outline(made.page.decode())
    assert outline.all("html") == [{"lang": request.param}]
    return outline


def test_headings_of_a_report_follow_their_order(report: Outline) -> None:
    assert report.headings[0] == 1
    assert report.headings.count(1) == 1
    assert all(later <= one + 1 for one, later in zip(report.headings, report.headings[1:], strict=False))


def test_every_picture_of_a_report_has_a_name_and_says_what_it_shows(report: Outline) -> None:
    pictures = report.all("svg")
    assert pictures
    for picture in pictures:
        assert picture["role"] == "img"
        for id_ in picture["aria-labelledby"].split():
            assert report.words.get(id_), picture


def test_every_id_of_a_report_is_one_place_and_every_name_refers_to_one(report: Outline) -> None:
    ids = Counter(attrs["id"] for _, attrs in report.tags if "id" in attrs)
    assert [id_ for id_, count in ids.items() if count > 1] == []
    named = {id_ for _, attrs in report.tags for id_ in attrs.get("aria-labelledby", "").split()}
    assert named <= ids.keys()


def test_cells_of_a_report_have_heads_and_what_scrolls_has_a_name(report: Outline) -> None:
    heads = report.all("th")
    assert heads
    assert {head.get("scope") for head in heads} == {"col", "row"}
    scrolled = [attrs for attrs in report.all("div") if attrs.get("class") == "scroll"]
    assert len(scrolled) == len(report.all("table"))
    assert all(attrs["tabindex"] == "0" and attrs["aria-label"] and attrs["role"] == "group" for attrs in scrolled)


def test_places_of_a_report_are_told_apart(report: Outline) -> None:
    """Landmarks of one kind need names of their own."""
    names = Counter(
        (tag, attrs.get("aria-label") or report.words.get(attrs.get("aria-labelledby", ""), ""))
        for tag, attrs in report.tags
        if tag in ("section", "nav")
    )
    assert [name for name, count in names.items() if count > 1] == []
    assert all(name for _, name in names)
    assert [len(report.all(tag)) for tag in ("main", "header", "footer")] == [1, 1, 1]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_fields_of_the_pages_have_labels_and_tables_heads(template: Path) -> None:
    text = template.read_text("utf-8")
    for head in re.findall(r"<th\b[^>]*>", text):
        assert "scope=" in head, head
    labels = set(re.findall(r'<label\b[^>]*\bfor="([^"]+)"', text))
    for field in re.finditer(r"<(input|select|textarea)\b((?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*)>", text):
        said = field[2]
        if re.search(r'type="(hidden|submit)"', said):
            continue
        id_ = re.search(r'\bid="([^"]+)"', said)
        marked = re.search(r"marks\(([\w.\"]+)", said)
        wrapped = text.rfind("<label", 0, field.start()) > text.rfind("</label", 0, field.start())
        name = id_[1] if id_ else marked[1].strip('"') if marked else ""
        known = name in labels or "{{ " + name + " }}" in labels
        assert known or wrapped or "aria-label" in said, field[0]
    assert len(re.findall(r"<h1\b", text)) <= 1
    assert not re.search(r'tabindex="[1-9]', text)


def test_every_page_says_its_language_and_can_be_skipped_into() -> None:
    base = (ROOT / "web" / "templates" / "base.html.j2").read_text("utf-8")
    assert '<html lang="{{ lang }}"' in base
    assert re.search(r'class="skip" href="#(\w+)"', base)
    assert "<main" in base
