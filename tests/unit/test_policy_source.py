"""A policy file is read as YAML 1.2, and everything in it knows its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.policy.findings import PolicyError
from complaints.policy.source import MOST_VALUES, Source, read_source


def findings(text: str) -> list[tuple[str, int, int]]:
    with pytest.raises(PolicyError) as refused:
        read_source(text, "p.yaml")
    return [(finding.code, finding.line, finding.column) for finding in refused.value.findings]


def test_words_and_times_stay_what_they_look_like() -> None:
    data = read_source("{on: yes, at: 08:30, day: 2026-10-01, n: 010, hex: 0x1F, 1: one}").data
    assert data == {"on": "yes", "at": "08:30", "day": "2026-10-01", "n": "010", "hex": "0x1F", "1": "one"}


def test_numbers_truth_and_nothing_are_read() -> None:
    data = read_source("{a: 12, b: -1.5, c: true, d: False, e: ~, f: , g: 1e3, h: '12'}").data
    assert data == {"a": 12, "b": -1.5, "c": True, "d": False, "e": None, "f": None, "g": 1000.0, "h": "12"}


def test_every_value_and_key_has_its_place() -> None:
    source = read_source("a:\n  b: 1\n  c: [x, {d: y}]\n")
    assert source.mark(("a", "b")) == (2, 6)
    assert source.mark(("a", "b"), at_key=True) == (2, 3)
    assert source.mark(("a", "c", 1, "d")) == (3, 14)


def test_a_place_that_is_not_there_is_that_of_the_key_around_it() -> None:
    source = read_source("a:\n  b:\n    c: 1\n")
    assert source.mark(("a", "b", "nothing", 3)) == (2, 3)
    assert source.mark(("nothing",)) == (1, 1)


def test_an_alias_stands_where_it_was_written_and_a_merge_can_be_overridden() -> None:
    source = read_source("base: &b {x: 1, y: 2}\nmine: {<<: *b, y: 3}\n")
    assert source.data["mine"] == {"y": 3, "x": 1}
    assert source.mark(("mine", "x"), at_key=True)[0] == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("empty_file", 1, 1)]),
        ("a: [1\nb: 2", [("not_yaml", 2, 2)]),
        ("a:\n\tb: 1", [("tab", 2, 1)]),
        ("a: 1\nb: 2\na: 3", [("key_twice", 3, 1)]),
        ("a: !!python/object x", [("strange_tag", 1, 4)]),
        ("? [a]\n: 1", [("key_is_no_text", 1, 3)]),
        ("a: &a [*a]", [("endless_file", 1, 4)]),
        ("a: {<<: 3}", [("bad_merge", 1, 9)]),
    ],
)
def test_what_is_no_policy_file_is_refused_with_its_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert findings(text) == expected


def test_a_file_that_unfolds_without_end_is_refused() -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    found = findings("\n".join(layers))
    assert [code for code, _, _ in found] == ["endless_file"]
    assert MOST_VALUES < 10**8


def test_two_documents_in_one_file_are_refused() -> None:
    assert findings("a: 1\n---\nb: 2")[0][0] == "not_yaml"


words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=8)
plain = st.recursive(
    st.one_of(st.booleans(), st.integers(-1000, 1000), words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=8,
)


@given(data=st.dictionaries(st.text("abc", min_size=1, max_size=3), plain, min_size=1, max_size=3))
def test_what_is_written_as_json_is_read_back_the_same_and_all_of_it_has_a_place(data: dict[str, object]) -> None:
    """JSON is YAML: whatever a policy holds survives, and no place is ever missing."""
    source = read_source(json.dumps(data, ensure_ascii=False))
    assert source.data == data
    _all_placed(source, source.data, ())


def _all_placed(source: Source, value: object, path: tuple[str | int, ...]) -> None:
    assert path in source.values
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        _all_placed(source, inner, (*path, key))
