"""What a director reads in a report: one value of one thing, names instead of ids, bounds that make sense."""

import io
from typing import Any

import msgspec
import openpyxl
from tests.support.reports import PEOPLE, PLAN, UNITS, folded, month_of_facts, source
from tests.support.timelines import POLICY

from complaints.policy.model import Named
from complaints.reporting.facts import Fact
from complaints.reporting.lists import NAMES, merge_runs
from complaints.reporting.plan import IndicatorPlan, Limit, ReportPlan, plan_of
from complaints.reporting.render import Rendered, prepare, render_report
from complaints.reporting.source import Source
from complaints.reporting.values import Ratio


def rendered(plan: ReportPlan, language: str = "en", root: str = "hq", of: Source | None = None) -> Rendered:
    return render_report(prepare(of or source(), plan, UNITS, PEOPLE), root, language)


def changed(**more: Any) -> ReportPlan:
    return msgspec.structs.replace(PLAN, **more)


def rows(made: Rendered, section: str, table: str) -> tuple[tuple[Any, ...], ...]:
    return made.report.section(section).table(table).rows


def test_a_rate_has_one_value_in_the_whole_report() -> None:
    """The card, the table of rates and the sentence tell of the same cases, those of the indicator."""
    wanted = IndicatorPlan(
        figure="escalation",
        name={"en": "Escalated", "zh-CN": "升级率"},
        goal=0,
        better="lower",
        groups=("complaint",),
        deadlines=("answer",),
    )
    days = month_of_facts("2026-11", 60)
    other = next(fact for facts in days.values() for fact in facts if fact.type == "received")
    known = {name: getattr(other, name) for name in Fact.__struct_fields__}
    # a case that only another ladder has told somebody of is no part of this indicator
    apart = Fact(**{**known, "type": "rung", "deadline": "visit", "rung": 1, "first": True, "seq": 90})
    days["2026-11-30"] = [*days.get("2026-11-30", []), apart]
    current, lists = folded(days)
    runs = {name: list(merge_runs(one.run(name) for one in lists)) for name in NAMES}
    of = Source(period="2026-11", partials={"2026-11": current}, cases=runs["cases"])
    made = rendered(changed(indicators=(wanted,)), of=of)
    [card] = made.report.cards
    assert isinstance(card.value, Ratio)
    row = next(row for row in rows(made, "rates", "rates") if row[0] == "Escalated")
    assert (row[1], row[2], row[3]) == (card.value, card.value.part, card.value.whole)
    sentence = next(one for one in made.report.findings if "escalated" in one)
    assert sentence.startswith(f"{card.value.part} ")


def test_marks_and_rungs_are_called_by_their_names() -> None:
    made = rendered(PLAN)
    reached = rows(made, "escalations", "rungs")
    assert list(reached[0][:2]) == ["Answer in 48 h", "director"]
    chart = made.report.section("escalations").charts[0]
    assert chart.label(reached[0]) == "Answer in 48 h · director"
    assert "Answer in 48 h · director" in made.page.decode()


def test_where_a_unit_belongs_is_told_in_names() -> None:
    whole = rows(rendered(PLAN), "units", "all_units")
    outlet = next(row for row in whole if "East 1" in str(row[0]))
    assert outlet[1] == "East"
    assert not any("/" in str(row[1]) and "hq" in str(row[1]) for row in whole)


def test_a_notice_names_the_bound_that_it_was_written_for() -> None:
    from_three = rendered(changed(limits=(Limit(of="cause", least=3),)))
    above_three = rendered(changed(limits=(Limit(of="cause", above=3),)))
    assert all("from 3 on" in notice.paragraphs[0] for notice in from_three.report.notices)
    assert all("above the limit of 3" in notice.paragraphs[0] for notice in above_three.report.notices)
    assert from_three.report.notices
    assert "已达到 3 件的通报标准" in rendered(changed(limits=(Limit(of="cause", least=3),)), "zh-CN").page.decode()


def test_liable_units_stand_with_their_focus_and_a_proposal() -> None:
    """POST-18: summed up by unit, with what its cases are mostly about and what to assess."""
    made = rows(rendered(PLAN), "liability", "liable_units")
    assert sum(row[1] for row in made) == made[0][2].whole
    assert all(f"{row[1]:,} liable" in row[5] and row[0] in row[5] for row in made)
    assert all("delivery" in row[4] for row in made)


def test_what_cannot_be_computed_says_why_on_its_card() -> None:
    """An "-" alone would leave a director guessing."""
    plan = changed(indicators=(IndicatorPlan(figure="complaint_rate", name={"en": "Rate"}, entered="absent"),))
    assert "nothing to compute it from in this period" in rendered(plan).page.decode()


def test_a_chart_of_bars_grows_with_its_bars() -> None:
    """With too little room every other name is left out."""

    def heights(kinds: int) -> list[float]:
        days = month_of_facts("2026-11", 60)
        every = [fact for facts in days.values() for fact in facts]
        many = [
            Fact(**{**{name: getattr(one, name) for name in Fact.__struct_fields__}, "category": f"c{n % kinds:02d}"})
            for n, one in enumerate(every)
        ]
        current, _ = folded({"2026-11-30": many})
        book = openpyxl.load_workbook(
            io.BytesIO(rendered(PLAN, of=Source(period="2026-11", partials={"2026-11": current})).workbook)
        )
        drawn = book["Types"]._charts  # type: ignore[attr-defined]  # its types leave out what a sheet has drawn
        return [chart.anchor.to.row - chart.anchor._from.row for chart in drawn]

    assert max(heights(15)) > max(heights(3))


def test_the_plan_takes_the_names_of_marks_from_the_policy() -> None:
    policy = msgspec.structs.replace(POLICY, marks={"false": Named(name={"en": "false information"})})
    assert plan_of(policy).name("mark", "false", "en") == "false information"
