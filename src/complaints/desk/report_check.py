"""Whether the section `reports` of a policy is right: its shape, its figures, and the names that it shares with the
rest of the policy."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from complaints.policy.findings import Finding, Path
from complaints.policy.model import Policy
from complaints.policy.names import unknown
from complaints.policy.sentences import language_findings
from complaints.policy.shape import read_shape
from complaints.reporting.plan import FilingPlan, IndicatorPlan, Limit, ReportPlan, Target, Text
from complaints.reporting.register import FIGURES
from complaints.structs import fields_of


def report_findings(policy: Policy) -> Iterator[Finding]:
    """Everything that is wrong with the section, by path in the whole file."""
    plan, wrong = read_shape(ReportPlan, policy.reports)
    found = wrong if plan is None else [*_names(plan, policy), *_texts(plan, (), policy)]
    for finding in found:
        yield Finding(
            code=finding.code,
            path=("reports", *finding.path),
            level=finding.level,
            params=finding.params,
            at_key=finding.at_key,
        )


def _names(plan: ReportPlan, policy: Policy) -> Iterator[Finding]:
    groups = {spec.group or name for name, spec in policy.kinds.items()}
    yield from _each("group", plan.groups, groups, ("groups",), at_key=True)
    yield from _each("group", plan.aside, groups, ("aside",))
    yield from _one("term", plan.severity, policy.derived, ("severity",))
    yield from _one("field", plan.region, policy.fields, ("region",))
    yield from _each("mark", plan.review_marks, policy.marks, ("review_marks",))
    yield from _each("mark", plan.unit_marks, policy.marks, ("unit_marks",))
    yield from _each("deadline", plan.answer_deadlines, policy.deadlines, ("answer_deadlines",))
    yield from _each("deadline", plan.rungs, policy.deadlines, ("rungs",), at_key=True)
    yield from _each("cause", plan.cause_groups, policy.causes, ("cause_groups",), at_key=True)
    if plan.filing is not None:
        yield from _filing(plan.filing, policy)
    if plan.keep is not None:
        yield from _each("group", plan.keep.groups, groups, ("keep", "groups"))
    for number, indicator in enumerate(plan.indicators):
        yield from _indicator(indicator, plan, policy, groups, ("indicators", number))
    for number, limit in enumerate(plan.limits):
        yield from _limit(limit, plan, policy, ("limits", number))
    for number, target in enumerate(plan.targets):
        yield from _target(target, plan, groups, ("targets", number))


def _indicator(
    indicator: IndicatorPlan, plan: ReportPlan, policy: Policy, groups: Iterable[str], path: Path
) -> Iterator[Finding]:
    yield from _one("figure", indicator.figure, _of_view(), (*path, "figure"))
    yield from _each("kind", indicator.kinds, policy.kinds, (*path, "kinds"))
    yield from _each("group", indicator.groups, groups, (*path, "groups"))
    yield from _each("deadline", indicator.deadlines, policy.deadlines, (*path, "deadlines"))
    yield from _each("order_type", indicator.order_types, policy.order_types, (*path, "order_types"))
    yield from _one("entered", indicator.entered, plan.entered, (*path, "entered"))


def _filing(filing: FilingPlan, policy: Policy) -> Iterator[Finding]:
    yield from _one("kind", filing.kind, policy.kinds, ("filing", "kind"))
    yield from _one("order_type", filing.order_type, policy.order_types, ("filing", "order_type"))
    yield from _one("channel", filing.channel, policy.channels, ("filing", "channel"))
    yield from _one("field", filing.period, policy.fields, ("filing", "period"))
    yield from _one("field", filing.report, policy.fields, ("filing", "report"))


def _limit(limit: Limit, plan: ReportPlan, policy: Policy, path: Path) -> Iterator[Finding]:
    if limit.of == "indicator" and not 0 <= limit.place < len(plan.indicators):
        params = {"place": limit.place, "most": len(plan.indicators) - 1}
        yield Finding(code="no_such_indicator", path=(*path, "place"), params=params)
    elif limit.of != "indicator":
        known = policy.causes if limit.of == "cause" else policy.categories
        yield from _one(limit.of, limit.id, known, (*path, "id"))


def _target(target: Target, plan: ReportPlan, groups: Iterable[str], path: Path) -> Iterator[Finding]:
    if bool(target.figure) == bool(target.entered):
        yield Finding(code="target_of_figure_or_entered", path=path)
    yield from _one("figure", target.figure, _of_view(), (*path, "figure"))
    yield from _one("entered", target.entered, plan.entered, (*path, "entered"))
    yield from _each("group", target.groups, groups, (*path, "groups"))


def _of_view() -> list[str]:
    return [name for name, figure in FIGURES.items() if figure.of_view]


def _one(what: str, value: str, known: Iterable[str], path: Path, *, at_key: bool = False) -> Iterator[Finding]:
    if value and value not in known:
        yield unknown(what, value, known, path, at_key=at_key)


def _each(
    what: str, values: Iterable[str], known: Iterable[str], path: Path, *, at_key: bool = False
) -> Iterator[Finding]:
    for number, value in enumerate(values):
        yield from _one(what, value, known, (*path, value if at_key else number), at_key=at_key)


def _texts(part: Any, path: Path, policy: Policy) -> Iterator[Finding]:
    """Texts lack no language, wherever they stand in the plan."""
    for field in fields_of(part.__class__):
        value = getattr(part, field.name)
        yield from _inside(value, field.type, (*path, field.name), policy)


def _inside(value: Any, kind: Any, path: Path, policy: Policy) -> Iterator[Finding]:
    if kind is Text:
        yield from language_findings(value, path, policy)
    elif isinstance(value, msgspec.Struct):
        yield from _texts(value, path, policy)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _inside(item, kind.__args__[0], (*path, number), policy)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _inside(item, kind.__args__[1], (*path, key), policy)
