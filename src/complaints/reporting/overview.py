"""Sections about the whole: indicators against their goals, volumes by month and by day."""

from fractions import Fraction

from complaints.reporting.compare import change, difference, goal, monthly_average, part_of, whole_of
from complaints.reporting.facts import before, days_of, months_of
from complaints.reporting.figure import Selection
from complaints.reporting.model import Card, Chart, Column, Section, Table, meets
from complaints.reporting.plan import IndicatorPlan
from complaints.reporting.register import FIGURES, value_of
from complaints.reporting.source import Build
from complaints.reporting.values import Ratio, Value

_ALWAYS = ("received", "closed", "on_time", "escalation", "satisfaction")
"""What the first page shows for a plan without indicators of its own."""


def selection(build: Build, indicator: IndicatorPlan, period: str) -> Selection:
    """What an indicator of the plan is of."""
    number = build.entered(indicator.entered, period) if indicator.entered else None
    return Selection(
        kinds=build.kinds(indicator.groups, indicator.kinds),
        deadlines=indicator.deadlines,
        order_types=indicator.order_types,
        entered=None if number is None else int(number),
    )


def rate_of(build: Build, figure: str) -> tuple[str, Selection]:
    """A rate beside the indicators: its name and what it is of. Where exactly one indicator is of this figure, as that
    one has it, so that a report never shows two values of one thing."""
    same = [one for one in build.plan.indicators if one.figure == figure]
    if len(same) != 1:
        return build.t(f"figure.{figure}"), build.of(figure)
    return build.plan_text(same[0].name), selection(build, same[0], build.period)


def indicators(build: Build) -> tuple[IndicatorPlan, ...]:
    """The plan's indicators, or a few that fit everybody."""
    if build.plan.indicators:
        return build.plan.indicators
    return tuple(IndicatorPlan(figure=name, name={build.language: build.t(f"figure.{name}")}) for name in _ALWAYS)


def cards(build: Build) -> tuple[Card, ...]:
    """Every indicator with its goal and its past."""
    made = []
    for indicator in indicators(build):
        past = before(build.period), before(build.period, 12)
        views = build.now, build.previous, build.last_year
        values: list[Value] = [
            value_of(indicator.figure, view, selection(build, indicator, period)) if view is not None else None
            for view, period in zip(views, (build.period, *past), strict=True)
        ]
        made.append(
            Card(
                title=build.plan_text(indicator.name),
                figure=indicator.figure,
                form=FIGURES[indicator.figure].form,
                value=values[0],
                goal=indicator.goal,
                better=indicator.better,
                met=meets(values[0], indicator.goal, indicator.better),
                previous=values[1],
                last_year=values[2],
            )
        )
    return tuple(made)


def summary(build: Build, made: tuple[Card, ...]) -> Section:
    """Each indicator against its goal, the period before and the same month of last year."""
    t = build.t
    rates = [card for card in made if card.form == "rate"]
    others = [card for card in made if card.form != "rate"]
    tables = [_rates(build, rates)] if rates else []
    # A column has one form: counts, scores and durations each get a table of their own.
    for form in dict.fromkeys(card.form for card in others):
        same = [card for card in others if card.form == form]
        columns = (
            Column(t("indicator"), width=34),
            Column(t("this_period"), form, same[0].figure),
            Column(t("goal"), form, "goal"),
            Column(t("goal_met")),
            Column(t("previous"), form, same[0].figure),
            Column(t("change"), "change", "change"),
            *([] if build.yearly else [Column(t("last_year"), form, same[0].figure)]),
            *([] if build.yearly else [Column(t("change_last"), "change", "change")]),
        )
        rows = tuple(
            (
                card.title,
                card.value,
                goal(card.goal),
                _verdict(build, card.met),
                card.previous,
                change(card.value, card.previous),
                *(() if build.yearly else (card.last_year, change(card.value, card.last_year))),
            )
            for card in same
        )
        tables.append(Table(f"summary_{form}", t(f"form.{form}"), columns, rows))
    return Section("summary", t("section.summary"), tuple(tables))


