"""Walking through a policy: every value of the model with its place in the file, its type and what is around it."""

from collections.abc import Iterator
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from complaints.policy.findings import Path
from complaints.policy.model import Policy
from complaints.structs import fields_of

T = TypeVar("T")


class Spot(msgspec.Struct, frozen=True):
    """One value of the model. `around` holds the parts around it, the policy first, the nearest last; `field`
    names the nearest one's field. `kind` is the type that the model declares, so that `kind is LimitSpec` tells a limit
    from any other mapping."""

    path: Path
    kind: Any
    value: Any
    around: tuple[Any, ...]
    field: str

    @property
    def owner(self) -> Any:
        """The part whose field this is, or in a collection of whose field."""
        return self.around[-1]

    def within(self, kind: type[T]) -> T | None:
        """The nearest value of that class around this one."""
        return next((one for one in reversed(self.around) if isinstance(one, kind)), None)


def spots(policy: Policy) -> Iterator[Spot]:
    """Every field of every part of a policy, depth first, in the model's order."""
    yield from _of(policy, (), ())


def _of(part: Any, path: Path, around: tuple[Any, ...]) -> Iterator[Spot]:
    within = (*around, part)
    for field in fields_of(part.__class__):
        value = getattr(part, field.name)
        place = (*path, field.name)
        yield Spot(place, field.type, value, within, field.name)
        yield from _inside(value, field.type, place, within, field.name)


def _inside(value: Any, kind: Any, path: Path, around: tuple[Any, ...], field: str) -> Iterator[Spot]:
    if isinstance(value, msgspec.Struct):
        yield from _of(value, path, around)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _inside(item, get_args(kind)[0], (*path, number), around, field)
    elif isinstance(value, dict) and get_origin(kind) is dict:
        for key, item in value.items():
            inner = get_args(kind)[1]
            if get_origin(inner) is not None and not isinstance(item, msgspec.Struct | tuple):
                yield Spot((*path, key), inner, item, around, field)
            yield from _inside(item, inner, (*path, key), around, field)
