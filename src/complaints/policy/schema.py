"""The JSON Schema of policy files, for editors: what may be written where, with the words that are always the same."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Final, get_args, get_origin

from complaints.policy import model
from complaints.policy import parts as inner
from complaints.policy.conditions import TESTS
from complaints.policy.limits import FORMS, WORDS
from complaints.policy.model import Action, Automation, Condition, LimitSpec, Policy, Requirement, Step, Text, Trigger
from complaints.policy.scope import ORDER_STATES
from complaints.policy.shape import adapter
from complaints.policy.vocabulary import COMMANDS, EVENTS
from complaints.structs import fields_of, is_struct
from complaints.worktime.spec import WEEKDAYS, Status

Describe = Callable[[str], str]
"""Gives the description of a part (`part.Kind`), a field (`field.Kind.start`) or a word (`limit.hours`)."""


UNWRITTEN: Final = (("Policy", "id"), ("ReportsReportPlan", "zone"))
"""What is never written: compiling fills in the content hash, reports take the policy's zone."""

_WORDS: Final[Mapping[tuple[type, str], tuple[str, ...]]] = {
    (Action, "do"): tuple(COMMANDS),
    (Action, "order_states"): ORDER_STATES,
    (Action, "order_to"): ORDER_STATES,
    (Automation, "do"): tuple(COMMANDS),
    (Automation, "order_to"): ORDER_STATES,
    (Requirement, "event"): tuple(sorted(EVENTS)),
    (Step, "do"): tuple(COMMANDS),
    (Trigger, "event"): tuple(sorted(EVENTS)),
}


def parts_of(module: ModuleType) -> dict[str, Any]:
    """The classes that a module defines, by name."""
    return {name: kind for name, kind in vars(module).items() if is_struct(kind) and kind.__module__ == module.__name__}


PARTS: Final = {**parts_of(inner), **parts_of(model)}
"""The model's classes by name."""


def schema(describe: Describe, sections: Mapping[str, tuple[type, ModuleType]] | None = None) -> dict[str, Any]:
    """The schema, JSON Schema 2020-12.

    Parameters
    ----------
    sections
        parts of the file that others read: section -> (its class, the module of its classes). Their names begin with
        the section's (`ReportsGroup`), so that they do not meet those of the model.
    """
    made = adapter(Policy).json_schema()
    parts: dict[str, Any] = made["$defs"]
    _describe(parts, PARTS, "", describe)
    parts |= {"Text": _text(describe), "Condition": _condition(describe), "Limit": _limit(describe)}
    parts |= {"Calendar": _calendar(describe), "SlotTable": _slots(describe)}
    for section, (kind, module) in (sections or {}).items():
        prefix = section.capitalize()
        theirs: dict[str, Any] = _renamed(adapter(kind).json_schema()["$defs"], prefix)
        _describe(theirs, parts_of(module), prefix, describe)
        parts |= {f"{prefix}{name}": part for name, part in theirs.items()}
        described = parts["Policy"]["properties"][section]
        parts["Policy"]["properties"][section] = {
            "description": described["description"],
            "$ref": f"#/$defs/{prefix}{kind.__name__}",
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Complaint Desk policy",
        **parts.pop("Policy"),
        "$defs": dict(sorted(parts.items())),
    }


def _describe(parts: dict[str, Any], kinds: Mapping[str, Any], prefix: str, describe: Describe) -> None:
    for name, part in parts.items():
        part["description"] = describe(f"part.{prefix}{name}")
        part.pop("title", None)
        for field in fields_of(kinds[name]):
            if (f"{prefix}{name}", field.name) in UNWRITTEN:
                del part["properties"][field.name]
                continue
            found = _property(kinds[name], field.name, field.type, part)
            part["properties"][field.name] = {
                "description": describe(f"field.{prefix}{name}.{field.name}"),
                **found,
            }


def _renamed(node: Any, prefix: str) -> Any:
    """References to definitions, given the names that those have in the whole schema."""
    if isinstance(node, dict):
        return {
            key: value.replace("#/$defs/", f"#/$defs/{prefix}") if key == "$ref" else _renamed(value, prefix)
            for key, value in node.items()
        }
    return [_renamed(one, prefix) for one in node] if isinstance(node, list) else node


