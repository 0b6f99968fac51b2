"""What a command may say: its fields checked against the vocabulary and the policy, its personal parts set aside."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from complaints.case.lookup import first_of
from complaints.case.state import Case
from complaints.case.values import Command, Problem
from complaints.policy.model import Field, Policy, Remarks
from complaints.policy.rulebook import Rulebook
from complaints.policy.vocabulary import CATALOGUES, COMMANDS, Param
from complaints.structs import replace

SCORES = (1, 2, 3, 4, 5)
"""What a customer can give (HOT-5)."""

_PUNCTUATION = " \t\r\n。，、；：！？,.;:!?~…-—'\"“”‘’()（）"


def split(name: str, values: Mapping[str, Any], policy: Policy) -> tuple[dict[str, Any], dict[str, Any]]:
    """The non-personal and the personal part of a command's values, as the vocabulary and the policy's fields say."""
    personal_names = {param.name for param in COMMANDS[name].params if param.personal}
    data = {key: value for key, value in values.items() if key not in personal_names}
    personal = {key: value for key, value in values.items() if key in personal_names and value not in (None, "")}
    declared = data.get("fields")
    if isinstance(declared, Mapping):
        hidden = {key for key in declared if key in policy.fields and policy.fields[key].personal}
        data["fields"] = {key: value for key, value in declared.items() if key not in hidden}
        if hidden:
            personal["fields"] = {key: declared[key] for key in hidden}
    return data, personal


def problems_of(command: Command, rulebook: Rulebook, kind: str) -> list[Problem]:
    """Everything that is wrong with what a command says; empty when nothing is.

    Remarks must say something when the staff write them (AUTO-5, POST-10); a customer's words are taken as they come.
    """
    name, data, personal = command.name, command.data, command.personal
    values = {**data, **{key: value for key, value in personal.items() if key != "fields"}}
    shape = COMMANDS[name]
    remarks = rulebook.policy.remarks if command.by.kind == "staff" else None
    known = {param.name for param in shape.params} | ({"reference"} if name == "register" else set())
    found = [Problem(key, "unknown_field", {"command": name}) for key in values if key not in known]
    for param in shape.params:
        found += _param_problems(param, values.get(param.name), rulebook.policy, remarks)
    declared = {**(data.get("fields") or {}), **(personal.get("fields") or {})}
    found += declared_problems(declared, rulebook.policy)
    if name == "register":
        found += _person_problems(personal.get("complainant"))
        found += missing_declared(declared, kind, rulebook.policy)
    return found


def _param_problems(param: Param, value: Any, policy: Policy, remarks: Remarks | None) -> Iterator[Problem]:
    if value in (None, "", [], {}):
        if param.required:
            yield Problem(param.name, "required")
        return
    if not _type_fits(param.type, value):
        yield Problem(param.name, "wrong_type", {"type": param.type})
        return
    catalogue: Mapping[str, Any] = getattr(policy, CATALOGUES.get(param.name, ""), {})
    if catalogue and value not in catalogue:
        yield Problem(param.name, "unknown_value", {"value": str(value), "known": ", ".join(catalogue)})
    if param.name == "score" and value not in SCORES:
        yield Problem(param.name, "unknown_value", {"value": str(value), "known": ", ".join(map(str, SCORES))})
    if remarks is not None and param.remark and isinstance(value, str) and says_nothing(value, remarks):
        yield Problem(param.name, "says_nothing")


def says_nothing(text: str, remarks: Remarks) -> bool:
    """Whether a remark says nothing of the matter (AUTO-5, POST-10): too short, or only the policy's empty phrases."""
    rest = _bare(text)
    if len(rest) < remarks.shortest:
        return True
    for phrase in sorted(remarks.empty, key=len, reverse=True):
        rest = rest.replace(_bare(phrase), "")
    return len(rest) < remarks.shortest


def _bare(text: str) -> str:
    return "".join(char for char in text.casefold() if char not in _PUNCTUATION)


def _type_fits(wanted: str, value: Any) -> bool:
    if wanted in ("number", "money"):
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if wanted == "boolean":
        return isinstance(value, bool)
    if wanted == "list":
        return isinstance(value, list)
    if wanted == "object":
        return isinstance(value, Mapping)
    if not isinstance(value, str):
        return False
    if wanted == "instant":
        return _is_instant(value)
    if wanted == "date":
        return _is_date(value)
    return True


_YEARS = range(1900, 2200)
"""Years that somebody can mean. At the ends of what a clock can hold an instant has no place in other zones: whoever
wrote one into a case would keep everybody from reading it."""


def _is_instant(value: str) -> bool:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return False
    return moment.tzinfo is not None and moment.year in _YEARS


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).year in _YEARS
    except ValueError:
        return False


def _person_problems(person: Any) -> Iterator[Problem]:
    """A person is told by texts: an address that is none could not be written to."""
    for key, value in person.items() if isinstance(person, Mapping) else ():
        if value is not None and not isinstance(value, str):
            yield Problem(f"complainant.{key}", "wrong_type", {"type": "text"})


def declared_problems(declared: Mapping[str, Any], policy: Policy) -> Iterator[Problem]:
    """What is wrong with the values of the policy's own fields, each by itself."""
    for key, value in declared.items():
        spec = policy.fields.get(key)
        if spec is None:
            yield Problem(f"fields.{key}", "unknown_field", {"command": "fields"})
        elif value not in (None, ""):
            yield from _declared_problem(key, value, spec)


def _declared_problem(key: str, value: Any, spec: Field) -> Iterator[Problem]:
    if not _type_fits(spec.type, value):
        yield Problem(f"fields.{key}", "wrong_type", {"type": spec.type})
    elif spec.choices:
        chosen = value if isinstance(value, list) else [value]
        for one in chosen:
            if one not in spec.choices:
                yield Problem(f"fields.{key}", "unknown_value", {"value": str(one), "known": ", ".join(spec.choices)})


def missing_declared(declared: Mapping[str, Any], kind: str, policy: Policy) -> Iterator[Problem]:
    """The policy's own fields that a case of this kind cannot be registered without."""
    for key, spec in policy.fields.items():
        if kind in spec.required_for and declared.get(key) in (None, ""):
            yield Problem(f"fields.{key}", "required")


def derive(case: Case, rulebook: Rulebook) -> dict[str, str]:
    """The derived fields of a case (severity and the like), in the policy's order, each able to use those before it."""
    derived: dict[str, str] = {}
    for name, choices in rulebook.policy.derived.items():
        chosen = first_of(choices, replace(case, derived=derived), rulebook)
        if chosen:
            derived[name] = chosen
    return derived
