"""Whether a file has the shape of a policy: every key known, every value of its type. All errors at once."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import field, make_dataclass
from functools import cache, reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin

import msgspec
from msgspec import NODEFAULT
from pydantic import ConfigDict, TypeAdapter, ValidationError

from complaints.policy.findings import Finding, Path, PolicyError, nearest
from complaints.policy.model import Policy
from complaints.policy.source import Source
from complaints.structs import FieldInfo, fields_of, is_struct

T = TypeVar("T")


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """A class of values as pydantic checks it: unknown keys refused, nothing converted. It takes a list, because a
    setting for plain dataclasses is inherited from what is around them."""
    return TypeAdapter(_known(list[kind]), config=ConfigDict(extra="forbid", strict=True))


@cache
def _known(kind: Any) -> Any:
    """A type with each Struct in it as a dataclass of the same fields: pydantic, which tells every error at once, knows
    no Struct, and msgspec, which reads them, tells the first error only."""
    if is_struct(kind):
        parts = [(one.name, _known(one.type), _as_declared(one)) for one in fields_of(kind)]
        return make_dataclass(kind.__name__, parts, kw_only=True, namespace={"__doc__": kind.__doc__})
    arguments = tuple(_known(one) for one in get_args(kind))
    if not arguments or get_origin(kind) is Literal:
        return kind
    return reduce(or_, arguments) if isinstance(kind, UnionType) else get_origin(kind)[arguments]


def _as_declared(one: FieldInfo) -> Any:
    if one.default_factory is not NODEFAULT:
        return field(default_factory=one.default_factory)
    return field() if one.default is NODEFAULT else field(default=one.default)


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
    """Data as a value of a class, or everything that keeps them from being one, by path within the data."""
    try:
        adapter(cast(Hashable, kind)).validate_json(msgspec.json.encode([data]))
        return msgspec.json.decode(msgspec.json.encode(data), type=kind), []
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
    if is_struct(kind):
        return next((one.type for one in fields_of(kind) if one.name == part), None)
    arguments = get_args(kind)
    if get_origin(kind) in (dict, Mapping):
        return arguments[1]
    if get_origin(kind) is tuple:
        return arguments[0]
    members = [_inside(one, part) for one in arguments if is_struct(one) or isinstance(one, GenericAlias)]
    return next((one for one in members if one is not None), None)


def _keys_at(kind: Any, path: Path) -> Iterator[str]:
    """The keys that the model knows at a place."""
    found = _type_at(kind, path)
    for one in [found, *get_args(found)]:
        if is_struct(one):
            yield from (name for name in one.__struct_fields__ if not (one is Policy and name == "id"))
