"""A unit that is hung elsewhere takes its open work with it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.aws.test_reports import registered
from tests.support.world import ROOT, World, world

from complaints.desk.publish import load_organisation


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def listed(desk: World, unit: str, depth: int) -> set[str]:
    return {str(line.columns["unit"]) for line in desk.desk.store.unit_list(unit, depth)}


def test_open_work_moves_with_its_unit_and_stays_with_the_others(desk: World, tmp_path: Path) -> None:
    # given an order at a city of one province and one at another province
    reference = registered(desk)
    agent = desk.person("front_desk", "cc")
    for unit in ("yl-xicheng", "donglan"):
        said = {"order_type": "ordinary", "unit": unit}
        answer = desk.call("POST", f"/cases/{reference}/dispatch", said, person=agent, headers={"if-match": "*"})
        assert answer.status == 200, answer.text
    assert "yl-xicheng" in listed(desk, "yunling", 2)
    # when the city is hung below the other province
    folder = tmp_path / "organisation"
    shutil.copytree(ROOT / "policies" / "sample" / "postal", folder)
    units = folder / "units.csv"
    units.write_text(units.read_text("utf-8").replace("yl-xicheng,yunling,", "yl-xicheng,donglan,"), "utf-8")
    load_organisation(desk.desk, folder, desk.now)
    # then its work stands in that province's list, and in its own, and nowhere else
    assert "yl-xicheng" not in listed(desk, "yunling", 2)
    assert {"yl-xicheng", "donglan"} <= listed(desk, "donglan", 2)
    assert "yl-xicheng" in listed(desk, "yl-xicheng", 3)
    assert {"yl-xicheng", "donglan"} <= listed(desk, "hq", 0)