def _rates(build: Build, rates: list[Card]) -> Table:
    t = build.t
    first = rates[0].figure
    columns = (
        Column(t("indicator"), width=34),
        Column(t("this_period"), "rate", first),
        Column(t("goal"), "rate", "goal"),
        Column(t("goal_met")),
        Column(t("part"), "count", "part_of"),
        Column(t("whole_of"), "count", "whole_of"),
        Column(t("previous"), "rate", first),
        Column(t("points"), "points", "difference"),
        *([] if build.yearly else [Column(t("last_year"), "rate", first)]),
        *([] if build.yearly else [Column(t("points_last"), "points", "difference")]),
    )
    rows = tuple(
        (
            card.title,
            card.value,
            goal(card.goal),
            _verdict(build, card.met),
            part_of(card.value),
            whole_of(card.value),
            card.previous,
            difference(card.value, card.previous),
            *(() if build.yearly else (card.last_year, difference(card.value, card.last_year))),
        )
        for card in rates
    )
    goals = tuple(card.goal for card in rates)
    return Table("summary_rate", t("form.rate"), columns, rows, note=t("note.rates"), goals=goals)


def _verdict(build: Build, met: bool | None) -> str:
    return "-" if met is None else build.t("met" if met else "not_met")


def months(build: Build) -> Section:
    """Volume of each month of this year beside last year's, with both averages, a chart for each group (AUTO-12)."""
    year = build.period[:4]
    groups = build.plan.main_groups or ("",)
    tables, charts = [], []
    for group in groups:
        kinds = build.kinds((group,)) if group else ()
        title = build.t("monthly_volume", group=build.group(group)) if group else build.t("section.months")
        this = _monthly(build, year, kinds)
        last = _monthly(build, before(year), kinds)
        averages = monthly_average(this), monthly_average(last)
        rows = tuple(
            (build.t(f"month_short.{month:02d}"), here, there, *averages)
            for month, (here, there) in enumerate(zip(this, last, strict=True), start=1)
        )
        columns = (
            Column(build.t("month_column"), width=14),
            Column(year, "count", "received"),
            Column(before(year), "count", "received"),
            Column(build.t("average_of", year=year), "number", "monthly_average"),
            Column(build.t("average_of", year=before(year)), "number", "monthly_average"),
        )
        id_ = f"months_{group}" if group else "months"
        tables.append(Table(id_, title, columns, rows))
        charts.append(Chart(id_, "columns_and_averages", title, id_, 0, (1, 2), (3, 4)))
    return Section("months", build.t("section.months"), tuple(tables), tuple(charts))


def _monthly(build: Build, year: str, kinds: tuple[str, ...]) -> list[int | None]:
    """Cases received in each month; None for months without facts and for those after the period."""
    counts: list[int | None] = []
    for month in months_of(year):
        late = month > build.period if not build.yearly else False
        view = None if late else build.view(month)
        counts.append(int_of(value_of("received", view, Selection(kinds=kinds))) if view is not None else None)
    return counts


def int_of(value: Value) -> int:
    """A value that is a count."""
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no count")
    return value


def days(build: Build) -> Section | None:
    """Volume of each day of the month; a year is told by its months."""
    if build.yearly:
        return None
    groups = build.plan.main_groups or ("",)
    counts = {group: build.now.by("received.day", ("day",), build.kinds((group,)) if group else ()) for group in groups}
    all_kinds = build.now.by("received.day", ("day",), build.plan.main_kinds)
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (day, all_kinds.get((day,), 0), *(counts[group].get((day,), 0) for group in groups if group))
        for day in days_of(build.period)
    )
    columns = (
        Column(build.t("day"), "date", width=14),
        Column(build.t("figure.received"), "count", "received"),
        *(Column(build.group(group), "count", "received") for group in groups if group),
    )
    title = build.t("daily_volume")
    series = tuple(range(2, 2 + len([g for g in groups if g]))) or (1,)
    return Section(
        "days",
        build.t("section.days"),
        (Table("days", title, columns, rows),),
        (Chart("days", "columns", title, "days", 0, series if len(series) > 1 else (1,)),),
    )


def ratio_value(value: Value) -> Fraction | None:
    """The exact value of a ratio; None for anything else."""
    return value.value if isinstance(value, Ratio) else None
