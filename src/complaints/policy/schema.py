"""The JSON Schema of policy files, for editors: what may be written where, with the words that are always the same."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, get_args, get_origin

from complaints.policy import model
from complaints.policy.conditions import TESTS
from complaints.policy.limits import FORMS, WORDS
from complaints.policy.model import Action, Automation, Condition, LimitSpec, Requirement, Step, Text, Trigger
from complaints.policy.scope import ORDER_STATES
from complaints.policy.shape import adapter
from complaints.policy.vocabulary import COMMANDS, EVENTS

Describe = Callable[[str], str]
"""Gives the description of a part (`part.Kind`), a field (`field.Kind.start`) or a word (`limit.hours`)."""

PARTS: Final[dict[str, Any]] = {name: kind for name, kind in vars(model).items() if is_dataclass(kind)}
"""The model's classes by name."""

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


def schema(describe: Describe) -> dict[str, Any]:
    """The schema, JSON Schema 2020-12."""
    made = adapter().json_schema()
    parts: dict[str, Any] = made["$defs"]
    for name, kind in PARTS.items():
        part = parts[name]
        part["description"] = describe(f"part.{name}")
        part.pop("title", None)
        for field in fields(kind):
            part["properties"][field.name] = _property(kind, field.name, field.type, part, describe)
    parts["Policy"]["properties"].pop("id")
    parts |= {"Text": _text(describe), "Condition": _condition(describe), "Limit": _limit(describe)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Complaint Desk policy",
        **parts.pop("Policy"),
        "$defs": dict(sorted(parts.items())),
    }


def _property(kind: type, name: str, declared: Any, part: dict[str, Any], describe: Describe) -> dict[str, Any]:
    found: dict[str, Any] = _refined(declared, part["properties"][name])
    words = _WORDS.get((kind, name))
    if words is not None:
        found.get("items", found)["enum"] = list(words)
    found.pop("title", None)
    return {"description": describe(f"field.{kind.__name__}.{name}"), **found}


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
