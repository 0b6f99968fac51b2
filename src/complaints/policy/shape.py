"""Whether a file has the shape of a policy: every key known, every value of its type. All errors at once."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import GenericAlias
from typing import Any, TypeVar, cast, get_args, get_origin

import msgspec
from pydantic import ConfigDict, TypeAdapter, ValidationError

from complaints.policy.findings import Finding, Path, PolicyError, nearest
from complaints.policy.model import Policy
from complaints.policy.source import Source

T = TypeVar("T")


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """A dataclass as pydantic checks it: unknown keys refused, nothing converted. It takes a list, because a setting
    for plain dataclasses is inherited from what is around them."""
    return TypeAdapter(list[kind], config=ConfigDict(extra="forbid", strict=True))


def read_policy(source: Source) -> Policy:
    """The policy of a file.

    Raises
    ------
    PolicyError
        with every finding, in the order of the file.
    """
    policy, found = read_shape(Policy, source.data)
    if isinstance(source.data, dict) and "id" in source.data:
        found.append(_unknown_key(Policy, ("id",)))
    if policy is not None and not found:
        return policy
    raise PolicyError(source.name, sorted(map(source.placed, found), key=lambda one: (one.line, one.column)))


def read_shape(kind: type[T], data: Any) -> tuple[T | None, list[Finding]]:
    """Data as a value of a dataclass, or everything that keeps them from being one, by path within the data."""
    try:
        read: T = adapter(cast(Hashable, kind)).validate_json(msgspec.json.encode([data]))[0]
        return read, []
    except ValidationError as error:
        found = [_finding(kind, detail, data) for detail in error.errors(include_url=False)]
    meant = {(one.path[:-1], one.params.get("meant")) for one in found if one.code == "unknown_key_near"}
    return None, [one for one in found if one.code != "missing_key" or (one.path, one.params["key"]) not in meant]


def _finding(kind: type, detail: Any, data: Any) -> Finding:
    """One of pydantic's complaints as a finding of ours."""
    path: Path = tuple(detail["loc"][1:])
    trouble: str = detail["type"]
    if trouble == "unexpected_keyword_argument":
        return _unknown_key(kind, path)
    if trouble == "missing":
        return Finding(code="missing_key", path=path[:-1], params={"key": path[-1]}, at_key=True)
    value = _value_at(data, path)
    if trouble == "literal_error":
        known = [str(one) for one in get_args(_type_at(kind, path))]
        meant = nearest(str(value), known)
        params = {"value": value, "known": ", ".join(known), "meant": meant}
        return Finding(code="unknown_word_near" if meant else "unknown_word", path=path, params=params)
    wanted = _WANTED.get(trouble)
    if wanted is None:
        return Finding(code="wrong_value", path=path, params={"detail": detail["msg"]})
    if value is None:
        return Finding(code=f"empty_{wanted}", path=path, at_key=True)
    return Finding(code=f"no_{wanted}", path=path, params={"value": _shown(value)})


def _unknown_key(kind: type, path: Path) -> Finding:
    known = list(_keys_at(kind, path[:-1]))
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
    "mapping_type": "mapping",
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


def _type_at(kind: Any, path: Path) -> Any:
    """The type that the model gives to a place, None where it does not say."""
    for part in path:
        kind = _inside(kind, part)
    return kind


def _inside(kind: Any, part: str | int) -> Any:
    if is_dataclass(kind):
        return next((field.type for field in fields(kind) if field.name == part), None)
    arguments = get_args(kind)
    if get_origin(kind) in (dict, Mapping):
        return arguments[1]
    if get_origin(kind) is tuple:
        return arguments[0]
    members = [_inside(one, part) for one in arguments if is_dataclass(one) or isinstance(one, GenericAlias)]
    return next((one for one in members if one is not None), None)


def _keys_at(kind: Any, path: Path) -> Iterator[str]:
    """The keys that the model knows at a place."""
    found = _type_at(kind, path)
    for one in [found, *get_args(found)]:
        if is_dataclass(one):
            yield from (field.name for field in fields(one) if not (one is Policy and field.name == "id"))
