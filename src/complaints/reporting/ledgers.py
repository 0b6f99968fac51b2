"""Sections that owe a list: liability, reviews, difficult and backlogged cases, unit marks, the case database; and what
customers and targets come to."""

from collections import Counter
from collections.abc import Iterable
from itertools import repeat

from complaints.reporting.breakdown import counts_by
from complaints.reporting.compare import (
    age_days,
    change,
    entered,
    keep_rate,
    kept,
    liable_cases,
    lost,
    open_cases,
    share,
    target,
    target_result,
    treated,
)
from complaints.reporting.facts import before
from complaints.reporting.figure import Selection
from complaints.reporting.indicators import closed
from complaints.reporting.lists import CaseRow, LiabilityRow
from complaints.reporting.model import Column, Section, Table
from complaints.reporting.register import value_of
from complaints.reporting.source import Build
from complaints.reporting.values import Value

LISTED = 2_000
"""Rows of a working list of cases (difficult, backlogged): the most pressing."""


def liability(build: Build) -> Section | None:
    """The ledger of liable complaints per unit, and its focus points (POST-8, POST-18)."""
    t = build.t
    every = sorted(build.liabilities(), key=lambda row: (row.day, row.reference, row.order))
    # The sheet of a ruling stands for it; where the organisation sends no sheets, the ruling stands for itself.
    with_sheet = {row.reference for row in every if row.order}
    rows = [row for row in every if row.order or row.reference not in with_sheet]
    if not rows:
        return None
    ledger = Table(
        "liability",
        t("section.liability"),
        (
            Column(t("reference"), width=18),
            Column(t("date"), "date", width=12),
            Column(t("unit"), width=24),
            Column(t("liable"), width=30),
            Column(t("stage"), width=18),
            Column(t("cause"), width=30),
            Column(t("step"), width=18),
            Column(t("outcome"), width=18),
        ),
        tuple(
            (
                row.reference,
                row.day,
                build.unit(row.path),
                build.unit(row.liable) if row.liable else "-",
                build.name("stage", row.stage) if row.stage else "-",
                build.name("cause", row.cause) if row.cause else "-",
                build.name("step", row.step),
                build.name("outcome", row.outcome) if row.outcome else "-",
            )
            for row in rows
        ),
    )
    liable = [row for row in rows if row.outcome not in ("invalid", "not_liable")]
    by_cause = liable_cases(build.name("cause", row.cause) for row in liable)
    return Section(
        "liability",
        t("section.liability"),
        (_proposals(build, liable), _ranking(build, "liable_causes", "cause", by_cause), ledger),
    )


def _proposals(build: Build, liable: list[LiabilityRow]) -> Table:
    """Each liable unit with the cause and the stage that its cases are mostly about, and what is proposed to assess
    (POST-18)."""
    t = build.t
    by_unit: dict[str, list[LiabilityRow]] = {}
    for row in liable:
        by_unit.setdefault(row.liable or row.path, []).append(row)
    counts = liable_cases(row.liable or row.path for row in liable)
    rows: list[tuple[Value, ...]] = []
    for path, count in sorted(counts.items(), key=_most_first):
        cause, stage = (
            _mostly(build, dimension, (getattr(row, dimension) for row in by_unit[path]))
            for dimension in ("cause", "stage")
        )
        proposal = t("proposal", unit=build.unit(path), count=count, focus=cause)
        rows.append((build.unit(path), count, share(count, len(liable)), cause, stage, proposal))
    columns = (
        Column(t("unit"), width=30),
        Column(t("liable_cases"), "count", "liable_cases"),
        Column(t("share"), "rate", "share"),
        Column(t("mostly_cause"), width=34),
        Column(t("mostly_stage"), width=24),
        Column(t("proposal_column"), width=60),
    )
    return Table("liable_units", t("liable_units"), columns, tuple(rows))


def _mostly(build: Build, dimension: str, values: Iterable[str]) -> str:
    """The commonest of the values that are known, with how often; "-" where none is."""
    counts = Counter(value for value in values if value)
    if not counts:
        return "-"
    value, count = min(counts.items(), key=_most_first)
    return build.t("mostly", name=build.name(dimension, value), count=count)


