"""Text on a terminal, where a Chinese character takes two columns: how wide it is, padded, broken into lines."""

from collections.abc import Iterator
from unicodedata import east_asian_width

_NEVER_FIRST = frozenset("，。、；：！？）》”’」』】…")
"""What no line begins with."""


def width(line: str) -> int:
    """The columns that a text without line breaks takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line)


def right(line: str, columns: int) -> str:
    """A text at the right end of so many columns, with spaces before it."""
    return " " * (columns - width(line)) + line


def broken(sentence: str, columns: int) -> list[str]:
    """A text as lines of at most so many columns, broken at spaces and between Chinese characters.

    A word or a closing mark that finds no room goes over the edge.
    """
    lines = [""]
    for piece in _pieces(sentence):
        if lines[-1] and width(lines[-1] + piece.rstrip()) > columns:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    lines[-1] = lines[-1].rstrip()
    return lines


def _pieces(sentence: str) -> Iterator[str]:
    """What stays together: a word with the space after it, a wide character with the closing marks after it."""
    piece = ""
    for character in " ".join(sentence.split()):
        apart = piece and character != " " and (piece[-1] == " " or width(piece[-1]) == 2 or width(character) == 2)
        if apart and character not in _NEVER_FIRST:
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece
