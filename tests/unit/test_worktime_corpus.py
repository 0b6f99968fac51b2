"""Deadline and elapsed-time cases that two other systems publish with their own tests."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from complaints.worktime import Calendar

ROOT = Path(__file__).resolve().parents[2]
CORPORA = Path(os.environ.get("COMPLAINTS_CORPORA", ROOT.parent / "shared" / "corpora"))
CASES = CORPORA / "sla_cases.jsonl"
YEARS = range(2000, 2031)

pytestmark = [pytest.mark.corpus, pytest.mark.skipif(not CASES.is_file(), reason="the inputs of others are not here")]


def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()] if CASES.is_file() else []


def calendar_of(row: dict[str, Any]) -> Calendar:
    annual = [f"{year}-{day}" for year in YEARS for day in row["annual_holidays"]]
    spec = {"tz": row["tz"], "week": row["week"], "holidays": [*row["holidays"], *annual]}
    return Calendar.from_spec(spec | {"extra_working_days": row["special_days"]})


def instant(text: str, row: dict[str, Any]) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(row["tz"]))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_a_published_case(row: dict[str, Any]) -> None:
    calendar = calendar_of(row)
    start = instant(row["start"], row)

    if row["kind"] == "elapsed":
        end = instant(row["end"], row)
        counted = calendar.working_time_between(start, end)
        # the peer answers 0 for an end before the start; here it is negative (B1)
        expected = row["expected"] if start <= end else -calendar.working_time_between(end, start)
        assert counted == expected
        assert max(0, counted) == row["expected"]
    else:
        due = calendar.add_working_time(start, row["working_seconds"]).astimezone(UTC)
        # the peer moves a start to the opening even when nothing is added; here it stays (A2)
        expected = instant(row["expected"], row) if row["working_seconds"] else start
        assert due == expected.astimezone(UTC)
        assert calendar.next_opening(due) == calendar.next_opening(instant(row["expected"], row))
