"""Which names mean something where: what a condition, a recipient or a template may speak of.

The meanings are `case.lookup`'s, `case.place`'s and `case.wording`'s; tests hold these lists equal to what those read.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from complaints.policy.model import Policy
from complaints.policy.vocabulary import CATALOGUES, COMMANDS, EVENTS, Param

OF_CASE: Final = ("kind", "channel", "category", "cause", "language")
CASE_NAMES: Final = (
    "state",
    "phase",
    "tags",
    "papers",
    "outcome",
    "marks",
    "unit",
    "score",
    "rated",
    "paused",
    "held",
    "erased",
    "incident",
    "handlers",
    "registered_by",
    "merged_into",
    "ruling",
    "opened_at",
    "solved_at",
    "closed_at",
    "level",
    "order_types",
    "open_orders",
    "running",
    "claimed",
)
ORDER_NAMES: Final = (
    "n",
    "type",
    "unit",
    "level",
    "sender",
    "state",
    "tries",
    "parent",
    "tags",
    "sent_at",
    "answered_at",
)
RULING_NAMES: Final = ("valid", "cause", "rule", "version", "unit", "stage", "responsibility", "sanction")
ACTOR_NAMES: Final = ("roles", "kind", "person")
_LISTS: Final = (
    "mentioned",
    "case.tags",
    "case.papers",
    "case.handlers",
    "case.marks",
    "case.order_types",
    "case.open_orders",
    "case.running",
    "case.claimed",
    "order.tags",
    "actor.roles",
)
ORDER_STATES: Final = ("open", "interim", "answered", "accepted", "returned", "appealed", "stands", "cancelled")
UNIT_PLACES: Final = ("order", "sender", "case", "above", "root")
PHASES: Final = ("open", "closed", "final", "retired")


_MOVES: Final = ("state", "phase", "order_state")
_ENGINE: Final[Mapping[str, tuple[str, ...]]] = {
    "registered": ("reference", "policy", "tags", "mentioned", "derived"),
    "classified": ("from_kind", "derived"),
    "dispatched": ("sender", "tags"),
    "reviewed": ("again",),
    "closed": ("cancels_orders", "callback"),
    "withdrawn": ("cancels_orders",),
    "merged": ("cancels_orders",),
    "ruled": ("version",),
    "messaged": ("derived",),
    "repeated": ("derived",),
    "reopened": ("derived", "mentioned"),
    "disputed": ("derived", "mentioned"),
    "moved": ("tags",),
    "reminded": ("deadline", "reminder", "due_at"),
    "missed": ("deadline", "due_at"),
    "rung_reached": ("deadline", "rung", "due_at", "asked"),
    "retimed": ("was",),
    "miss_lifted": ("due_at", "claimed_at", "claimed_by"),
}
"""What the engine itself adds to an event's data."""


def commands_of(event: str) -> tuple[str, ...]:
    """The commands that can become an event; `confirm` becomes two."""
    if event == "rejected":
        return ("confirm",)
    return tuple(name for name, shape in COMMANDS.items() if shape.event == event)


def data_of(event: str) -> dict[str, Param | None]:
    """What an event's data may hold, by name; None where the engine adds it."""
    found: dict[str, Param | None] = {
        "type": None,
        "role": None,
        **dict.fromkeys(_MOVES),
        **dict.fromkeys(_ENGINE.get(event, ())),
    }
    for command in commands_of(event):
        found |= {param.name: param for param in COMMANDS[command].params if not param.personal}
    return found


def said_by(command: str) -> dict[str, Param | None]:
    """What a command may say when it is judged, personal fields included."""
    return {param.name: param for param in COMMANDS[command].params}


def personal_of(event: str) -> frozenset[str]:
    """Fields of an event that no condition sees, because they can be erased."""
    return frozenset(
        param.name for command in commands_of(event) for param in COMMANDS[command].params if param.personal
    )


