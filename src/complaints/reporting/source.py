"""What the reports of one period are made from, laid out once for all units."""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import msgspec

from complaints.reporting.facts import before, days_of, months_of
from complaints.reporting.figure import Selection
from complaints.reporting.fold import Partial, merge
from complaints.reporting.lists import CaseRow, LiabilityRow, MarkRow, below, cases, liabilities, marks
from complaints.reporting.model import Verified
from complaints.reporting.plan import ReportPlan, Text, named
from complaints.reporting.view import Tree, View
from complaints.texts import text

Run = Iterable[bytes]
"""Lines that can be read over again: a sequence in memory, or a stream that begins anew each time."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Folded facts for the reports of one period (``2026-11`` or ``2026``).

    `partials` holds by period: the period itself; where they exist the one before and, for a month, the same month of
    last year; and for the charts the months of this year and last and the two before, for which `fold.headline` of a
    partial is enough. `carried` is `fold.ahead` of the period before. `cases`, `liabilities` and `marks` are merged
    runs (`lists.merge_runs`); `cases` includes what was open before the period (`lists.still_open`). `entered` holds
    numbers given by hand: period -> unit path -> name -> number.
    """

    period: str
    partials: Mapping[str, Partial]
    carried: Partial = msgspec.field(default_factory=Partial)
    cases: Run = ()
    liabilities: Run = ()
    marks: Run = ()
    entered: Mapping[str, Mapping[str, Mapping[str, float]]] = {}

    @property
    def days(self) -> list[str]:
        """Every day of the period."""
        return days_of(self.period)


class Desk:
    """The period's figures, ready for any unit."""

    def __init__(self, source: Source, plan: ReportPlan, units: Mapping[str, Text], people: Mapping[str, str]) -> None:
        self.source, self.plan, self.units, self.people = source, plan, units, people
        self._trees: dict[str, Tree] = {}
        self._places: dict[str, array[int]] | None = None

    def cases(self, root: str) -> Iterator[CaseRow]:
        """The cases of a unit and all below it, by the time of receipt."""
        run = self.source.cases
        if not root:
            return cases(run)
        if not isinstance(run, Sequence):
            return (row for row in cases(run) if below(row.path, root))
        if self._places is None:
            # Where the cases of each unit stand in the run: read once, not once for each unit.
            self._places = {}
            for place, row in enumerate(cases(run)):
                path = row.path
                while path:
                    self._places.setdefault(path, array("I")).append(place)
                    path = path.rpartition("/")[0]
        return cases(run[place] for place in self._places.get(root, ()))

    def tree(self, period: str) -> Tree | None:
        """The figures of a period by unit; None if there are none."""
        partial = self.source.partials.get(period)
        if partial is None:
            return None
        if period not in self._trees:
            whole = merge([partial, self.source.carried]) if period == self.source.period else partial
            self._trees[period] = Tree(whole, months_of(period) if len(period) == 4 else [period])
        return self._trees[period]


class Build(msgspec.Struct, frozen=True):
    """One report in the making: a unit's views and how things are called in its language."""

    desk: Desk
    root: str
    language: str
    verified: Verified | None = None
    customers: Callable[[str], str] | None = None

    @property
    def period(self) -> str:
        """The period reported on."""
        return self.desk.source.period

    @property
    def plan(self) -> ReportPlan:
        """The organisation's wishes."""
        return self.desk.plan

    @property
    def yearly(self) -> bool:
        """Whether this is the report of a year."""
        return len(self.period) == 4

    @property
    def now(self) -> View:
        """The unit in the period; empty if nothing was counted."""
        return self.view(self.period) or View(self.root, frozenset())

    def view(self, period: str) -> View | None:
        """The unit in another period."""
        tree = self.desk.tree(period)
        return tree.view(self.root) if tree else None

    @property
    def previous(self) -> View | None:
        """The unit in the period before."""
        return self.view(before(self.period))

    @property
    def last_year(self) -> View | None:
        """The unit in the same month of last year; None for a year, whose previous period that is."""
        return None if self.yearly else self.view(before(self.period, 12))

    def t(self, code: str, **params: object) -> str:
        """A sentence of the catalogue."""
        return text(f"report.{code}", self.language, **params)

    def name(self, dimension: str, value: str) -> str:
        """A dimension's value as people call it; what is unknown says so."""
        if not value:
            return self.t("unknown")
        own = self.plan.name(dimension, value, self.language)
        return own if own != value or dimension not in _SYSTEM_WORDS else self._system_word(dimension, value)

    def _system_word(self, dimension: str, value: str) -> str:
        return self.t(f"word.{value}") if value in _SYSTEM_WORDS[dimension] else value

    def plan_text(self, text_: Text) -> str:
        """A text of the plan in the report's language."""
        return named(text_, self.language)

    def group(self, group: str) -> str:
        """A group of kinds as people call it; without one, all cases."""
        found = self.plan.groups.get(group)
        return named(found.name, self.language) if found else self.t("all_cases")

    def unit(self, path: str) -> str:
        """A unit as people call it: the last of its path."""
        last = path.rpartition("/")[2]
        return named(self.desk.units.get(last), self.language) or last or self.t("whole")

    def person(self, id: str) -> str:
        """A member of staff by name."""
        return self.desk.people.get(id, id)

    def period_name(self, period: str) -> str:
        """November 2026, 2026年11月, 2026."""
        if len(period) == 4:
            return self.t("year", year=period)
        return self.t("month", year=period[:4], month=self.t(f"month.{period[5:7]}"))

    def of(self, figure: str) -> Selection:
        """What a figure is of where no indicator says: all that is not aside, first answers by their deadlines."""
        deadlines = self.plan.answer_deadlines if figure == "first_answer" else ()
        return Selection(kinds=self.plan.main_kinds, deadlines=deadlines)

    def entered(self, name: str, period: str | None = None) -> float | None:
        """A number given by hand for this unit and period."""
        return self.desk.source.entered.get(period or self.period, {}).get(self.root, {}).get(name)

    def kinds(self, groups: Collection[str], kinds: Collection[str] = ()) -> tuple[str, ...]:
        """The kinds of groups."""
        return self.plan.kinds_of(tuple(groups), tuple(kinds))

    def cases(self) -> Iterator[CaseRow]:
        """This unit's cases."""
        kinds = self.plan.main_kinds
        return (row for row in self.desk.cases(self.root) if not kinds or row.kind in kinds)

    def liabilities(self) -> Iterator[LiabilityRow]:
        """This unit's liability sheets: those sent to it, and those that name it."""
        for row in liabilities(self.desk.source.liabilities):
            if below(row.path, self.root) or (row.liable and below(row.liable, self.root)):
                yield row

    def marks(self) -> Iterator[MarkRow]:
        """Marks set in this unit."""
        return (row for row in marks(self.desk.source.marks) if below(row.path, self.root))


_OUTCOMES = (
    "met missed late valid invalid liable not_liable satisfied unsatisfied reached unreached withdrawn merged closed "
    "solved in_time"
)
_SYSTEM_WORDS = {
    "outcome": frozenset(_OUTCOMES.split()),
    "step": frozenset({"dispatched", "ruled", "accepted", "detailed", "appealed", "arbitrated"}),
    "phase": frozenset({"open", "closed", "final", "retired"}),
}
"""Words of the system itself, said from its catalogue where the plan has no name for them."""
