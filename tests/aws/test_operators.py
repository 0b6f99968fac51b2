"""The commands of whoever operates the desk, on a deployment."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.clockwork import Clockwork, clockwork

from complaints.adapters.table import Item
from complaints.cli import settling
from complaints.cli.main import main


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    with clockwork(monkeypatch) as made:
        yield made


def park(desk: Clockwork, reference: str) -> None:
    for _ in range(5):
        desk.desk.store.record_failure(reference, "ZeroDivisionError: a rule divides by nothing", 5)


def test_what_is_parked_is_shown_and_brought_back(desk: Clockwork, capsys: pytest.CaptureFixture[str]) -> None:
    desk.register("A1")
    desk.register("B2")
    park(desk, "A1")
    park(desk, "B2")
    assert main(["redrive"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{case}\tcase\tZeroDivisionError: a rule divides by nothing" for case in ("A1", "B2")
    ]
    assert main(["redrive", "NONE", "--now"]) == 1
    assert "nothing is parked of NONE" in capsys.readouterr().err
    assert main(["redrive", "A1", "--now"]) == 0
    assert main(["redrive"]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("B2")
    assert main(["redrive", "--now"]) == 0
    capsys.readouterr()
    assert main(["redrive"]) == 0
    nothing = capsys.readouterr()
    assert (nothing.out, nothing.err) == ("", "nothing is parked\n")


def test_the_sums_are_chinese_for_a_chinese_operator_and_the_columns_are_not(
    desk: Clockwork, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    desk.register("A1")
    park(desk, "A1")
    assert main(["redrive", "--now"]) == 0
    assert capsys.readouterr().out == "A1\tcase\tZeroDivisionError: a rule divides by nothing\n挂起 1 项，已恢复 1 项\n"
    assert main(["verify", "A1"]) == 0
    assert capsys.readouterr().out == "A1\t1 events\twhole\n"
    assert main(["verify", "NONE"]) == 1
    assert capsys.readouterr().err == "complaints verify: 没有案件 NONE\n"


def test_a_calendar_is_tried_before_it_counts(
    desk: Clockwork, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # what a function commits while it still knows the old calendar is moved by the second pass
    waited: list[int] = []

    def meanwhile(seconds: int) -> None:
        waited.append(seconds)
        desk.register("A2")

    monkeypatch.setattr(settling, "sleep", meanwhile)
    desk.register("A1")
    before = desk.case("A1").case.deadlines[0].due_at
    spec = desk.desk.policies.current(desk.now).policy.calendars["always"]
    file = tmp_path / "always.json"
    file.write_text(json.dumps({**spec, "holidays": ["2026-11-20"]}))
    assert main(["calendar", "always", str(file)]) == 0
    assert capsys.readouterr().out.endswith("1 deadline\n")
    assert desk.case("A1").case.deadlines[0].due_at == before
    assert main(["calendar", "always", str(file), "--now"]) == 0
    assert desk.case("A1").case.deadlines[0].due_at == before + timedelta(hours=14)
    assert waited == [100]
    assert desk.case("A2").case.deadlines[0].due_at == before + timedelta(hours=14)
    assert main(["calendar", "never", str(file), "--now"]) == 1
    assert "no calendar 'never'" in capsys.readouterr().err


def test_a_calendar_that_is_just_this_already_is_not_waited_for(
    desk: Clockwork, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []
    monkeypatch.setattr(settling, "sleep", waited.append)
    desk.register("A1")
    spec = desk.desk.policies.current(desk.now).policy.calendars["always"]
    same, other = tmp_path / "same.json", tmp_path / "other.json"
    same.write_text(json.dumps(spec))
    other.write_text(json.dumps({**spec, "holidays": ["2026-11-20"]}))
    for arguments in ([], ["--now"]):
        assert main(["calendar", "always", str(same), *arguments]) == 0
        assert capsys.readouterr().out == "calendar always is just this already: nothing changes\n"
    assert waited == []
    assert desk.desk.policies.read_pointer().calendars == {}
    # but what was corrected, or put back, is done again when it is asked for: it may have been broken off
    for file in (other, other, same, same):
        assert main(["calendar", "always", str(file), "--now"]) == 0
        assert "is replaced by" in capsys.readouterr().out
    assert len(waited) == 4


@pytest.mark.usefixtures("desk")
def test_a_file_that_is_no_calendar_is_named_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes, policy, notice = tmp_path / "notes.txt", tmp_path / "policy.yaml", tmp_path / "2027.csv"
    notes.write_text("closed on Friday")
    policy.write_text("calendars:\n  always: {country: CN}\n")
    assert main(["calendar", "always", str(notes)]) == 1
    said = capsys.readouterr().err
    assert f"{notes} is no JSON (" in said
    assert ".yaml or .yml" in said
    assert main(["calendar", "always", str(tmp_path / "gone.json")]) == 1
    assert f": {tmp_path / 'gone.json'} cannot be read: No such file" in capsys.readouterr().err
    assert main(["calendar", "always", str(policy), "--notice", f"2027={notice}"]) == 1
    assert f"complaints calendar: {notice} cannot be read: No such file" in capsys.readouterr().err
    notice.write_text("day\n")
    assert main(["calendar", "always", str(policy), "--notice", f"2027={notice}"]) == 1
    assert f"complaints calendar: {notice}: line 1" in capsys.readouterr().err


def test_a_record_is_verified(desk: Clockwork, capsys: pytest.CaptureFixture[str]) -> None:
    desk.register("A1")
    assert main(["verify", "A1"]) == 0
    event = desk.item("C#A1", "E#000001")
    assert event is not None
    desk.desk.store.update(event.pk, event.sk, [Item.document.set((event.document or "").replace("web", "fax"))])
    assert main(["verify", "A1"]) == 1
    assert "A1\t1 events\tALTERED" in capsys.readouterr().out
    assert main(["verify", "NONE"]) == 1


def test_a_restore_is_reconciled(desk: Clockwork, capsys: pytest.CaptureFixture[str]) -> None:
    desk.register("A1")
    desk.run(hours=1)
    assert main(["reconcile", "--since", "2026-11-20T02:30:00Z"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 text with 1 notice had been sent"
    assert main(["reconcile", "--since", "2026-11-20T02:30:00"]) == 1
    assert main(["reconcile", "--since", "yesterday"]) == 1