def _ranking(build: Build, id_: str, heading: str, counts: dict[str, int]) -> Table:
    columns = (Column(build.t(heading), width=30), Column(build.t("liable_cases"), "count", "liable_cases"))
    rows: list[tuple[str, int]] = sorted(counts.items(), key=_most_first)
    return Table(id_, build.t(id_), columns, tuple(rows))


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def reviews(build: Build) -> Section | None:
    """What was marked for review: false information, found later (POST-10)."""
    t = build.t
    wanted = build.plan.review_marks
    rows = sorted((row for row in build.marks() if row.mark in wanted), key=lambda row: (row.day, row.reference))
    if not wanted:
        return None
    counts = counts_by(build.now, "marked", "mark")
    then = counts_by(build.previous, "marked", "mark")
    summary = Table(
        "review_counts",
        t("review_counts"),
        (
            Column(t("mark"), width=30),
            Column(t("figure.marked"), "count", "marked"),
            Column(t("previous"), "count", "marked"),
        ),
        tuple((build.name("mark", mark), counts.get(mark, 0), then.get(mark, 0)) for mark in wanted),
    )
    listed = Table(
        "reviews",
        t("section.reviews"),
        (
            Column(t("reference"), width=18),
            Column(t("date"), "date", width=12),
            Column(t("unit"), width=24),
            Column(t("kind"), width=20),
            Column(t("mark"), width=26),
        ),
        tuple(
            (row.reference, row.day, build.unit(row.path), build.name("kind", row.kind), build.name("mark", row.mark))
            for row in rows
        ),
    )
    return Section("reviews", t("section.reviews"), (summary, listed))


