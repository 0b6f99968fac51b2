"""Who asks for what: commands, the people behind them, what they are refused for, and the view of the organisation that
decisions need."""

from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from complaints.posts import Post as Post


class Actor(msgspec.Struct, frozen=True):
    """Who acts: a member of staff with posts, the customer, or the system itself."""

    person: str
    kind: Literal["staff", "customer", "system"] = "staff"
    posts: tuple[Post, ...] = ()


SYSTEM_ACTOR = Actor("system", "system")
CUSTOMER_ACTOR = Actor("customer", "customer")


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants done. `data` and `personal` are already split, see `case.fields.split`."""

    name: str
    by: Actor
    at: datetime
    order: int = 0
    data: dict[str, Any] = {}
    personal: dict[str, Any] = {}


class Problem(msgspec.Struct, frozen=True):
    """One reason for a refusal: the field at fault (empty: the whole command), a code of the catalogue, parameters."""

    field: str
    code: str
    params: dict[str, Any] = {}


class RefusedError(Exception):
    """A command that cannot be done; says every reason. The first problem's code tells what kind of refusal it is."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.field or 'command'}: {p.code} {p.params or ''}".strip() for p in problems))
        self.problems = problems


class Places(Protocol):
    """What a decision may ask of the organisation. Units that are not known answer with None or nothing."""

    def known(self, unit: str) -> bool:
        """Whether there is such a unit."""
        ...

    def path(self, unit: str) -> tuple[str, ...]:
        """Unit ids from the root to the unit itself."""
        ...

    def ancestor(self, unit: str, level: str) -> str | None:
        """The unit itself or the nearest one above it that stands at this level."""
        ...

    def level(self, unit: str) -> str:
        """The name of the unit's level."""
        ...

    def tags(self, unit: str) -> tuple[str, ...]:
        """Tags of the unit and of all above it, and its marks in force."""
        ...
