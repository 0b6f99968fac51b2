"""What is wrong with a policy file: where, why, what to write instead. Worded in `complaints.texts`, area `policy`."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal

import msgspec

Path = tuple[str | int, ...]
"""The keys and list numbers that lead to a place in the file, e.g. ("deadlines", "answer", "limits", 0)."""

Level = Literal["error", "warning"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, or strange.

    `code` names its sentence (`policy.<code>` in the catalogues), `line` and `column` count from 1 and are 0 where no
    file is at hand. `at_key` says that the key of the place is meant, not what stands behind it.
    """

    code: str
    path: Path = ()
    level: Level = "error"
    params: Mapping[str, Any] = {}
    at_key: bool = False
    line: int = 0
    column: int = 0


class PolicyError(ValueError):
    """A policy file that is none; `findings` says everything that is wrong, each with its line and column."""

    def __init__(self, name: str, findings: Sequence[Finding]) -> None:
        self.name = name
        self.findings = tuple(findings)
        first = self.findings[0]
        where = f"{name}:{first.line}:{first.column}"
        super().__init__(
            f"{len(self.findings)} error(s), `complaints policy check` explains each; "
            f"the first: {where} {spelled(first.path)} {first.code} {dict(first.params)}"
        )


def spelled(path: Path) -> str:
    """A place as people read it: ``deadlines.answer.limits[0]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant; empty when none is near.

    >>> nearest("registred", ["registered", "rejected"])
    'registered'
    """
    return next(iter(get_close_matches(str(name), sorted(known), n=1, cutoff=0.6)), "")
