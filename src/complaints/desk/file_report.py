"""Reports asked for, submitted and reviewed (INS-17): the commands of a filing, reached from the report."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from complaints.adapters.rows import UNITS
from complaints.case.values import Problem, RefusedError
from complaints.desk.answers import Once
from complaints.desk.command import Asked, Done, command
from complaints.desk.context import Desk
from complaints.desk.enter import enter
from complaints.desk.filing import Filing, published, standing
from complaints.desk.staff import Member
from complaints.desk.worklist import unit_path
from complaints.reporting.plan import filing_plan
from complaints.structs import replace

RESULTS = {"accept": "pass", "return": "again"}
"""What a reviewer may decide, and how the command says it."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's report of a period and, where it was asked for more than once, in which one (`reference`, `order`)."""

    unit: str
    period: str
    reference: str = ""
    order: int = 0


def submit(desk: Desk, member: Member, report: Report, words: str, once: Once, now: datetime) -> Done:
    """Submit the unit's report to the unit that asked for it; its files as they stand now go into the event.

    Raises
    ------
    RefusedError
        Nobody asked for it, there is none for the period, it was submitted or accepted already, or the person is not
        who may submit it.
    """
    filing = _the_one(desk, member, report, now, ("asked", "asked_back"))
    if not published(desk, filing.unit, report.period):
        raise RefusedError(Problem("", "web.no_such_report"))
    return _do(desk, member, filing, "answer", {"text": words}, once, now)


def review(desk: Desk, member: Member, report: Report, result: str, remark: str, once: Once, now: datetime) -> Done:
    """Accept a unit's report or return it with reasons. Raises `RefusedError`, as `submit`."""
    if result not in RESULTS:
        raise RefusedError(Problem("result", "unknown_value", {"value": result, "known": ", ".join(RESULTS)}))
    filing = _the_one(desk, member, report, now, ("submitted",))
    values = {"result": RESULTS[result], **({"remark": remark} if remark else {})}
    return _do(desk, member, filing, "review", values, once, now)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit asks the units below for: which report (a choice of the policy's field) of which period, in which
    words, from which of them (empty: all right below)."""

    unit: str
    period: str
    report: str
    words: str
    units: tuple[str, ...] = ()


def ask(desk: Desk, member: Member, wanted: Wanted, once: Once, now: datetime) -> str:
    """Ask units below for their reports: a filing with a work order to each; its reference.

    Raises
    ------
    NoUnitError
        A unit is out of sight.
    RefusedError
        The policy knows no filing, or the person does not ask for reports.
    """
    plan = filing_plan(desk.policies.current(now).policy)
    if plan is None:
        raise RefusedError(Problem("", "web.report.no_filing"))
    path = unit_path(desk, member.sight, wanted.unit, now) if wanted.unit else member.home
    asked = [unit_path(desk, member.sight, unit, now)[-1] for unit in wanted.units] or right_below(desk, path)
    if not asked:
        raise RefusedError(Problem("units", "required"))
    values = {
        "kind": plan.kind,
        "channel": plan.channel,
        "unit": path[-1],
        "text": wanted.words,
        "fields": {plan.period: wanted.period, **({plan.report: wanted.report} if plan.report else {})},
    }
    made = enter(desk, member, values, once, now)
    for unit in asked:
        # each order has a key of its own, so that a request that broke off half way can be sent again
        key = replace(once, key=f"{once.key}:{unit}" if once.key else "")
        order = {"order_type": plan.order_type, "unit": unit}
        command(desk, Asked(reference=made.reference, name="dispatch", values=order, by=member.actor, once=key), now)
    return made.reference


def right_below(desk: Desk, path: Sequence[str]) -> list[str]:
    """The ids of the units right below the one of this path, by name."""
    found: list[str] = []
    after = ""
    while page := desk.store.unit_list(path[-1], len(path) - 1, UNITS, after=after, limit=200):
        found += [one.columns["unit"] for one in page if one.columns["path"][:-1] == list(path)]
        after = page[-1].place
    return found


def _the_one(desk: Desk, member: Member, report: Report, now: datetime, states: tuple[str, ...]) -> Filing:
    path = unit_path(desk, member.sight, report.unit, now) if report.unit else member.home
    every = standing(desk, member, path, report.period, now).own
    named = [one for one in every if report.reference in ("", one.reference) and report.order in (0, one.order)]
    fitting = [one for one in named if one.state in states]
    if not fitting:
        code = "web.report.not_asked" if not named else f"web.report.not_{states[0]}"
        raise RefusedError(Problem("", code))
    if len(fitting) > 1:
        several = ", ".join(f"{one.reference}-{one.order}" for one in fitting)
        raise RefusedError(Problem("reference", "web.report.which", {"filings": several}))
    return fitting[0]


def _do(
    desk: Desk, member: Member, filing: Filing, name: str, values: dict[str, str], once: Once, now: datetime
) -> Done:
    asked = Asked(reference=filing.reference, name=name, values=values, by=member.actor, once=once, order=filing.order)
    return command(desk, asked, now)
