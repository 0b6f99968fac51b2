"""`complaints report`: what it makes, and what it says of a period whose reports cannot be made."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from functions.report import daily
from tests.aws.test_reports import at, keys, registered
from tests.support.world import World, world

from complaints.cli import deployment
from complaints.cli.main import main


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world("postal", monkeypatch) as made:
        yield made


def seal(desk: World, *days: tuple[int, int]) -> None:
    """Let the nights after these days of 2026 come (18:00 UTC is two at night in Shanghai)."""
    for month, day in days:
        at(desk, 2026, month, day, 18, 0)
        daily.handler({}, None)


@pytest.fixture
def sealed(desk: World) -> World:
    """One complaint of November, its days sealed, the clock in December."""
    registered(desk)
    seal(desk, *((11, day) for day in range(20, 31)))
    return desk


@pytest.mark.parametrize(
    ("period", "last"),
    [("2026-12", "2026-12-31"), ("2027-01", "2027-01-31"), ("2026", "2026-12-31"), ("2027", "2027-12-31")],
)
def test_a_period_that_is_not_over_is_told_when_it_ends(
    sealed: World, period: str, last: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", period]) == 1
    assert f"{period} is not over: it ends on {last}" in capsys.readouterr().err
    assert keys("reports") == {}


def test_a_month_is_over_when_it_is_over_in_the_organisation_s_zone(
    desk: World, capsys: pytest.CaptureFixture[str]
) -> None:
    registered(desk)
    at(desk, 2026, 11, 30, 15, 59, 59)
    assert main(["report", "2026-11"]) == 1
    assert "is not over" in capsys.readouterr().err
    at(desk, 2026, 11, 30, 16, 0)
    assert main(["report", "2026-11"]) == 1
    assert "not sealed yet: " in capsys.readouterr().err


@pytest.mark.parametrize("period", ["2026-10", "2019-03", "2025"])
def test_a_period_before_the_first_case_has_nothing_to_report(
    sealed: World, period: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", period]) == 1
    said = capsys.readouterr().err
    assert f"there is nothing to report of {period}" in said
    assert "complaints import" in said
    assert keys("reports") == {}


@pytest.mark.parametrize("period", ["2026-08", "2026-10"])
def test_of_a_desk_without_a_sealed_day_a_month_without_cases_has_nothing_to_report(
    desk: World, period: str, capsys: pytest.CaptureFixture[str]
) -> None:
    registered(desk)
    assert main(["report", period]) == 1
    assert f"there is nothing to report of {period}" in capsys.readouterr().err


def test_days_that_are_still_to_be_sealed_are_named_with_the_remedy(
    desk: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    registered(desk)
    seal(desk, (11, 28))
    at(desk, 2026, 11, 30, 17, 0)
    assert main(["report", "2026-11"]) == 1
    said = capsys.readouterr().err
    assert "not sealed yet: 2026-11-29, 2026-11-30. The daily function" in said
    # in a local run, what lets a night pass is named
    monkeypatch.setattr(deployment, "connect", lambda _: None)
    assert main(["report", "2026-11", "--state", str(tmp_path)]) == 1
    assert f"`complaints local advance 1d --state {tmp_path}`" in capsys.readouterr().err
    seal(desk, (11, 30))
    assert main(["report", "2026-11"]) == 0


def test_a_year_wants_the_reports_of_its_months_first(sealed: World, capsys: pytest.CaptureFixture[str]) -> None:
    seal(sealed, *((12, day) for day in range(1, 32)))
    assert main(["report", "2026"]) == 1
    assert "with `complaints report 2026-11 2026-12`" in capsys.readouterr().err
    assert main(["report", "2026-11", "2026-12", "2026"]) == 0
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == ["2026-11", "2026-12", "2026"]


def test_a_unit_that_is_not_there_is_told_before_anything_is_made(
    sealed: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "2026-11", "--unit", "nowhere", "--out", str(tmp_path)]) == 1
    assert "there is no unit nowhere" in capsys.readouterr().err
    assert keys("reports") == {}
    assert main(["report", "2026-11", "--unit", "hq", "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        f"report.{language}.{kind}" for language in ("zh-CN", "en") for kind in ("html", "xlsx")
    }


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2026-12", "2026-12 is not complete yet"),
        ("2027", "2027 is not complete yet"),
        ("2019-03", "Nothing was recorded in 2019-03"),
    ],
)
def test_over_http_what_is_still_to_come_and_what_never_was_are_told_apart(
    sealed: World, period: str, said: str
) -> None:
    answer = sealed.call("POST", "/reports", {"period": period}, person=sealed.person("service_department", "hq"))
    assert answer.status == 409
    assert said in json.loads(answer.text)["detail"]
