"""What is to be known of a file, as a code with parameters, and as a sentence in the reader's language."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from complaints.texts import text

SHOWN = 5
"""Counted values that are named; of the others the number is said."""

Value = str | int | tuple[str, ...] | Counter[str]
"""What a sentence is filled from; the last two are shaped in the reader's language."""


class Note(msgspec.Struct, frozen=True):
    """A remark: ``history.<code>`` and its parameters; of a counter the commonest values are shown."""

    code: str
    params: dict[str, Value] = {}


def note(code: str, **params: Value) -> Note:
    """A remark from its parameters."""
    return Note(code, params)


def note_line(note: Note, lang: str) -> str:
    """A remark as a sentence."""
    return text(f"history.{note.code}", lang, **{name: _shown(value, lang) for name, value in note.params.items()})


def _shown(value: Value, lang: str) -> object:
    if isinstance(value, Counter):
        named = value.most_common(SHOWN)
        empty = text("history.empty", lang)
        shown = _listed((text("history.counted", lang, value=name or empty, count=n) for name, n in named), lang)
        more = len(value) - len(named)
        return text("history.and_more", lang, shown=shown, count=more) if more else shown
    return _listed(value, lang) if isinstance(value, tuple) else value


def _listed(values: Iterable[str], lang: str) -> str:
    return text("history.between", lang).join(values) or text("history.none", lang)
