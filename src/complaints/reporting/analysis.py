"""Paragraphs written from the figures: how much, what changed most and where it comes from, which goals were missed."""

from collections.abc import Callable, Iterator

from complaints.reporting.breakdown import counts_by
from complaints.reporting.compare import change, share
from complaints.reporting.facts import before
from complaints.reporting.figure import Selection
from complaints.reporting.model import Card, exact
from complaints.reporting.overview import indicators, int_of, rate_of, selection
from complaints.reporting.register import value_of
from complaints.reporting.source import Build
from complaints.reporting.values import Form, Ratio, Value
from complaints.reporting.view import View
from complaints.reporting.wording import show


def findings(build: Build, cards: tuple[Card, ...]) -> tuple[str, ...]:
    """The paragraphs of the first page, the weightiest first. Each names the numbers that it rests on."""
    parts = (_volume, _types, _causes, _deadlines, _escalations, _satisfaction)
    return (*(sentence for part in parts for sentence in part(build)), *_goals(build, cards))


def _say(build: Build, value: Value, form: Form) -> str:
    return show(value, form, build.language)


def _volume(build: Build) -> Iterator[str]:
    for group in build.plan.main_groups or ("",):
        kinds = build.kinds((group,)) if group else ()
        of = Selection(kinds=kinds)
        now = value_of("received", build.now, of)
        name = build.group(group)
        if not isinstance(now, int):
            continue
        then = value_of("received", build.previous, of) if build.previous else None
        last = value_of("received", build.last_year, of) if build.last_year else None
        if not now and not then:
            continue
        sentence = build.t("say.volume", period=build.period_name(build.period), group=name, count=now)
        if isinstance(then, int):
            sentence += _compared(build, now, then, before(build.period))
        if isinstance(last, int):
            sentence += _compared(build, now, last, before(build.period, 12))
        yield sentence + build.t("say.end")


def _compared(build: Build, now: int, then: int, period: str) -> str:
    moved = change(now, then)
    code = "say.same" if now == then else "say.more" if now > then else "say.fewer"
    by = "" if moved is None or now == then else build.t("say.relative", change=_say(build, moved, "change"))
    name = build.period_name(period)
    return build.t(code, difference=abs(now - then), then=then, period=name, relative=by)


def _types(build: Build) -> Iterator[str]:
    yield from _biggest(build, "received.category", "category", "say.type")


def _causes(build: Build) -> Iterator[str]:
    yield from _biggest(build, "received.cause", "cause", "say.cause")


def _biggest(build: Build, measure: str, dimension: str, code: str) -> Iterator[str]:
    """Which value moved most since the period before, and which unit below that comes from."""
    kinds = build.plan.main_kinds
    now, then = (counts_by(view, measure, dimension, kinds) for view in (build.now, build.previous))
    known = [name for name in dict.fromkeys([*now, *then]) if name]
    if build.previous is None or not known:
        if known and len(known) > 1:
            top = known[0]
            part = _say(build, share(now[top], sum(now.values())), "rate")
            yield build.t(f"{code}_top", name=build.name(dimension, top), count=now[top], share=part)
        return
    moved = max(known, key=lambda name: (abs(now.get(name, 0) - then.get(name, 0)), now.get(name, 0), name))
    here, there = now.get(moved, 0), then.get(moved, 0)
    if here == there:
        return
    direction = "up" if here > there else "down"
    sentence = build.t(f"{code}_{direction}", name=build.name(dimension, moved), now=here, then=there)
    source = _where(build, lambda view: view.count(measure, kinds, **{dimension: moved}), here - there)
    yield sentence + source + build.t("say.end")


def _where(build: Build, count: Callable[[View], int], moved: int) -> str:
    """The unit below that accounts for most of a change."""
    tree, old = build.desk.tree(build.period), build.desk.tree(before(build.period))
    if tree is None:
        return ""
    paths = {*tree.children(build.root), *(old.children(build.root) if old else ())} - {build.root}
    changes = {path: count(tree.view(path)) - (count(old.view(path)) if old else 0) for path in paths}
    if len(changes) < 2:
        return ""
    most = max(changes, key=lambda path: (changes[path] * (1 if moved > 0 else -1), path))
    if changes[most] * moved <= 0:
        return ""
    return build.t("say.where", unit=build.unit(most), difference=f"{changes[most]:+,}")


