"""What an organisation wants in its reports: names, goals, limits, rates. The section `reports` of its policy file."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from complaints.policy.model import Policy
from complaints.structs import replace

Text = dict[str, str]
"""Language tag -> text."""


class IndicatorPlan(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator on the first page: a registered figure, of what, with its goal.

    `goal` is a ratio (0.9 for 90 %), a score, or seconds for durations. Empty selections mean all.
    """

    figure: str
    name: Text
    goal: float | None = None
    better: Literal["higher", "lower"] = "higher"
    kinds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    order_types: tuple[str, ...] = ()
    entered: str = ""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Kinds that are charted apart (AUTO-16)."""

    name: Text
    kinds: tuple[str, ...] = ()


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """How many unhappy customers come back, by how they were treated (CAR-4)."""

    untold: float
    unsolved: float
    solved: float
    quick: float
    quick_seconds: int
    groups: tuple[str, ...] = ()


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """Above this a rectification notice is drafted (INS-9).

    `of` says what is held against it: an indicator by its place in the list (`indicator`, with `place`), or the number
    of cases of one cause or category (`cause`, `category`; an empty `id` means each). `least` is the smallest number of
    cases about which a notice is written. A unit above the limit bears `mark` for the month that follows (POST-9).
    """

    of: Literal["indicator", "cause", "category"]
    above: float = 0
    place: int = 0
    id: str = ""
    least: int = 1
    mark: str = ""


class Difficult(msgspec.Struct, frozen=True, kw_only=True):
    """When an open case is listed as difficult or as backlogged (POST-25); 0 switches a test off."""

    rungs: int = 1
    chasers: int = 2
    reopenings: int = 1
    backlog_days: int = 7


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A target for the year (HOT-10): by how much a figure, or a figure entered by hand, is to change."""

    name: Text
    change: float
    figure: str = ""
    entered: str = ""
    groups: tuple[str, ...] = ()


class FilingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How a unit's report is filed with the unit above (INS-17): by work orders of a kind of case of their own.

    `kind` is that of the case by which a unit asks for reports, registered on `channel`; `order_type` that of the order
    to each unit, which submits by answering it. `period` is the field that names the month or year, `report` the field
    that says which report is wanted (empty: there is but one).
    """

    kind: str
    order_type: str
    channel: str
    period: str
    report: str = ""


class ReportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a report that is the organisation's own.

    `names` gives, for each dimension (kind, category, channel, cause, cause_group, severity, region, stage, outcome,
    deadline, order_type, role, mark, state), the names of its values; a value without a name shows as it is. `rungs`
    names the rungs of a deadline in their order. `answer_deadlines` are those that an answer stops: first-answer rates
    are of them (empty: of all). `aside` are groups that are no complaints at all (trainings, filings): they stand in
    indicators and deadlines that name them, and nowhere else.
    """

    zone: str = "UTC"
    names: Mapping[str, Mapping[str, Text]] = {}
    groups: Mapping[str, Group] = {}
    rungs: Mapping[str, tuple[Text, ...]] = {}
    indicators: tuple[IndicatorPlan, ...] = ()
    keep: Keep | None = None
    limits: tuple[Limit, ...] = ()
    difficult: Difficult = msgspec.field(default_factory=Difficult)
    targets: tuple[Target, ...] = ()
    entered: Mapping[str, Text] = {}
    review_marks: tuple[str, ...] = ()
    unit_marks: tuple[str, ...] = ()
    severity: str = ""
    region: str = ""
    cause_groups: Mapping[str, str] = {}
    answer_deadlines: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    filing: FilingPlan | None = None

    def kinds_of(self, groups: tuple[str, ...], kinds: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The kinds of these groups and these kinds; empty means all."""
        return (*kinds, *(kind for group in groups for kind in self.groups[group].kinds))

    @property
    def main_groups(self) -> tuple[str, ...]:
        """The groups that are not aside, in their order."""
        return tuple(group for group in self.groups if group not in self.aside)

    @property
    def main_kinds(self) -> tuple[str, ...]:
        """The kinds that are not aside; empty means all."""
        return self.kinds_of(self.main_groups) if self.aside else ()

    def name(self, dimension: str, value: str, language: str) -> str:
        """The name of a value in a language (or in the first that it has), else the value itself."""
        return named(self.names.get(dimension, {}).get(value), language) or value


def named(text: Text | None, language: str) -> str:
    """A text in the language, by primary tag if not exactly, else in whatever language there is; empty of nothing."""
    if not text:
        return ""
    primary = language.partition("-")[0]
    near = next((text[tag] for tag in text if tag.partition("-")[0] == primary), "")
    return text.get(language) or near or next(iter(text.values()))


def filing_plan(policy: Policy) -> FilingPlan | None:
    """How reports are filed under a policy; None where nobody asks for them."""
    own = policy.reports.get("filing")
    return msgspec.convert(dict(own), FilingPlan) if own else None


def plan_of(policy: Policy) -> ReportPlan:
    """The report plan of a policy: its section `reports`, with the names that the rest of the policy gives.

    Raises
    ------
    msgspec.ValidationError
        The section is not of this shape; the message names the place within it.
    """
    own: ReportPlan = msgspec.convert(dict(policy.reports), ReportPlan)
    kinds: dict[str, list[str]] = {}
    for kind, spec in policy.kinds.items():
        kinds.setdefault(spec.group or kind, []).append(kind)
    groups = {
        group: Group(
            name=own.groups[group].name if group in own.groups else policy.kinds[members[0]].name,
            kinds=(own.groups[group].kinds if group in own.groups else ()) or tuple(members),
        )
        for group, members in kinds.items()
    }
    return _with(own, policy, groups)


def _with(own: ReportPlan, policy: Policy, groups: dict[str, Group]) -> ReportPlan:
    named_parts: dict[str, Mapping[str, Any]] = {
        "kind": policy.kinds,
        "category": policy.categories,
        "channel": policy.channels,
        "cause": policy.causes,
        "stage": policy.stages,
        "outcome": policy.outcomes,
        "deadline": policy.deadlines,
        "order_type": policy.order_types,
        "role": policy.roles,
        "mark": policy.marks,
        "state": {name: state for kind in policy.kinds.values() for name, state in kind.states.items()},
    }
    names = {
        dimension: {**{value: part.name for value, part in parts.items()}, **own.names.get(dimension, {})}
        for dimension, parts in named_parts.items()
    }
    rungs = {
        deadline: tuple(rung.name for rung in policy.ladders.get(rule.ladder, ()))
        for deadline, rule in policy.deadlines.items()
    }
    answered = tuple(
        name
        for name, rule in policy.deadlines.items()
        if rule.scope == "order" and any(trigger.event == "answered" for trigger in rule.stops)
    )
    return replace(
        own,
        answer_deadlines=own.answer_deadlines or answered,
        zone=policy.zone,
        names={**own.names, **names},
        groups=groups,
        rungs={**rungs, **own.rungs},
        cause_groups={**{cause: spec.group for cause, spec in policy.causes.items() if spec.group}, **own.cause_groups},
    )
