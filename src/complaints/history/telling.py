"""What a check found, as lines of text for whoever imports: aligned, the most important first."""

from collections import Counter
from collections.abc import Iterator

from complaints.history.check import Findings
from complaints.texts import text
from complaints.texts.columns import right, width

MOST = 12
"""Values of a dimension that are listed; the others are summed up."""

_HEADS = ("month", "received", "of_them_closed", "closed", "median_hours", "met", "missed")


def told(findings: Findings, lang: str) -> Iterator[str]:
    """All of it: rows, months, values, deadlines, repeated references, what cannot be used."""
    yield text(
        "history.rows",
        lang,
        rows=findings.rows,
        used=findings.used,
        bad=findings.bad,
        passed_over=findings.passed_over,
        repeated=findings.repeated,
        known=findings.known,
    )
    if findings.damaged:
        yield text("history.damaged", lang, rows=findings.damaged)
    yield ""
    yield from months_told(findings, lang)
    for name, counts in findings.counts.items():
        if set(counts) - {""}:
            yield ""
            yield from _values("unit" if name == "path" else name, counts, lang)
    if findings.deadlines:
        yield ""
        for (deadline, outcome), count in sorted(findings.deadlines.items()):
            yield text(f"history.verdict.{outcome}", lang, deadline=deadline, count=count)
    for reference, number, counted in findings.several:
        yield text("history.stands_twice", lang, row=number, reference=reference, counted=counted)
    yield from troubles_told(findings, lang)


def months_told(findings: Findings, lang: str) -> Iterator[str]:
    """A table of months."""
    rows: list[tuple[str, ...]] = [tuple(text(f"history.head.{head}", lang) for head in _HEADS)]
    for name, month in sorted(findings.months.items()):
        hours = f"{month.median / 3600:,.1f}" if month.median is not None else "-"
        counts = (month.received, month.of_them_closed, month.closings)
        rows.append((name, *(f"{n:,}" for n in counts), hours, f"{month.met:,}", f"{month.missed:,}"))
    widths = [max(width(row[n]) for row in rows) for n in range(len(_HEADS))]
    for row in rows:
        yield "  ".join(right(cell, columns) for cell, columns in zip(row, widths, strict=True))


def troubles_told(findings: Findings, lang: str) -> Iterator[str]:
    """What cannot be used: each kind of trouble once, with its first row."""
    for trouble in sorted(findings.troubles.values(), key=lambda one: -one.rows):
        code = "history.trouble_and_more" if trouble.rows > 1 else "history.trouble"
        yield text(code, lang, row=trouble.first.number, reason=trouble.first.reason, rows=trouble.rows)


def _values(name: str, counts: Counter[str], lang: str) -> Iterator[str]:
    yield text("history.values", lang, name=text(f"history.dimension.{name}", lang), count=len(counts))
    for value, count in counts.most_common(MOST):
        yield f"  {count:>9,}  {value or text('history.empty', lang)}"
    rest = sum(counts.values()) - sum(count for _, count in counts.most_common(MOST))
    if rest:
        yield f"  {rest:>9,}  " + text("history.in_more", lang, count=len(counts) - MOST)
