"""The sample organisations load, reach nobody real, and answer for every role they have."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from complaints.directory.answer import answerer
from complaints.directory.load import Directory, load
from complaints.directory.tree import Places, Tree

SAMPLES = Path(__file__).parents[2] / "policies" / "sample"
NAMES = sorted(folder.name for folder in SAMPLES.iterdir())
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOLIDAY = datetime(2026, 10, 3, 4, 0, tzinfo=UTC)


def sample(name: str) -> Directory:
    files = {path.name: path.read_bytes() for path in (SAMPLES / name).glob("*.csv")}
    return load(files, ZoneInfo("Asia/Shanghai"))


def who(directory: Directory, unit: str, role: str, now: datetime = NOW) -> tuple[str, str]:
    found = answerer(Tree(list(directory.units.values())).chain(unit), directory.people, role, now)
    assert found is not None
    return found.unit, found.how


def test_there_is_one_for_each_of_the_five_processes() -> None:
    assert NAMES == ["auto", "carmaker", "hotline", "insurer", "postal"]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_loads_and_is_invented_throughout(name: str) -> None:
    directory = sample(name)
    for person in directory.people.values():
        assert re.fullmatch(r"\+8610\d000000\d\d", person.phone)
        assert person.email.endswith(".example.com")
    assert all(set(unit.names) == {"zh", "en"} for unit in directory.units.values())
    assert all(person.units for person in directory.people.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_post_that_was_ever_filled_has_somebody_without_the_last_resort(name: str) -> None:
    directory = sample(name)
    for unit in directory.units.values():
        for role in {holder.role for holder in unit.holders}:
            assert who(directory, unit.id, role)[0] == unit.id


def test_the_postal_lines_differ_in_depth_and_share_the_provinces() -> None:
    """POST-22."""
    directory = sample("postal")
    places = Places(directory.units.values(), NOW)
    levels = {
        places.line(unit): tuple(places.level(above) for above in places.path(unit))
        for unit in directory.units
        if places.level(unit) == "production_unit"
    }
    assert levels == {
        "express": ("headquarters", "customer_centre", "province", "production_unit"),
        "parcel": ("headquarters", "customer_centre", "province", "city", "production_unit"),
    }


def test_the_postal_key_city_has_a_service_director_and_its_outlets_know_it() -> None:
    """POST-6, R14."""
    directory = sample("postal")
    places = Places(directory.units.values(), NOW)
    assert "key_city" in places.tags("yl-xicheng-1")
    assert "key_city" not in places.tags("yl-shanyin-1")
    assert who(directory, "yl-xicheng", "service_director") == ("yl-xicheng", "holder")
    assert who(directory, "yunling", "service_director") == ("yunling", "holder")


def test_the_postal_ladder_meets_a_vacancy_and_a_holiday() -> None:
    directory = sample("postal")
    assert who(directory, "beiyuan", "deputy_gm") == ("beiyuan", "deputy")
    assert who(directory, "yunling", "service_director", HOLIDAY) == ("yunling", "roster")
    assert who(directory, "beiyuan", "service_department") == ("hq", "above")


def test_a_city_with_planning_status_ranks_as_a_province() -> None:
    """INS: headquarters > province > city > county; cities with planning status rank as provinces."""
    places = Places(sample("insurer").units.values(), NOW)
    assert places.ancestor("wuyuan-luxi", "city") == "qilin-wuyuan"
    assert places.ancestor("wuyuan-luxi", "province") == "qilin"
    assert places.ancestor("lanwan-gangbei", "province") == "lanwan"
    assert places.ancestor("lanwan-gangbei", "city") is None
