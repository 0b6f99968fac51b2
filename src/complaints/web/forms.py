"""What a form's strings mean: numbers, yes and no, lists, as the vocabulary and the policy's fields declare them.

A browser sends everything as text and sends what was left empty too; JSON callers say types themselves and get no help.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from complaints.policy.model import Policy
from complaints.policy.vocabulary import COMMANDS
from complaints.texts import LANGUAGES, text

MAX_TEXT = 20_000
"""Characters of one text. Longer ones are files."""

UNDER = " › "
"""Between the name of a unit and that of one under it."""

_NAMED_UNIT = re.compile(r"[(（]([A-Za-z0-9._-]+)[)）]\s*$")


@cache
def _yes() -> frozenset[str]:
    """What means yes: what browsers send, and the word in every language."""
    return frozenset({"true", "on", "1", *(text("pages.yes", lang).lower() for lang in LANGUAGES)})


@cache
def _no() -> frozenset[str]:
    """What means no."""
    return frozenset({"false", "off", "0", *(text("desk.no", lang).lower() for lang in LANGUAGES)})


def typed(
    command: str, fields: Mapping[str, Any], policy: Policy, units: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    """The values of a command's form, each in the type of its field; what makes no sense is left for the checks.
    `units` are the ids and names of the units that the form suggested, which may have been typed as names."""
    types: dict[str, str] = {param.name: param.type for param in COMMANDS[command].params}
    zone = ZoneInfo(policy.zone)
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "fields" and isinstance(value, Mapping):
            declared = {
                key: _typed(policy.fields[key].type if key in policy.fields else "text", inner, zone, units)
                for key, inner in value.items()
                if inner not in ("", [])
            }
            values[name] = declared
        elif name == "complainant" and isinstance(value, Mapping):
            values[name] = {key: inner for key, inner in value.items() if inner}
        elif value not in ("", []):
            values[name] = _typed(types.get(name, "text"), value, zone, units)
    return values


def _typed(wanted: str, value: Any, zone: ZoneInfo, units: Sequence[tuple[str, str]]) -> Any:
    if wanted == "list":
        lines = value if isinstance(value, list) else str(value).splitlines()
        return [one.strip() for one in lines if one.strip()]
    if wanted == "object" and isinstance(value, Mapping):
        return {name: _number(inner) if isinstance(inner, str) else inner for name, inner in value.items() if inner}
    if not isinstance(value, str):
        return value
    plain = value.strip()
    if wanted in ("number", "money"):
        return _number(plain)
    if wanted == "boolean":
        said = plain.lower()
        return True if said in _yes() else False if said in _no() else value
    if wanted == "instant":
        return _instant(plain, zone)
    if wanted == "unit":
        return unit_id(plain, units)
    if wanted in ("choice", "date"):
        return plain
    return value


def unit_id(text: str, units: Sequence[tuple[str, str]] = ()) -> str:
    """The id of a unit as a form names it: the id, a name with the id in brackets behind it, or a name that one alone
    of the units (ids, and names with those of the units above before them) has."""
    found = _NAMED_UNIT.search(text)
    if found is not None:
        return found[1]
    called = [id for id, label in units if text.casefold() in (label.casefold(), label.split(UNDER)[-1].casefold())]
    return called[0] if len(called) == 1 and not any(id == text for id, _ in units) else text


def _number(text: str) -> Any:
    plain = text.replace(",", "").replace("，", "").replace(" ", "")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        number = float(plain)
    except ValueError:
        return text
    return number if abs(number) < 1e15 else text


def _instant(text: str, zone: ZoneInfo) -> str:
    """A date and time field of a browser says no zone: it means the organisation's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat(timespec="seconds")


def too_long(values: Any, name: str = "") -> list[str]:
    """The names of the texts that are longer than `MAX_TEXT`, however deep they stand."""
    if isinstance(values, str):
        return [name] if len(values) > MAX_TEXT else []
    if isinstance(values, Mapping):
        return [found for key, value in values.items() for found in too_long(value, f"{name}.{key}" if name else key)]
    if isinstance(values, list):
        return [found for value in values for found in too_long(value, name)]
    return []
