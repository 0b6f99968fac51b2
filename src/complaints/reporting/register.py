"""The register of figures, filled: importing this imports every module that defines some."""

from complaints.reporting import compare, deadline_figures, indicators, order_figures, ratings
from complaints.reporting.figure import ALL, FIGURES, Selection
from complaints.reporting.values import Value
from complaints.reporting.view import View

__all__ = ["FIGURES", "MODULES", "value_of"]

MODULES = (compare, indicators, deadline_figures, order_figures, ratings)
"""In the order in which `docs/indicators.md` tells of them."""


def value_of(name: str, view: View, of: Selection = ALL) -> Value:
    """The value of a figure in one view.

    Raises
    ------
    KeyError
        No such figure, or it is not of one view alone; the message names those that are.
    """
    found = FIGURES.get(name)
    if found is None or not found.of_view:
        known = ", ".join(name for name, one in FIGURES.items() if one.of_view)
        raise KeyError(f"no figure {name!r} is computed from a view; known: {known}")
    value: Value = found.compute(view, of)
    return value
