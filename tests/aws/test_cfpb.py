"""Real published complaints through `complaints import` and `complaints report`: every figure is as expected.

The expected figures were computed from the same rows by other means. They know a case as resolved when the row says
when; these rows never do, so that no duration may be made of them.
"""

import io
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.aws.test_reports import keys
from tests.support.world import ROOT, World, world

from complaints.adapters.factstore import FactStore
from complaints.cli.main import main
from complaints.desk.publish import load_organisation, publish_policy
from complaints.desk.report_fold import fold_month
from complaints.reporting.view import Tree, View

CORPORA = Path(os.environ.get("COMPLAINTS_CORPORA") or ROOT.parent / "shared" / "corpora")
CFPB = CORPORA / "complaints" / "cfpb"
EXAMPLES = ROOT / "docs" / "examples"
PICTURED = "2023-07"
CHANNELS = {"Web": "web", "Phone": "phone", "Referral": "referral", "Postal mail": "post"}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CFPB.is_dir(), reason="the published complaints are not beside the checkout"),
]


@pytest.fixture(scope="module")
def desk() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, world("postal", patch) as made:
        publish_policy(made.desk, EXAMPLES / "cfpb.yaml")
        made.now = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)
        load_organisation(made.desk, EXAMPLES / "sample" / "cfpb", made.now)
        mapping = EXAMPLES / "cfpb-mapping.json"
        assert main(["import", str(CFPB / "rows.jsonl"), "--mapping", str(mapping)]) == 0
        yield made


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CFPB / "expected_monthly.json").read_text("utf-8"))["months"]
    return found


@pytest.fixture(scope="module")
def published(desk: World, expected: dict[str, Any]) -> dict[str, Tree]:
    """Every month folded, oldest first, by unit; one of them with its files."""
    store = FactStore("facts")
    trees = {month: Tree(fold_month(store, month), [month]) for month in sorted(expected)}
    assert main(["report", PICTURED]) == 0
    return trees


def by(view: View, dimension: str) -> dict[str, int]:
    return {value: n for (value,), n in view.by(f"received.{dimension}", (dimension,)).items()}


def test_every_expected_figure_of_every_month_is_the_published_one(
    published: dict[str, Tree], expected: dict[str, Any]
) -> None:
    for month, wanted in expected.items():
        tree = published[month]
        view = tree.view("all")
        units = {path.partition("/")[2]: tree.view(path).count("received.day") for path in tree.children("all")}
        closings = view.seconds("closed")
        found = {
            "received": view.count("received.day"),
            "by_channel": by(view, "channel"),
            "by_category": by(view, "category"),
            "by_region": by(view, "region"),
            "by_organisation": {name.replace("∕", "/"): n for name, n in units.items()},
            "timely_yes": view.count("deadline", outcome="met"),
            "timely_no": view.count("deadline", outcome="missed"),
            "resolved": len(closings),
            "on_time": 0,
            "late": view.count("deadline", outcome="late"),
            "negative_duration": 0,
            "mean_resolution_hours": sum(closings) / len(closings) / 3600 if closings else None,
            "median_resolution_hours": sorted(closings)[len(closings) // 2] / 3600 if closings else None,
        }
        given = {**wanted, "by_channel": {CHANNELS[name]: n for name, n in wanted["by_channel"].items()}}
        assert found == given, month


def test_no_month_is_published_that_is_not_expected(published: dict[str, Tree], expected: dict[str, Any]) -> None:
    months = {day[:7] for day in FactStore("facts").sealed("2") if len(day) == 10}
    assert months == set(expected)


def sheet(workbook: Any, first: str, title: str) -> dict[Any, Any]:
    """The table headed `first` on a sheet: first cell of each row -> second cell."""
    rows = [list(row) for row in workbook[title].iter_rows(values_only=True)]
    start = next(number for number, row in enumerate(rows) if row[0] == first)
    found = {}
    for row in rows[start + 1 :]:
        if row[0] is None:
            break
        found[row[0]] = row[1]
    return found


def test_the_files_of_a_month_say_the_expected_figures(published: dict[str, Tree], expected: dict[str, Any]) -> None:
    files = keys("reports")
    wanted = expected[PICTURED]
    workbook = openpyxl.load_workbook(io.BytesIO(files[f"units/all/{PICTURED}/report.en.xlsx"]))
    titles = {sheet.title: sheet for sheet in workbook}
    channels = sheet(workbook, "Channel", next(title for title in titles if title.startswith("Channels")))
    names = {"Web": "web", "Phone": "phone", "Referral": "referral", "Postal mail": "postal mail"}
    assert channels == {
        **{names[name]: n for name, n in wanted["by_channel"].items()},
        **{name: 0 for name in channels if name not in {names[one] for one in wanted["by_channel"]} | {"Total"}},
        "Total": wanted["received"],
    }
    page = files[f"units/all/{PICTURED}/report.en.html"].decode()
    assert f"{wanted['received']:,}" in page
    assert f"{wanted['timely_no']} were missed" in page
