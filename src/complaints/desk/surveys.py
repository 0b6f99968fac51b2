"""Rows of an outside customer survey (AUTO-9): those that meet the transfer condition become cases, to be confirmed by
a call; the rest is kept as raw data, without the rows of cases: what a case holds is erased with it. The file itself is
destroyed when its rows are taken."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from complaints.adapters.files import NoFileError
from complaints.case.values import SYSTEM_ACTOR, Problem, RefusedError
from complaints.desk import log
from complaints.desk.answers import Once
from complaints.desk.context import Desk
from complaints.desk.file_problems import too_large, wrong_type
from complaints.desk.register import Complaint, register
from complaints.desk.staff import Member, may_ever
from complaints.desk.survey_rows import Row, SurveyError, read_rows, without
from complaints.policy.conditions import holds
from complaints.policy.model import Policy, Survey
from complaints.web.forms import typed

FILES = "surveys"
RESULTS = "survey-results"
REST = "survey-rest"
MOST_BYTES = 20_000_000
TYPES = {
    "text/csv": "csv",
    "application/vnd.ms-excel": "csv",  # what browsers on Windows call a CSV file
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
_ID = re.compile(r"[a-z0-9_-]{1,60}/[0-9a-f]{32}")
_PERSON = ("name", "phone", "email")


class NoSurveyError(LookupError):
    """There is no such import, or its result is not there yet."""


class RowResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a row: a case (`reference`), kept as raw data, or at fault with its problems."""

    row: int
    became: Literal["case", "kept", "fault"]
    reference: str = ""
    problems: tuple[Problem, ...] = ()


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file. `fault` says why none of it could be read."""

    survey: str
    at: datetime
    rows: tuple[RowResult, ...] = ()
    fault: str = ""

    def count(self, became: str) -> int:
        """How many rows became that."""
        return sum(row.became == became for row in self.rows)


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """Where to put a survey's file, and the id under which its result will be found."""

    id: str
    url: str
    fields: dict[str, str] = {}


def open_import(desk: Desk, member: Member, survey: str, content_type: str, size: int, now: datetime) -> Ticket:
    """A form for one file of a survey.

    Raises
    ------
    RefusedError
        No such survey, a type or size that is not taken, or the person's roles do not register its kind of case.
    """
    policy = desk.policies.current(now).policy
    if survey not in policy.surveys:
        raise RefusedError(
            Problem("survey", "unknown_value", {"value": survey, "known": ", ".join(policy.surveys) or "-"})
        )
    if not may_ever(member, "register", desk, now, policy.surveys[survey].kind):
        raise RefusedError(Problem("", "not_yours", {"command": "register"}))
    problems = []
    if content_type not in TYPES:
        problems.append(wrong_type("type", survey, content_type, TYPES))
    if not 0 < size <= MOST_BYTES:
        problems.append(too_large("size", survey, MOST_BYTES))
    if problems:
        raise RefusedError(*problems)
    id = f"{survey}/{secrets.token_hex(16)}"
    form = desk.files.upload_form(f"{FILES}/{id}.{TYPES[content_type]}", content_type, size)
    return Ticket(id=id, url=form["url"], fields=form["fields"])


