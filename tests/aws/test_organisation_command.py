"""`complaints organisation` and `complaints calendar --notice`: shown first, done on request."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.world import ROOT, World, world

from complaints.cli import settling
from complaints.cli.main import main
from complaints.desk.unit_marks import set_marks

SAMPLE = ROOT / "policies" / "sample" / "hotline"
POLICY = ROOT / "policies" / "hotline.yaml"
NOTICE = """from,to,kind,name
2027-01-01,2027-01-03,holiday,元旦
2027-02-05,2027-02-12,holiday,春节
2027-02-20,,work,春节
2027-10-01,2027-10-07,holiday,国庆节
"""


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("hotline", monkeypatch) as made:
        yield made


def test_an_organisation_is_shown_before_it_is_loaded(
    desk: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(SAMPLE, folder)
    units = (folder / "units.csv").read_text("utf-8") + "night,hq,department,夜间部,Night Service,,,,\n"
    (folder / "units.csv").write_text(units, encoding="utf-8")
    assert main(["organisation", str(folder)]) == 0
    assert "added\tunit night" in capsys.readouterr().out
    assert desk.desk.directory.unit("night", desk.now) is None
    assert main(["organisation", str(folder), "--now"]) == 0
    desk.later(minutes=2)
    assert desk.desk.directory.unit("night", desk.now) is not None
    capsys.readouterr()
    assert main(["organisation", str(folder)]) == 0
    assert " 0 changes" in capsys.readouterr().out


def test_a_mark_that_a_unit_has_earned_outlasts_new_files_of_who_works_where(desk: World, tmp_path: Path) -> None:
    # given a unit that a month's figures have cost a right, and one that a file had marked
    folder = tmp_path / "mine"
    shutil.copytree(SAMPLE, folder)
    unit = next(iter(load_files(folder)))
    until = desk.now + timedelta(days=30)
    set_marks(desk.desk, [(unit, "no_appeal")], until, desk.now)
    # when the same files are loaded again, then it stands, and it is no change
    assert main(["organisation", str(folder), "--now"]) == 0
    desk.later(minutes=2)
    assert "no_appeal" in desk.desk.directory.places(desk.now).tags(unit)
    # and when it is over it is gone
    desk.now = until
    assert main(["organisation", str(folder), "--now"]) == 0
    found = desk.desk.directory.unit(unit, desk.now)
    assert found is not None
    assert found.marks == {}


def load_files(folder: Path) -> list[str]:
    """The ids in a file of units."""
    return [line.partition(",")[0] for line in (folder / "units.csv").read_text("utf-8").splitlines()[1:]]


def test_files_that_are_no_organisation_are_refused(
    desk: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(SAMPLE, folder)
    (folder / "posts.csv").write_text("unit,role,person,from,until,deputy\nnowhere,agent,p001,,,\n", encoding="utf-8")
    assert main(["organisation", str(folder), "--now"]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_a_year_s_notice_makes_the_year_official(
    desk: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "sleep", lambda _: None)
    notice = tmp_path / "2027.csv"
    notice.write_text(NOTICE, encoding="utf-8")
    years = desk.desk.policies.current(desk.now).calendars["office"].years
    assert years is not None
    assert years[2027] == "provisional"
    assert main(["calendar", "office", str(POLICY), "--notice", f"2027={notice}", "--now"]) == 0
    desk.later(minutes=2)
    loaded = desk.desk.policies.current(desk.now).calendars["office"].years
    assert loaded is not None
    assert loaded[2027] == "official"
    assert main(["calendar", "office", str(POLICY), "--notice", "next"]) == 1
    assert "write it as 2027=notice.csv" in capsys.readouterr().err
