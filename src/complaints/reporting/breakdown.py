"""Sections that take the total apart: types, channels, causes, units."""

from complaints.reporting.compare import change, share, share_of_three_months
from complaints.reporting.facts import before
from complaints.reporting.model import Chart, Column, Section, Table
from complaints.reporting.register import value_of
from complaints.reporting.source import Build
from complaints.reporting.values import Value
from complaints.reporting.view import View

MOST = 40
"""Bars in a chart; the table has all."""


def counts_by(view: View | None, measure: str, dimension: str, kinds: tuple[str, ...] = ()) -> dict[str, int]:
    """Counts by the values of one dimension, most first."""
    if view is None:
        return {}
    found = {value: n for (value,), n in view.by(measure, (dimension,), kinds).items()}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def types(build: Build) -> Section:
    """Each type with its share, what it was before, and its share over three months (HOT-6), by group (AUTO-16)."""
    tables, charts = [], []
    for group in build.plan.main_groups or ("",):
        kinds = build.kinds((group,)) if group else ()
        id_ = f"types_{group}" if group else "types"
        tables.append(_types(build, id_, group, kinds))
        charts.append(Chart(id_, "bars", tables[-1].title, id_, 0, (1,)))
    return Section("types", build.t("section.types"), tuple(tables), tuple(charts))


def _types(build: Build, id_: str, group: str, kinds: tuple[str, ...]) -> Table:
    t = build.t
    now = counts_by(build.now, "received.category", "category", kinds)
    then = counts_by(build.previous, "received.category", "category", kinds)
    last = counts_by(build.last_year, "received.category", "category", kinds)
    three = [] if build.yearly else [now, then, counts_by(build.view(before(build.period, 2)), *_CATEGORY, kinds)]
    whole = sum(now.values())
    wholes = [sum(one.values()) for one in three]
    names = list(dict.fromkeys([*now, *then]))
    rows: list[tuple[Value, ...]] = [
        (
            build.name("category", name),
            now.get(name, 0),
            share(now.get(name, 0), whole),
            then.get(name, 0),
            change(now.get(name, 0), then.get(name, 0)),
            *(
                ()
                if build.yearly
                else (last.get(name, 0), share_of_three_months([one.get(name, 0) for one in three], wholes))
            ),
        )
        for name in names
    ]
    if rows:
        before_all = sum(then.values())
        extra = () if build.yearly else (sum(last.values()), share_of_three_months(wholes, wholes))
        rows.append((t("total"), whole, share(whole, whole), before_all, change(whole, before_all), *extra))
    columns = (
        Column(t("type"), width=30),
        Column(t("figure.received"), "count", "received"),
        Column(t("share"), "rate", "share"),
        Column(t("previous"), "count", "received"),
        Column(t("change"), "change", "change"),
        *([] if build.yearly else [Column(t("last_year"), "count", "received")]),
        *([] if build.yearly else [Column(t("share_three"), "rate", "share_of_three_months")]),
    )
    title = t("by_type", group=build.group(group)) if group else t("section.types")
    return Table(id_, title, columns, tuple(rows), last_is_total=bool(rows))


_CATEGORY = ("received.category", "category")


def channels(build: Build) -> Section:
    """By which way complaints came in."""
    return Section(
        "channels",
        build.t("section.channels"),
        (_plain(build, "channels", "channel", build.t("channel")),),
        (Chart("channels", "bars", build.t("section.channels"), "channels", 0, (1,)),),
    )


def regions(build: Build) -> Section | None:
    """Where customers are, if the organisation reports it."""
    if not any(region for (region,) in build.now.by("received.region", ("region",))):
        return None
    title = build.t("section.regions")
    table = _plain(build, "regions", "region", build.t("region"))
    return Section("regions", title, (table,), (Chart("regions", "bars", title, "regions", 0, (1,)),))


def _plain(build: Build, id_: str, dimension: str, heading: str) -> Table:
    kinds = build.plan.main_kinds
    now = counts_by(build.now, f"received.{dimension}", dimension, kinds)
    then = counts_by(build.previous, f"received.{dimension}", dimension, kinds)
    whole, old = sum(now.values()), sum(then.values())
    rows: list[tuple[Value, ...]] = [
        (
            build.name(dimension, name),
            now.get(name, 0),
            share(now.get(name, 0), whole),
            then.get(name, 0),
            change(now.get(name, 0), then.get(name, 0)),
        )
        for name in dict.fromkeys([*now, *then])
    ]
    if rows:
        rows.append((build.t("total"), whole, share(whole, whole), old, change(whole, old)))
    columns = (
        Column(heading, width=30),
        Column(build.t("figure.received"), "count", "received"),
        Column(build.t("share"), "rate", "share"),
        Column(build.t("previous"), "count", "received"),
        Column(build.t("change"), "change", "change"),
    )
    return Table(id_, build.t(f"section.{id_}"), columns, tuple(rows), last_is_total=bool(rows))


