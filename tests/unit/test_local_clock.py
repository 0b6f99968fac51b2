"""The local run's clock: runs on from where it stood, never back, and is known again after a crash."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from localrun.clock import ModuleTime, MovedClock
from localrun.entry_clock import set_clock
from localrun.packaging import source_archive

from complaints.adapters import clock as product_clock

ROOT = Path(__file__).resolve().parents[2]


def test_a_standing_clock_stands_and_then_runs_on_from_there(tmp_path: Path) -> None:
    clock = MovedClock(tmp_path / "clock.json")
    ahead = float(int(time.time()) + 86400)

    clock.stand(ahead)
    assert clock.time() == ahead
    clock.go()

    assert ahead <= clock.time() < ahead + 60


def test_the_clock_never_goes_back_when_it_goes_on(tmp_path: Path) -> None:
    clock = MovedClock(tmp_path / "clock.json")
    before = clock.time()

    clock.stand(before - 1000)
    clock.go()

    assert clock.time() >= before


def test_after_a_crash_it_is_known_where_the_world_stood(tmp_path: Path) -> None:
    MovedClock(tmp_path / "clock.json").stand(2_000_000_000.0)

    found = MovedClock(tmp_path / "clock.json")

    assert not found.fresh
    assert found.seen == found.time() == 2_000_000_000.0


def test_the_product_reads_the_moved_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = MovedClock(tmp_path / "clock.json")
    monkeypatch.setenv("LOCAL_CLOCK", str(tmp_path / "clock.json"))
    monkeypatch.setattr(product_clock, "exact", product_clock.exact)

    set_clock()
    clock.stand(2_000_000_000)

    assert product_clock.now() == product_clock.exact() == datetime.fromtimestamp(2_000_000_000, UTC)


def test_it_stands_on_whole_seconds_never_before_what_it_was_told(tmp_path: Path) -> None:
    clock = MovedClock(tmp_path / "clock.json")

    clock.stand(2_000_000_000.25)

    assert clock.time() == 2_000_000_001


def test_a_service_keeps_the_moved_time_and_all_else_of_the_module(tmp_path: Path) -> None:
    clock = MovedClock(tmp_path / "clock.json")
    clock.stand(2_000_000_000.0)

    moved = ModuleTime(clock)

    assert moved.time() == 2_000_000_000.0
    assert moved.monotonic is time.monotonic


def test_unchanged_source_makes_the_same_archive(tmp_path: Path) -> None:
    (tmp_path / "functions").mkdir()
    (tmp_path / "src" / "complaints").mkdir(parents=True)
    handler = tmp_path / "functions" / "a.py"
    handler.write_text("def handler(): ...\n")
    first = source_archive(tmp_path)

    os.utime(handler, (1, 1))
    assert source_archive(tmp_path) == first

    handler.write_text("def handler(): return 1\n")
    assert source_archive(tmp_path)[0] != first[0]
