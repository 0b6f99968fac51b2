"""The liability list of a day for one unit: what its named person answers the next day (POST-9, POST-16)."""

from collections.abc import Iterable, Mapping

from complaints.reporting.facts import Fact
from complaints.reporting.lists import below
from complaints.reporting.model import Column, Report, Section, Table
from complaints.reporting.plan import ReportPlan, Text
from complaints.reporting.source import Build, Desk, Source


def daily_list(
    day: str,
    facts: Iterable[Fact],
    unit: str,
    plan: ReportPlan,
    units: Mapping[str, Text],
    language: str,
) -> Report | None:
    """The new liability sheets of a day that were sent to a unit's tree or name a unit in it; None if there are none.

    Parameters
    ----------
    day
        the organisation-zone date that the facts belong to.
    unit
        the unit's path, ids root first joined by ``/``.

    `page.page` and `workbook.workbook` make files of the answer.
    """
    build = Build(Desk(Source(period=day, partials={}), plan, units, {}), unit, language)
    new = [
        fact
        for fact in facts
        if fact.type == "dispatched"
        and fact.sheet
        and (below(fact.path, unit) or (fact.liable and below(fact.liable, unit)))
    ]
    if not new:
        return None
    t = build.t
    rows = tuple(
        (
            fact.reference,
            build.unit(fact.path),
            build.unit(fact.liable) if fact.liable else "-",
            build.name("stage", fact.stage) if fact.stage else "-",
            build.name("cause", fact.cause) if fact.cause else "-",
            build.name("category", fact.category),
            fact.opened_day,
        )
        for fact in sorted(new, key=lambda fact: (fact.path, fact.at, fact.reference))
    )
    columns = (
        Column(t("reference"), width=18),
        Column(t("unit"), width=24),
        Column(t("liable"), width=30),
        Column(t("stage"), width=18),
        Column(t("cause"), width=30),
        Column(t("type"), width=24),
        Column(t("received_on"), "date", width=12),
    )
    table = Table("daily", t("daily_title"), columns, rows, note=t("daily_note"))
    return Report(
        title=t("daily_title"),
        unit=build.unit(unit),
        period=day,
        language=language,
        cards=(),
        findings=(t("daily_count", count=len(rows), day=day),),
        sections=(Section("daily", t("daily_title"), (table,)),),
    )
