"""A draft of a mapping for an unknown file: its format, encoding and separator, what its headings and values tell."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from complaints.history.cells import code_of, heading_of
from complaints.history.forms import NUMBER, forms_of
from complaints.history.mapping import Mapping
from complaints.history.notes import SHOWN, Note, note
from complaints.history.shape import Sample, sample_of, shape_of
from complaints.history.tables import TableError, open_content
from complaints.history.words import headings_for, words

_CODES = re.compile("[A-Za-z]{0,4}[0-9]+(?:[,;，；、 ]+[A-Za-z]{0,4}[0-9]+)*[,;，；、]?")


_BETWEEN = re.compile("[,;，；、]")
_CODES = re.compile("[A-Za-z]{0,4}[0-9]+(?:[,;，；、 ]+[A-Za-z]{0,4}[0-9]+)*[,;，；、]?")
_LONGEST_NAME = 60


@dataclass(slots=True)
class Draft:
    """A draft as it is written, with what is to be known of it."""

    mapping: dict[str, Any]
    notes: list[Note] = field(default_factory=list)


def draft(file: BinaryIO, *, root: str, kind: str, deadline: str) -> Draft:
    """A draft for a file, from its first rows.

    Parameters
    ----------
    root, kind, deadline
        the organisation's root, the kind of case of every row, and the deadline that its verdicts are of.

    Raises
    ------
    TableError
        The file is of a kind that cannot be read, or no column looks like the date of receipt.
    """
    if not open_content(file).read(1):
        raise TableError("the file is empty")
    shape = shape_of(file)
    sample = sample_of(file, shape)
    made = Draft(shape)
    made.notes.append(note("draft.looked_at", columns=len(sample.columns), rows=sample.rows))
    _fill(made, sample, root, kind, deadline)
    return made


def _best(sample: Sample, meaning: str, taken: Collection[str]) -> Iterator[str]:
    """Columns whose heading may have a meaning, the likeliest first: the same words, then words within."""
    wanted = [heading_of(word) for word in headings_for(meaning)]
    ranked = []
    for place, column in enumerate(sample.columns):
        if column in taken:
            continue
        name = heading_of(column.rpartition(".")[2]).replace("_", "")
        whole = next((n for n, word in enumerate(wanted) if word.replace("_", "") == name), None)
        longer = (n for n, word in enumerate(wanted) if len(word) > 1 and not word.isascii() and word in name)
        within = next(longer, None)
        if whole is not None:
            ranked.append((0, whole, place, column))
        elif within is not None:
            ranked.append((1, within, place, column))
    return (column for *_, column in sorted(ranked))


def _fill(made: Draft, sample: Sample, root: str, kind: str, deadline: str) -> None:
    mapping, notes = made.mapping, made.notes
    chinese = any(not column.isascii() for column in sample.columns)
    mapping["zone"] = "Asia/Shanghai" if chinese else "UTC"
    if not chinese:
        notes.append(note("draft.zone_unknown"))
    taken: set[str] = set()
    forms: list[str] = []

    def take(meaning: str, *, dates: bool = False) -> str:
        for column in _best(sample, meaning, taken):
            values = sample.filled(column)
            if not values:
                continue
            found = forms_of(values) if dates else []
            if found is None:
                continue
            forms.extend(form for form in found if form not in forms)
            taken.add(column)
            return column
        return ""

    reference = take("reference")
    if not any(sample.columns):
        raise TableError("this is no table: give CSV with a line of headings, JSON Lines, JSON or .xlsx")
    received = take("received_at", dates=True) or _any_date(sample, taken, forms)
    if not received:
        raise TableError(f"no column looks like a date of receipt among {', '.join(sample.columns)}: write it by hand")
    if reference:
        mapping["reference"] = reference
        _doubts_of_reference(made, sample, reference)
    else:
        notes.append(note("draft.no_reference"))
    mapping["received_at"] = received
    closed, due = take("closed_at", dates=True), take("due_at", dates=True)
    if closed:
        mapping["closed_at"] = closed
    elif duration := take("duration"):
        mapping["duration"] = {"column": duration, "unit": _unit(duration)}
    for meaning in ("status", "kind", "category", "channel", "cause", "severity", "outcome", "score", "disputed"):
        if (column := take(meaning)) and (found := _read(meaning, column, sample, notes)):
            mapping[meaning] = found
    if "outcome" in mapping and not mapping.keys() & {"closed_at", "duration", "status"}:
        column = mapping["outcome"]["column"]
        waiting = {value: "" for value in sample.filled(column) if value.casefold() in words("open")}
        mapping["outcome"] |= {"map": waiting} if waiting else {}
        notes.append(note("draft.closed_by_outcome", column=column))
    mapping.setdefault("kind", {"default": kind})
    if "column" in mapping["kind"]:
        column = mapping["kind"]["column"]
        values = Counter(sample.filled(column))
        aside = sorted(value for value in values if value.casefold() in words("aside"))
        if aside:
            mapping.setdefault("where", []).append({"column": column, "is_not": aside})
            notes.append(note("draft.no_complaints", column=column, values=tuple(aside)))
        mapping["kind"]["map"] = {value: kind for value in values if value not in aside}
        notes.append(note("draft.one_kind", values=tuple(mapping["kind"]["map"]), kind=kind))
    unit = take("unit")
    mapping["path"] = [{"default": root}, *([{"column": unit, "default": "(none)"}] if unit else [])]
    if not unit:
        notes.append(note("draft.no_unit", root=root))
    if region := take("region"):
        mapping["region"] = {"column": region}
    _verdict(mapping, due, deadline, take, sample, notes)
    if forms:
        mapping["instants"] = forms
        _doubts_of_dates(made, forms)
    empty = {v for c in taken for v in sample.columns[c] if v and v.casefold() in words("empty")}
    if empty:
        mapping["empty"] = sorted(empty)
    left = [column for column in sample.columns if column not in taken and len(sample.columns) <= 40]
    notes += [note("draft.not_read", column=column) for column in left]
    _ordered(mapping)


def _doubts_of_reference(made: Draft, sample: Sample, column: str) -> None:
    values = sample.columns[column]
    totals = sorted({value for value in values if value.casefold() in words("total")})
    if totals:
        made.mapping["where"] = [{"column": column, "is_not": totals}]
        made.notes.append(note("draft.sums", column=column, values=tuple(totals)))
    several = len(values) - len(set(values))
    if several:
        made.mapping["repeated"] = "last"
        made.notes.append(note("draft.repeated", column=column, rows=several))


def _doubts_of_dates(made: Draft, forms: Sequence[str]) -> None:
    doubtful = [form for form in forms if form.startswith(("%m/%d", "%d/%m", "%m-%d", "%d-%m"))]
    if doubtful:
        made.notes.append(note("draft.day_or_month", forms=tuple(doubtful)))


def _any_date(sample: Sample, taken: set[str], forms: list[str]) -> str:
    """The first column that holds dates, where no heading tells."""
    for column in sample.columns:
        values = sample.filled(column)
        if column not in taken and values and (found := forms_of(values)) is not None:
            taken.add(column)
            forms.extend(found)
            return column
    return ""


def _unit(column: str) -> str:
    name = column.casefold()
    return next((unit for unit in ("seconds", "minutes", "days") if any(word in name for word in words(unit))), "hours")


def _read(meaning: str, column: str, sample: Sample, notes: list[Note]) -> dict[str, Any]:
    """How a column is taken: with a map where its words are known."""
    values = Counter(sample.filled(column))
    if meaning == "status":
        return _worded(column, values, {"closed": words("closed"), "open": words("open")}, notes, meaning)
    if meaning == "score":
        if all(NUMBER.fullmatch(value) for value in values):
            return {"column": column}
        scale = {str(n): words(str(n)) for n in range(1, 6)} | {"": words("unrated")}
        return _worded(column, values, scale, notes, meaning)
    if meaning == "disputed":
        return {"column": column, "map": {value: "disputed" for value in values if value.casefold() in words("yes")}}
    lengths = sorted(map(len, values))
    if len(values) > max(50, sample.rows * 0.8) or lengths[len(lengths) // 2] > _LONGEST_NAME:
        notes.append(note("draft.free_text", meaning=meaning, column=column, values=len(values)))
        return {}
    if all(_CODES.fullmatch(code_of(value)) for value in values) and any(map(_BETWEEN.search, values)):
        notes.append(note("draft.several_codes", meaning=meaning, column=column))
        return {"column": column, "pattern": "^[^,;，；、 ]+", "code": True}
    return {"column": column}


def _worded(
    column: str, values: Counter[str], meanings: dict[str, frozenset[str]], notes: list[Note], meaning: str
) -> dict[str, Any]:
    """A strict map of the words that are known; the others are named."""
    found = {value: own for value in values for own, known in meanings.items() if value.casefold().strip() in known}
    strange = [value for value in values if value not in found]
    if len(strange) > 20 or not found:
        notes.append(note("draft.words_unknown", meaning=meaning, column=column, values=tuple(strange[:SHOWN])))
        return {}
    if strange:
        notes.append(note("draft.words_missing", meaning=meaning, column=column, values=tuple(strange)))
    return {"column": column, "map": found, "strict": True}


def _verdict(mapping: dict[str, Any], due: str, deadline: str, take: Any, sample: Sample, notes: list[Note]) -> None:
    for meaning, yes, no in (("met", "met", "missed"), ("missed", "missed", "met")):
        if column := take(meaning):
            known = {"met": words("met"), "missed": words("missed")}
            known = {yes: known[yes] | words("yes"), no: known[no] | words("no")}
            values = Counter(sample.filled(column))
            found = {value: own for value in values for own, some in known.items() if value.casefold() in some}
            if found:
                verdict = {"deadline": deadline, "verdict": {"column": column, "map": found, "strict": True}}
                mapping["verdicts"] = [verdict | ({"due_at": due} if due else {})]
                return
    if due:
        notes.append(note("draft.as_of"))
        mapping["verdicts"] = [{"deadline": deadline, "due_at": due}]


def _ordered(mapping: dict[str, Any]) -> None:
    """The keys in the order in which the mapping is documented."""
    shape = ("format", "encoding", "delimiter", "header", "rows", "zone")
    order = (*shape, "reference", *(name for name in Mapping.__struct_fields__ if name not in (*shape, "reference")))
    ordered = {name: mapping[name] for name in order if name in mapping}
    mapping.clear()
    mapping.update(ordered)
