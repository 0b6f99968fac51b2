"""Inline SVG of a table's columns: no script, colours from the page's style so that light, dark and print all fit.

Every picture has a title and a sentence for screen readers, and stands beside the table that it shows.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from html import escape

from complaints.reporting.model import Chart, Table, exact
from complaints.reporting.values import Form
from complaints.reporting.wording import show

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 14, 14, 34
MOST_BARS = 12
BAR = 26
LABELS, LABELS_MOST = 190, 330
"""Room for the names of bars: what they need, between these."""
Say = Callable[[Fraction | int | float, Form], str]


def svg(table: Table, chart: Chart, language: str, others: Callable[[int], str]) -> str:
    """The picture, or nothing when there is nothing to show. `others` names the rows that do not fit ("8 more")."""
    rows = table.rows[:-1] if table.last_is_total else table.rows
    values = [[exact(row[n]) for n in chart.series] for row in rows]
    if not any(value for row in values for value in row):
        return ""
    labels = [chart.label(row) for row in rows]
    form = table.columns[chart.series[0]].form
    names = [table.columns[n].title for n in chart.series]
    if chart.kind == "bars":
        return _bars(chart, labels, [row[0] for row in values], form, language, others)
    levels = [(table.columns[n].title, exact(rows[0][n])) for n in chart.averages]
    return _columns(chart, labels, values, names, levels, form, language)


def legend(table: Table, chart: Chart) -> str:
    """Names of the series, where there are several."""
    past = chart.kind == "columns_and_averages"
    entries = [
        f'<span class="key k{n}{" past" if past and n == 1 else ""}">{escape(table.columns[column].title)}</span>'
        for n, column in enumerate(chart.series)
    ]
    entries += [
        f'<span class="key line k{n}{" past" if n == 1 else ""}">{escape(table.columns[column].title)}</span>'
        for n, column in enumerate(chart.averages)
    ]
    return f'<p class="legend" aria-hidden="true">{"".join(entries)}</p>' if len(entries) > 1 else ""


def ticks(most: Fraction) -> list[Fraction]:
    """Round steps from 0 that reach over the largest value, three to six of them."""
    step = Fraction(1)
    while step * 5 < most:
        step *= 10
    while step * 5 > most * 10:
        step /= 10
    for factor in (Fraction(1, 5), Fraction(1, 4), Fraction(1, 2), Fraction(1)):
        if step * factor * 5 >= most:
            step *= factor
            break
    count = max(1, -(-most // step))
    return [step * n for n in range(int(count) + 1)]


def _open(chart: Chart, height: int, sentence: str) -> str:
    id_ = escape(chart.id)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="c-{id_}-t c-{id_}-d">'
        f'<title id="c-{id_}-t">{escape(chart.title)}</title><desc id="c-{id_}-d">{escape(sentence)}</desc>'
    )


def _columns(
    chart: Chart,
    labels: Sequence[str],
    values: Sequence[Sequence[Fraction | int | float | None]],
    names: Sequence[str],
    levels: Sequence[tuple[str, Fraction | int | float | None]],
    form: Form,
    language: str,
) -> str:
    highest = max(Fraction(value) for row in values for value in row if value is not None)
    marks = ticks(max(highest, *(Fraction(level) for _, level in levels if level), Fraction(1, 1000)))
    whole = marks[-1]
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def y(value: Fraction | int | float) -> float:
        return TOP + high - float(Fraction(value) / whole) * high

    parts = [_open(chart, HEIGHT, _sentence(labels, values, names, form, language))]
    for mark in marks:
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(mark):.1f}" y2="{y(mark):.1f}"/>')
        written = escape(show(mark, form, language))
        parts.append(f'<text class="tick" x="{LEFT - 8}" y="{y(mark) + 4:.1f}" text-anchor="end">{written}</text>')
    slot = wide / len(labels)
    series = len(names)
    bar = min(30.0, slot * 0.74 / series)
    every = -(-len(labels) // 16)
    past = chart.kind == "columns_and_averages"
    for place, (label, row) in enumerate(zip(labels, values, strict=True)):
        middle = LEFT + slot * (place + 0.5)
        for n, value in enumerate(row):
            if not value or value < 0:
                continue
            x = middle - bar * series / 2 + bar * n
            tall = TOP + high - y(value)
            hint = f"{label} · {names[n]}: {show(value, form, language)}"
            look = f"s{n} past" if past and n == 1 else f"s{n}"
            parts.append(
                f'<rect class="{look}" x="{x + 0.5:.1f}" y="{y(value):.1f}" width="{bar - 1:.1f}" height="{tall:.1f}" '
                f'rx="1.5"><title>{escape(hint)}</title></rect>'
            )
            if series == 1 and len(labels) <= 14:
                written = escape(show(value, form, language))
                parts.append(
                    f'<text class="value" x="{middle:.1f}" y="{y(value) - 4:.1f}" text-anchor="middle">{written}</text>'
                )
        if place % every == 0:
            short = escape(_short(label, slot * every))
            parts.append(f'<text class="tick" x="{middle:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{short}</text>')
    for n, (_, level) in enumerate(levels):
        if level:
            look = f"level l{n}"
            parts.append(
                f'<line class="{look}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(level):.1f}" y2="{y(level):.1f}"/>'
            )
    return "".join([*parts, "</svg>"])


def _bars(
    chart: Chart,
    labels: Sequence[str],
    values: Sequence[Fraction | int | float | None],
    form: Form,
    language: str,
    others: Callable[[int], str],
) -> str:
    shown = list(zip(labels, values, strict=True))[:MOST_BARS]
    rest = len(labels) - len(shown)
    highest = max((Fraction(value) for _, value in shown if value is not None), default=Fraction(1))
    whole = Fraction(1) if form == "rate" else max(highest, Fraction(1, 1000))
    height = TOP + BAR * (len(shown) + (1 if rest else 0)) + 6
    needed = max((_length(label) for label, _ in shown), default=0.0) + 14
    room = min(LABELS_MOST, max(LABELS, int(needed) + 1))
    wide = WIDTH - room - 80
    sentence = _sentence([label for label, _ in shown], [[value] for _, value in shown], [chart.title], form, language)
    parts = [_open(chart, height, sentence)]
    for place, (label, value) in enumerate(shown):
        top = TOP + BAR * place
        long = float(Fraction(value) / whole) * wide if value and value > 0 else 0.0
        written = escape(show(value, form, language))
        parts.append(
            f'<text class="label" x="{room - 10}" y="{top + 15}" text-anchor="end">'
            f"{escape(_short(label, room - 14))}<title>{escape(label)}</title></text>"
        )
        parts.append(f'<rect class="track" x="{room}" y="{top + 3}" width="{wide}" height="{BAR - 10}" rx="2"/>')
        if long:
            parts.append(
                f'<rect class="s0" x="{room}" y="{top + 3}" width="{max(long, 1.5):.1f}" height="{BAR - 10}" rx="2"/>'
            )
        parts.append(f'<text class="value" x="{room + long + 8:.1f}" y="{top + 15}">{written}</text>')
    if rest:
        top = TOP + BAR * len(shown)
        parts.append(
            f'<text class="tick" x="{room - 10}" y="{top + 15}" text-anchor="end">{escape(others(rest))}</text>'
        )
    return "".join([*parts, "</svg>"])


def _sentence(
    labels: Sequence[str],
    values: Sequence[Sequence[Fraction | int | float | None]],
    names: Sequence[str],
    form: Form,
    language: str,
) -> str:
    """What the picture shows, in words: every number up to twenty of them, else the largest."""
    known = [
        (label, name, value)
        for label, row in zip(labels, values, strict=True)
        for name, value in zip(names, row, strict=True)
        if value is not None
    ]
    if len(known) > 20:
        known = sorted(known, key=lambda one: -Fraction(one[2]))[:5]
    several = len(names) > 1
    return "; ".join(
        f"{label}{f' ({name})' if several else ''}: {show(value, form, language)}" for label, name, value in known
    )


def _short(label: str, room: float) -> str:
    """A label cut to the room that it has, counting wide letters twice; of a date only its day."""
    if len(label) == 10 and label[4] == label[7] == "-":
        return str(int(label[8:]))
    letters, used = "", 0.0
    for letter in label:
        used += _length(letter)
        if used > room:
            return letters[:-1] + "…"
        letters += letter
    return letters


def _length(label: str) -> float:
    """How wide a label is, wide letters counted as such."""
    return sum(12.0 if ord(letter) > 0x2E7F else 6.4 for letter in label)
