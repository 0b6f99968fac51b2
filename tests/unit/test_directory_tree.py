"""The organisation as a tree: what is refused, where things are, what moves along, who sees what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.directory.codec import StoredError, decode_person, decode_unit, encode
from complaints.directory.model import MAX_DEPTH, Holder, Person, Shift, Unit
from complaints.directory.tree import Places, Tree, TreeError, UnknownUnitError, faults, posts_of, sees
from complaints.posts import Post

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def unit(id: str, parent: str | None, level: str = "x", **more: Any) -> Unit:
    return Unit(id=id, parent=parent, level=level, path=(), **more)


def sample() -> list[Unit]:
    return [
        unit("n1", "north", "outlet", tags=("busy",)),
        unit("hq", None, "top", names={"zh-CN": "总部", "en": "Headquarters"}),
        unit("north", "hq", "area", line="blue"),
        unit("south", "hq", "area"),
        unit("n2", "north", "outlet"),
        unit("n1a", "n1", "desk", line="green"),
    ]


def codes(units: list[Unit]) -> set[tuple[str, str]]:
    return {(fault.unit, fault.code) for fault in faults(units)}


def test_paths_follow_from_parents_in_any_order() -> None:
    tree = Tree(sample())
    assert tree.path("n1a") == ("hq", "north", "n1", "n1a")
    assert tree.unit("n1a").address == "hq/north/n1/n1a"
    assert [above.id for above in tree.chain("n1a")] == ["n1a", "n1", "north", "hq"]
    assert tree.root == "hq"


def test_a_place_answers_level_name_and_line() -> None:
    tree = Tree(sample())
    assert tree.ancestor("n1a", "area") == "north"
    assert tree.ancestor("north", "area") == "north"
    assert tree.ancestor("n1a", "county") is None
    assert tree.level("n1") == "outlet"
    assert [tree.name("hq", lang) for lang in ("zh-CN", "en-GB", "fr")] == ["总部", "Headquarters", "总部"]
    assert tree.name("n2", "en") == "n2"
    assert [tree.line(each) for each in ("n1a", "n2", "south")] == ["green", "blue", ""]


def test_an_unknown_place_answers_with_nothing() -> None:
    places = Places(Tree(sample()).units.values(), NOW)
    assert not places.known("x")
    assert (places.path("x"), places.ancestor("x", "top"), places.level("x"), places.tags("x")) == ((), None, "", ())
    assert (places.line("x"), places.name("x", "en")) == ("", "x")
    with pytest.raises(UnknownUnitError, match="'x' is not loaded"):
        places.chain("x")


def test_a_part_loaded_with_its_ancestors_answers_the_same() -> None:
    tree = Tree(sample())
    places = Places(tree.chain("n1a"), NOW)
    assert places.ancestor("n1a", "area") == "north"
    assert places.known("n1")
    assert not places.known("south")


def test_a_unit_loaded_without_those_above_is_an_error_not_an_answer() -> None:
    places = Places([Tree(sample()).unit("n1")], NOW)
    with pytest.raises(UnknownUnitError, match="'north' is not loaded"):
        places.ancestor("n1", "area")


def test_tags_come_from_above_too_but_marks_are_the_units_own_and_end_at_their_instant() -> None:
    units = Tree(
        [
            unit("a", None, tags=("t1",), marks={"stop": NOW}),
            unit("b", "a", tags=("t2", "t1"), marks={"ban": NOW, "old": NOW - HOUR}),
        ]
    ).units.values()
    assert Places(units, NOW - timedelta(seconds=1)).tags("b") == ("t2", "t1", "ban")
    assert Places(units, NOW).tags("b") == ("t2", "t1")
    assert Places(units, NOW - timedelta(hours=2)).tags("b") == ("t2", "t1", "ban", "old")


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([], {("", "no_root")}),
        ([unit("a", None), unit("a", None)], {("a", "duplicate_unit")}),
        ([unit("a", None), unit("b", "z")], {("b", "unknown_parent")}),
        ([unit("a", None), unit("b", None)], {("b", "second_root")}),
        ([unit("a", "a")], {("a", "cycle"), ("", "no_root")}),
        (
            [unit("r", None), unit("c", "b"), unit("a", "b"), unit("b", "a")],
            {("a", "cycle"), ("b", "cycle")},
        ),
        (
            [unit("u0", None), *(unit(f"u{i}", f"u{i - 1}") for i in range(1, MAX_DEPTH + 1))],
            {(f"u{MAX_DEPTH}", "too_deep")},
        ),
    ],
)
def test_what_is_no_tree_is_refused_with_every_fault(units: list[Unit], expected: set[tuple[str, str]]) -> None:
    assert codes(units) == expected
    with pytest.raises(TreeError) as caught:
        Tree(units)
    assert {(fault.unit, fault.code) for fault in caught.value.faults} == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-1, 12), min_size=1, max_size=12))
def test_a_tree_is_accepted_exactly_when_every_climb_ends_at_one_root(parents: list[int]) -> None:
    units = [unit(str(i), None if parent < 0 else str(parent)) for i, parent in enumerate(parents)]

    def climb(i: int) -> list[int] | None:
        seen = [i]
        while parents[seen[-1]] >= 0:
            above = parents[seen[-1]]
            if above >= len(parents) or above in seen:
                return None
            seen.append(above)
        return seen

    climbs = [climb(i) for i in range(len(parents))]
    sound = parents.count(-1) == 1 and all(c is not None and len(c) <= MAX_DEPTH for c in climbs)
    assert (faults(units) == []) == sound
    if sound:
        tree = Tree(units)
        assert [tree.path(str(i)) for i in range(len(parents))] == [
            tuple(str(step) for step in reversed(c)) for c in climbs if c is not None
        ]


def test_a_move_gives_the_whole_subtree_new_paths_and_leaves_the_rest() -> None:
    tree = Tree(sample())
    after, changed = tree.move("n1", "south")
    assert {each.id: each.path for each in changed} == {
        "n1": ("hq", "south", "n1"),
        "n1a": ("hq", "south", "n1", "n1a"),
    }
    assert [each.id for each in after.subtree("south")] == ["south", "n1", "n1a"]
    assert tree.path("n1") == ("hq", "north", "n1")
    assert after.unit("n2") == tree.unit("n2")


def test_a_move_that_makes_no_tree_is_refused() -> None:
    tree = Tree(sample())
    with pytest.raises(TreeError, match="cycle"):
        tree.move("north", "n1")
    with pytest.raises(TreeError, match="no_root"):
        tree.move("hq", "n1")
    with pytest.raises(UnknownUnitError):
        tree.move("n1", "nowhere")
    deep = Tree([unit("r", None), unit("a", "r"), unit("b", "a"), unit("c", "b"), unit("d", "c"), unit("e", "r")])
    with pytest.raises(TreeError, match="too_deep"):
        deep.move("a", "e")


def test_a_move_to_where_it_is_changes_nothing() -> None:
    tree = Tree(sample())
    assert tree.move("n1", "north")[1] == ()


def test_a_unit_is_found_by_id_and_by_address_only() -> None:
    tree = Tree(sample())
    found = tree.find("hq/north/n1")
    assert found is not None
    assert found.id == "n1"
    assert tree.find("n1") == found
    assert tree.find("hq/south/n1") is None
    assert tree.find("nowhere") is None


def test_a_post_sees_its_unit_and_what_is_under_it() -> None:
    posts = [Post("north", "boss", ("hq", "north"))]
    assert sees(posts, ("hq", "north"))
    assert sees(posts, ("hq", "north", "n1"))
    assert not sees(posts, ("hq",))
    assert not sees(posts, ("hq", "northern"))
    assert not sees(posts, ())
    assert not sees([], ("hq",))
    assert not sees([Post("", "boss", ())], ("hq",))


def test_posts_are_those_of_the_instant() -> None:
    tree = Tree(
        [
            unit("hq", None, holders=(Holder("boss", "p1", None, NOW), Holder("aide", "p1", NOW, None, deputy=True))),
            unit("a", "hq", holders=(Holder("boss", "p2"),), roster=(Shift("night", "p1", NOW, NOW + HOUR),)),
        ]
    )
    units = list(tree.units.values())
    assert posts_of(units, "p1", NOW - HOUR) == (Post("hq", "boss", ("hq",)),)
    assert posts_of(units, "p1", NOW) == (Post("hq", "aide", ("hq",)), Post("a", "night", ("hq", "a")))
    assert posts_of(units, "p1", NOW + HOUR) == (Post("hq", "aide", ("hq",)),)
    assert posts_of(units, "p3", NOW) == ()


def test_units_and_people_survive_storage() -> None:
    kept = Unit(
        "a",
        None,
        "top",
        ("a",),
        {"zh": "甲"},
        "blue",
        ("t",),
        {"ban": NOW},
        (Holder("boss", "p1", NOW, None, True),),
        (Shift("night", "p1", NOW, NOW + HOUR),),
        "p1",
    )
    person = Person("p1", "王一", "+8610000000001", "a@example.com", "zh-CN", ("a",))
    assert decode_unit(encode(kept)) == kept
    assert decode_person(encode(person)) == person
    assert b'"ban":"2026-11-20T09:00:00Z"' in encode(kept)


def test_a_stored_document_that_is_none_is_named() -> None:
    with pytest.raises(StoredError, match="not a stored unit"):
        decode_unit(b'{"id": 7}')
