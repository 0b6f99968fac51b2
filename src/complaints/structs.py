"""What the product's values are asked for beside their own fields: what fields they have, and changed copies.

They are frozen `msgspec.Struct`s, because a function pays for making its classes at every cold start (see
docs/architecture.md).
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import FieldInfo

if TYPE_CHECKING:
    # mypy knows a Struct's fields, and checks changes against them by this name only: msgspec's own takes anything
    from dataclasses import replace
else:
    from msgspec.structs import replace

__all__ = ["FieldInfo", "fields_of", "is_struct", "replace"]


@cache
def fields_of(kind: Any) -> tuple[FieldInfo, ...]:
    """The fields of a class in their order. Their types are the very objects that were declared, so that `type is
    LimitSpec` tells a limit from any other mapping; msgspec's own are equal copies, made anew at each call."""
    return tuple(replace(one, type=kind.__annotations__[one.name]) for one in msgspec.structs.fields(kind))


def is_struct(kind: Any) -> bool:
    """Whether something is a class of values (not one of its values)."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