def import_file(desk: Desk, key: str, now: datetime) -> Imported:
    """Take the rows of a file that lies under `surveys/`; the same file or row again makes no second case.

    The result is written beside, also when nothing could be read, then the rows that became no case, as CSV, and last
    the file goes. Whoever dies on the way takes the same rows again.
    """
    id = key.removeprefix(f"{FILES}/").rpartition(".")[0]
    name = id.partition("/")[0]
    policy = desk.policies.current(now).policy
    survey = policy.surveys.get(name)
    content = b""
    try:
        if survey is None:
            raise SurveyError(f"the policy has no survey {name!r}")
        there = _content(desk, key)
        if there is None:
            return msgspec.json.decode(desk.files.read(f"{RESULTS}/{id}.json"), type=Imported)
        content = there
        rows = read_rows(content, survey)
        result = Imported(survey=name, at=now, rows=tuple(_row(desk, name, survey, row, policy, now) for row in rows))
    except SurveyError as fault:
        result = Imported(survey=name, at=now, fault=str(fault))
    desk.files.write(f"{RESULTS}/{id}.json", msgspec.json.encode(result))
    if not result.fault:
        taken = {row.row for row in result.rows if row.became == "case"}
        desk.files.write(f"{REST}/{id}.csv", without(content, taken), "text/csv")
        desk.files.destroy(key)
    counts = {became: result.count(became) for became in ("case", "kept", "fault")}
    log.info("survey imported", survey=name, readable=not result.fault, **counts)
    return result


def _content(desk: Desk, key: str) -> bytes | None:
    """The file; None where its rows were taken already."""
    try:
        return desk.files.read(key)
    except NoFileError:
        id = key.removeprefix(f"{FILES}/").rpartition(".")[0]
        if not desk.files.keys(f"{RESULTS}/{id}.json"):
            raise
        return None


def result_of(desk: Desk, member: Member, id: str, now: datetime) -> Imported:
    """What became of an import. Raises `NoSurveyError` when there is none yet, or it is not the person's to see."""
    policy = desk.policies.current(now).policy
    survey = policy.surveys.get(id.partition("/")[0])
    if survey is None or not _ID.fullmatch(id) or not may_ever(member, "register", desk, now, survey.kind):
        raise NoSurveyError(f"no import {id!r}")
    try:
        return msgspec.json.decode(desk.files.read(f"{RESULTS}/{id}.json"), type=Imported)
    except NoFileError as absent:
        raise NoSurveyError(f"no result of {id!r} yet") from absent


def _row(desk: Desk, name: str, survey: Survey, row: Row, policy: Policy, now: datetime) -> RowResult:
    absent = [Problem(one, "required") for one in survey.required if not row.values.get(one)]
    if absent:
        return RowResult(row=row.number, became="fault", problems=tuple(absent))
    values = _values(survey, row.values, policy)
    if not holds(survey.transfer, lambda asked: _asked(values, asked)):
        return RowResult(row=row.number, became="kept")
    if values.get("unit") and not desk.directory.places(now).known(str(values["unit"])):
        unknown = Problem("unit", "unknown_unit", {"unit": str(values["unit"])})
        return RowResult(row=row.number, became="fault", problems=(unknown,))
    named = "\n".join(row.values.get(one, "") for one in survey.key) if survey.key else repr(row)
    once = Once(scope=f"survey:{name}", key=hashlib.sha256(named.encode()).hexdigest())
    try:
        made = register(desk, Complaint(values=values, by=SYSTEM_ACTOR, once=once), now)
    except RefusedError as refused:
        return RowResult(row=row.number, became="fault", problems=refused.problems)
    return RowResult(row=row.number, became="case", reference=made.reference)


def _values(survey: Survey, row: Mapping[str, str], policy: Policy) -> dict[str, Any]:
    """The fields of `register` that a row gives."""
    declared = {name: value for name, value in row.items() if name in policy.fields}
    category = row.get("category", "")
    found = {
        "kind": survey.kind,
        "channel": survey.channel,
        "text": row.get("text", ""),
        "unit": row.get("unit", ""),
        "category": _by_name(category, policy) if category else "",
        "complainant": {name: row[name] for name in _PERSON if row.get(name)},
        "fields": declared,
    }
    return typed("register", {name: value for name, value in found.items() if value}, policy)


def _by_name(category: str, policy: Policy) -> str:
    """The id of a category that a file calls by its name."""
    return next((id for id, one in policy.categories.items() if category in one.name.values()), category)


def _asked(values: Mapping[str, Any], name: str) -> Any:
    fields = values.get("fields") or {}
    return fields[name] if name in fields else values.get(name)
