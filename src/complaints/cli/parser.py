"""The command line's parser: argparse, its own words in either language, its help in lines that fit the terminal."""

import argparse
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from complaints.texts import catalogue, language
from complaints.texts.columns import broken, width

_OWN_WORDS = "cli.argparse."


class _Lines(argparse.HelpFormatter):
    """Breaks lines by the columns of a terminal, not by spaces and characters only."""

    def _format_usage(self, *given: Any) -> str:
        usage = super()._format_usage(*given)
        first = usage.partition(" ")[0]
        return usage.replace("\n ", "\n " + " " * (width(first) - len(first)))

    def _split_lines(self, text: str, width: int) -> list[str]:
        return broken(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in broken(text, width - len(indent)))


class Parser(argparse.ArgumentParser):
    """A parser with such lines, and so are the parsers of its subcommands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"formatter_class": _Lines, **settings})
        # Such as -1d: a value, to be told what is wrong with it, and no option that is not known.
        self._negative_number_matcher = re.compile(r"-[0-9]")


@contextmanager
def own_words(lang: str) -> Iterator[None]:
    """Let argparse say its own words in a language, as long as this lasts.

    argparse passes each of them through two functions that it has from gettext. They are replaced rather than gettext
    set up: gettext also reads ``LANGUAGE`` and has fewer names for Chinese, so that usage and help could stand in two
    languages, and it wants compiled files beside the catalogues. What the catalogue does not have stays English.
    """
    english = language(None)
    if language(lang) == english:
        yield
        return
    words, own = (catalogue("cli", one) for one in (english, lang))
    said = {word: own[code] for code, word in words.items() if code.startswith(_OWN_WORDS)}

    def one_or_many(one: str, many: str, count: int) -> str:
        return said.get(many, one if count == 1 else many)

    names: dict[str, Callable[..., Any]] = {"_": lambda word: said.get(word, word), "ngettext": one_or_many}
    before = {name: vars(argparse)[name] for name in names}
    vars(argparse).update(names)
    try:
        yield
    finally:
        vars(argparse).update(before)
