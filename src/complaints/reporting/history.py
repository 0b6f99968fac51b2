"""Cases of the time before: rows of CSV or JSON Lines become day facts, by a mapping that is data.

The rows are read as a stream in batches. A batch says how many rows have been read, so that an import goes on where it
was interrupted (`after`): the same rows give the same batches and the same facts. A row that cannot be used is kept as
it was, with its number and the reason, and stops nothing. History starts no deadline and tells nobody.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from complaints.reporting.facts import Fact, chunks, instant

LONGEST_FIELD = 10_000_000
"""Characters of one CSV field: a complaint's text may be long."""


class RowError(ValueError):
    """A row that cannot be used: which field, what is wrong with it."""


class Take(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a row: the column, what its values are called here (`map`), and what an empty one reads (`default`).

    Without a column the default is the value of every row. With `strict` a value that is not in `map` is refused.
    """

    column: str = ""
    map: dict[str, str] = {}
    default: str = ""
    strict: bool = False


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a deadline of the row was kept: the deadline's name here, and the column with the verdict, whose values
    read (``met``, ``missed``; anything else is none), or the column with the due instant, held against closing."""

    deadline: str
    verdict: Take = msgspec.field(default_factory=Take)
    due_at: str = ""


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """What the columns of somebody else's rows mean.

    Instants are RFC 3339, a date, or what `instants` says as `strptime` formats; without an offset they are meant in
    `zone`, and a date is that day there. `path` gives the unit ids from the root down.
    """

    format: Literal["csv", "jsonl"]
    zone: str
    reference: str
    received_at: str
    path: tuple[Take, ...]
    kind: Take
    closed_at: str = ""
    category: Take = msgspec.field(default_factory=Take)
    channel: Take = msgspec.field(default_factory=Take)
    cause: Take = msgspec.field(default_factory=Take)
    severity: Take = msgspec.field(default_factory=Take)
    region: Take = msgspec.field(default_factory=Take)
    outcome: Take = msgspec.field(default_factory=Take)
    score: Take = msgspec.field(default_factory=Take)
    disputed: Take = msgspec.field(default_factory=Take)
    verdicts: tuple[Verdict, ...] = ()
    instants: tuple[str, ...] = ()
    encoding: str = "utf-8-sig"
    delimiter: str = ","


class BadRow(msgspec.Struct, frozen=True):
    """A row that was left out: its number from 1, why, and the row itself."""

    number: int
    reason: str
    row: str


class Batch(msgspec.Struct, frozen=True):
    """What some rows came to. `read` is the position to go on from; `number` names the batch."""

    number: int
    read: int
    facts: dict[str, list[Fact]]
    bad: tuple[BadRow, ...]


def read_mapping(stored: bytes) -> Mapping:
    """A mapping from JSON.

    Raises
    ------
    msgspec.ValidationError
        It is no mapping; the message names the place.
    """
    return msgspec.json.decode(stored, type=Mapping)


def import_history(stream: Iterable[bytes], mapping: Mapping, *, after: int = 0, size: int = 20_000) -> Iterator[Batch]:
    """Facts by day, `size` rows at a time.

    Parameters
    ----------
    stream
        the file's bytes, in pieces of any size.
    after
        rows that were imported before (`Batch.read` of the last batch that was kept): they are passed over. It must be
        a multiple of `size`, which stays the same throughout an import.

    Raises
    ------
    ValueError
        `after` is no such multiple.
    """
    if after % size:
        raise ValueError(
            f"an import in steps of {size} rows cannot go on after row {after}; take the last batch's `read`"
        )
    reader = _Reader(mapping)
    facts: dict[str, list[Fact]] = {}
    bad: list[BadRow] = []
    number = 0
    for number, (row, raw) in enumerate(reader.rows(stream), start=1):
        if number <= after:
            continue
        try:
            if isinstance(row, str):
                raise RowError(row)
            for day, fact in reader.facts(row):
                facts.setdefault(day, []).append(fact)
        except RowError as wrong:
            bad.append(BadRow(number, str(wrong), raw))
        if number % size == 0:
            yield Batch(number // size, number, facts, tuple(bad))
            facts, bad = {}, []
    if facts or bad:
        yield Batch(number // size + 1, number, facts, tuple(bad))


Row = dict[str, Any]


class _Reader:
    """Reads rows and makes their facts."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.zone = ZoneInfo(mapping.zone)

    # -- rows ----------------------------------------------------------------------------------------------

    def rows(self, stream: Iterable[bytes]) -> Iterator[tuple[Row | str, str]]:
        """Each row, or why it is none, with the row as it was."""
        return self._csv(stream) if self.mapping.format == "csv" else self._json_lines(stream)

    def _json_lines(self, stream: Iterable[bytes]) -> Iterator[tuple[Row | str, str]]:
        for chunk in chunks(stream):
            for line in chunk.split(b"\n"):
                if not line.strip():
                    continue
                raw = line.decode("utf-8", "replace")
                try:
                    row = msgspec.json.decode(line.removeprefix(codecs.BOM_UTF8))
                except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
                    yield f"not JSON: {wrong}", raw
                    continue
                yield (row if isinstance(row, dict) else "not an object"), raw

    def _csv(self, stream: Iterable[bytes]) -> Iterator[tuple[Row | str, str]]:
        csv.field_size_limit(LONGEST_FIELD)
        decode = codecs.getincrementaldecoder(self.mapping.encoding)("replace")
        reader = csv.reader(_lines(decode.decode(piece) for piece in stream), delimiter=self.mapping.delimiter)
        names = next(reader, [])
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as wrong:
                yield f"not CSV: {wrong}", ""
                continue
            if cells is None:
                return
            raw = self.mapping.delimiter.join(cells)
            if not cells:
                continue
            if len(cells) != len(names):
                yield f"{len(cells)} cells under {len(names)} columns", raw
            else:
                yield dict(zip(names, cells, strict=True)), raw

    # -- facts ---------------------------------------------------------------------------------------------

    def facts(self, row: Row) -> Iterator[tuple[str, Fact]]:
        """The facts of a row with the day that each belongs to. Raises `RowError`."""
        mapping = self.mapping
        reference = _plain(_text(row, mapping.reference))
        if not reference:
            raise RowError(f"{mapping.reference}: no reference")
        opened = self._instant(row, mapping.received_at)
        if opened is None:
            raise RowError(f"{mapping.received_at}: no date of receipt")
        closed = self._instant(row, mapping.closed_at) if mapping.closed_at else None
        path = [_plain(self._take(row, take)) for take in mapping.path]
        if not all(path):
            raise RowError(f"no unit in {', '.join(take.column for take in mapping.path)}")
        score = self._score(row)
        outcome = self._take(row, mapping.outcome)
        is_closed = closed is not None or (not mapping.closed_at and bool(outcome))
        common: dict[str, Any] = {
            "reference": reference,
            "path": "/".join(path),
            "kind": self._take(row, mapping.kind),
            "category": self._take(row, mapping.category),
            "channel": self._take(row, mapping.channel),
            "cause": self._take(row, mapping.cause),
            "severity": self._take(row, mapping.severity),
            "region": self._take(row, mapping.region),
            "origin": "import",
            "phase": "closed" if is_closed else "open",
            "opened_at": instant(opened),
            "opened_day": self._day(opened),
            "handled_day": self._day(closed) if closed else "",
            "score": score,
        }
        took = int((closed - opened).total_seconds()) if closed else -1
        # A closing before the receipt is an error of the source: it counts, but no duration is made of it.
        yield self._at(opened, type="received", seq=1, **common)
        for part, verdict in enumerate(mapping.verdicts):
            yield from self._verdict(row, verdict, opened, closed, part, common)
        if is_closed:
            ended = closed or opened
            yield self._at(ended, type="closed", seq=3, outcome=outcome or "closed", seconds=max(took, -1), **common)
        if score:
            yield self._at(closed or opened, type="rated", seq=4, **common)
        if self._take(row, mapping.disputed) == "disputed":
            yield self._at(closed or opened, type="disputed", seq=5, **common)

    def _verdict(
        self, row: Row, verdict: Verdict, opened: datetime, closed: datetime | None, part: int, common: dict[str, Any]
    ) -> Iterator[tuple[str, Fact]]:
        due = self._instant(row, verdict.due_at) if verdict.due_at else None
        outcome = self._take(row, verdict.verdict)
        if not outcome and due is not None and closed is not None:
            outcome = "met" if closed <= due else "missed"
        if outcome not in ("met", "missed"):
            return
        took = int((closed - opened).total_seconds()) if closed else -1
        counts_at = due if due is not None and outcome == "missed" else closed or opened
        yield self._at(
            counts_at,
            type="deadline",
            seq=2,
            part=part,
            deadline=verdict.deadline,
            due_at=instant(due) if due else "",
            due_day=self._day(due) if due else "",
            outcome=outcome,
            seconds=max(took, -1),
            **common,
        )

    def _at(self, at: datetime, **fields: Any) -> tuple[str, Fact]:
        return self._day(at), Fact(at=instant(at), recorded_at=instant(at), **fields)

    def _day(self, at: datetime) -> str:
        return at.astimezone(self.zone).date().isoformat()

    def _take(self, row: Row, take: Take) -> str:
        value = _text(row, take.column) if take.column else ""
        if take.map and value in take.map:
            return take.map[value]
        if take.map and take.strict and value:
            raise RowError(f"{take.column}: {value!r} is none of {', '.join(sorted(take.map))}")
        return ("" if take.map and take.strict else value) or take.default

    def _score(self, row: Row) -> int:
        value = self._take(row, self.mapping.score)
        if not value:
            return 0
        try:
            score = float(value)
        except ValueError:
            raise RowError(f"{self.mapping.score.column}: {value!r} is no score") from None
        if score not in (1, 2, 3, 4, 5):
            raise RowError(f"{self.mapping.score.column}: {value!r} is no score from 1 to 5")
        return int(score)

    def _instant(self, row: Row, column: str) -> datetime | None:
        value = _text(row, column)
        if not value:
            return None
        try:
            found = self._parse(value)
            return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC).replace(microsecond=0)
        except (ValueError, OverflowError):
            raise RowError(f"{column}: {value!r} is no date or instant") from None

    def _parse(self, value: str) -> datetime:
        for form in self.mapping.instants:
            try:
                return datetime.strptime(value, form)  # noqa: DTZ007  # the caller gives it the mapping's zone
            except ValueError:
                continue
        if len(value) == 10:
            return datetime.combine(date.fromisoformat(value), time())
        return datetime.fromisoformat(value)


def _text(row: Row, column: str) -> str:
    """A cell as text: nothing for null, ``true`` and ``false`` for truth values."""
    value = row.get(column)
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def _plain(value: str) -> str:
    """A reference or unit id that fits into paths and lists: no slash, no tab, no line end."""
    return "".join("∕" if letter == "/" else " " if letter < " " else letter for letter in value)


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """The lines of decoded pieces with their ends, cut at line feeds only, so that a field keeps the rest."""
    held = ""
    for piece in pieces:
        held += piece
        *whole, held = held.split("\n")
        yield from (line + "\n" for line in whole)
    if held:
        yield held
