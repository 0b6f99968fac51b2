"""A change of the organisation counts everywhere within a minute, and without one nothing is read again."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from tests.support import small
from tests.support.clockwork import START, Clockwork, clockwork

from complaints.adapters.directory import KEPT, Directory
from complaints.adapters.store import Store
from complaints.adapters.table import Item
from complaints.directory.answer import Found
from complaints.directory.model import Holder, Person, Unit
from complaints.structs import replace

NORTH = next(unit for unit in small.UNITS if unit.id == "north")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clockwork]:
    """A deployment with the small organisation."""
    with clockwork(monkeypatch) as made:
        yield made


def another_process(desk: Clockwork) -> Directory:
    """The organisation as another process knows it, which has looked once."""
    other = Directory(desk.desk.store)
    assert other.answers("north", "handler", START) is not None
    return other


def requests(desk: Clockwork) -> int:
    """How often the table was asked until now."""
    return desk.desk.store.connection.requests.total()


def test_nothing_is_read_again_while_nothing_changes_but_the_stamp_once_a_minute(desk: Clockwork) -> None:
    other, before = another_process(desk), requests(desk)
    for second in range(0, 600, 5):
        assert other.answers("north", "handler", START + timedelta(seconds=second)) is not None
    assert requests(desk) - before == 9


def test_a_change_counts_in_every_process_within_a_minute(desk: Clockwork) -> None:
    other = another_process(desk)
    desk.desk.directory.write([replace(NORTH, names={"en": "Far north"})], [])
    found = other.unit("north", START + timedelta(seconds=60))
    assert found is not None
    assert found.name("en") == "Far north"
    # and at once in the one that made it
    found = desk.desk.directory.unit("north", START)
    assert found is not None
    assert found.name("en") == "Far north"


def test_a_change_that_breaks_off_in_the_middle_is_seen_within_a_minute_too(desk: Clockwork) -> None:
    # given a change that dies after everything was written, before it was through
    other, directory = another_process(desk), desk.desk.directory
    through = Store.put_many
    calls: list[Sequence[Item]] = []

    def dies(store: Store, items: Sequence[Item]) -> None:
        calls.append(items)
        through(store, items)
        if len(calls) == 2:
            raise ConnectionError("gone")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "put_many", dies)
        with pytest.raises(ConnectionError):
            directory.write([replace(NORTH, names={"en": "One"})], [])
    found = other.unit("north", START + timedelta(seconds=60))
    assert found is not None
    assert found.name("en") == "One"
    # then until the next change is through, everybody looks again every minute
    before = requests(desk)
    for minute in range(2, 5):
        other.unit("north", START + timedelta(minutes=minute))
    assert requests(desk) - before == 6
    directory.write([replace(NORTH, names={"en": "Two"})], [])
    other.unit("north", START + timedelta(minutes=5))
    before = requests(desk)
    for minute in range(6, 9):
        other.unit("north", START + timedelta(minutes=minute))
    assert requests(desk) - before == 3


def test_nothing_is_believed_for_longer_than_a_quarter_of_an_hour(desk: Clockwork) -> None:
    # given a unit that was written past the stamp
    other, unit = another_process(desk), desk.desk.store.get("U#north", "UNIT")
    assert unit is not None
    unit.document = (unit.document or "").replace("North", "Elsewhere")
    unit.save()
    found = other.unit("north", START + KEPT)
    assert found is not None
    assert found.name("en") == "Elsewhere"


def test_two_who_change_a_unit_at_once_both_have_their_way(desk: Clockwork) -> None:
    # given two processes that know the unit, and a person who is named by two units
    other = another_process(desk)
    sam = replace(NORTH.holders[0], person="sam", role="manager")
    # when one gives it another name and the other, who has not seen that, another manager
    desk.desk.directory.change_unit("north", lambda unit: replace(unit, names={"en": "Far north"}))
    other.change_unit("north", lambda unit: replace(unit, holders=(*unit.holders, sam)))
    # then both stand
    found = Directory(desk.desk.store).unit("north", START)
    assert found is not None
    assert found.name("en") == "Far north"
    assert sam in found.holders


def test_a_change_between_reading_and_writing_is_taken_along(desk: Clockwork) -> None:
    directory = desk.desk.directory
    calls: list[Unit] = []

    def renamed(unit: Unit) -> Unit:
        if not calls:
            Directory(desk.desk.store).change_unit("north", lambda other: replace(other, tags=("far",)))
        calls.append(unit)
        return replace(unit, names={"en": "Far north"})

    after = directory.change_unit("north", renamed)
    assert (after.tags, after.name("en")) == (("far",), "Far north")
    assert len(calls) == 2
    with pytest.raises(KeyError, match="no unit 'west'"):
        directory.change_unit("west", renamed)


def test_who_is_named_by_a_unit_is_known_as_of_it(desk: Clockwork) -> None:
    directory = desk.desk.directory
    hired = Person(id="new", name="New", phone="+8613800000009", units=())
    directory.write([], [hired])
    directory.change_unit("south", lambda unit: replace(unit, last_resort="new"))
    assert "south" in directory.people(["new"], START)["new"].units


def test_whoever_has_just_come_is_known_before_a_unit_names_them(
    desk: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given somebody new at the post of the handler, and a process that looks in the middle of this change
    new = replace(small.PEOPLE[0], id="eve")
    unit = replace(NORTH, holders=(Holder("handler", "eve"), *NORTH.holders[1:]))
    through = Store.put_many
    told: list[Found | None] = []

    def looked_at(store: Store, items: Sequence[Item]) -> None:
        through(store, items)
        told.append(Directory(desk.desk.store).answers("north", "handler", START))

    monkeypatch.setattr(Store, "put_many", looked_at)
    desk.desk.directory.write([unit], [new])
    # then the one before or the new one answers, and not the deputy
    assert [found.person.id for found in told if found is not None] == ["ann", "eve"]
