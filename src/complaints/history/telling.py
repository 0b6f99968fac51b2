"""What a check found, as lines of text for whoever imports: English, aligned, the most important first."""

from collections import Counter
from collections.abc import Iterator

from complaints.history.check import Findings

MOST = 12
"""Values of a dimension that are listed; the others are summed up."""

_HEADS = ("month", "received", "of them closed", "closed", "median hours", "met", "missed")


def told(findings: Findings) -> Iterator[str]:
    """All of it: rows, months, values, deadlines, repeated references, what cannot be used."""
    yield (
        f"{findings.rows:,} rows: {findings.used:,} cases, {findings.bad:,} cannot be used, {findings.passed_over:,} "
        f"not wanted, {findings.repeated:,} repeat a reference, {findings.known:,} came in with another import"
    )
    if findings.damaged:
        yield f"{findings.damaged:,} rows hold bytes that are not of the encoding; they are shown as \ufffd"
    yield ""
    yield from months_told(findings)
    for name, counts in findings.counts.items():
        if set(counts) - {""}:
            yield ""
            yield from _values("unit" if name == "path" else name, counts)
    if findings.deadlines:
        yield ""
        for (deadline, outcome), count in sorted(findings.deadlines.items()):
            yield f"{deadline} {outcome}: {count:,}"
    for reference, number, counted in findings.several:
        yield f"row {number}: {reference!r} stands in row {counted} too, which counts"
    yield from troubles_told(findings)


def months_told(findings: Findings) -> Iterator[str]:
    """A table of months."""
    rows: list[tuple[str, ...]] = [_HEADS]
    for name, month in sorted(findings.months.items()):
        hours = f"{month.median / 3600:,.1f}" if month.median is not None else "-"
        counts = (month.received, month.of_them_closed, month.closings)
        rows.append((name, *(f"{n:,}" for n in counts), hours, f"{month.met:,}", f"{month.missed:,}"))
    widths = [max(len(row[n]) for row in rows) for n in range(len(_HEADS))]
    for row in rows:
        yield "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))


def troubles_told(findings: Findings) -> Iterator[str]:
    """What cannot be used: each kind of trouble once, with its first row."""
    for trouble in sorted(findings.troubles.values(), key=lambda one: -one.rows):
        more = f" ({trouble.rows:,} rows like it)" if trouble.rows > 1 else ""
        yield f"row {trouble.first.number}: {trouble.first.reason}{more}"


def _values(name: str, counts: Counter[str]) -> Iterator[str]:
    yield f"{name}: {len(counts):,} value(s)"
    for value, count in counts.most_common(MOST):
        yield f"  {count:>9,}  {value or '(empty)'}"
    rest = sum(counts.values()) - sum(count for _, count in counts.most_common(MOST))
    if rest:
        yield f"  {rest:>9,}  in {len(counts) - MOST:,} more"
