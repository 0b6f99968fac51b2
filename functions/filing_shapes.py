"""How filings of reports look to the staff, and what requests about them say."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from functions.common import Here

from complaints.case.values import Problem
from complaints.desk.file_report import Report, Wanted
from complaints.desk.filing import Filing, Said, published
from complaints.policy.model import Policy
from complaints.reporting.plan import filing_plan
from complaints.texts import text
from complaints.web.bodies import Body
from complaints.web.filing_views import FiledFileView, FilingView, SaidView
from complaints.web.http import Request, instant
from complaints.web.problem import HttpError
from complaints.web.views import Speaker

PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")


def period_of(request: Request) -> str:
    """The period that an address names. Raises `HttpError` 422 for what is none."""
    period = request.params["period"]
    if not PERIOD.fullmatch(period):
        raise HttpError(422, Problem("period", "web.period"))
    return period


def filing_views(here: Here, filings: Iterable[Filing], said: Speaker, *, compare: bool = False) -> list[FilingView]:
    """Filings in the speaker's language; `compare` holds what was submitted against the files as they stand now."""
    every = tuple(filings)
    units = here.desk.directory.units([id for one in every for id in (one.unit, one.asked_by)], here.now)
    names = {id: unit.name(said.lang) for id, unit in units.items()}
    return [_view(here, one, Speaker(one.policy, said.lang), names, compare=compare) for one in every]


def _view(here: Here, filing: Filing, said: Speaker, names: dict[str, str], *, compare: bool) -> FilingView:
    now: dict[tuple[str, str], str] | None = None
    if compare:
        periods = {one.period for one in filing.files}
        standing = [one for period in periods for one in published(here.desk, filing.unit, period)]
        now = {(one.period, one.name): one.sha256 for one in standing}
    return FilingView(
        reference=filing.reference,
        order=filing.order,
        unit=filing.unit,
        unit_text=names.get(filing.unit, filing.unit),
        asked_by=filing.asked_by,
        asked_by_text=names.get(filing.asked_by, filing.asked_by),
        report=filing.report,
        report_text=report_text(filing.policy, filing.report, said),
        state=filing.state,
        state_text=text(f"desk.filing.state.{filing.state}", said.lang),
        asked_at=_at(filing.asked_at, said),
        due_at=instant(filing.due_at, said.zone),
        late=filing.late,
        may_submit=filing.may_submit,
        may_review=filing.may_review,
        submitted=_said(filing.submitted, filing, said),
        files=[
            FiledFileView(
                name=one.name,
                sha256=one.sha256,
                unchanged=None if now is None else now.get((one.period, one.name)) == one.sha256,
            )
            for one in filing.files
        ],
        reviewed=_said(filing.reviewed, filing, said),
    )


def _said(one: Said | None, filing: Filing, said: Speaker) -> SaidView | None:
    if one is None:
        return None
    return SaidView(by=one.by, by_text=filing.people.get(one.by, one.by), at=_at(one.at, said), text=one.words)


def _at(at: datetime, said: Speaker) -> str:
    return instant(at, said.zone) or ""


def report_text(policy: Policy, report: str, said: Speaker) -> str:
    """What a report that is asked for is called; empty where the policy knows one only."""
    plan = filing_plan(policy)
    spec = policy.fields.get(plan.report) if plan is not None else None
    return said.say(spec.choices[report]) if spec is not None and report in spec.choices else report


def named_report(body: Body, period: str) -> Report:
    """Which report a submission or a review is of."""
    order = body.fields.get("order", 0)
    if isinstance(order, str) and order.isdecimal() and len(order) < 6:
        order = int(order)
    if not isinstance(order, int) or isinstance(order, bool):
        raise HttpError(422, Problem("order", "wrong_type", {"type": "number"}))
    return Report(unit=_text(body, "unit"), period=period, reference=_text(body, "reference").upper(), order=order)


def wanted_reports(body: Body, period: str) -> Wanted:
    """Which reports are asked for, and of whom."""
    units: Any = body.fields.get("units", [])
    units = [units] if isinstance(units, str) and units else units or []
    if not isinstance(units, list) or not all(isinstance(one, str) for one in units):
        raise HttpError(422, Problem("units", "wrong_type", {"type": "list"}))
    return Wanted(
        unit=_text(body, "unit"),
        period=period,
        report=_text(body, "report"),
        words=_text(body, "text"),
        units=tuple(units),
    )


def words_of(body: Body, name: str, *others: str) -> str:
    """The words of a request that may say nothing else. Raises `HttpError` 422 for fields that it does not have."""
    known = {name, "unit", "reference", "order", "csrf", "idempotency_key", "does", *others}
    unknown = [Problem(field, "unknown_field", {"command": name}) for field in body.fields if field not in known]
    if unknown:
        raise HttpError(422, *unknown)
    return _text(body, name)


def _text(body: Body, name: str) -> str:
    given = body.fields.get(name, "")
    if not isinstance(given, str):
        raise HttpError(422, Problem(name, "wrong_type", {"type": "text"}))
    return given.strip()
