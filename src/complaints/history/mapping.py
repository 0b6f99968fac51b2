"""The mapping: what the columns of somebody else's rows mean. It is data, written as JSON (`docs/import.md`)."""

import codecs
import re
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

Columns = str | tuple[str, ...]
"""A column, or several whose cells are read together (a date and a time, a year and a number)."""

EPOCHS = ("epoch", "epoch_ms", "excel")
"""Forms of instants that are numbers: seconds or milliseconds since 1970 (UTC), days as spreadsheets count them."""


class MappingError(ValueError):
    """A mapping that cannot be used: the place in it, what is wrong, what to write."""


class Take(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value of a row: the column, what its values are called here (`map`), and what an empty one reads (`default`).

    `pattern` is a regular expression: the value is its first group (or all that it matches), nothing where it does not
    match. A `code` is made plain (no full-width letters) and upper-case. Without a column the default is the value of
    every row. With `strict` a value that is not in `map` is refused.
    """

    column: str = ""
    pattern: str = ""
    code: bool = False
    map: dict[str, str] = {}
    default: str = ""
    strict: bool = False


class Level(Take, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A level of the path of units. Where an `optional` one is empty the path ends above it."""

    optional: bool = False


class Duration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a case took, from receipt to closing: a number of `unit`, or a text such as 3天2小时, 2 d 4 h, 26:30."""

    column: str
    unit: Literal["days", "hours", "minutes", "seconds"] = "hours"


class Verdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether a deadline of the row was kept: its name here, and the column with the verdict, whose values read
    ``met``, ``missed`` or nothing; or the column with the due instant, or so many `hours` after receipt, held against
    closing.
    """

    deadline: str
    verdict: Take = Take()
    due_at: Columns = ""
    hours: float = 0


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rows count: those whose cell `is` one of these, or `is_not`."""

    column: str
    is_: tuple[str, ...] = msgspec.field(default=(), name="is")
    is_not: tuple[str, ...] = ()


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the columns of somebody else's rows mean.

    Instants are RFC 3339 or written year first (2023/1/5 9:03, 2023年1月5日 下午2:03, 20230105), or as `instants` says:
    `strptime` formats or `EPOCHS`, tried in their order before. Without an offset they are meant in `zone`, and a date
    is that day there. `path` gives the unit ids from the root down. `as_of` is the instant at which the rows were
    exported: nothing can have happened after it, and what was due and open by then was missed.
    """

    format: Literal["csv", "jsonl", "json", "xlsx"]
    zone: str
    received_at: Columns
    path: tuple[Level, ...]
    kind: Take
    reference: Columns = ""
    repeated: Literal["first", "last", "each"] = "first"
    closed_at: Columns = ""
    duration: Duration | None = None
    status: Take = Take()
    category: Take = Take()
    channel: Take = Take()
    cause: Take = Take()
    severity: Take = Take()
    region: Take = Take()
    outcome: Take = Take()
    score: Take = Take()
    disputed: Take = Take()
    verdicts: tuple[Verdict, ...] = ()
    where: tuple[Condition, ...] = ()
    instants: tuple[str, ...] = ()
    as_of: str = ""
    empty: tuple[str, ...] = ()
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    quote: str = '"'
    header: int = 1
    sheet: str = ""
    member: str = ""
    rows: str = ""


def read_mapping(stored: bytes) -> Mapping:
    """A mapping from JSON.

    Raises
    ------
    MappingError
        It is no mapping; the message names the place and what may stand there.
    """
    try:
        mapping = msgspec.json.decode(stored, type=Mapping)
    except msgspec.ValidationError as wrong:
        raise MappingError(_told(str(wrong))) from wrong
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise MappingError(f"this is not JSON in UTF-8: {wrong}") from wrong
    for place, problem in _problems(mapping):
        raise MappingError(f"{place}: {problem}")
    return mapping


def columns_of(mapping: Mapping) -> dict[str, str]:
    """Every column that the mapping reads -> the first place in the mapping that reads it."""
    found: dict[str, str] = {}
    for place in ("reference", "received_at", "closed_at"):
        for column in parts(getattr(mapping, place)):
            found.setdefault(column, place)
    for place, take in _takes(mapping):
        found.setdefault(take.column, place)
    if mapping.duration is not None:
        found.setdefault(mapping.duration.column, "duration")
    for n, verdict in enumerate(mapping.verdicts):
        for column in parts(verdict.due_at):
            found.setdefault(column, f"verdicts[{n}].due_at")
    for n, condition in enumerate(mapping.where):
        found.setdefault(condition.column, f"where[{n}]")
    found.pop("", None)
    return found


def parts(columns: Columns) -> tuple[str, ...]:
    """One column or several, as several; none of an empty one."""
    return ((columns,) if columns else ()) if isinstance(columns, str) else columns


_TAKES = ["kind", "status", "category", "channel", "cause", "severity", "region", "outcome", "score", "disputed"]


def _takes(mapping: Mapping) -> Iterator[tuple[str, Take]]:
    for name in _TAKES:
        yield name, getattr(mapping, name)
    for n, level in enumerate(mapping.path):
        yield f"path[{n}]", level
    for n, verdict in enumerate(mapping.verdicts):
        yield f"verdicts[{n}].verdict", verdict.verdict


def _problems(mapping: Mapping) -> Iterator[tuple[str, str]]:
    try:
        ZoneInfo(mapping.zone)
    except (KeyError, ValueError, OSError):
        yield "zone", f"there is no time zone {mapping.zone!r}; write one such as Asia/Shanghai or Europe/London"
    try:
        codecs.lookup(mapping.encoding)
    except LookupError:
        yield "encoding", f"there is no encoding {mapping.encoding!r}; write utf-8-sig, gb18030 or utf-16"
    if not parts(mapping.received_at):
        yield "received_at", "name the column with the date of receipt"
    if not mapping.path:
        yield "path", 'give the units from the root down, such as [{"default": "hq"}, {"column": "unit"}]'
    for place in ("delimiter", "quote"):
        if len(getattr(mapping, place)) != 1 and not (place == "quote" and not mapping.quote):
            yield place, f"{getattr(mapping, place)!r} is not one character"
    if mapping.header < 0:
        yield "header", "the line of the headings is 1 or more, or 0: there are none"
    for n, form in enumerate(mapping.instants):
        if form not in EPOCHS and not re.search("%[a-zA-Z]", form):
            yield f"instants[{n}]", f"{form!r} is no strptime format such as %d/%m/%Y %H:%M, nor {', '.join(EPOCHS)}"
    if mapping.as_of and not _is_instant(mapping.as_of):
        yield "as_of", f"{mapping.as_of!r} is no date or instant such as 2023-12-31"
    for place, take in _takes(mapping):
        try:
            re.compile(take.pattern)
        except re.error as wrong:
            yield f"{place}.pattern", f"{take.pattern!r} is no regular expression: {wrong}"
        if take.strict and not take.map:
            yield f"{place}.strict", "without a `map` there is nothing to be strict about"
        if not take.column and (take.pattern or take.map):
            yield place, "has no `column` to read"
    if mapping.duration is not None and mapping.closed_at:
        yield "duration", "with `closed_at` the duration is known: leave one of them out"
    for n, verdict in enumerate(mapping.verdicts):
        if not (verdict.verdict.column or verdict.due_at or verdict.hours):
            yield f"verdicts[{n}]", "say `verdict`, `due_at` or `hours`"
        if verdict.due_at and verdict.hours:
            yield f"verdicts[{n}]", "`due_at` and `hours` both say when it was due: leave one of them out"
    for n, condition in enumerate(mapping.where):
        if bool(condition.is_) == bool(condition.is_not):
            yield f"where[{n}]", "say either `is` or `is_not`, with the values of the cell"


def _is_instant(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _told(wrong: str) -> str:
    """What msgspec says, with the keys that may stand there where one is unknown."""
    unknown = re.search(r"unknown field `(.+?)`(?: - at `\$\.?(.*)`)?", wrong)
    if unknown is None:
        return wrong
    key, place = unknown[1], unknown[2] or ""
    known = _keys(_type_at(place))
    near = get_close_matches(key, known, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
    return f"{f'{place}.{key}' if place else key}: there is no such key; {hint}"


def _type_at(place: str) -> Any:
    first = re.split(r"[.\[]", place)[0]
    if place.endswith(".verdict"):
        return Take
    kinds = {"": Mapping, "path": Level, "verdicts": Verdict, "where": Condition, "duration": Duration}
    return kinds.get(first, Take)


def _keys(struct: Any) -> list[str]:
    return list(struct.__struct_encode_fields__)
