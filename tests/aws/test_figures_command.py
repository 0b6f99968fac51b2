"""`complaints figures`: all rows of a file or none, each bad one named in the operator's language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.world import World, world

from complaints.adapters.factstore import FactStore
from complaints.cli.main import main

HEADING = "period,unit,name,number\n"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("auto", monkeypatch) as made:
        yield made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "figures.csv"


def test_bad_rows_are_named_and_nothing_is_taken(
    desk: World, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        "2026-13,importer,vehicles,1",
        "2026-11,nowhere,vehicles,1",
        "2026-11,importer,nothing,1",
        '2026-11,importer,vehicles,"1,000"',
    ]
    file.write_text(HEADING + "\n".join(rows) + "\n", encoding="utf-8")
    assert main(["figures", str(file)]) == 1
    first, second, third, fourth, last = capsys.readouterr().out.splitlines()
    assert first == "row 1\tperiod '2026-13': write 2026-11 or 2026"
    assert second == "row 2\tthere is no unit 'nowhere'"
    assert third == "row 3\tname 'nothing': the policy knows vehicles"
    assert fourth == "row 4\tnumber '1,000': write it with a point and without separators"
    assert last == "nothing taken"
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert main(["figures", str(file)]) == 1
    assert capsys.readouterr().out.splitlines()[:2] == [
        "row 1\t期间“2026-13”有误：请写成 2026-11 或 2026",
        "row 2\t没有机构“nowhere”",
    ]
    file.write_text("period;unit;name;number\n", encoding="utf-8")
    assert main(["figures", str(file)]) == 1
    assert capsys.readouterr().out == "row 0\t表头必须是 period,unit,name,number\n未录入任何数\n"
    assert FactStore(desk.desk.settings.need("facts_bucket")).entered() == {}


def test_good_rows_are_taken(desk: World, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(f"{HEADING}2026-11,importer,vehicles,12.5\n", encoding="utf-8")
    assert main(["figures", str(file)]) == 0
    assert capsys.readouterr().out == "1 figure taken\n"
    assert FactStore(desk.desk.settings.need("facts_bucket")).entered() == {"2026-11": {"importer": {"vehicles": 12.5}}}


@pytest.mark.usefixtures("desk")
def test_a_file_that_is_not_there_is_not_called_wrongly_encoded(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", str(file)]) == 1
    assert capsys.readouterr().err == f"complaints figures: {file} cannot be read: No such file or directory\n"
    file.write_bytes(b"\xff\xfe\x00")
    assert main(["figures", str(file)]) == 1
    assert "cannot be read as UTF-8" in capsys.readouterr().err