class Scope(msgspec.Struct, frozen=True):
    """What conditions at one place may name. `event` is what the event says by name (None: there is none here)."""

    policy: Policy
    event: Mapping[str, Param | None] | None = None
    personal: frozenset[str] = frozenset()
    order: bool = True
    actor: bool = False

    def names(self) -> list[str]:
        """Every name that a condition may use here, for suggestions."""
        policy = self.policy
        found = [*OF_CASE, "mentioned", "today", *policy.fields, *policy.derived, *policy.counters]
        found += [f"case.{name}" for name in CASE_NAMES]
        found += [f"ruling.{name}" for name in RULING_NAMES]
        found += [f"count.{name}" for name in sorted(EVENTS)]
        if self.order:
            found += [f"order.{name}" for name in ORDER_NAMES]
        if self.actor:
            found += [f"actor.{name}" for name in ACTOR_NAMES]
        return found + [f"event.{name}" for name in self.event or ()]

    def knows(self, name: str) -> bool:
        """Whether a condition's name has a meaning here."""
        head, _, rest = name.partition(".")
        if head == "order" and rest.startswith("count."):
            return self.order and rest.removeprefix("count.") in EVENTS
        if head == "case" and "." in rest:
            return False
        if head == "event" and "." in rest and self.event is not None:
            return self._inside_event(rest)
        return name in self.names()

    def _inside_event(self, rest: str) -> bool:
        assert self.event is not None
        outer, _, inner = rest.partition(".")
        if outer not in self.event:
            return False
        if outer == "fields":
            return inner in self.policy.fields
        if outer == "derived":
            return inner in self.policy.derived
        param = self.event[outer]
        return param is not None and (param.type == "object" or (param.type == "unit" and inner == "levels"))

    def type_of(self, name: str) -> str:
        """The type of a name's value where it is known: a `FieldType`, else empty. A list is compared with texts."""
        head, _, rest = name.partition(".")
        if head == "count" or name in self.policy.counters or name in ("order.tries", "order.n", "case.score"):
            return "number"
        if head == "event" and rest.startswith("fields."):
            name = rest.removeprefix("fields.")
        elif head == "event":
            param = (self.event or {}).get(rest)
            return param.type if param is not None else ""
        if name == "ruling.valid":
            return "boolean"
        if name in _LISTS:
            return "list"
        if self.values_of(name) and name not in self.policy.fields:
            return "choice"
        field = self.policy.fields.get(name)
        return field.type if field is not None else ""

    def values_of(self, name: str) -> tuple[str, ...]:
        """All values that a name can have; nothing where anything goes or nobody knows."""
        policy = self.policy
        head, _, rest = name.partition(".")
        short = rest if head in ("event", "ruling") else name
        if short.startswith("fields."):
            short = short.removeprefix("fields.")
        if short in policy.fields:
            return ("true", "false") if policy.fields[short].type == "boolean" else tuple(policy.fields[short].choices)
        if short in policy.derived:
            return tuple(choice.value for choice in policy.derived[short])
        if name in ("case.order_types", "case.open_orders"):
            return tuple(policy.order_types)
        if name in ("case.running", "case.marks"):
            return tuple(policy.deadlines if name == "case.running" else policy.marks)
        if name in ("case.state", "event.state"):
            return tuple(state for kind in policy.kinds.values() for state in kind.states)
        if name in ("order.state", "event.order_state"):
            return ORDER_STATES
        if name in ("case.phase", "event.phase"):
            return PHASES
        catalogue = CHOSEN_FROM.get("order_type" if name == "order.type" else short, "")
        known: Iterable[str] = getattr(policy, catalogue) if catalogue else ()
        if catalogue and not known:
            return ()
        return tuple(known)


CHOSEN_FROM: Final = {
    **CATALOGUES,
    "from_kind": "kinds",
    "deadline": "deadlines",
    "role": "roles",
    "language": "languages",
}


def catalogue_of(param: str, policy: Policy) -> Any:
    """The policy's names from which a command's field of that name is chosen; None where it is free."""
    return getattr(policy, CHOSEN_FROM[param]) if param in CHOSEN_FROM else None
