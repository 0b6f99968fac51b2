"""The register of figures: what each divides by what, when it counts, and its edges.

`docs/indicators.md` is written from this register (`listing`), and no report may hold a figure that is not in it. What
a figure is *of* (which kinds, deadlines, order types) is the plan's business and comes as a `Selection`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from complaints.reporting.values import Form


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What a figure is of; empty means all. `entered` is a number given by hand or imported (a denominator)."""

    kinds: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    order_types: tuple[str, ...] = ()
    entered: int | None = None

    @property
    def orders(self) -> dict[str, tuple[str, ...]]:
        """Conditions for measures that know deadlines and order types."""
        return self.named | self.types

    @property
    def named(self) -> dict[str, tuple[str, ...]]:
        """Conditions for measures that know deadlines only."""
        return {"deadline": self.deadlines} if self.deadlines else {}

    @property
    def types(self) -> dict[str, tuple[str, ...]]:
        """Conditions for measures that know order types only."""
        return {"order_type": self.order_types} if self.order_types else {}


ALL = Selection()


class Figure(msgspec.Struct, frozen=True):
    """The definition of a figure. `of_view` tells whether one view alone gives it."""

    id: str
    form: Form
    numerator: str
    denominator: str
    instant: str
    edges: str
    of_view: bool
    compute: Callable[..., Any]


FIGURES: dict[str, Figure] = {}
"""Every figure by its id, in the order in which they are defined."""

RECORDED = "the day on which the event was recorded, in the organisation's zone"
"""The instant of most figures."""

Made = TypeVar("Made", bound=Callable[..., Any])


def figure(
    form: Form, *, numerator: str, instant: str, denominator: str = "", edges: str = "", of_view: bool = True
) -> Callable[[Made], Made]:
    """Register a function as the figure of its own name."""

    def register(compute: Made) -> Made:
        name = compute.__name__
        FIGURES[name] = Figure(name, form, numerator, denominator, instant, edges, of_view, compute)
        return compute

    return register
