"""What a form may offer: the values that the policy would take for a field of a command, here and from this person."""

from collections.abc import Mapping
from typing import Any

import msgspec

from complaints.case.authority import Leeway, Offer, extendable, leeway, registering
from complaints.case.state import Case
from complaints.case.values import Actor, Places
from complaints.policy.conditions import names
from complaints.policy.rulebook import Rulebook

_UNHEARD_OF = "\0"
"""A value that no policy names."""

_ASKED_OF_NEW_ORDERS = ("order_type", "unit")
"""What a new work order cannot do without; one that is sent again has both."""


class Choices(msgspec.Struct, frozen=True):
    """The values open for the fields of a command: by the policy's actions, and by what is there to be named.

    What is not offered may still be refused or taken when it is sent; `decide` alone says.
    """

    leeway: Leeway
    only: Mapping[str, tuple[str, ...]] = {}
    asked: tuple[str, ...] = ()

    def allows(self, field: str, value: Any) -> bool:
        """Whether the value is worth offering."""
        return (field not in self.only or value in self.only[field]) and self.leeway.allows(field, value)

    def named(self, field: str) -> tuple[str, ...]:
        """The values that the policy names for a field that it has no list for; none where others are taken too."""
        if self.allows(field, _UNHEARD_OF):
            return ()
        tests = [
            test for action in self.leeway.actions for name, test in names(action.when) if name == f"event.{field}"
        ]
        found = [value for test in tests for value in (test if isinstance(test, list | tuple) else [test])]
        return tuple(dict.fromkeys(value for value in found if isinstance(value, str) and self.allows(field, value)))

    def needs(self, field: str) -> bool:
        """Whether the command is refused without the field."""
        return field in self.asked or self.leeway.needs(field)


def choices_of(case: Case, offer: Offer, actor: Actor, rulebook: Rulebook, places: Places) -> Choices:
    """What can be chosen in the form of an offered command."""
    only: dict[str, tuple[str, ...]] = {}
    asked = _ASKED_OF_NEW_ORDERS if offer == Offer("dispatch") else ()
    if offer.command == "dispatch":
        only["order_type"] = _order_types(case, offer, actor, rulebook)
    elif offer.command == "sign":
        only["paper"] = tuple(paper for paper in case.papers if not paper.startswith("signed:"))
    elif offer.command == "extend":
        only["deadline"] = tuple(extendable(case, offer.order, rulebook))
    elif offer.command == "lift-miss":
        mine = [one for one in case.claims if one.order == offer.order and one.by != actor.person]
        only["deadline"] = tuple(one.deadline for one in mine)
    elif offer.command == "follow-up" and not leeway(case, Offer("close"), actor, rulebook, places).actions:
        only["outcome"] = ("continue",)
    return Choices(leeway(case, offer, actor, rulebook, places), only, asked)


def choices_registering(actor: Actor, rulebook: Rulebook) -> Choices:
    """What can be chosen in the form by which the staff register a case."""
    return Choices(registering(actor, rulebook))


def _order_types(case: Case, offer: Offer, actor: Actor, rulebook: Rulebook) -> tuple[str, ...]:
    """The kinds of order that the person may create (POST-14); an order that is sent again stays what it is."""
    order = case.order(offer.order)
    if order is not None:
        return (order.type,)
    roles = {post.role for post in actor.posts}
    return tuple(name for name, one in rulebook.policy.order_types.items() if not one.by or roles & set(one.by))
