"""Words that headings and cells are known by, in Chinese and English: the catalogue `headings.json`."""

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def _catalogue() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((resources.files(__package__) / "headings.json").read_text("utf-8"))
    return found


@cache
def words(name: str) -> frozenset[str]:
    """Words of one meaning in Chinese and English, in lower case."""
    return frozenset(_catalogue()["_words"][name])


def headings_for(meaning: str) -> list[str]:
    """The headings that a column of this meaning may have, the likeliest first."""
    found: list[str] = _catalogue()[meaning]
    return found
