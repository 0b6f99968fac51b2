"""Counting facts: a day's facts make a partial, partials merge into months and years.

`merge` is associative and commutative, and the encoded form of a partial depends only on the facts in it, so shards and
days may be folded anywhere in any order and give the same bytes. A partial remembers which parts (day and shard) are in
it and refuses the same part twice.

How it is fast enough in plain Python: a chunk of JSON Lines is decoded in one call, its facts are sorted out by type,
and each type is turned into columns, from which whole measures are counted by `Counter` over `zip`, without a Python
step for each fact and measure. Texts are kept once (`Words`). Seconds lie in arrays of four bytes each, so that medians
are exact and ten million durations take 40 MB.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable
from itertools import chain
from operator import attrgetter
from typing import Final

import msgspec

from complaints.reporting.facts import TYPES, Fact, FactError, chunks, decode
from complaints.reporting.lists import Lists, below
from complaints.reporting.measures import DAY, DIMENSIONS, MONTH, OF_TYPE, SPANS, TAKING_BACK, WEIGHTS

SCHEMA: Final = 2
Key = tuple[str, ...]
Cells = dict[str, dict[Key, int]]
Spans = dict[str, dict[Key, "array[int]"]]


class FoldError(ValueError):
    """Partials that cannot be merged or read; the message says which and what to do."""


class Words(dict[str, str]):
    """Every text once: ``words[text]`` is an equal text, always the same object."""

    def __missing__(self, word: str) -> str:
        self[word] = word
        return word


class Partial(msgspec.Struct):
    """Counts of some days' facts.

    `parts` names the day shards counted (``2026-11-20#3``). `cells` holds, for each measure, count by (path, kind,
    dimensions of `measures.DIMENSIONS`). `spans` holds seconds by (path, kind, dimension of `measures.SPANS`), one
    number for each fact, in no order.
    """

    parts: frozenset[str] = frozenset()
    cells: Cells = {}
    spans: Spans = {}

    @property
    def days(self) -> list[str]:
        """The days that have a part in it."""
        return sorted({part.partition("#")[0] for part in self.parts})


def fold_day(
    day: str, stream: Iterable[bytes], *, shard: str = "0", words: Words | None = None
) -> tuple[Partial, Lists]:
    """Count one shard of a day from its JSON Lines, in memory for one chunk at a time.

    Parameters
    ----------
    day
        the organisation-zone date that all these facts belong to.
    stream
        the bytes of the day object, in pieces of any size.
    shard
        which part of the day this is; parts of one day merge like days.
    words
        shared between calls in one process, to keep every text once.

    Raises
    ------
    FactError
        A line is no fact of this schema.
    """
    folding = _Folding(day, words if words is not None else Words())
    for chunk in chunks(stream):
        folding.add(decode(chunk))
    return folding.partial(shard), folding.lists


def fold_facts(day: str, facts: Iterable[Fact], *, shard: str = "0") -> tuple[Partial, Lists]:
    """As `fold_day`, of facts that are at hand."""
    folding = _Folding(day, Words())
    folding.add(facts)
    return folding.partial(shard), folding.lists


class _Folding:
    """Adds facts of one day to cells, spans and lists."""

    def __init__(self, day: str, words: Words) -> None:
        self.day = day
        self.words = words
        self.cells: dict[str, Counter[Key]] = {}
        self.spans: Spans = {}
        self.lists = Lists()

    def partial(self, shard: str) -> Partial:
        """What has been counted."""
        return Partial(frozenset({f"{self.day}#{shard}"}), dict(self.cells), self.spans)

    def add(self, facts: Iterable[Fact]) -> None:
        """Count these facts."""
        by_type: dict[str, list[Fact]] = {name: [] for name in TYPES}
        try:
            for fact in facts:
                by_type[fact.type].append(fact)
        except KeyError as unknown:
            raise FactError(
                f"day {self.day} has a fact of the unknown type {unknown}; these are known: {', '.join(TYPES)}"
            ) from None
        for name, same in by_type.items():
            if same:
                self._add_type(name, same)
        self.lists.add(self.day, by_type)

    def _add_type(self, name: str, facts: list[Fact]) -> None:
        columns: dict[str, list[str]] = {}

        def column(dimension: str) -> list[str]:
            if dimension not in columns:
                columns[dimension] = self._column(dimension, facts)
            return columns[dimension]

        for measure in OF_TYPE[name]:
            keys = zip(column("path"), column("kind"), *map(column, DIMENSIONS[measure]), strict=True)
            cells = self.cells.setdefault(measure, Counter())
            if name in TAKING_BACK or measure in WEIGHTS:
                weight = WEIGHTS.get(measure, "count")
                for key, fact in zip(keys, facts, strict=True):
                    cells[key] = cells.get(key, 0) + getattr(fact, weight)
            else:
                cells.update(keys)
        if name in SPANS:
            apart = column(SPANS[name]) if SPANS[name] else [""] * len(facts)
            spans = self.spans.setdefault(name, {})
            keys = zip(column("path"), column("kind"), apart, strict=True)
            for key, seconds in zip(keys, map(attrgetter("seconds"), facts), strict=True):
                if seconds >= 0:
                    held = spans.get(key)
                    if held is None:
                        held = spans[key] = array("I")
                    held.append(seconds)

    def _column(self, dimension: str, facts: list[Fact]) -> list[str]:
        """One dimension of all these facts, as shared texts."""
        words, day = self.words, self.day
        if dimension == DAY:
            if facts[0].type != "moved":
                return [words[day]] * len(facts)
            month = day[:7]
            return [words[fact.opened_day if fact.opened_day[:7] == month else day] for fact in facts]
        if dimension == MONTH:
            month = words[day[:7]]
            return [month if fact.due_day[:7] <= month else words[fact.due_day[:7]] for fact in facts]
        if dimension in ("first", "within") and facts[0].type == "deadline":
            # What comes late counts for the month in which it was due, and no more once that is published.
            month = day[:7]
            told = [getattr(fact, dimension) for fact in facts]
            timely = [fact.outcome != "late" or fact.due_day[:7] >= month for fact in facts]
            return ["1" if here and counts else "" for here, counts in zip(told, timely, strict=True)]
        if dimension in ("first", "within", "sheet"):
            return ["1" if getattr(fact, dimension) else "" for fact in facts]
        if dimension in ("rung", "score"):
            return [words[str(getattr(fact, dimension))] for fact in facts]
        return list(map(words.__getitem__, map(attrgetter(dimension), facts)))


def merge(partials: Iterable[Partial]) -> Partial:
    """All of them in one. The arguments stay as they are.

    Raises
    ------
    FoldError
        Two hold the same part: a day would count twice.
    """
    parts: set[str] = set()
    cells: Cells = {}
    spans: Spans = {}
    for partial in partials:
        twice = parts & partial.parts
        if twice:
            raise FoldError(f"{min(twice)} would be counted twice; merge each day shard once")
        parts |= partial.parts
        for measure, more in partial.cells.items():
            into = cells.setdefault(measure, {})
            get = into.get
            for key, count in more.items():
                into[key] = get(key, 0) + count
        for name, longer in partial.spans.items():
            held = spans.setdefault(name, {})
            for key, seconds in longer.items():
                if key not in held:
                    held[key] = array("I")
                held[key].extend(seconds)
    return Partial(frozenset(parts), cells, spans)


def coarsen(partial: Partial) -> Partial:
    """The same with days of receipt summed up to months: what a year is folded from."""
    by_month: dict[Key, int] = {}
    for (path, kind, day), count in partial.cells.get("received.day", {}).items():
        key = (path, kind, day[:7])
        by_month[key] = by_month.get(key, 0) + count
    return Partial(partial.parts, {**partial.cells, "received.day": by_month}, partial.spans)


def headline(partial: Partial) -> Partial:
    """Only what was received, by month and by category: all that the months beside the reported one are needed for."""
    cells = {"received.day": coarsen(partial).cells["received.day"]}
    return Partial(partial.parts, {**cells, "received.category": partial.cells.get("received.category", {})}, {})


def ahead(partials: Iterable[Partial], period: str) -> Partial:
    """The verdicts that are known already of deadlines that fall due after the period (R18); part of later periods.

    `partials` are the period's own and what had been ahead before it. The result has no parts: merge it into what it is
    reported with.
    """
    later: dict[Key, int] = {}
    place = 2 + DIMENSIONS["deadline"].index(MONTH)
    for partial in partials:
        for key, count in partial.cells.get("deadline", {}).items():
            if key[place][: len(period)] > period:
                later[key] = later.get(key, 0) + count
    return Partial(frozenset(), {"deadline": later}, {})


class _Stored(msgspec.Struct):
    """Numbers stay as they are written until their measure or key is asked for: as Python's integers all of them
    together would take five times the room of the bytes."""

    schema: int
    parts: list[str]
    words: list[str]
    cells: dict[str, msgspec.Raw]
    spans: dict[str, list[tuple[tuple[int, int, int], msgspec.Raw]]]


_NUMBERS = msgspec.json.Decoder(list[int]).decode


def encode(partial: Partial) -> bytes:
    """The canonical bytes: sorted, counts of zero left out. Equal facts give equal bytes, however they were folded."""
    cells = {name: {key: n for key, n in table.items() if n} for name, table in partial.cells.items()}
    spans = {name: {key: held for key, held in table.items() if held} for name, table in partial.spans.items()}
    tables: list[Iterable[Key]] = [*cells.values(), *spans.values()]
    words = sorted({word for table in tables for key in table for word in key})
    number = {word: n for n, word in enumerate(words)}
    flat: dict[str, msgspec.Raw] = {}
    for measure, table in cells.items():
        rows = sorted((*map(number.__getitem__, key), count) for key, count in table.items())
        if rows:
            flat[measure] = _raw(list(chain.from_iterable(rows)))
    runs = {
        name: [
            (key, _raw(_runs(held)))
            for key, held in sorted((tuple(map(number.__getitem__, key)), held) for key, held in table.items())
        ]
        for name, table in spans.items()
        if table
    }
    stored = {"schema": SCHEMA, "parts": sorted(partial.parts), "words": words, "cells": flat, "spans": runs}
    return msgspec.json.encode(stored, order="sorted")


def decode_partial(stored: bytes, words: Words | None = None, within: Collection[str] = ()) -> Partial:
    """The partial of stored bytes; where `within` names units (paths), only what was counted for them and below.

    Raises
    ------
    FoldError
        They are no partial of this schema.
    """
    try:
        found = msgspec.json.decode(stored, type=_Stored)
        shared = words if words is not None else Words()
        table = [shared[word] for word in found.words]
        wanted = {n for n, word in enumerate(table) if any(below(word, root) for root in within)} if within else None
        cells = {measure: _cells(measure, _NUMBERS(raw), table, wanted) for measure, raw in found.cells.items()}
        spans = {
            name: {
                tuple(table[n] for n in key): _durations(_NUMBERS(raw))
                for key, raw in rows
                if wanted is None or key[0] in wanted
            }
            for name, rows in found.spans.items()
        }
    except msgspec.DecodeError as wrong:
        raise FoldError(f"this is no partial ({wrong}); fold its days again from their facts") from wrong
    if found.schema != SCHEMA:
        raise FoldError(f"this partial has schema {found.schema}, not {SCHEMA}; fold its days again from their facts")
    return Partial(frozenset(found.parts), cells, spans)


def _cells(measure: str, flat: list[int], table: list[str], wanted: set[int] | None) -> dict[Key, int]:
    """The counts of a measure: its rows lie one after another, each the numbers of its words and then the count."""
    width = 2 + len(DIMENSIONS[measure])
    columns = [flat[place :: width + 1] for place in range(width)]
    texts = zip(*([table[n] for n in column] for column in columns), strict=True)
    counts = zip(texts, flat[width :: width + 1], strict=True)
    if wanted is None:
        return dict(counts)
    return {key: count for path, (key, count) in zip(columns[0], counts, strict=True) if path in wanted}


def _durations(runs: list[int]) -> "array[int]":
    """What `_runs` made the numbers of."""
    seconds, counts = runs[::2], runs[1::2]
    if len(counts) == sum(counts):
        return array("I", seconds)
    return array("I", chain.from_iterable([second] * n for second, n in zip(seconds, counts, strict=True)))


def _raw(numbers: list[int]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(numbers))


def _runs(seconds: "array[int]") -> list[int]:
    """Counts per second: each second followed by how often it occurs, ascending."""
    return list(chain.from_iterable(sorted(Counter(seconds).items())))