class _Oldest:
    """Counts rows and keeps the oldest of them, no more than a working list shows: of millions of open cases too."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[CaseRow] = []

    def add(self, row: CaseRow) -> None:
        self.count += 1
        self._kept.append(row)
        if len(self._kept) > 4 * LISTED:
            self._kept = self.listed()

    def listed(self) -> list[CaseRow]:
        return sorted(self._kept, key=_oldest_first)[:LISTED]


def difficult(build: Build) -> Section:
    """Difficult and backlogged cases for coordination (POST-25), the oldest first."""
    t, rule = build.t, build.plan.difficult
    end = build.desk.source.days[-1]
    standing, hard, old = _Oldest(), _Oldest(), _Oldest()
    for row in build.cases():
        if row.phase == "open":
            standing.add(row)
            if _is_difficult(build, row):
                hard.add(row)
            if rule.backlog_days and age_days(row.opened_day, end) >= rule.backlog_days:
                old.add(row)
    stock = Table(
        "open",
        t("open_at_end"),
        (Column(t("indicator"), width=30), Column(t("count"), "count", "open_cases")),
        (
            (t("figure.open_cases"), open_cases(repeat("open", standing.count))),
            (t("difficult_cases"), open_cases(repeat("open", hard.count))),
            (t("backlog_cases", days=rule.backlog_days), open_cases(repeat("open", old.count))),
        ),
        note=t("note.difficult", rungs=rule.rungs, chasers=rule.chasers, reopenings=rule.reopenings),
    )
    return Section(
        "difficult",
        t("section.difficult"),
        (stock, _working_list(build, "difficult", hard, end), _working_list(build, "backlog", old, end)),
    )


def _oldest_first(row: CaseRow) -> tuple[str, str]:
    return row.opened_day, row.reference


def _is_difficult(build: Build, row: CaseRow) -> bool:
    rule = build.plan.difficult
    tests = ((rule.rungs, row.rungs), (rule.chasers, row.chasers), (rule.reopenings, row.reopenings))
    return any(limit and value >= limit for limit, value in tests)


def _working_list(build: Build, id_: str, rows: _Oldest, end: str) -> Table:
    t = build.t
    return Table(
        id_,
        t(f"list.{id_}"),
        (
            Column(t("reference"), width=18),
            Column(t("unit"), width=24),
            Column(t("kind"), width=20),
            Column(t("type"), width=24),
            Column(t("received_on"), "date", width=12),
            Column(t("figure.age_days"), "count", "age_days"),
            Column(t("figure.rungs"), "count", "rungs"),
            Column(t("figure.chased"), "count", "chased"),
            Column(t("figure.reopened"), "count", "reopened"),
        ),
        tuple(
            (
                row.reference,
                build.unit(row.path),
                build.name("kind", row.kind),
                build.name("category", row.category),
                row.opened_day,
                age_days(row.opened_day, end),
                row.rungs,
                row.chasers,
                row.reopenings,
            )
            for row in rows.listed()
        ),
        note=t("note.cut", shown=LISTED, all=rows.count) if rows.count > LISTED else "",
    )


_MARKS = ("missed", "repeated", "rungs", "asked_up", "reopened", "returned", "filed_late")


def unit_marks(build: Build) -> Section:
    """Marks against units (INS-11): what counts against each unit right below."""
    t, tree = build.t, build.desk.tree(build.period)
    rows: list[tuple[Value, ...]] = []
    for path in tree.children(build.root) if tree else []:
        view = tree.own(path) if tree and path == build.root else tree.view(path) if tree else build.now
        own = [view.count("marked", mark=mark) for mark in build.plan.unit_marks]
        figures = [*(value_of(name, view, build.of(name)) for name in _MARKS), *own]
        if any(figures):
            rows.append((build.unit(path), *figures))
    rows.sort(key=lambda row: (-sum(one for one in row[1:] if isinstance(one, int)), str(row[0])))
    columns = (
        Column(t("unit"), width=30),
        *(Column(t(f"figure.{name}"), "count", name) for name in _MARKS),
        *(Column(build.name("mark", mark), "count", "marked") for mark in build.plan.unit_marks),
    )
    return Section(
        "unit_marks", t("section.unit_marks"), (Table("unit_marks", t("section.unit_marks"), columns, tuple(rows)),)
    )


def keeping(build: Build) -> Section | None:
    """Customers kept and lost, estimated by how they were treated (CAR-4)."""
    keep, t = build.plan.keep, build.t
    if keep is None:
        return None
    kinds = build.kinds(keep.groups)
    spans = build.now.seconds("solved", kinds)
    solved = build.now.count("solved", kinds)
    closings = max(closed(build.now, Selection(kinds=kinds)), solved)
    quick = sum(1 for seconds in spans if seconds <= keep.quick_seconds)
    counts = treated(closings, closings - solved, quick, int(build.entered("untold") or 0))
    staying, leaving = kept(counts, keep), lost(counts, keep)
    rows: list[tuple[Value, ...]] = [
        (t(f"treated.{name}"), counts[name], keep_rate(keep, name), staying[name], leaving[name]) for name in counts
    ]
    rows.append((t("total"), sum(counts.values()), None, sum(staying.values()), sum(leaving.values())))
    columns = (
        Column(t("treatment"), width=34),
        Column(t("figure.treated"), "count", "treated"),
        Column(t("return_share"), "rate", "keep_rate"),
        Column(t("figure.kept"), "number", "kept"),
        Column(t("figure.lost"), "number", "lost"),
    )
    note = t("note.keep", hours=round(keep.quick_seconds / 3600))
    table = Table("keeping", t("section.keeping"), columns, tuple(rows), note=note, last_is_total=True)
    return Section("keeping", t("section.keeping"), (table,))


def targets(build: Build) -> Section | None:
    """Targets of the year beside results; some are entered by hand (HOT-10)."""
    if not build.plan.targets:
        return None
    t, year = build.t, build.period[:4]
    rows: list[tuple[Value, ...]] = []
    for wish in build.plan.targets:
        if wish.figure:
            of = Selection(kinds=build.kinds(wish.groups))
            here, there = (build.view(one) for one in (year, before(year)))
            now: Value = value_of(wish.figure, here, of) if here else None
            then: Value = value_of(wish.figure, there, of) if there else None
        else:
            now, then = (entered(build.entered(wish.entered, one)) for one in (year, before(year)))
        here_now, there_then = target_result(now), target_result(then)
        rows.append(
            (build.plan_text(wish.name), here_now, there_then, change(here_now, there_then), target(wish.change))
        )
    columns = (
        Column(t("target"), width=34),
        Column(year, "number", "target_result"),
        Column(before(year), "number", "target_result"),
        Column(t("change"), "change", "change"),
        Column(t("figure.target"), "change", "target"),
    )
    return Section("targets", t("section.targets"), (Table("targets", t("section.targets"), columns, tuple(rows)),))
