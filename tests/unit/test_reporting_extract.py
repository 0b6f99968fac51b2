"""Facts of cases under the real policies: what each event of a worked example counts as, and where."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from complaints.case.events import Event
from complaints.case.evolve import evolve
from complaints.desk.rehearsal import Played, Rehearsal
from complaints.directory.load import load
from complaints.policy.compile import compile_policy
from complaints.policy.rulebook import Rulebook
from complaints.reporting.extract import facts_of
from complaints.reporting.facts import Fact, local_day
from complaints.reporting.fold import fold_facts, merge
from complaints.reporting.notices import marks_due
from complaints.reporting.plan import IndicatorPlan, Limit, ReportPlan, plan_of
from complaints.reporting.register import FIGURES
from complaints.reporting.render import prepare, render_report
from complaints.reporting.source import Source
from complaints.reporting.view import Tree
from complaints.structs import replace

ROOT = Path(__file__).parents[2]
POLICIES = sorted((ROOT / "policies").glob("*.yaml"))


@dataclass
class Recorded:
    """A committed event."""

    seq: int
    recorded_at: datetime
    event: Event


@dataclass
class Organisation:
    """A policy at work in its sample organisation."""

    rulebook: Rulebook
    rehearsal: Rehearsal

    def facts(self, played: Played, reference: str) -> list[Fact]:
        """The facts of a played example, its case under a reference of its own."""
        case, found = None, list[Fact]()
        for seq, (event, at) in enumerate(played.events, start=1):
            after = evolve(case, event, at)
            found += facts_of(Recorded(seq, at, event), case, after, self.rulebook.policy, self.rehearsal.places(at))
            case = after
        return [
            Fact(**{**{name: getattr(one, name) for name in Fact.__struct_fields__}, "reference": reference})
            for one in found
        ]


@pytest.fixture(scope="module", params=POLICIES, ids=lambda path: path.stem)
def organisation(request: pytest.FixtureRequest) -> Organisation:
    policy = compile_policy(request.param).policy
    folder = ROOT / "policies" / "sample" / request.param.stem
    files = {file.name: file.read_bytes() for file in folder.glob("*.csv")}
    rulebook = Rulebook(policy)
    return Organisation(rulebook, Rehearsal(rulebook, load(files, ZoneInfo(policy.zone)).units))


def test_every_verdict_of_every_example_is_one_fact(organisation: Organisation) -> None:
    for example in organisation.rulebook.policy.examples:
        played = organisation.rehearsal.play(example)
        if played.case is None:
            continue
        facts = organisation.facts(played, "A")
        last = {}
        for fact in facts:
            if fact.type == "deadline" and fact.outcome in ("met", "missed"):  # the last verdict stands
                last[f"{fact.deadline}#{fact.order}" if fact.order else fact.deadline] = fact.outcome == "met"
        assert last == played.met, example.name
        counts = Counter(fact.type for fact in facts)
        assert counts["received"] == 1
        assert counts["rung"] == sum(event.type == "rung_reached" for event, _ in played.events)
        assert len({fact.id for fact in facts}) == len(facts)
        assert all(fact.path for fact in facts)


def test_the_policys_report_of_its_examples_can_be_made(organisation: Organisation) -> None:
    """Its plan names figures that there are, and every case of the examples is in the report."""
    policy = organisation.rulebook.policy
    plan = plan_of(policy)
    assert all(FIGURES[indicator.figure].of_view for indicator in plan.indicators)
    zone = ZoneInfo(policy.zone)
    days: dict[str, list[Fact]] = {}
    received: Counter[str] = Counter()
    for number, example in enumerate(policy.examples):
        played = organisation.rehearsal.play(example)
        for fact in organisation.facts(played, f"E{number}"):
            days.setdefault(local_day(datetime.fromisoformat(fact.recorded_at), zone), []).append(fact)
            received[fact.recorded_at[:7]] += fact.type == "received"
    month = max(received, key=lambda one: received[one])
    parts = [fold_facts(day, facts) for day, facts in days.items() if day.startswith(month)]
    source = Source(period=month, partials={month: merge(partial for partial, _ in parts)})
    made = render_report(prepare(source, plan, {}, {}), "", policy.languages[0])
    figures = {card.title: card.value for card in made.report.cards}
    assert len(figures) == len(plan.indicators)
    assert made.workbook.startswith(b"PK")


def test_the_first_example_of_the_postal_policy_climbs_its_ladder() -> None:
    """POST-3, POST-4, POST-6, R3: due on Sunday 17:00 local time, four rungs by Monday 18:00."""
    policy = compile_policy(ROOT / "policies" / "postal.yaml").policy
    files = {file.name: file.read_bytes() for file in (ROOT / "policies" / "sample" / "postal").glob("*.csv")}
    made = Organisation(Rulebook(policy), Rehearsal(Rulebook(policy), load(files, ZoneInfo(policy.zone)).units))
    facts = made.facts(made.rehearsal.play(policy.examples[0]), "A")
    verdict = next(fact for fact in facts if fact.type == "deadline" and fact.deadline == "answer_order")
    assert (verdict.outcome, verdict.due_at, verdict.due_day, verdict.order_type) == (
        "missed",
        "2026-11-22T09:00:00Z",
        "2026-11-22",
        "ordinary",
    )
    rungs = [(fact.at, fact.rung, fact.first) for fact in facts if fact.type == "rung"]
    assert rungs == [
        ("2026-11-22T09:00:00Z", 1, True),
        ("2026-11-23T07:00:00Z", 2, False),
        ("2026-11-23T09:00:00Z", 3, False),
        ("2026-11-23T10:00:00Z", 4, False),
    ]
    assert verdict.path.endswith("donglan")
    assert verdict.lead.endswith("beiyuan")


@pytest.mark.proves("POST-20")
def test_who_was_told_is_counted_for_that_person() -> None:
    policy = compile_policy(ROOT / "policies" / "postal.yaml").policy
    files = {file.name: file.read_bytes() for file in (ROOT / "policies" / "sample" / "postal").glob("*.csv")}
    made = Organisation(Rulebook(policy), Rehearsal(Rulebook(policy), load(files, ZoneInfo(policy.zone)).units))
    played = made.rehearsal.play(policy.examples[0])
    n = next(n for n, (event, _) in enumerate(played.events) if event.type == "rung_reached")
    case = None
    for event, at in played.events[:n]:
        case = evolve(case, event, at)
    event, at = played.events[n]
    told = (("service_director", "p7"), ("deputy_gm", "p8"))
    facts = facts_of(
        Recorded(n + 1, at, event), case, evolve(case, event, at), policy, made.rehearsal.places(at), told=told
    )
    assert [(fact.role, fact.person, fact.rung) for fact in facts if fact.type == "told"] == [
        ("service_director", "p7", 1),
        ("deputy_gm", "p8", 1),
    ]


def test_a_unit_beyond_its_limit_is_due_a_mark() -> None:
    """POST-9: failed appeals by sheets first ruled liable, above the limit, for what was sent to the unit itself."""
    day = "2026-11-20"
    at = f"{day}T04:00:00Z"
    sheet = Fact(type="dispatched", at=at, recorded_at=at, reference="A", seq=1, kind="problem", sheet=True)
    appeal = Fact(type="arbitrated", at=at, recorded_at=at, reference="A", seq=1, kind="problem", outcome="liable")
    sent = [replace(sheet, path=path) for path in ("hq/a", "hq/a", "hq/b", "hq/b", "hq/b")]
    lost = [replace(appeal, path=path) for path in ("hq/a", "hq/b")]
    plan = ReportPlan(
        indicators=(IndicatorPlan(figure="failed_appeals", name={"en": "failed"}, better="lower"),),
        limits=(Limit(of="indicator", place=0, above=0.4, mark="no_appeal"),),
    )
    partial, _ = fold_facts(day, [*sent, *lost])
    desk = prepare(Source(period="2026-11", partials={"2026-11": partial}), plan, {}, {})
    assert marks_due(desk) == [("hq/a", "no_appeal")]


def test_a_case_counts_under_the_cause_that_its_ruling_found() -> None:
    """Registered without a cause and ruled in the same month: one case of that cause, none unknown."""
    policy = compile_policy(ROOT / "policies" / "postal.yaml").policy
    files = {file.name: file.read_bytes() for file in (ROOT / "policies" / "sample" / "postal").glob("*.csv")}
    made = Organisation(Rulebook(policy), Rehearsal(Rulebook(policy), load(files, ZoneInfo(policy.zone)).units))
    example = next(one for one in policy.examples if any(step.do == "rule" and not step.refused for step in one.steps))
    ruled = next(step for step in example.steps if step.do == "rule" and not step.refused)
    facts = made.facts(made.rehearsal.play(example), "A")
    moved = [(fact.cause, fact.count) for fact in facts if fact.type == "moved"]
    assert moved == [("", -1), (ruled.data["cause"], 1)]
    tree = Tree(merge(fold_facts("2026-11-30", facts)[:1]), ["2026-11"])
    assert tree.view("").by("received.cause", ("cause",)) == {(ruled.data["cause"],): 1}
