"""Folds: any order and any cut give the same bytes, nothing is counted twice, lists keep each key's newest line."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.reports import month_of_facts

from complaints.reporting.facts import TYPES, Fact, FactError, before, chunks, days_of, decode, encode
from complaints.reporting.fold import (
    FoldError,
    Partial,
    ahead,
    coarsen,
    decode_partial,
    fold_day,
    fold_facts,
    headline,
    merge,
)
from complaints.reporting.fold import encode as encode_partial
from complaints.reporting.lists import CASES, NAMES, below, branch_of, branches, cases, merge_runs, still_open
from complaints.reporting.measures import DIMENSIONS, OF_TYPE
from complaints.reporting.view import Tree

DAY = "2026-11-20"


def fact(**fields: Any) -> Fact:
    given = {
        "type": "received",
        "at": f"{DAY}T04:00:00Z",
        "recorded_at": f"{DAY}T04:00:00Z",
        "reference": "A",
        "seq": 1,
        "path": "hq/east",
        "opened_at": f"{DAY}T03:00:00Z",
        "opened_day": DAY,
        **fields,
    }
    return Fact(**given)


def total(partial: Partial, measure: str, **where: Any) -> int:
    return Tree(partial, ["2026-11"]).view("").count(measure, **where)


facts = st.builds(
    fact,
    type=st.sampled_from(sorted(TYPES)),
    reference=st.sampled_from(["A", "B", "C"]),
    seq=st.integers(1, 9),
    path=st.sampled_from(["hq", "hq/east", "hq/east/e1", "hq/eastern", "hq/west"]),
    kind=st.sampled_from(["problem", "inquiry"]),
    category=st.sampled_from(["", "delay", "损毁"]),
    outcome=st.sampled_from(["met", "missed", "late"]),
    seconds=st.integers(-1, 100_000),
    score=st.integers(0, 5),
    due_day=st.sampled_from(["", DAY, "2026-12-01"]),
    first=st.booleans(),
    amount=st.integers(0, 10_000),
    count=st.sampled_from([1, 1, -1]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(facts, max_size=30), st.randoms(use_true_random=False))
def test_any_order_and_any_grouping_gives_the_same_bytes(held: list[Fact], pick: Random) -> None:
    # given facts spread over shards in one way and another
    shards = [[one for n, one in enumerate(held) if n % 4 == shard] for shard in range(4)]
    partials = [fold_facts(DAY, same, shard=str(n))[0] for n, same in enumerate(shards)]
    shuffled = [fold_facts(DAY, pick.sample(same, len(same)), shard=str(n))[0] for n, same in enumerate(shards)]
    pick.shuffle(shuffled)

    # when they are merged left to right, right to left, and in pairs, through their stored bytes
    straight = merge(partials)
    paired = merge([merge(shuffled[:2]), decode_partial(encode_partial(merge(shuffled[2:])))])

    # then it is one result
    assert encode_partial(straight) == encode_partial(paired)
    assert encode_partial(decode_partial(encode_partial(straight))) == encode_partial(straight)


@settings(max_examples=60, deadline=None)
@given(st.lists(facts, max_size=20))
def test_facts_survive_their_json_lines(held: list[Fact]) -> None:
    assert decode(encode(held)) == held


def test_a_day_read_in_pieces_is_the_day() -> None:
    held = month_of_facts("2026-11", 60)[DAY]
    stored = encode(held)
    whole, lists = fold_facts(DAY, held)

    for size in (7, 1_000, 1_000_000):
        pieces = [stored[n : n + size] for n in range(0, len(stored), size)]
        partial, same = fold_day(DAY, pieces)
        assert encode_partial(partial) == encode_partial(whole)
        assert [same.run(name) for name in NAMES] == [lists.run(name) for name in NAMES]


def test_chunks_are_cut_at_line_ends() -> None:
    assert list(chunks([b"ab\ncd", b"\nef\ngh"], size=4)) == [b"ab\n", b"cd\nef\n", b"gh"]


def test_a_part_is_never_counted_twice() -> None:
    partial, _ = fold_facts(DAY, [fact()])
    with pytest.raises(FoldError, match="2026-11-20#0 would be counted twice"):
        merge([partial, decode_partial(encode_partial(partial))])


def test_bad_facts_are_named_by_their_line() -> None:
    good = encode([fact()])
    with pytest.raises(FactError, match="line 3 is no fact of schema 1"):
        decode(good + b"\n" + b'{"schema":1,"type":7}\n')
    with pytest.raises(FactError, match="line 1"):
        decode(good.replace(b'"schema":1', b'"schema":2'))
    with pytest.raises(FactError, match="unknown type 'melted'"):
        fold_facts(DAY, [fact(type="melted")])


def test_bad_partials_are_refused() -> None:
    with pytest.raises(FoldError, match="no partial"):
        decode_partial(b"{}")
    with pytest.raises(FoldError, match="schema 9"):
        decode_partial(b'{"schema":9,"parts":[],"words":[],"cells":{},"spans":{}}')


def test_a_verdict_counts_in_the_month_in_which_it_falls_due() -> None:
    """R18: met on 30 November, due on 1 December, is a figure of December."""
    partial, _ = fold_facts(
        "2026-11-30",
        [
            fact(type="deadline", deadline="answer", outcome="met", due_day="2026-12-01"),
            fact(type="deadline", deadline="answer", outcome="met", due_day="2026-11-30"),
            fact(type="deadline", deadline="answer", outcome="missed", due_day="2026-10-31"),
        ],
    )
    december, _ = fold_facts(
        "2026-12-02", [fact(type="deadline", deadline="answer", outcome="missed", due_day="2026-12-02")]
    )
    carried = ahead([partial], "2026-11")

    assert Tree(partial, ["2026-11"]).view("").count("deadline") == 2
    assert Tree(merge([december, carried]), ["2026-12"]).view("").count("deadline", outcome="met") == 1
    assert Tree(merge([december, carried]), ["2026-12"]).view("").count("deadline") == 2
    assert ahead([december, carried], "2026-12").cells["deadline"] == {}


def test_a_late_first_answer_counts_only_in_the_month_that_it_was_due_in() -> None:
    late = {"type": "deadline", "deadline": "answer", "outcome": "late", "first": True, "within": True}
    partial, _ = fold_facts(DAY, [fact(**late, due_day="2026-11-19"), fact(**late, due_day="2026-10-31")])
    assert total(partial, "deadline", first="1") == 1
    assert total(partial, "deadline", within="1") == 1


def test_a_reclassified_case_counts_once_where_it_belongs() -> None:
    partial, _ = fold_facts(
        DAY,
        [
            fact(opened_day="2026-11-19", category="delay"),
            fact(type="moved", seq=2, opened_day="2026-11-19", category="delay", count=-1),
            fact(type="moved", seq=2, part=1, opened_day="2026-11-19", category="loss"),
        ],
    )
    assert total(partial, "received.day") == 1
    assert Tree(partial, ["2026-11"]).view("").by("received.category", ("category",)) == {("loss",): 1}


def test_units_are_told_apart_by_whole_names() -> None:
    partial, _ = fold_facts(DAY, [fact(path=path) for path in ("hq/east", "hq/eastern", "hq/east/e1", "hq", "other")])
    tree = Tree(partial, ["2026-11"])
    assert tree.view("hq/east").count("received.day") == 2
    assert tree.view("hq").count("received.day") == 4
    assert tree.own("hq").count("received.day") == 1
    assert tree.children("hq") == ["hq", "hq/east", "hq/eastern"]
    assert tree.children("") == ["hq", "other"]
    assert tree.view("").count("received.day") == 5


def test_years_are_folded_from_months_whose_days_are_summed_up() -> None:
    months = [
        merge(fold_facts(day, held)[0] for day, held in month_of_facts(month, 20).items())
        for month in ("2026-10", "2026-11")
    ]
    year = merge(map(coarsen, months))
    assert Tree(year, ["2026-10", "2026-11"]).view("hq").by("received.day", ("day",)) == {
        ("2026-10",): 20,
        ("2026-11",): 20,
    }
    assert encode_partial(year) == encode_partial(merge(map(coarsen, reversed(months))))
    assert set(headline(months[0]).cells) == {"received.day", "received.category"}


def test_every_type_of_fact_is_counted_somewhere() -> None:
    assert set(OF_TYPE) == set(TYPES)
    assert {measure for measures in OF_TYPE.values() for measure in measures} == set(DIMENSIONS)


# -- lists -----------------------------------------------------------------------------------------------------------


def test_runs_merge_in_any_order_to_the_newest_line_of_each_case() -> None:
    # given facts of forty cases over three days, the later ones newer
    pick = Random(3)
    runs = []
    for day in range(3):
        held = [fact(reference=f"R{n:02d}", seq=day * 10 + n % 3, phase="open") for n in pick.sample(range(40), 30)]
        _, lists = fold_facts(f"2026-11-0{day + 1}", held)
        runs.append(lists.run(CASES))
    newest = {line.split(b"\t")[1]: line for line in sorted(line for run in runs for line in run)}

    # then every grouping gives just these
    merged = list(merge_runs(runs))
    assert merged == sorted(newest.values())
    assert list(merge_runs([runs[2], list(merge_runs([runs[1], runs[0]]))])) == merged
    assert list(merge_runs([])) == []


def test_long_runs_merge_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.reporting.lists.BLOCK", 3)
    pick = Random(5)
    runs = [
        sorted({b"k%02d\tx\t%08d\t[]" % (pick.randrange(30), pick.randrange(9)) for _ in range(25)}) for _ in range(4)
    ]
    newest = {line[:3]: line for line in sorted(line for run in runs for line in run)}
    assert list(merge_runs(runs)) == sorted(newest.values())


@pytest.mark.proves("POST-25")
def test_a_case_without_events_is_still_in_the_next_month() -> None:
    """What nobody touches is the backlog."""
    _, october = fold_facts("2026-10-01", [fact(reference="OLD", phase="open"), fact(reference="DONE", phase="closed")])
    _, november = fold_facts("2026-11-01", [fact(reference="NEW", phase="open")])
    carried = list(still_open(october.run(CASES)))
    assert {row.reference for row in cases(merge_runs([carried, november.run(CASES)]))} == {"OLD", "NEW"}


# -- periods ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "count", "expected"),
    [("2026-01", 1, "2025-12"), ("2026-11", 12, "2025-11"), ("2026-12", 2, "2026-10"), ("2026", 1, "2025")],
)
def test_periods_before(period: str, count: int, expected: str) -> None:
    assert before(period, count) == expected


def test_days_of_periods() -> None:
    assert len(days_of("2024-02")) == 29
    assert len(days_of("2026")) == 365
    assert days_of("2026-11-20") == ["2026-11-20"]
    assert days_of("2026-12")[-1] == "2026-12-31"


# -- laid apart by units --------------------------------------------------------------------------------------------

paths = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("/".join)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(paths, st.integers(1, 9), max_size=20), st.integers(1, 12))
def test_below_a_cut_lie_few_cases_and_every_unit_has_its_nearest_cut(counts: dict[str, int], most: int) -> None:
    cuts = branches(counts, most)
    above = {cut.rpartition("/")[0] for cut in cuts}
    for cut in cuts:
        lie_below = sum(n for path, n in counts.items() if below(path, cut))
        # cut again exactly where too many lie below and there is something to cut
        finer = any(path != cut and below(path, cut) for path in counts)
        assert (cut in above) == (lie_below > most and finer)
    for path in counts:
        home = branch_of(path, cuts)
        assert home in cuts
        assert below(path, home)
        assert not any(below(path, cut) and below(cut, home) and cut != home for cut in cuts)


def test_a_unit_that_nobody_counted_has_no_cut() -> None:
    assert branch_of("elsewhere/x", branches({"hq/a": 9, "hq/b": 9}, 1)) == ""
    assert branch_of("hq", ()) == ""


@settings(max_examples=60, deadline=None)
@given(st.lists(facts, max_size=30), st.sampled_from(["hq", "hq/east", "hq/east/e1", "nowhere"]))
def test_a_partial_read_for_some_units_is_what_was_counted_there(held: list[Fact], root: str) -> None:
    whole, _ = fold_facts(DAY, held)
    some, _ = fold_facts(DAY, [one for one in held if below(one.path, root)])
    read = decode_partial(encode_partial(whole), within=[root])
    assert encode_partial(read) == encode_partial(some)
    assert Tree(read, ["2026-11"]).view(root).seconds("deadline") == Tree(whole, ["2026-11"]).view(root).seconds(
        "deadline"
    )
