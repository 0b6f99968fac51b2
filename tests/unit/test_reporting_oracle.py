"""Every figure of random months, for every unit, against a recomputation that shares nothing with the product's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import pytest
from tests.support.report_oracle import ZONE, figures
from tests.support.timelines import POLICY, UNITS, Line, SmallPlaces, timelines

from complaints.case.events import Event
from complaints.case.evolve import evolve
from complaints.reporting import deadline_figures, indicators
from complaints.reporting.extract import facts_of
from complaints.reporting.facts import Fact, local_day
from complaints.reporting.figure import Selection
from complaints.reporting.fold import Partial, ahead, fold_facts, merge
from complaints.reporting.lists import NAMES
from complaints.reporting.register import FIGURES, value_of
from complaints.reporting.values import Ratio
from complaints.reporting.view import Tree, View

MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12")
NOT_OF_EVENTS = {"told", "filed_late", "complaint_rate"}
"""Figures whose facts come from elsewhere: who was told, filing, numbers entered."""


@dataclass
class Recorded:
    """A committed event."""

    seq: int
    recorded_at: datetime
    event: Event


def facts_by_day(told: Iterable[list[Line]]) -> dict[str, list[Fact]]:
    days: dict[str, list[Fact]] = {}
    for timeline in told:
        case = None
        for seq, (event, recorded_at) in enumerate(timeline, start=1):
            after = evolve(case, event, recorded_at)
            found = facts_of(Recorded(seq, recorded_at, event), case, after, POLICY, SmallPlaces())
            days.setdefault(local_day(recorded_at, ZONE), []).extend(found)
            case = after
    return days


def reported(days: dict[str, list[Fact]]) -> dict[str, Tree]:
    """The trees of the months, as the monthly function lays them out: what is known ahead goes on to the next month."""
    trees, carried = {}, Partial()
    for month in MONTHS:
        own = merge(fold_facts(day, facts)[0] for day, facts in sorted(days.items()) if day.startswith(month))
        trees[month] = Tree(merge([own, carried]), [month])
        carried = ahead([own, carried], month)
    return trees


def as_oracle(value: Any) -> Any:
    return (value.part, value.whole) if isinstance(value, Ratio) else value


@pytest.fixture(scope="module", params=[1, 2])
def told(request: pytest.FixtureRequest) -> list[list[Line]]:
    return timelines(request.param, 150)


def test_every_figure_of_every_unit_and_month_is_what_the_timelines_say(told: list[list[Line]]) -> None:
    trees = reported(facts_by_day(told))
    names = [name for name, figure in FIGURES.items() if figure.of_view and name not in NOT_OF_EVENTS]
    compared = 0
    for month in MONTHS:
        for unit, path in UNITS.items():
            wanted = figures(told, month, unit)
            view = trees[month].view("/".join(path))
            for name in names:
                got = as_oracle(value_of(name, view))
                assert got == wanted[name], (month, unit, name)
                compared += 1
            _tables(view, wanted, month, unit)
    assert compared == len(names) * len(MONTHS) * len(UNITS)
    assert all(name in wanted for name in names)


def _tables(view: View, wanted: dict[str, Any], month: str, unit: str) -> None:
    for name, table in wanted["tables"].items():
        got = {value: n for (value,), n in view.by(f"received.{name}", (name,)).items()}
        assert got == table, (month, unit, name)
    for names, (up, received) in wanted["by_ladder"].items():
        assert indicators.escalation(view, Selection(deadlines=names)) == Ratio(up, received), (month, unit, names)
    for name, (met, due, middle) in wanted["by_deadline"].items():
        of = Selection(deadlines=(name,))
        assert deadline_figures.on_time(view, of) == Ratio(met, due), (month, unit, name)
        assert deadline_figures.time_median(view, of) == middle, (month, unit, name)


def test_facts_in_another_order_make_the_same_lists(told: list[list[Line]]) -> None:
    """All facts of one event say the same of their case."""
    for day, facts in list(facts_by_day(told).items())[:40]:
        lists = [fold_facts(day, held)[1] for held in (facts, facts[::-1], Random(day).sample(facts, len(facts)))]
        for name in NAMES:
            assert lists[0].run(name) == lists[1].run(name) == lists[2].run(name), (day, name)


def test_the_months_hold_something_of_everything(told: list[list[Line]]) -> None:
    """A comparison of nothing with nothing would prove nothing."""
    wanted = [figures(told, month, "hq") for month in MONTHS]
    for name in wanted[0]:
        if name not in ("tables", "by_deadline", "by_ladder"):
            values = [one[name] for one in wanted]
            assert any(value not in (0, None) and value != (0, 0) for value in values), name
