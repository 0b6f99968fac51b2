"""Nothing that a policy says to the system can be misspelt without somebody being told."""

from copy import deepcopy
from functools import reduce
from typing import Any

from tests.support.policies import LIBRARY, library_units

from complaints.desk.rehearsal import rehearse
from complaints.policy.check import check
from complaints.policy.compile import compile_read
from complaints.policy.findings import Path, PolicyError, spelled
from complaints.policy.rulebook import Rulebook
from complaints.policy.shape import read_policy
from complaints.policy.source import Source, read_source

SAYS_NOTHING_TO_OTHERS = {
    ("policy",),
    ("version",),
    ("retention", "months"),
    ("derived", "severity", 0, "when", "any", 1, "days", "over"),
    ("derived", "severity", 0, "when", "any", 2, "mentioned", "has", 0),
    ("deadlines", "reply", "limits", 0, "limit", "hours"),
    ("deadlines", "found", "pauses"),
    ("deadlines", "found", "extendable"),
    ("templates", "missed", "urgent"),
}
"""Values that can be anything: nothing else in the library refers to them, and its example does not touch them."""


def changed_value(value: str | int | bool) -> str | int | bool:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value}zz"


def value_at(data: Any, path: Path) -> Any:
    return reduce(lambda inner, key: inner[key], path, data)


def words_of(source: Source) -> list[Path]:
    """Paths of all values of the library that mean something to the system: no names, no texts for people."""
    found = []
    for path in list(source.values)[1:]:
        value = value_at(source.data, path)
        for_people = path[-1] in ("zh-CN", "en", "text") or path in SAYS_NOTHING_TO_OTHERS
        if isinstance(value, str | int | bool) and not for_people:
            found.append(path)
    return found


def test_no_word_of_the_library_can_be_changed_unnoticed() -> None:
    """Whatever is misspelt, either the check or the example says so."""
    source = read_source(LIBRARY)
    unnoticed = []
    for path in words_of(source):
        data = deepcopy(source.data)
        value_at(data, path[:-1])[path[-1]] = changed_value(value_at(source.data, path))
        if examined_errors(Source("library.yaml", data, source.keys, source.values)) == 0:
            unnoticed.append(spelled(path))
    assert unnoticed == []


def examined_errors(source: Source) -> int:
    try:
        policy = read_policy(source)
    except PolicyError as refused:
        return len(refused.findings)
    errors = [finding for finding in check(policy, source, library_units()) if finding.level == "error"]
    return len(errors or rehearse(Rulebook(compile_read(policy).policy), library_units()))
