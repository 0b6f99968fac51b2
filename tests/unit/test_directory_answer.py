"""Who answers for a role: duty before holder before deputy, then the unit above, and somebody always (POST-6, D7)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.directory.answer import Found, answerer, answerers, next_answerer
from complaints.directory.model import Holder, Person, Shift, Unit
from complaints.structs import replace

NOW = datetime(2026, 10, 1, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE = {name: Person(name, name.title(), f"+86100000000{i:02d}") for i, name in enumerate("abcdefgz")}


def chain(*units: tuple[tuple[Holder, ...], tuple[Shift, ...]], last_resort: str = "z") -> list[Unit]:
    """Units from the lowest to the root, the root with the last resort."""
    made = [
        Unit(str(i), str(i + 1), "x", (), holders=holders, roster=roster) for i, (holders, roster) in enumerate(units)
    ]
    return [*made[:-1], replace(made[-1], parent=None, last_resort=last_resort)]


def who(found: Found | None) -> tuple[str, str, str] | None:
    return None if found is None else (found.person.id, found.unit, found.how)


def test_the_holder_answers() -> None:
    units = chain(((Holder("boss", "a"),), ()), ((Holder("boss", "b"),), ()))
    assert who(answerer(units, PEOPLE, "boss", NOW)) == ("a", "0", "holder")


def test_duty_beats_the_holder_only_while_the_shift_runs() -> None:
    units = chain(((Holder("boss", "a"),), (Shift("boss", "b", NOW, NOW + HOUR), Shift("other", "c", NOW, NOW + HOUR))))
    assert who(answerer(units, PEOPLE, "boss", NOW - timedelta(seconds=1))) == ("a", "0", "holder")
    assert who(answerer(units, PEOPLE, "boss", NOW)) == ("b", "0", "roster")
    assert who(answerer(units, PEOPLE, "boss", NOW + HOUR)) == ("a", "0", "holder")


def test_a_handover_is_exact_to_the_second() -> None:
    units = chain(((Holder("boss", "a", None, NOW), Holder("boss", "b", NOW)), ()))
    assert who(answerer(units, PEOPLE, "boss", NOW - timedelta(seconds=1))) == ("a", "0", "holder")
    assert who(answerer(units, PEOPLE, "boss", NOW)) == ("b", "0", "holder")


def test_a_vacancy_goes_to_the_deputy_then_to_the_unit_above() -> None:
    with_deputy = chain(
        ((Holder("boss", "a", None, NOW), Holder("boss", "d", deputy=True)), ()), ((Holder("boss", "b"),), ())
    )
    assert who(answerer(with_deputy, PEOPLE, "boss", NOW)) == ("d", "0", "deputy")
    vacant = chain(((Holder("boss", "a", None, NOW),), ()), ((), ()), ((Holder("boss", "b"),), ()))
    assert who(answerer(vacant, PEOPLE, "boss", NOW)) == ("b", "2", "above")


def test_a_deputy_listed_first_still_comes_after_the_holder() -> None:
    units = chain(((Holder("boss", "d", deputy=True), Holder("boss", "a")), ()))
    assert who(answerer(units, PEOPLE, "boss", NOW)) == ("a", "0", "holder")


def test_above_too_duty_comes_first() -> None:
    units = chain(((), ()), ((Holder("boss", "b"),), (Shift("boss", "c", NOW, NOW + HOUR),)))
    assert who(answerer(units, PEOPLE, "boss", NOW)) == ("c", "1", "above")


def test_nobody_up_to_the_root_is_the_last_resort_and_alarming() -> None:
    units = chain(((Holder("other", "a"),), ()), ((), ()))
    found = answerer(units, PEOPLE, "boss", NOW)
    assert who(found) == ("z", "1", "last_resort")
    assert found is not None
    assert found.alarming
    assert found.role == "boss"


def test_a_nearer_last_resort_is_told_before_the_roots() -> None:
    units = chain(((), ()), ((), ()))
    units[0] = replace(units[0], last_resort="e")
    assert [found.person.id for found in answerers(units, PEOPLE, "boss", NOW)] == ["e", "z"]


def test_an_undeliverable_text_goes_through_everybody_once_and_then_nobody() -> None:
    units = chain(
        (
            (Holder("boss", "a"), Holder("boss", "b"), Holder("boss", "d", deputy=True)),
            (Shift("boss", "b", NOW, NOW + HOUR),),
        ),
        ((Holder("boss", "c"), Holder("boss", "a")), ()),
    )
    tried: list[str] = []
    while found := next_answerer(units, PEOPLE, "boss", NOW, tried):
        tried.append(found.person.id)
    assert tried == ["b", "a", "d", "c", "z"]


def test_who_cannot_be_reached_is_passed_over() -> None:
    people = {**PEOPLE, "a": Person("a", "A")}
    units = chain(((Holder("boss", "a"), Holder("boss", "stranger"), Holder("boss", "b")), ()))
    assert who(answerer(units, people, "boss", NOW)) == ("b", "0", "holder")


def test_without_a_last_resort_there_may_be_nobody() -> None:
    assert answerer(chain(((), ()), last_resort=""), PEOPLE, "boss", NOW) is None


names = st.sampled_from("abcdefg")
edges = st.none() | st.integers(-3, 3).map(lambda hours: NOW + hours * HOUR)
holders = st.builds(Holder, st.sampled_from(["boss", "other"]), names, edges, edges, st.booleans())
shifts = st.builds(
    lambda person, start, hours: Shift("boss", person, NOW + start * HOUR, NOW + (start + hours) * HOUR),
    names,
    st.integers(-3, 3),
    st.integers(1, 3),
)
units = st.tuples(st.lists(holders, max_size=4).map(tuple), st.lists(shifts, max_size=2).map(tuple))


@settings(max_examples=80, deadline=None)
@given(st.lists(units, min_size=1, max_size=5))
def test_somebody_is_always_told_and_only_who_holds_the_role_then(
    parts: list[tuple[tuple[Holder, ...], tuple[Shift, ...]]],
) -> None:
    lineup = chain(*parts)
    order = list(answerers(lineup, PEOPLE, "boss", NOW))
    assert order[-1].person.id == "z"
    assert len({found.person.id for found in order}) == len(order)
    heights = [int(found.unit) for found in order]
    assert heights == sorted(heights)
    for found in order[:-1]:
        at = lineup[int(found.unit)]
        entries: list[Holder | Shift] = [*at.holders, *at.roster]
        assert any(e.person == found.person.id and e.role == "boss" and e.holds(NOW) for e in entries)
        assert (found.how == "above") == (found.unit != "0")
