"""Sections about time and rates: deadlines, escalations, returns, satisfaction."""

from complaints.reporting.compare import difference, part_of, share, whole_of
from complaints.reporting.figure import Selection
from complaints.reporting.model import Chart, Column, Section, Table, total
from complaints.reporting.overview import rate_of
from complaints.reporting.register import value_of
from complaints.reporting.source import Build
from complaints.reporting.values import Value


def deadlines(build: Build) -> Section | None:
    """Each deadline: what fell due, what was met, how long it took (R18)."""
    t = build.t
    named = {name for (name,) in build.now.by("deadline", ("deadline",))}
    named |= {name for (_, name) in build.now.spans.get("deadline", {})}
    if not named:
        return None
    rows: list[tuple[Value, ...]] = []
    for name in sorted(named, key=lambda one: build.name("deadline", one)):
        of = Selection(deadlines=(name,))
        met = value_of("on_time", build.now, of)
        then = value_of("on_time", build.previous, of) if build.previous else None
        rows.append(
            (
                build.name("deadline", name),
                whole_of(met),
                part_of(met),
                value_of("missed", build.now, of),
                value_of("claimed", build.now, of),
                value_of("lifted", build.now, of),
                met,
                then,
                difference(met, then),
                value_of("first_answer", build.now, of) if name in (build.plan.answer_deadlines or (name,)) else None,
                value_of("time_median", build.now, of),
                value_of("time_p90", build.now, of),
            )
        )
    columns = (
        Column(t("deadline"), width=34),
        Column(t("figure.fell_due"), "count", "fell_due"),
        Column(t("word.met"), "count", "part_of"),
        Column(t("figure.missed"), "count", "missed"),
        Column(t("figure.claimed"), "count", "claimed"),
        Column(t("figure.lifted"), "count", "lifted"),
        Column(t("figure.on_time"), "rate", "on_time"),
        Column(t("previous"), "rate", "on_time"),
        Column(t("points"), "points", "difference"),
        Column(t("figure.first_answer"), "rate", "first_answer"),
        Column(t("figure.time_median"), "seconds", "time_median"),
        Column(t("figure.time_p90"), "seconds", "time_p90"),
    )
    title = t("section.deadlines")
    table = Table("deadlines", title, columns, tuple(rows), note=t("note.deadlines"))
    return Section(
        "deadlines", title, (table,), (Chart("deadlines", "bars", t("chart.on_time"), "deadlines", 0, (6,)),)
    )


def escalations(build: Build) -> Section:
    """By rung and by person (POST-11, POST-20)."""
    t = build.t
    reached = build.now.by("rung", ("deadline", "rung"))
    rows: list[tuple[Value, ...]] = [
        (build.name("deadline", deadline), _rung(build, deadline, int(rung)), rung, count)
        for (deadline, rung), count in sorted(reached.items(), key=lambda item: (item[0][0], int(item[0][1])))
    ]
    customer = value_of("asked_up", build.now)
    rows.append((t("by_customer"), t("by_customer_note"), "", customer))
    rows.append((t("total"), "", "", total(rows, 3)))
    by_rung = Table(
        "rungs",
        t("by_rung"),
        (
            Column(t("deadline"), width=34),
            Column(t("rung"), width=34),
            Column(t("rung_number")),
            Column(t("figure.rungs"), "count", "rungs"),
        ),
        tuple(rows),
        last_is_total=True,
    )
    told = build.now.by("told", ("role", "person"))
    people = Table(
        "told",
        t("by_person"),
        (Column(t("person"), width=26), Column(t("role"), width=30), Column(t("figure.told"), "count", "told")),
        tuple(
            (build.person(person), build.name("role", role), count)
            for (role, person), count in sorted(told.items(), key=lambda item: (-item[1], item[0]))
        ),
    )
    charts = (Chart("rungs", "bars", t("by_rung"), "rungs", 1, (3,), grouped=0),) if reached else ()
    return Section("escalations", t("section.escalations"), (by_rung, people), charts)


