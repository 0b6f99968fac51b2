"""What a row says: a case with its instants, its place and its verdicts, or why the row cannot be used."""

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Pairs
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from complaints.history.cells import code_of, instant_of, seconds_of
from complaints.history.mapping import Columns, Mapping, Take, Verdict, parts
from complaints.history.tables import Record

Read = Callable[[Pairs[str, str]], str]
_CLOCK = re.compile("[:：时点]")


class RowError(ValueError):
    """A row that cannot be used: the column, its value, what is wrong with it and what to do."""

    def __init__(self, column: str, problem: str, value: str | None = None) -> None:
        self.column, self.problem, self.value = column, problem, value
        told = f"{column}: " if column else ""
        super().__init__(told + (f"{_short(value)!r} {problem}" if value is not None else problem))


class Kept(msgspec.Struct, frozen=True, gc=False):
    """A deadline of a case: its name, ``met`` or ``missed``, when it was due if that is known."""

    deadline: str
    outcome: str
    due: datetime | None


class Case(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A case of the time before. Instants are aware UTC in whole seconds; `took` is seconds, -1: unknown."""

    number: int
    reference: str
    path: str
    kind: str
    category: str
    channel: str
    cause: str
    severity: str
    region: str
    outcome: str
    score: int
    disputed: bool
    opened: datetime
    closed: datetime | None
    is_closed: bool
    took: int
    verdicts: tuple[Kept, ...]


class CaseReader:
    """Makes cases of rows.

    Parameters
    ----------
    mapping
        what the columns mean.
    now
        an aware instant: nothing in the file can have happened after it, nor after the mapping's `as_of`.
    name
        of the import: rows without a reference are named by it and their number.
    """

    def __init__(self, mapping: Mapping, now: datetime, name: str = "") -> None:
        self.mapping, self.name = mapping, name
        self.zone = ZoneInfo(mapping.zone)
        self.as_of = self._aware(datetime.fromisoformat(mapping.as_of)) if mapping.as_of else None
        if self.as_of is not None and len(mapping.as_of) == 10:
            self.as_of += timedelta(days=1)  # to the end of that day
        self.latest = min(now, self.as_of) if self.as_of else now
        self._empty = frozenset(mapping.empty)
        self._levels = [(self._taker(level), level) for level in mapping.path]
        names = ("kind", "category", "channel", "cause", "severity", "region", "outcome")
        self._texts = [(name, self._taker(getattr(mapping, name))) for name in names]
        self._status, self._score = self._taker(mapping.status), self._taker(mapping.score)
        self._disputed = self._taker(mapping.disputed)
        self._verdicts = [(verdict, self._taker(verdict.verdict)) for verdict in mapping.verdicts]
        self._conditions = [(one.column, frozenset(one.is_), frozenset(one.is_not)) for one in mapping.where]
        self._parse = lru_cache(maxsize=65_536)(self._parsed)

    def counts(self, record: Record) -> bool:
        """Whether the mapping's `where` lets a row count."""
        return all(
            (not wanted or record.cells.get(column) in wanted) and record.cells.get(column) not in unwanted
            for column, wanted, unwanted in self._conditions
        )

    def case(self, record: Record) -> Case:
        """The case of a row. Raises `RowError`."""
        if record.problem:
            raise RowError("", record.problem)
        row = record.cells
        mapping = self.mapping
        opened = self._instant(row, mapping.received_at)
        if opened is None:
            raise RowError(_named(mapping.received_at), "no date of receipt")
        closed, is_closed = self._closing(row, opened)
        took = int((closed - opened).total_seconds()) if closed else -1
        return Case(
            number=record.number,
            reference=self._reference(row, record.number),
            path=self._path(row),
            **{name: read(row) for name, read in self._texts},
            score=self._stars(row),
            disputed=self._disputed(row) == "disputed",
            opened=opened,
            closed=closed,
            is_closed=is_closed,
            took=max(took, -1),
            verdicts=tuple(self._judged(row, opened, closed)),
        )

    # -- parts of a case --------------------------------------------------------------------------------------

    def _reference(self, row: Pairs[str, str], number: int) -> str:
        columns = parts(self.mapping.reference)
        if not columns:
            return f"{self.name}-{number}" if self.name else str(number)
        found = "-".join(self._cell(row, column) for column in columns)
        if not found.strip("-"):
            raise RowError(_named(self.mapping.reference), "no reference")
        return _plain(found)

    def _path(self, row: Pairs[str, str]) -> str:
        found: list[str] = []
        for read, level in self._levels:
            unit = _plain(read(row))
            if not unit:
                if level.optional:
                    break
                raise RowError(level.column, "no unit: give the level a `default`, or make it `optional`")
            found.append(unit)
        return "/".join(found)

    def _closing(self, row: Pairs[str, str], opened: datetime) -> tuple[datetime | None, bool]:
        """When the case was closed, if that is known, and whether it was: `status` decides before the instant."""
        mapping = self.mapping
        closed = self._instant(row, mapping.closed_at) if mapping.closed_at else None
        if mapping.duration is not None and (value := self._cell(row, mapping.duration.column)):
            try:
                closed = opened + timedelta(seconds=seconds_of(value, mapping.duration.unit))
            except (ValueError, OverflowError):
                problem = f"is no duration in {mapping.duration.unit} nor one such as 3天2小时, 2 d 4 h, 26:30"
                raise RowError(mapping.duration.column, problem, value) from None
            self._not_later(closed, mapping.duration.column, value)
        status = self._status(row)
        if status not in ("open", "closed", ""):
            value = self._cell(row, mapping.status.column) or status
            raise RowError(mapping.status.column, "is neither open nor closed: add it to the `map` of `status`", value)
        if status:
            return (closed if status == "closed" else None), status == "closed"
        by_outcome = not (mapping.closed_at or mapping.duration or mapping.status.column)
        return closed, closed is not None or (by_outcome and bool(self._outcome(row)))

    def _outcome(self, row: Pairs[str, str]) -> str:
        return next(read(row) for name, read in self._texts if name == "outcome")

    def _judged(self, row: Pairs[str, str], opened: datetime, closed: datetime | None) -> Iterator[Kept]:
        for verdict, read in self._verdicts:
            kept = self._kept(row, verdict, read, opened, closed)
            if kept is not None:
                yield kept

    def _kept(
        self, row: Pairs[str, str], verdict: Verdict, read: Read, opened: datetime, closed: datetime | None
    ) -> Kept | None:
        due = self._instant(row, verdict.due_at, due=True) if verdict.due_at else None
        if verdict.hours:
            due = opened + timedelta(hours=verdict.hours)
        outcome = read(row)
        if outcome not in ("met", "missed", ""):
            take = verdict.verdict
            problem = "is neither met nor missed: add it to the `map` (as an empty text if it says nothing)"
            raise RowError(take.column, problem, self._cell(row, take.column))
        if not outcome and due is not None:
            if closed is not None:
                outcome = "met" if closed <= due else "missed"
            elif self.as_of is not None and due <= self.as_of and not self._closing(row, opened)[1]:
                outcome = "missed"
        return Kept(verdict.deadline, outcome, due) if outcome else None

    def _stars(self, row: Pairs[str, str]) -> int:
        value = self._score(row)
        if not value:
            return 0
        column = self.mapping.score.column
        try:
            score = float(value)
        except ValueError:
            raise RowError(column, "is no score: say in the `map` of `score` which number it is", value) from None
        if score not in (1, 2, 3, 4, 5):
            raise RowError(column, "is no score from 1 to 5: say in the `map` of `score` which one it is", value)
        return int(score)

    # -- cells --------------------------------------------------------------------------------------------------

    def _cell(self, row: Pairs[str, str], column: str) -> str:
        value = row.get(column, "")
        return "" if value in self._empty else value

    def _taker(self, take: Take) -> Read:
        """How a value is taken from a row, worked out once."""
        if not take.column:
            return lambda row, default=take.default: default  # type: ignore[misc]  # bound here
        pattern = re.compile(take.pattern) if take.pattern else None

        @lru_cache(maxsize=65_536)
        def read(value: str) -> str:
            given = value
            if pattern is not None:
                found = pattern.search(value)
                value = (found[1] or "" if pattern.groups else found[0]).strip() if found else ""
            if take.code:
                value = code_of(value)
            if value in take.map:
                return take.map[value]
            if take.strict and value:
                raise RowError(take.column, f"is none of {', '.join(sorted(take.map))}: add it to the `map`", given)
            return value or take.default

        return lambda row: read(self._cell(row, take.column))

    def _instant(self, row: Pairs[str, str], columns: Columns, *, due: bool = False) -> datetime | None:
        value = " ".join(filter(None, (self._cell(row, column) for column in parts(columns))))
        if not value:
            return None
        try:
            found = self._parse(value)
        except (ValueError, OverflowError):
            problem = "is no date or instant: add its form to `instants`, or the value to `empty` if it says nothing"
            raise RowError(_named(columns), problem, value) from None
        if not due:
            self._not_later(found, _named(columns), value)
        elif not _CLOCK.search(value) and (local := found.astimezone(self.zone)).time() == time():
            return local.replace(hour=23, minute=59, second=59).astimezone(UTC)  # due on a day is due by its end
        return found

    def _parsed(self, value: str) -> datetime:
        return self._aware(instant_of(value, self.mapping.instants))

    def _aware(self, found: datetime) -> datetime:
        return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC).replace(microsecond=0)

    def _not_later(self, at: datetime, column: str, value: str) -> None:
        if at > self.latest:
            last = self.latest.astimezone(self.zone)
            raise RowError(column, f"lies after {last:%Y-%m-%d %H:%M}, when the rows ended: correct it", value)


def _named(columns: Columns) -> str:
    return " + ".join(parts(columns))


def _plain(value: str) -> str:
    """A reference or unit id that fits into paths and lists: no slash, no tab, no line end."""
    if value.isprintable() and "/" not in value:
        return value
    return "".join("∕" if letter == "/" else " " if letter < " " else letter for letter in value)


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:57]}..."
