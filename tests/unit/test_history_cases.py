"""Rows of somebody else's system become day facts; bad rows are kept beside, an import goes on where it stopped."""

import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from complaints.history.batches import Batch, import_history
from complaints.history.cases import CaseReader
from complaints.history.check import check
from complaints.history.mapping import Mapping, MappingError, read_mapping
from complaints.history.tables import read_records
from complaints.reporting.fold import Partial, fold_facts, merge
from complaints.reporting.fold import encode as encode_partial
from complaints.reporting.plan import ReportPlan
from complaints.reporting.render import prepare, render_report
from complaints.reporting.source import Source
from complaints.reporting.view import Tree

ROOT = Path(__file__).parents[2]
CORPORA = Path(os.environ.get("COMPLAINTS_CORPORA", ROOT.parent / "shared" / "corpora"))
CFPB = CORPORA / "complaints" / "cfpb"
NOW = datetime(2026, 12, 31, tzinfo=UTC)


def mapping(**more: Any) -> Mapping:
    given = {
        "format": "jsonl",
        "zone": "Asia/Shanghai",
        "reference": "id",
        "received_at": "received",
        "closed_at": "closed",
        "path": [{"default": "hq"}, {"column": "unit"}],
        "kind": {"default": "complaint"},
        "category": {"column": "type"},
        "score": {"column": "stars"},
        "verdicts": [
            {"deadline": "response", "verdict": {"column": "timely", "map": {"true": "met", "false": "missed"}}}
        ],
        **more,
    }
    return read_mapping(json.dumps(given).encode())


ROW = {
    "id": "1",
    "received": "2026-10-31T23:30:00+08:00",
    "closed": "2026-11-02",
    "unit": "east",
    "type": "loss",
    "timely": True,
    "stars": 4,
}


def lines(*rows: Any) -> bytes:
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)


def all_of(content: bytes, given: Mapping, **more: Any) -> list[Batch]:
    file = io.BytesIO(content)
    reader = CaseReader(given, NOW)
    findings = check(lambda: read_records(file, given), reader)
    return list(import_history(read_records(file, given), reader, findings.keep, **more))


def folded(batches: list[Batch]) -> Partial:
    return merge(
        fold_facts(day, facts, shard=f"import-{batch.number}")[0]
        for batch in batches
        for day, facts in batch.facts.items()
    )


def test_a_row_becomes_facts_on_its_days() -> None:
    (batch,) = all_of(lines(ROW), mapping())
    assert {day: [fact.type for fact in facts] for day, facts in batch.facts.items()} == {
        "2026-10-31": ["received"],
        "2026-11-02": ["deadline", "closed", "rated"],
    }
    closed = batch.facts["2026-11-02"][1]
    assert (closed.path, closed.category, closed.score, closed.phase) == ("hq/east", "loss", 4, "closed")
    assert closed.seconds == 24 * 3600 + 1800
    assert closed.origin == "import"
    assert closed.opened_at == "2026-10-31T15:30:00Z"
    assert closed.handled_day == "2026-11-02"


def test_a_plain_date_is_that_day_where_the_organisation_is() -> None:
    (batch,) = all_of(lines({**ROW, "received": "2026-11-01", "closed": None}), mapping())
    assert list(batch.facts) == ["2026-11-01"]
    assert batch.facts["2026-11-01"][0].at == "2026-10-31T16:00:00Z"


def test_a_closing_before_the_receipt_counts_without_a_duration() -> None:
    (batch,) = all_of(lines({**ROW, "received": "2026-11-05"}), mapping())
    closed = next(fact for fact in batch.facts["2026-11-02"] if fact.type == "closed")
    assert closed.seconds == -1
    assert "closed" not in folded([batch]).spans or not any(folded([batch]).spans["closed"].values())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"{broken", "not JSON"),
        (b"[1]", "not an object"),
        ({**ROW, "id": ""}, "id: no reference"),
        ({**ROW, "received": None}, "received: no date of receipt"),
        ({**ROW, "received": "yesterday"}, "received: 'yesterday' is no date or instant"),
        ({**ROW, "closed": "2026-02-30"}, "closed: '2026-02-30' is no date or instant"),
        ({**ROW, "unit": ""}, "unit: no unit: give the level a `default`"),
        ({**ROW, "stars": 9}, "stars: '9' is no score from 1 to 5"),
        ({**ROW, "stars": "good"}, "stars: 'good' is no score"),
    ],
)
def test_a_bad_row_is_kept_by_its_number(row: Any, reason: str) -> None:
    (batch,) = all_of(lines(ROW, row, {**ROW, "id": "3"}), mapping())
    (bad,) = batch.bad
    assert bad.number == 2
    assert bad.reason.startswith(reason)
    assert sum(len(facts) for facts in batch.facts.values()) == 8


def test_a_strict_map_refuses_what_it_does_not_know() -> None:
    given = mapping(kind={"column": "kind", "map": {"a": "complaint"}, "strict": True})
    (batch,) = all_of(lines({**ROW, "kind": "a"}, {**ROW, "kind": "b"}), given)
    assert [bad.reason for bad in batch.bad] == ["kind: 'b' is none of a: add it to the `map`"]