def _rung(build: Build, deadline: str, rung: int) -> str:
    names = build.plan.rungs.get(deadline, ())
    return build.plan_text(names[rung - 1]) if rung <= len(names) else build.t("rung_n", number=rung)


_RATES = ("reopening", "repeat", "first_answer", "return_rate", "failed_appeals", "escalation", "valid_share")


def rates(build: Build) -> Section:
    """Reopening, repeat, first-answer, return and appeal rates with their parts."""
    t = build.t
    rows = []
    for name in _RATES:
        title, of = rate_of(build, name)
        now = value_of(name, build.now, of)
        then = value_of(name, build.previous, of) if build.previous else None
        last = value_of(name, build.last_year, of) if build.last_year else None
        rows.append(
            (
                title,
                now,
                part_of(now),
                whole_of(now),
                then,
                difference(now, then),
                *(() if build.yearly else (last,)),
            )
        )
    columns = (
        Column(t("indicator"), width=34),
        Column(t("this_period"), "rate", "reopening"),
        Column(t("part"), "count", "part_of"),
        Column(t("whole_of"), "count", "whole_of"),
        Column(t("previous"), "rate", "reopening"),
        Column(t("points"), "points", "difference"),
        *([] if build.yearly else [Column(t("last_year"), "rate", "reopening")]),
    )
    return Section("rates", t("section.rates"), (Table("rates", t("section.rates"), columns, tuple(rows)),))


def satisfaction(build: Build) -> Section | None:
    """Scores from 1 to 5 and what callbacks found."""
    t = build.t
    scores = {score: n for (score,), n in build.now.by("rated", ("score",), build.plan.main_kinds).items()}
    answers = {outcome: n for (outcome,), n in build.now.by("called_back", ("outcome",), build.plan.main_kinds).items()}
    if not scores and not answers:
        return None
    whole = sum(scores.values())
    rows: list[tuple[Value, ...]] = [
        (t("stars", score=int(score)), scores.get(score, 0), share(scores.get(score, 0), whole)) for score in "54321"
    ]
    rows.append((t("total"), whole, share(whole, whole)))
    distribution = Table(
        "scores",
        t("scores"),
        (
            Column(t("score"), width=20),
            Column(t("figure.ratings"), "count", "ratings"),
            Column(t("share"), "rate", "share"),
        ),
        tuple(rows),
        last_is_total=True,
    )
    views = [build.now, build.previous, build.last_year]
    means: list[Value] = [value_of("satisfaction", view, build.of("satisfaction")) if view else None for view in views]
    shares: list[Value] = [value_of("satisfied", view, build.of("satisfied")) if view else None for view in views]
    width = 2 if build.yearly else 3
    heads = (t("this_period"), t("previous"), t("last_year"))[:width]
    mean = Table(
        "satisfaction",
        t("figure.satisfaction"),
        (
            Column(t("figure.satisfaction"), width=30),
            *(Column(head, "score", "satisfaction") for head in heads),
        ),
        ((t("figure.satisfaction"), *means[:width]),),
    )
    happy = Table(
        "satisfied",
        t("figure.satisfied"),
        (Column(t("figure.satisfied"), width=30), *(Column(head, "rate", "satisfied") for head in heads)),
        ((t("figure.satisfied"), *shares[:width]),),
    )
    called = Table(
        "called_back",
        t("called_back"),
        (
            Column(t("outcome"), width=30),
            Column(t("count"), "count", "called_back"),
            Column(t("share"), "rate", "share"),
        ),
        tuple(
            (build.name("outcome", name), count, share(count, sum(answers.values())))
            for name, count in sorted(answers.items())
        ),
    )
    tables = (distribution, mean, happy, *((called,) if answers else ()))
    return Section(
        "satisfaction", t("section.satisfaction"), tables, (Chart("scores", "columns", t("scores"), "scores", 0, (1,)),)
    )