def _deadlines(build: Build) -> Iterator[str]:
    missed = value_of("missed", build.now)
    due = value_of("fell_due", build.now)
    rate = value_of("on_time", build.now)
    if not isinstance(missed, int) or not due or not isinstance(rate, Ratio):
        return
    if not missed:
        yield build.t("say.none_missed", due=due)
        return
    sentence = build.t("say.missed", due=due, missed=missed, rate=_say(build, rate, "rate"))
    worst = _most(build, lambda view: view.count("deadline", outcome="missed"))
    if worst:
        sentence += build.t("say.most_of_them", unit=worst[0], count=worst[1])
    by_name = {name: n for (name,), n in build.now.by("deadline", ("deadline",), outcome="missed").items()}
    if len(by_name) > 1:
        name = max(by_name, key=lambda one: (by_name[one], one))
        sentence += build.t("say.mostly_deadline", deadline=build.name("deadline", name), count=by_name[name])
    yield sentence + build.t("say.end")


def _most(build: Build, count: Callable[[View], int]) -> tuple[str, int] | None:
    tree = build.desk.tree(build.period)
    paths = [path for path in tree.children(build.root) if path != build.root] if tree else []
    if tree is None or len(paths) < 2:
        return None
    counts = {path: count(tree.view(path)) for path in paths}
    most = max(counts, key=lambda path: (counts[path], path))
    return (build.unit(most), counts[most]) if counts[most] else None


def _escalations(build: Build) -> Iterator[str]:
    of = rate_of(build, "escalation")[1]
    reached, rate = value_of("rungs", build.now, of), value_of("escalation", build.now, of)
    if not isinstance(reached, int) or not isinstance(rate, Ratio) or not (reached or rate.part):
        return
    sentence = build.t("say.escalated", cases=rate.part, rate=_say(build, rate, "rate"), rungs=reached)
    most = _most(build, lambda view: int_of(value_of("rungs", view, of)))
    if most:
        sentence += build.t("say.most_of_them", unit=most[0], count=most[1])
    yield sentence + build.t("say.end")


def _satisfaction(build: Build) -> Iterator[str]:
    of = rate_of(build, "satisfaction")[1]
    now = value_of("satisfaction", build.now, of)
    then = value_of("satisfaction", build.previous, of) if build.previous else None
    ratings = value_of("ratings", build.now, of)
    if now is None:
        return
    sentence = build.t("say.satisfaction", score=_say(build, now, "score"), ratings=ratings)
    if then is not None:
        sentence += build.t("say.satisfaction_then", score=_say(build, then, "score"))
    yield sentence + build.t("say.end")


def _goals(build: Build, cards: tuple[Card, ...]) -> Iterator[str]:
    """The indicators short of their goals, each with the unit that is furthest from it."""
    for card, indicator in zip(cards, indicators(build), strict=True):
        if card.met is not False or card.goal is None:
            continue
        of = selection(build, indicator, build.period)
        value = show(card.value, card.form, build.language, (card.goal,))
        sentence = build.t("say.goal", name=card.title, value=value, goal=show(card.goal, card.form, build.language))
        worst = _worst(build, indicator.figure, of, card)
        yield sentence + worst + build.t("say.end")


def _worst(build: Build, figure: str, of: Selection, card: Card) -> str:
    tree = build.desk.tree(build.period)
    if tree is None or card.goal is None:
        return ""
    values = {path: value_of(figure, tree.view(path), of) for path in tree.children(build.root) if path != build.root}
    numbers = {path: number for path, value in values.items() if (number := exact(value)) is not None}
    if len(numbers) < 2:
        return ""
    pick = min if card.better == "higher" else max
    path = pick(numbers, key=lambda one: (numbers[one], one))
    shown = show(values[path], card.form, build.language, (card.goal,))
    return build.t("say.furthest", unit=build.unit(path), value=shown)
