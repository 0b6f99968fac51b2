"""Cases of the time before: imported twice, interrupted, refused, restated, reported."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from functions.report import daily, monthly
from tests.aws.test_reports import keys, registered
from tests.support.world import World, world

from complaints.adapters.factstore import FactStore
from complaints.adapters.table import FACT_SHARDS
from complaints.desk import bring_in as module
from complaints.desk.bring_in import Imported, PublishedError, bring_in, withdraw
from complaints.desk.report_fold import fold_month, whole_run
from complaints.history.batches import import_history
from complaints.reporting.fold import Partial
from complaints.reporting.lists import CASES, cases

MAPPING = {
    "format": "csv",
    "zone": "Asia/Shanghai",
    "reference": "no",
    "received_at": "received",
    "closed_at": "closed",
    "path": [{"default": "hq"}, {"default": "cc"}, {"column": "province"}],
    "kind": {"default": "problem_mail"},
    "category": {"column": "what", "map": {"late": "delay", "lost": "loss"}, "strict": True},
    "channel": {"default": "phone"},
}
ROWS = """no,received,closed,province,what
1,2026-08-03 10:00,2026-08-05 10:00,donglan,late
2,2026-08-03 11:00,,donglan,lost
3,nonsense,,donglan,late
4,2026-09-01 00:00,2026-09-02 09:00,beiyuan,lost
5,2026-09-30 23:59,,beiyuan,eaten
"""


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    rows, mapping = tmp_path / "rows.csv", tmp_path / "mapping.json"
    rows.write_text(ROWS, encoding="utf-8")
    mapping.write_text(json.dumps({**MAPPING, "instants": ["%Y-%m-%d %H:%M"]}), encoding="utf-8")
    return rows, mapping


def imported(desk: World, files: tuple[Path, Path], **how: Any) -> Imported:
    return bring_in(desk.desk, *files, desk.now, **how)


def test_good_rows_become_facts_and_bad_ones_are_named_by_number(desk: World, files: tuple[Path, Path]) -> None:
    made = imported(desk, files)
    assert (made.findings.rows, made.findings.used) == (5, 3)
    assert sorted(trouble.first.number for trouble in made.findings.troubles.values()) == [4, 6]
    assert made.months == ("2026-08", "2026-09")
    assert any(key.startswith(f"imports/{made.name}/bad-") for key in keys("facts"))
    assert [item for item in desk.items() if item["pk"]["S"].startswith("C#")] == []


def test_the_same_file_twice_changes_nothing(desk: World, files: tuple[Path, Path]) -> None:
    first = imported(desk, files)
    before = keys("facts")
    assert imported(desk, files) == first
    assert keys("facts") == before


def test_an_interrupted_import_goes_on_where_it_was(
    desk: World, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given an import in steps of two rows that dies in its second step
    monkeypatch.setattr(module, "import_history", _in_steps_of_two)
    reads: list[int] = []

    def dies(read: int) -> None:
        reads.append(read)
        if len(reads) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported(desk, files, progress=dies)
    # when it is called again
    made = imported(desk, files, progress=reads.append)
    # then it goes on after the last step kept, and all is there once
    assert reads == [2, 4, 5]
    assert made.facts == 5
    assert FactStore("facts").partial("2026-08-03") is not None


def _in_steps_of_two(records: Any, reader: Any, keep: Any, *, after: int = 0) -> Any:
    return import_history(records, reader, keep, after=after, size=2)


def test_imported_months_are_reported_like_any_other(desk: World, files: tuple[Path, Path]) -> None:
    imported(desk, files)
    made = monthly.handler({"period": "2026-08"}, None)
    assert made["published"][0]["period"] == "2026-08"
    page = keys("reports")["units/donglan/2026-08/report.zh-CN.html"].decode()
    assert "邮件丢失" in page


def test_a_month_that_is_over_can_be_published_though_its_rows_end_before_it(
    desk: World, files: tuple[Path, Path], tmp_path: Path
) -> None:
    rows = tmp_path / "short.csv"
    rows.write_text("no,received,closed,province,what\n1,2026-09-08 10:00,,donglan,late\n", encoding="utf-8")
    imported(desk, (rows, files[1]))
    assert monthly.handler({"period": "2026-09"}, None)["published"][0]["period"] == "2026-09"


def test_a_published_month_is_refused_and_restated_only_on_request(
    desk: World, files: tuple[Path, Path], tmp_path: Path
) -> None:
    imported(desk, files)
    monthly.handler({"period": "2026-08"}, None)
    more = tmp_path / "more.csv"
    more.write_text("no,received,closed,province,what\n9,2026-08-20 10:00,,donglan,late\n", encoding="utf-8")
    with pytest.raises(PublishedError, match="2026-08"):
        imported(desk, (more, files[1]))
    made = imported(desk, (more, files[1]), restate=True)
    assert made.revisions == ("2026-08",)
    assert "revisions/2026-08/0001.json" in keys("facts")
    monthly.handler({"period": "2026-08"}, None)
    partial = FactStore("facts").partial("2026-08")
    assert partial is not None
    assert sum(partial.cells["received.day"].values()) == 3


def test_what_is_imported_for_a_day_stays_when_the_night_seals_it(desk: World, tmp_path: Path) -> None:
    rows, mapping = tmp_path / "today.csv", tmp_path / "mapping.json"
    rows.write_text("no,received,closed,province,what\n1,2026-11-20 08:00,,donglan,late\n", encoding="utf-8")
    mapping.write_text(json.dumps({**MAPPING, "instants": ["%Y-%m-%d %H:%M"]}), encoding="utf-8")
    registered(desk)
    bring_in(desk.desk, rows, mapping, desk.now)
    desk.now = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    daily.handler({}, None)
    partial = FactStore("facts").partial("2026-11-20")
    assert partial is not None
    assert sum(partial.cells["received.day"].values()) == 2


def test_an_import_taken_back_leaves_no_figure_and_no_row(desk: World, files: tuple[Path, Path]) -> None:
    # given an import, and another one of the same days
    imported(desk, files)
    others = files[0].with_name("others.csv")
    others.write_text("no,received,closed,province,what\n9,2026-08-03 12:00,,donglan,late\n", encoding="utf-8")
    bring_in(desk.desk, others, files[1], desk.now)
    # when the first is taken back
    assert withdraw(desk.desk, *files) == ("2026-08", "2026-09")
    # then what the month counts and lists is the other one only
    store = FactStore("facts")
    assert sum(fold_month(store, "2026-08").cells["received.day"].values()) == 1
    listed = [row for bucket in range(FACT_SHARDS) for row in cases(store.run(whole_run(CASES, "2026-08", bucket)))]
    assert [row.reference for row in listed] == ["9"]
    assert fold_month(store, "2026-09") == Partial()
