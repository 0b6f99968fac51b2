"""The report of one unit and one period, built from folded facts: first page, sections, findings, notices."""

from collections.abc import Callable

from complaints.reporting import breakdown, ledgers, overview, timing
from complaints.reporting.analysis import findings
from complaints.reporting.caselist import case_list
from complaints.reporting.model import Report, Section
from complaints.reporting.notices import notices
from complaints.reporting.source import Build

SECTIONS: tuple[Callable[[Build], Section | None], ...] = (
    overview.months,
    overview.days,
    breakdown.types,
    breakdown.channels,
    breakdown.regions,
    breakdown.causes,
    breakdown.units,
    timing.deadlines,
    timing.escalations,
    timing.rates,
    timing.satisfaction,
    ledgers.liability,
    ledgers.reviews,
    ledgers.difficult,
    ledgers.unit_marks,
    ledgers.keeping,
    ledgers.targets,
)
"""In the order of sheets; one that has nothing to say leaves itself out."""


def build_report(build: Build) -> tuple[Report, bool]:
    """The report, and whether its list of cases has to go into a CSV (`caselist.case_csv`)."""
    cards = overview.cards(build)
    made = (section(build) for section in SECTIONS)
    sections = (overview.summary(build, cards), *(one for one in made if one is not None))
    cases, beside = case_list(build)
    checked = build.verified
    return (
        Report(
            title=build.t("title_year" if build.yearly else "title_month"),
            unit=build.unit(build.root),
            period=build.period_name(build.period),
            language=build.language,
            cards=cards,
            findings=findings(build, cards),
            sections=(*sections, cases),
            notices=notices(build, cards),
            verification=verification(build),
            verified=None if checked is None else not checked.broken,
            footer=build.t("footer", first=build.desk.source.days[0], last=build.desk.source.days[-1]),
        ),
        beside,
    )


def verification(build: Build) -> str:
    """What checking the chains gave, in words (INS-10)."""
    checked = build.verified
    if checked is None:
        return build.t("chains_unchecked")
    if checked.broken:
        return build.t("chains_broken", broken=len(checked.broken), names=", ".join(checked.broken[:10]))
    return build.t("chains_whole", chains=checked.chains)
