"""Draft rectification notices for units and causes above their limits (INS-9)."""

from collections.abc import Iterator
from fractions import Fraction

from complaints.reporting.breakdown import counts_by
from complaints.reporting.model import Card, Notice, exact
from complaints.reporting.overview import indicators, selection
from complaints.reporting.plan import IndicatorPlan, Limit
from complaints.reporting.register import value_of
from complaints.reporting.source import Build, Desk
from complaints.reporting.values import Ratio, Value
from complaints.reporting.wording import show


def notices(build: Build, cards: tuple[Card, ...]) -> tuple[Notice, ...]:
    """One draft for each unit right below that is beyond a limit, and for each cause or type in the unit itself."""
    drafts: list[Notice] = []
    for limit in build.plan.limits:
        found = _of_units(build, cards, limit) if limit.of == "indicator" else _of_values(build, limit)
        drafts.extend(found)
    return tuple(drafts)


def marks_due(desk: Desk) -> list[tuple[str, str]]:
    """(unit path, mark) of every unit that is beyond a limit with a mark, by what was sent to the unit itself (POST-9).

    The caller sets the mark on the unit for the period after.
    """
    build, tree = Build(desk, "", ""), desk.tree(desk.source.period)
    due = []
    for limit in desk.plan.limits:
        if not limit.mark or limit.of != "indicator" or tree is None:
            continue
        indicator = indicators(build)[limit.place]
        of = selection(build, indicator, desk.source.period)
        for path in tree.paths:
            if beyond(value_of(indicator.figure, tree.own(path), of), indicator, limit):
                due.append((path, limit.mark))
    return due


def beyond(value: Value, indicator: IndicatorPlan, limit: Limit) -> bool:
    """Whether a value is beyond a limit and about enough cases; a rate without anything to divide by never is."""
    number = exact(value)
    cases = value.whole if isinstance(value, Ratio) else value if isinstance(value, int) else limit.least
    if number is None or cases < limit.least:
        return False
    above = Fraction(str(limit.above))
    return number > above if indicator.better == "lower" else number < above


def _of_units(build: Build, cards: tuple[Card, ...], limit: Limit) -> Iterator[Notice]:
    tree = build.desk.tree(build.period)
    indicator, card = indicators(build)[limit.place], cards[limit.place]
    of = selection(build, indicator, build.period)
    for path in tree.children(build.root) if tree else []:
        if tree is None or path == build.root:
            continue
        value = value_of(indicator.figure, tree.view(path), of)
        if not beyond(value, indicator, limit):
            continue
        unit = build.unit(path)
        shown = show(value, card.form, build.language, (limit.above,))
        part = build.t("notice.parts", part=value.part, whole=value.whole) if isinstance(value, Ratio) else ""
        bound = show(limit.above, card.form, build.language)
        reason = build.t(
            "notice.indicator", unit=unit, name=card.title, value=shown, limit=bound, parts=part,
            period=build.period_name(build.period),
        )  # fmt: skip
        yield _notice(build, unit, reason, _focus(build, path))


def _of_values(build: Build, limit: Limit) -> Iterator[Notice]:
    counts = counts_by(build.now, f"received.{limit.of}", limit.of)
    for name, count in counts.items():
        if name and (not limit.id or limit.id == name) and count > limit.above and count >= limit.least:
            # whichever of the two bounds is the one that keeps small numbers quiet is the one that is told
            code, bound = ("from", limit.least) if limit.least > limit.above else ("above", limit.above)
            reason = build.t(
                f"notice.{limit.of}",
                unit=build.unit(build.root),
                name=build.name(limit.of, name),
                count=count,
                limit=build.t(f"notice.limit_{code}", limit=show(bound, "number", build.language)),
                period=build.period_name(build.period),
            )
            yield _notice(build, build.unit(build.root), reason, "")


def _focus(build: Build, path: str) -> str:
    """The types that the unit's complaints are mostly about."""
    tree = build.desk.tree(build.period)
    counts = counts_by(tree.view(path) if tree else None, "received.category", "category")
    most = [
        f"{build.name('category', name)} {count:,}" for name, count in list(counts.items())[:3] if name and count > 0
    ]
    return build.t("notice.focus", list=build.t("comma").join(most)) if most else ""


def _notice(build: Build, unit: str, reason: str, focus: str) -> Notice:
    t = build.t
    paragraphs = [reason, focus, t("notice.demand"), t("notice.answer")]
    return Notice(t("notice.title", unit=unit), unit, tuple(one for one in paragraphs if one))