def _property(kind: type, name: str, declared: Any, part: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _refined(declared, part["properties"][name])
    if (kind, name) in _SPECS:
        found = {**found, "additionalProperties": {"$ref": f"#/$defs/{_SPECS[kind, name]}"}}
    words = _WORDS.get((kind, name))
    if words is not None:
        found.get("items", found)["enum"] = list(words)
    found.pop("title", None)
    return found


def _refined(declared: Any, node: dict[str, Any]) -> dict[str, Any]:
    """A node of pydantic's with the model's own names for mappings that have a meaning."""
    for alias, name in ((Text, "Text"), (Condition, "Condition"), (LimitSpec, "Limit")):
        if declared is alias:
            return {"$ref": f"#/$defs/{name}"}
    if get_origin(declared) is tuple and "items" in node:
        return {**node, "items": _refined(get_args(declared)[0], node["items"])}
    if get_origin(declared) is dict and isinstance(node.get("additionalProperties"), dict):
        return {**node, "additionalProperties": _refined(get_args(declared)[1], node["additionalProperties"])}
    return node


def _text(describe: Describe) -> dict[str, Any]:
    return {"description": describe("part.Text"), "type": "object", "additionalProperties": {"type": "string"}}


def _condition(describe: Describe) -> dict[str, Any]:
    reference = {"$ref": "#/$defs/Condition"}
    tests = {name: {"description": describe(f"test.{name}")} for name in TESTS}
    plain = {"type": ["string", "number", "boolean"]}
    return {
        "description": describe("part.Condition"),
        "type": "object",
        "properties": {
            "any": {"description": describe("term.any"), "type": "array", "items": reference, "minItems": 1},
            "all": {"description": describe("term.all"), "type": "array", "items": reference, "minItems": 1},
            "not": {"description": describe("term.not"), **reference},
        },
        "additionalProperties": {
            "anyOf": [
                plain,
                {"type": "array", "items": plain},
                {"type": "object", "properties": tests, "additionalProperties": False},
            ]
        },
    }


def _calendar(describe: Describe) -> dict[str, Any]:
    windows = {"type": "array", "items": {"type": "array", "items": _TIME, "minItems": 2, "maxItems": 2}}
    dates = {"type": "array", "items": _DATE}
    known: dict[str, dict[str, Any]] = {
        "tz": {"type": "string"},
        "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "week": _closed(dict.fromkeys(WEEKDAYS, windows)),
        "make_up_windows": windows,
        "holidays": dates,
        "extra_working_days": {"type": "object", "additionalProperties": windows},
        "holiday_status": {"type": "object", "additionalProperties": {"enum": list(get_args(Status))}},
        "provisional_dates": dates,
    }
    described = {name: {"description": describe(f"calendar.{name}"), **spec} for name, spec in known.items()}
    return {"description": describe("part.Calendar"), **_closed(described), "required": ["tz", "week"]}


def _slots(describe: Describe) -> dict[str, Any]:
    names = {"from": _TIME, "to": _TIME, "late_at": _TIME, "day": {"type": ["string", "integer"]}}
    slot = _closed({name: {"description": describe(f"slot.{name}"), **spec} for name, spec in names.items()})
    known = {
        "tz": {"description": describe("slot.tz"), "type": "string"},
        "slots": {
            "description": describe("slot.slots"),
            "type": "array",
            "items": {**slot, "required": ["from", "to", "late_at"]},
            "minItems": 1,
        },
    }
    return {"description": describe("part.SlotTable"), **_closed(known), "required": ["tz", "slots"]}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _limit(describe: Describe) -> dict[str, Any]:
    forms = []
    for form, others in FORMS.items():
        properties = {form: {"description": describe(f"limit.{form}"), **_AMOUNTS.get(form, _WHOLE)}}
        for other in others:
            words = WORDS.get((form, other))
            allowed = {"enum": list(words)} if words else {"type": "string"}
            properties[other] = {"description": describe(f"limit.{other}"), **allowed}
        required = [form, *(["calendar"] if form.startswith("working") else [])]
        forms.append({"type": "object", "properties": properties, "required": required, "additionalProperties": False})
    return {"description": describe("part.Limit"), "anyOf": forms}


_SPECS: Final[Mapping[tuple[type, str], str]] = {(Policy, "calendars"): "Calendar", (Policy, "slots"): "SlotTable"}
_TIME: Final[dict[str, Any]] = {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$"}
_DATE: Final[dict[str, Any]] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_WHOLE: Final[dict[str, Any]] = {"type": "integer", "minimum": 0}
_AMOUNTS: Final[dict[str, dict[str, Any]]] = {
    "working_hours": {"type": "number", "minimum": 0},
    "hours": {"type": "number", "minimum": 0},
    "working_minutes": {"type": "number", "minimum": 0},
    "minutes": {"type": "number", "minimum": 0},
    "slots": {"type": "string"},
    "given": {"type": "string"},
    "end_of_day": {"anyOf": [{"const": True}, {"type": "integer", "minimum": 0}]},
}
