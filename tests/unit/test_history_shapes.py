"""Files as other systems write them, read by a mapping and by a draft of one: every month as counted otherwise."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.history_shapes import NOW, SHAPES, Shape

from complaints.history.batches import import_history
from complaints.history.cases import CaseReader
from complaints.history.check import Findings, check
from complaints.history.draft import draft
from complaints.history.mapping import read_mapping
from complaints.history.tables import read_records
from complaints.reporting.fold import fold_facts, merge
from complaints.reporting.view import Tree


def looked_over(shape: Shape, mapping: dict[str, Any]) -> Findings:
    given, file = read_mapping(json.dumps(mapping).encode()), io.BytesIO(shape.content)
    return check(lambda: read_records(file, given), CaseReader(given, NOW, "n"))


def days(number: float) -> Any:
    return pytest.approx(number, abs=1e-4)


@pytest.mark.parametrize("made", SHAPES)
def test_a_check_finds_every_month_as_it_is(made: Callable[[], Shape]) -> None:
    shape = made()
    found = looked_over(shape, shape.mapping)
    assert found.bad == 0, found.troubles
    assert found.rows - found.used == shape.left_out
    months = {
        name: (*(month.received, month.closings, month.met, month.missed), days((month.median or 0) / 86_400))
        for name, month in found.months.items()
    }
    assert months == {
        name: (one["received"], one["closed"], one["met"], one["missed"], one["median"])
        for name, one in shape.figures().items()
    }


@pytest.mark.parametrize("made", SHAPES)
def test_the_facts_fold_to_what_was_counted(made: Callable[[], Shape]) -> None:
    shape = made()
    given, file = read_mapping(json.dumps(shape.mapping).encode()), io.BytesIO(shape.content)
    reader = CaseReader(given, NOW, "n")
    keep = check(lambda: read_records(file, given), reader).keep
    months: dict[str, list[Any]] = {}
    for batch in import_history(read_records(file, given), reader, keep, size=25):
        for day, facts in batch.facts.items():
            months.setdefault(day[:7], []).append(fold_facts(day, facts, shard=f"{batch.number}")[0])
    wanted = shape.figures()
    assert set(months) <= set(wanted)
    for month, partials in months.items():
        view = Tree(merge(partials), list(wanted)).view(f"all/{shape.name}")
        units = Tree(merge(partials), [month])
        received = {
            name: {value: n for (value,), n in view.by(f"received.{name}", (name,)).items()}
            for name in ("category", "channel")
        }
        assert received == {name: dict(wanted[month][name]) for name in received}
        assert view.count("received.day") == wanted[month]["received"]
        assert view.count("closed") == wanted[month]["closed"]
        assert {
            path.rpartition("/")[2]: n
            for path in units.children(f"all/{shape.name}")
            if (n := units.view(path).count("received.day"))
        } == dict(wanted[month]["unit"])


@pytest.mark.parametrize("made", [made for made in SHAPES if made().draft])
def test_a_draft_of_a_mapping_finds_the_same_cases(made: Callable[[], Shape]) -> None:
    # given a file that nobody has described
    shape = made()
    # when a mapping is drafted from its head
    mapping = draft(io.BytesIO(shape.content), root="all", kind="complaint", deadline="response").mapping
    found = looked_over(shape, mapping)
    # then it finds what is there, the calls that are no complaints left out
    wanted = shape.figures()
    assert found.bad == 0, (mapping, found.troubles)
    assert found.used == sum(1 for case in shape.cases if case.wanted)
    assert {name: (month.received, month.closings) for name, month in found.months.items()} == {
        name: (month["received"], month["closed"]) for name, month in wanted.items()
    }
    assert set(found.counts["category"]) == {case.category for case in shape.cases}
