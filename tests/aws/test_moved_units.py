"""A unit that is hung elsewhere takes its open work with it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.aws.test_reports import registered
from tests.support.world import ROOT, World, world

from complaints.desk import context
from complaints.desk.moved_units import arrive, moving
from complaints.desk.publish import load_organisation


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def listed(desk: World, unit: str, depth: int) -> set[str]:
    return {str(line.columns["unit"]) for line in desk.desk.store.unit_list(unit, depth)}


def dispatched(desk: World, reference: str, *units: str) -> None:
    agent = desk.person("front_desk", "cc")
    for unit in units:
        said = {"order_type": "ordinary", "unit": unit}
        answer = desk.call("POST", f"/cases/{reference}/dispatch", said, person=agent, headers={"if-match": "*"})
        assert answer.status == 200, answer.text


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """The organisation with the city hung below the other province."""
    folder = tmp_path / "organisation"
    shutil.copytree(ROOT / "policies" / "sample" / "postal", folder)
    units = folder / "units.csv"
    units.write_text(units.read_text("utf-8").replace("yl-xicheng,yunling,", "yl-xicheng,donglan,"), "utf-8")
    return folder


def test_open_work_moves_with_its_unit_and_stays_with_the_others(desk: World, moved: Path) -> None:
    # given an order at a city of one province and one at another province
    dispatched(desk, registered(desk), "yl-xicheng", "donglan")
    assert "yl-xicheng" in listed(desk, "yunling", 2)
    # when the city is hung below the other province
    assert load_organisation(desk.desk, moved, desk.now).moving == 3
    # then its work stands in that province's list, and in its own, and nowhere else
    assert "yl-xicheng" not in listed(desk, "yunling", 2)
    assert {"yl-xicheng", "donglan"} <= listed(desk, "donglan", 2)
    assert "yl-xicheng" in listed(desk, "yl-xicheng", 3)
    assert {"yl-xicheng", "donglan"} <= listed(desk, "hq", 0)


def test_what_a_function_writes_by_the_place_it_still_knows_is_listed_anew(desk: World, moved: Path) -> None:
    # given functions that have the organisation in memory
    reference = registered(desk)
    dispatched(desk, reference, "yl-xicheng")
    operator = context.build(desk.desk.settings)
    load_organisation(operator, moved, desk.now)
    # when one of them sends an order there within the minute
    desk.later(seconds=30)
    dispatched(desk, reference, "yl-xicheng")
    assert "yl-xicheng" in listed(desk, "yunling", 2)
    # and the operator's command dies before the second pass, and is given again when nothing is left to change
    assert load_organisation(context.build(desk.desk.settings), moved, desk.later(minutes=5)).changes == ()
    assert arrive(context.build(desk.desk.settings), desk.now) > 0
    # then it stands in the right list, and nothing is left to do
    assert "yl-xicheng" not in listed(desk, "yunling", 2)
    assert "yl-xicheng" in listed(desk, "donglan", 2)
    assert moving(operator) == {}
    assert load_organisation(operator, moved, desk.now).moving == 0
