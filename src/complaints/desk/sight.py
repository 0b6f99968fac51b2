"""Who sees what, in one place: a unit sees itself and all under it, and the orders that it was sent; nothing else.

What is not seen is not there: every answer about it is the answer for a case that does not exist (404, never 403).
"""

from collections.abc import Sequence

import msgspec

from complaints.case.state import Case, Order
from complaints.case.values import Actor, Places, Post
from complaints.directory.tree import sees
from complaints.policy.model import Policy

_HEARD = ("registered", "repeated", "messaged", "disputed", "reopened", "chased", "classified", "closed", "withdrawn")
"""Events of the case itself that who was sent an order must know of: what the customer said, and how it ended."""


class Sight(msgspec.Struct, frozen=True):
    """What somebody sees: their posts, and whether one of them sees the whole organisation."""

    posts: tuple[Post, ...]
    all: bool

    def unit(self, path: Sequence[str]) -> bool:
        """Whether the unit of this path (root first) is seen with all that is its own."""
        return bool(path) and (self.all or sees(self.posts, path))

    def whole(self, case: Case, places: Places) -> bool:
        """Whether the whole case is seen: it is led by a unit in sight."""
        return self.unit(places.path(case.unit))

    def orders(self, case: Case, places: Places) -> tuple[Order, ...]:
        """The work orders that are seen: all of a case in sight, else those that a unit in sight got or sent."""
        if self.whole(case, places):
            return case.orders
        return tuple(
            order for order in case.orders if self.unit(places.path(order.unit)) or self.unit(places.path(order.sender))
        )

    def case(self, case: Case, places: Places) -> bool:
        """Whether anything of the case is seen at all."""
        return self.whole(case, places) or bool(self.orders(case, places))

    def event(self, event_type: str, order: int, case: Case, places: Places) -> bool:
        """Whether one event of a case is seen."""
        if self.whole(case, places):
            return True
        if order:
            return any(order == seen.n for seen in self.orders(case, places))
        return event_type in _HEARD


def sight_of(actor: Actor, policy: Policy) -> Sight:
    """What a member of staff sees under a policy's roles."""
    everything = any(post.role in policy.roles and policy.roles[post.role].sees == "all" for post in actor.posts)
    return Sight(actor.posts, everything)
