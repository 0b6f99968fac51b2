"""Random facts and a plan with everything in it, for tests of folds, reports, workbook and page."""

from random import Random

from complaints.reporting.facts import Fact, before, days_of
from complaints.reporting.fold import Partial, fold_facts, merge
from complaints.reporting.lists import NAMES, Lists, merge_runs
from complaints.reporting.plan import Group, IndicatorPlan, Keep, Limit, ReportPlan, Target
from complaints.reporting.source import Source
from complaints.structs import replace

PATHS = ("hq/east/e1", "hq/east/e2", "hq/west/w1")
UNITS = {
    "hq": {"zh-CN": "总部", "en": "Head office"},
    "east": {"zh-CN": "东区", "en": "East"},
    "west": {"zh-CN": "西区", "en": "West & <Wales>"},
    "e1": {"zh-CN": "东一", "en": '=HYPERLINK("http://bad.example","East 1")'},
}
PEOPLE = {"p1": "Ann Able", "p2": "+Bob"}


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh-CN": zh, "en": en}


PLAN = ReportPlan(
    zone="Asia/Shanghai",
    names={
        "kind": {"problem": _text("问题", "problem"), "inquiry": _text("问询", "inquiry")},
        "category": {"delay": _text("延误", "Delay"), "loss": _text("丢失", "@Loss")},
        "deadline": {"answer": _text("答复", "Answer in 48 h")},
        "mark": {"false": _text("虚假信息", "False information")},
        "cause_group": {"substantive": _text("实质需求", "Substantive")},
    },
    groups={
        "inquiry": Group(name=_text("问询", "inquiries"), kinds=("inquiry",)),
        "complaint": Group(name=_text("投诉", "complaints"), kinds=("problem",)),
    },
    rungs={"answer": (_text("主管", "director"), _text("副总", "deputy"))},
    indicators=(
        IndicatorPlan(figure="on_time", name=_text("及时率", "Answered in 48 h"), goal=0.9, deadlines=("answer",)),
        IndicatorPlan(figure="escalation", name=_text("升级率", "Escalated"), goal=0, better="lower"),
        IndicatorPlan(figure="received", name=_text("投诉量", "Complaints"), groups=("complaint",)),
        IndicatorPlan(figure="satisfaction", name=_text("满意度", "Satisfaction"), goal=4),
        IndicatorPlan(figure="handling_median", name=_text("时长", "Handling time"), goal=86400, better="lower"),
        IndicatorPlan(figure="complaint_rate", name=_text("投诉率", "Complaint rate"), entered="vehicles"),
    ),
    keep=Keep(untold=0.09, unsolved=0.19, solved=0.54, quick=0.82, quick_seconds=86400),
    limits=(Limit(of="indicator", place=0, above=0.95), Limit(of="cause", above=3), Limit(of="category", above=3)),
    targets=(
        Target(name=_text("投诉下降", "Fewer complaints"), change=-0.2, figure="received"),
        Target(name=_text("复购", "Repeat purchase"), change=0.05, entered="repeat_purchase"),
    ),
    review_marks=("false",),
    unit_marks=("false",),
    cause_groups={"manner": "substantive"},
    answer_deadlines=("answer",),
)
ENTERED = {"2026-11": {"hq": {"vehicles": 10_000.0, "untold": 20.0}}, "2026": {"hq": {"repeat_purchase": 105.0}}}


def month_of_facts(month: str, cases: int, seed: int = 1) -> dict[str, list[Fact]]:
    """Facts of a month by day: every case received, an order, a verdict, perhaps an escalation, an end, a ruling."""
    pick = Random(f"{month} {seed}")
    days: dict[str, list[Fact]] = {}
    for number in range(cases):
        day = pick.choice(days_of(month))
        path = pick.choice(PATHS)
        lead = path.rpartition("/")[0]
        closed, met, score = pick.random() < 0.8, pick.random() < 0.8, pick.randrange(6)
        case = Fact(
            type="received",
            seq=1,
            at=f"{day}T04:00:00Z",
            recorded_at=f"{day}T04:00:00Z",
            reference=f"R{month[2:4]}{month[5:]}{number:04d}",
            path=lead,
            kind=pick.choice(("problem", "problem", "inquiry")),
            category=pick.choice(("delay", "delay", "loss")),
            channel=pick.choice(("phone", "web")),
            cause=pick.choice(("", "manner", "sorting")),
            region=pick.choice(("north", "south")),
            opened_at=f"{day}T03:00:00Z",
            opened_day=day,
            phase="closed" if closed else "open",
            handled_day=day if closed else "",
            score=score if closed else 0,
        )
        order = replace(
            case, type="dispatched", seq=2, path=path, lead=lead, order=1, order_type="ordinary", deadline="answer"
        )
        verdict = replace(
            order,
            type="deadline",
            seq=3,
            outcome="met" if met else "missed",
            due_day=day,
            seconds=pick.randrange(90_000),
            first=met,
            within=met,
        )
        made = [case, order, verdict]
        if not met:
            made.append(replace(order, type="rung", seq=4, rung=1, first=True, rungs=1))
            made.append(replace(order, type="told", seq=4, part=1, rung=1, role="director", person="p1", rungs=1))
        if closed:
            made.append(replace(case, type="solved", seq=5, seconds=pick.randrange(200_000)))
            made.append(replace(case, type="closed", seq=6, outcome="closed", seconds=pick.randrange(200_000)))
            ruled = pick.choice(("valid", "invalid"))
            made.append(replace(case, type="ruled", seq=7, stage="delivery", liable=path, outcome=ruled))
            made.append(replace(case, type="called_back", seq=8, outcome="satisfied"))
        if closed and score:
            made.append(replace(case, type="rated", seq=9))
        if pick.random() < 0.2:
            made.append(replace(order, type="marked", seq=10, mark="false"))
        days.setdefault(day, []).extend(made)
    return days


def folded(days: dict[str, list[Fact]]) -> tuple[Partial, list[Lists]]:
    """The month's partial and the lists of its days."""
    both = [fold_facts(day, facts) for day, facts in sorted(days.items())]
    return merge(partial for partial, _ in both), [lists for _, lists in both]


def source(period: str = "2026-11", cases: int = 40) -> Source:
    """A month with its past: the one before, two before, and the same month of last year."""
    current, lists = folded(month_of_facts(period, cases))
    past = {
        month: folded(month_of_facts(month, cases - 10))[0]
        for month in (before(period), before(period, 2), before(period, 12))
    }
    runs = {name: list(merge_runs(one.run(name) for one in lists)) for name in NAMES}
    return Source(
        period=period,
        partials={period: current, **past},
        cases=runs["cases"],
        liabilities=runs["liability"],
        marks=runs["marks"],
        entered=ENTERED,
    )
