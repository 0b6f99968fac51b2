"""Whether a file has the shape of a policy: every key known, every value of its type. All errors at once."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from types import GenericAlias
from typing import Any, get_args, get_origin

import msgspec
from pydantic import ConfigDict, TypeAdapter, ValidationError

from complaints.policy.findings import Finding, Path, PolicyError, nearest
from complaints.policy.model import Policy
from complaints.policy.source import Source


@cache
def adapter() -> TypeAdapter[list[Policy]]:
    """The model as pydantic checks it: unknown keys refused, nothing converted. It takes a list, because a setting for
    plain dataclasses is inherited from what is around them."""
    return TypeAdapter(list[Policy], config=ConfigDict(extra="forbid", strict=True))


def read_policy(source: Source) -> Policy:
    """The policy of a file.

    Raises
    ------
    PolicyError
        with every finding, in the order of the file.
    """
    found: list[Finding] = []
    policy: Policy | None = None
    if isinstance(source.data, dict) and "id" in source.data:
        found.append(_unknown_key(("id",)))
    try:
        policy = adapter().validate_json(msgspec.json.encode([source.data]))[0]
    except ValidationError as error:
        found += [_finding(detail, source) for detail in error.errors(include_url=False)]
    if policy is not None and not found:
        return policy
    meant = {(one.path[:-1], one.params.get("meant")) for one in found if one.code == "unknown_key_near"}
    told = [one for one in found if one.code != "missing_key" or (one.path, one.params["key"]) not in meant]
    raise PolicyError(source.name, sorted(map(source.placed, told), key=lambda one: (one.line, one.column)))


def _finding(detail: Any, source: Source) -> Finding:
    """One of pydantic's complaints as a finding of ours."""
    path: Path = tuple(detail["loc"][1:])
    kind: str = detail["type"]
    if kind == "unexpected_keyword_argument":
        return _unknown_key(path)
    if kind == "missing":
        return Finding(code="missing_key", path=path[:-1], params={"key": path[-1]}, at_key=True)
    if kind == "literal_error":
        known = list(_choices_at(path))
        value = _value_at(source.data, path)
        meant = nearest(str(value), known)
        params = {"value": value, "known": ", ".join(known), "meant": meant}
        return Finding(code="unknown_word_near" if meant else "unknown_word", path=path, params=params)
    wanted = _WANTED.get(kind)
    if wanted is None:
        return Finding(code="wrong_value", path=path, params={"detail": detail["msg"]})
    value = _value_at(source.data, path)
    if value is None:
        return Finding(code=f"empty_{wanted}", path=path, at_key=True)
    return Finding(code=f"no_{wanted}", path=path, params={"value": _shown(value)})


def _unknown_key(path: Path) -> Finding:
    known = list(keys_at(path[:-1]))
    meant = nearest(str(path[-1]), known)
    params = {"key": path[-1], "known": ", ".join(known), "meant": meant}
    return Finding(code="unknown_key_near" if meant else "unknown_key", path=path, params=params, at_key=True)


_WANTED = {
    "string_type": "text",
    "int_type": "number",
    "int_from_float": "number",
    "float_type": "number",
    "bool_type": "boolean",
    "dict_type": "mapping",
    "dataclass_type": "mapping",
    "tuple_type": "list",
}
"""What the model wants, by pydantic's name of the failure; the codes are `no_<it>` and, with nothing there,
`empty_<it>`."""


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}..."


def _value_at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


# -- the model, walked by path ---------------------------------------------------------------------------------


def type_at(path: Path) -> Any:
    """The type that the model gives to a place, None where it does not say."""
    found: Any = Policy
    for part in path:
        found = _inside(found, part)
    return found


def _inside(kind: Any, part: str | int) -> Any:
    if is_dataclass(kind):
        return next((field.type for field in fields(kind) if field.name == part), None)
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return arguments[1]
    if get_origin(kind) is tuple:
        return arguments[0]
    members = [_inside(one, part) for one in arguments if is_dataclass(one) or isinstance(one, GenericAlias)]
    return next((one for one in members if one is not None), None)


def keys_at(path: Path) -> Iterator[str]:
    """The keys that the model knows at a place."""
    kind = type_at(path)
    candidates = [kind, *get_args(kind)]
    for one in candidates:
        if is_dataclass(one):
            yield from (field.name for field in fields(one) if not (one is Policy and field.name == "id"))


def _choices_at(path: Path) -> Iterator[str]:
    yield from (str(one) for one in get_args(type_at(path)))
