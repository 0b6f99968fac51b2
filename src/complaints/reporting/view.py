"""A unit's view of a partial: everything in its tree summed up, looked up by the names of dimensions."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat

import msgspec

from complaints.reporting.fold import Cells, Key, Partial, Spans
from complaints.reporting.measures import DIMENSIONS, MONTH

Where = str | Collection[str]


class View(msgspec.Struct, frozen=True):
    """The counts of one unit and all below it in one period.

    `months` are the months of the period: verdicts that fall due later are in the facts already but not in the figures
    of this period (R18).
    """

    path: str
    months: frozenset[str]
    cells: Mapping[str, Mapping[Key, int]] = {}
    spans: Mapping[str, Mapping[Key, "array[int]"]] = {}

    def count(self, measure: str, kinds: Collection[str] = (), **where: Where) -> int:
        """How many of a measure: of these kinds (none named: all), with these values of its dimensions.

        Raises `KeyError` for a dimension that the measure does not have.
        """
        return sum(self.by(measure, (), kinds, **where).values())

    def by(
        self, measure: str, dimensions: Iterable[str], kinds: Collection[str] = (), **where: Where
    ) -> dict[Key, int]:
        """Counts by the values of the dimensions named (`kind` is one too), where the other conditions hold."""
        names = ("kind", *DIMENSIONS[measure])
        place = {name: n for n, name in enumerate(names)}
        wanted = [place[name] for name in dimensions]
        tests = [(place[name], {one} if isinstance(one, str) else set(one)) for name, one in where.items()]
        if kinds:
            tests.append((0, set(kinds)))
        if MONTH in place:
            tests.append((place[MONTH], set(self.months)))
        counts: dict[Key, int] = {}
        for key, count in self.cells.get(measure, {}).items():
            if all(key[n] in allowed for n, allowed in tests):
                short = tuple(key[n] for n in wanted)
                counts[short] = counts.get(short, 0) + count
        return {key: count for key, count in counts.items() if count}

    def seconds(self, name: str, kinds: Collection[str] = (), apart: Collection[str] = ()) -> "array[int]":
        """All durations of a span, ascending; `apart` names the wanted values of its dimension (deadline names)."""
        counts: Counter[int] = Counter()
        for (kind, value), held in self.spans.get(name, {}).items():
            if (not kinds or kind in kinds) and (not apart or value in apart):
                counts.update(held)
        # Seconds repeat: sorting each once takes a tenth of the room that a list of millions of them would.
        return array("I", chain.from_iterable(repeat(second, counts[second]) for second in sorted(counts)))


class Tree:
    """A partial laid out by unit, so that the view of any unit is summed up from its own tree only."""

    def __init__(self, partial: Partial, months: Collection[str]) -> None:
        self.months = frozenset(months)
        self._cells: dict[str, Cells] = {}
        self._spans: dict[str, Spans] = {}
        self._views: dict[str, View] = {}
        shared: dict[Key, Key] = {}
        for measure, table in partial.cells.items():
            for key, count in table.items():
                rest = shared.setdefault(key[1:], key[1:])
                self._cells.setdefault(key[0], {}).setdefault(measure, {})[rest] = count
        for name, spans in partial.spans.items():
            for key, held in spans.items():
                self._spans.setdefault(key[0], {}).setdefault(name, {})[key[1:]] = held
        self.paths = sorted(self._cells.keys() | self._spans.keys())

    def view(self, root: str) -> View:
        """The unit `root` with all below it; the empty root is everything."""
        if root not in self._views:
            self._views[root] = self._sum(root)
        return self._views[root]

    def children(self, root: str) -> list[str]:
        """The units right below `root` that have figures, and `root` itself where it has some of its own."""
        start = len(root) + 1 if root else 0
        found = {root} if root in self._cells else set()
        for path in self._below(root):
            end = path.find("/", start)
            found.add(path if end < 0 else path[:end])
        return sorted(found)

    def own(self, root: str) -> View:
        """The unit without what lies below it."""
        return View(root, self.months, self._cells.get(root, {}), self._spans.get(root, {}))

    def _below(self, root: str) -> list[str]:
        if not root:
            return self.paths
        # "0" follows "/" in order, so this is every path that begins with "root/".
        return self.paths[bisect_left(self.paths, root + "/") : bisect_left(self.paths, root + "0")]

    def _sum(self, root: str) -> View:
        cells: Cells = {}
        paths = self._below(root)
        wanted = [root, *paths] if root else paths
        for path in wanted:
            for measure, table in self._cells.get(path, {}).items():
                into = cells.setdefault(measure, {})
                for key, count in table.items():
                    into[key] = into.get(key, 0) + count
        return View(root, self.months, cells, _Below([self._spans[path] for path in wanted if path in self._spans]))


class _Below(Mapping[str, Mapping[Key, "array[int]"]]):
    """The durations of several units together, put together when they are asked for: a view of a whole country would
    else hold every duration of every unit a second time."""

    def __init__(self, units: Sequence[Spans]) -> None:
        self._units = units

    def __getitem__(self, name: str) -> Mapping[Key, "array[int]"]:
        found: dict[Key, array[int]] = {}
        for unit in self._units:
            for key, seconds in unit.get(name, {}).items():
                if key not in found:
                    found[key] = array("I")
                found[key].extend(seconds)
        if not found:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({name for unit in self._units for name in unit}))

    def __len__(self) -> int:
        return len({name for unit in self._units for name in unit})