def test_a_due_instant_is_held_against_the_closing() -> None:
    given = mapping(verdicts=[{"deadline": "response", "due_at": "due"}])
    rows = [
        {**ROW, "due": "2026-11-02"},
        {**ROW, "id": "2", "due": "2026-11-01T23:59:59"},
        {**ROW, "id": "3", "due": "2026-12-01", "closed": ""},
    ]
    (batch,) = all_of(lines(*rows), given)
    verdicts = [
        (fact.outcome, fact.due_day) for facts in batch.facts.values() for fact in facts if fact.type == "deadline"
    ]
    assert sorted(verdicts) == [("met", "2026-11-02"), ("missed", "2026-11-01")]


def test_csv_with_quotes_line_ends_and_chinese() -> None:
    text = '编号,受理,机构\n1,2026/10/01,"东区,一部"\n2,2026/10/02,西区,"多行\n内容"\n3,2026/10/03,南/区\n'
    given = mapping(
        format="csv",
        encoding="gb18030",
        reference="编号",
        received_at="受理",
        closed_at="",
        path=[{"column": "机构"}],
        verdicts=[],
        score={},
        category={},
    )
    stored = text.encode("gb18030")
    (batch,) = all_of(stored, given)
    assert {day: facts[0].path for day, facts in batch.facts.items()} == {
        "2026-10-01": "东区,一部",
        "2026-10-03": "南∕区",
    }
    assert [(bad.number, bad.reason[:24]) for bad in batch.bad] == [(3, "4 cells under 3 columns:")]


def test_an_import_goes_on_where_it_stopped() -> None:
    rows = [{**ROW, "id": str(n)} for n in range(25)] + [b"{broken"]
    whole = all_of(lines(*rows), mapping(), size=10)
    assert [batch.read for batch in whole] == [10, 20, 26]
    assert [bad.number for bad in whole[2].bad] == [26]

    rest = all_of(lines(*rows), mapping(), size=10, after=whole[0].read)

    assert rest == whole[1:]
    assert encode_partial(folded([whole[0], *rest])) == encode_partial(folded(whole))
    with pytest.raises(ValueError, match="cannot go on after row 7"):
        all_of(lines(*rows), mapping(), size=10, after=7)


def test_a_wrong_mapping_is_named() -> None:
    with pytest.raises(MappingError, match="format"):
        read_mapping(b'{"format":"xml","zone":"UTC","reference":"a","received_at":"b","path":[],"kind":{}}')


# -- real published complaints ---------------------------------------------------------------------------------------

CFPB_MAPPING = {
    "format": "jsonl",
    "zone": "America/New_York",
    "reference": "id",
    "received_at": "received_at",
    "path": [{"default": "all"}, {"column": "organisation", "default": "(none)"}],
    "kind": {"default": "complaint"},
    "category": {"column": "category"},
    "channel": {"column": "channel"},
    "cause": {"column": "issue"},
    "region": {"column": "region", "default": "(none)"},
    "outcome": {"column": "outcome", "map": {"In progress": ""}},
    "verdicts": [
        {
            "deadline": "response",
            "verdict": {"column": "timely", "map": {"true": "met", "false": "missed"}, "strict": True},
        }
    ],
}


@pytest.fixture(scope="module")
def cfpb() -> dict[str, Partial]:
    if not CFPB.exists():
        pytest.skip("the published complaints are not beside the checkout")
    months: dict[str, list[Partial]] = {}
    given = read_mapping(json.dumps(CFPB_MAPPING).encode())
    with (CFPB / "rows.jsonl").open("rb") as file:
        for batch in import_history(read_records(file, given), CaseReader(given, NOW), size=1_000):
            assert batch.bad == ()
            for day, facts in batch.facts.items():
                months.setdefault(day[:7], []).append(fold_facts(day, facts, shard=f"import-{batch.number}")[0])
    return {month: merge(partials) for month, partials in months.items()}


@pytest.mark.corpus
def test_published_complaints_come_out_as_expected(cfpb: dict[str, Partial]) -> None:
    expected = json.loads((CFPB / "expected_monthly.json").read_text("utf-8"))["months"]
    assert set(cfpb) == set(expected)
    for month, wanted in expected.items():
        tree = Tree(cfpb[month], [month])
        view = tree.view("all")
        assert view.count("received.day") == wanted["received"], month
        for name in ("channel", "category", "region"):
            got = {value: n for (value,), n in view.by(f"received.{name}", (name,)).items()}
            assert got == wanted[f"by_{name}"], (month, name)
        units = {path.partition("/")[2].replace("∕", "/"): tree.view(path) for path in tree.children("all")}
        assert {unit: one.count("received.day") for unit, one in units.items()} == wanted["by_organisation"], month
        assert view.count("deadline", outcome="met") == wanted["timely_yes"], month
        assert view.count("deadline", outcome="missed") == wanted["timely_no"], month


@pytest.mark.corpus
def test_published_complaints_make_a_report(cfpb: dict[str, Partial]) -> None:
    made = render_report(prepare(Source(period="2023-07", partials=cfpb), ReportPlan(), {}, {}), "all", "en")
    expected = json.loads((CFPB / "expected_monthly.json").read_text("utf-8"))["months"]["2023-07"]
    table = made.report.section("channels").tables[0]
    assert {row[0]: row[1] for row in table.rows} == {**expected["by_channel"], "Total": expected["received"]}
    units = made.report.section("units").tables[0]
    assert len(units.rows) == len(expected["by_organisation"]) + 1