def causes(build: Build) -> Section | None:
    """Why people complained, with what was ruled valid (CAR-1, CAR-2, INS-3 and the policy's own)."""
    kinds = build.plan.main_kinds
    now = counts_by(build.now, "received.cause", "cause", kinds)
    then = counts_by(build.previous, "received.cause", "cause", kinds)
    valid = {name: n for (name,), n in build.now.by("ruled", ("cause",), kinds, outcome="valid").items()}
    names = [name for name in dict.fromkeys([*now, *valid, *then]) if name]
    if not names:
        return None
    unknown = [""] if now.get("") or then.get("") else []
    title, grouped = build.t("section.causes"), build.plan.cause_groups
    groups: dict[str, list[str]] = {}
    for name in names if grouped else []:
        groups.setdefault(grouped.get(name, ""), []).append(name)
    tables = [_causes(build, "causes", title, "cause", {name: [name] for name in [*names, *unknown]}, now, then, valid)]
    if groups:
        heading = build.t("cause_groups")
        tables.insert(0, _causes(build, "cause_groups", heading, "cause_group", groups, now, then, valid))
    return Section("causes", title, tuple(tables), (Chart("causes", "bars", title, "causes", 0, (1,)),))


def _causes(
    build: Build,
    id_: str,
    title: str,
    dimension: str,
    rows_of: dict[str, list[str]],
    now: dict[str, int],
    then: dict[str, int],
    valid: dict[str, int],
) -> Table:
    """One row for each cause, or for each group of causes (`rows_of`: row -> its causes)."""
    every = [name for names in rows_of.values() for name in names]
    whole = sum(now.get(name, 0) for name in every)

    def row(heading: str, names: list[str]) -> tuple[Value, ...]:
        here, there = sum(now.get(one, 0) for one in names), sum(then.get(one, 0) for one in names)
        ruled = sum(valid.get(one, 0) for one in names)
        return heading, here, share(here, whole), there, change(here, there), ruled

    rows = [row(build.name(dimension, name), names) for name, names in rows_of.items()]
    rows.append(row(build.t("total"), every))
    columns = (
        Column(build.t(dimension), width=36),
        Column(build.t("figure.received"), "count", "received"),
        Column(build.t("share"), "rate", "share"),
        Column(build.t("previous"), "count", "received"),
        Column(build.t("change"), "change", "change"),
        Column(build.t("figure.ruled_valid"), "count", "ruled_valid"),
    )
    return Table(id_, title, columns, tuple(rows), note=build.t("note.causes"), last_is_total=True)


_OF_UNITS = ("received", "closed", "fell_due", "missed", "on_time", "first_answer", "reopened", "rungs", "chased")
_FORMS = {"on_time": "rate", "first_answer": "rate"}


def units(build: Build) -> Section:
    """The units right below, each with all of its own tree (AUTO-8, AUTO-12), most complaints first."""
    tree = build.desk.tree(build.period)
    rows: list[tuple[Value, ...]] = []
    for path in tree.children(build.root) if tree else []:
        itself = path == build.root
        view = tree.own(path) if tree and itself else tree.view(path) if tree else View(path, frozenset())
        figures = [value_of(name, view, build.of(name)) for name in _OF_UNITS]
        name = build.t("itself", unit=build.unit(path)) if itself else build.unit(path)
        rows.append((name, *figures, value_of("satisfaction", view, build.of("satisfaction"))))
    rows.sort(key=lambda row: (-(row[1] if isinstance(row[1], int) else 0), str(row[0])))
    if rows:
        totals = [value_of(name, build.now, build.of(name)) for name in _OF_UNITS]
        rows.append((build.t("total"), *totals, value_of("satisfaction", build.now, build.of("satisfaction"))))
    columns = (
        Column(build.t("unit"), width=30),
        *(Column(build.t(f"figure.{name}"), "rate" if name in _FORMS else "count", name) for name in _OF_UNITS),
        Column(build.t("figure.satisfaction"), "score", "satisfaction"),
    )
    table = Table("units", build.t("section.units"), columns, tuple(rows), last_is_total=bool(rows))
    return Section(
        "units",
        build.t("section.units"),
        (table, *_all_units(build)),
        (Chart("units", "bars", build.t("by_unit"), "units", 0, (1,)),),
    )


DEEPEST = 2000
"""Units in the table of the whole tree; beyond, each unit's own report tells."""


def _all_units(build: Build) -> tuple[Table, ...]:
    """The whole tree below, where it has more than one level."""
    tree = build.desk.tree(build.period)
    if tree is None:
        return ()
    paths: set[str] = set()
    for path in tree.paths:
        if path.startswith(build.root + "/") or not build.root:
            steps = path.split("/")
            above = len(build.root.split("/")) if build.root else 0
            paths.update("/".join(steps[:depth]) for depth in range(above + 1, len(steps) + 1))
    deep = sorted(paths)
    if not 0 < len(deep) <= DEEPEST or len(deep) == len(tree.children(build.root)):
        return ()
    names = ("received", "dispatched", "fell_due", "missed", "on_time", "rungs")
    start = build.root.count("/") + (1 if build.root else 0)
    rows = tuple(
        (
            "　" * max(0, path.count("/") - start) + build.unit(path),
            " / ".join(build.unit(above) for above in _above(path, start)),
            *(value_of(n, tree.view(path), build.of(n)) for n in names),
        )
        for path in deep
    )
    columns = (
        Column(build.t("unit"), width=30),
        Column(build.t("path"), width=34),
        *(Column(build.t(f"figure.{name}"), "rate" if name in _FORMS else "count", name) for name in names),
    )
    return (Table("all_units", build.t("all_units"), columns, rows),)


def _above(path: str, start: int) -> list[str]:
    """The paths of the units from below the reported one to the one right above this unit."""
    steps = path.split("/")
    return ["/".join(steps[:depth]) for depth in range(start + 1, len(steps))]
