"""`docs/indicators.md`, written from the register: ``python -m complaints.reporting.listing > docs/indicators.md``."""

from collections.abc import Iterator

from complaints.reporting.figure import FIGURES, Figure
from complaints.reporting.register import MODULES

_HEAD = """# Every figure of a report

Written from the register of figures (`complaints.reporting.figure`) by
`python -m complaints.reporting.listing > docs/indicators.md`. A test compares the two, and a report that holds a figure
which is not listed here cannot be built.

- A figure that has nothing to divide by shows "-".
- Rates are exact. They are rounded for showing only, never onto or across 0 %, 100 % or their goal (`values.shown`).
- Everything that a unit shows includes all units below it.
- A day ends at midnight in the organisation's time zone; a month and a year are whole days.
- A published period never changes: what is corrected later counts where the correction happens.
"""


def document() -> str:
    """The whole page."""
    return _HEAD + "".join(map(_entry, _in_order()))


def _in_order() -> Iterator[Figure]:
    """By module, whichever of them happened to be imported first."""
    for module in MODULES:
        yield from (one for one in FIGURES.values() if one.compute.__module__ == module.__name__)


def _entry(figure: Figure) -> str:
    summary = (figure.compute.__doc__ or "").strip().splitlines()[0]
    facts = [("form", figure.form), ("numerator", figure.numerator), ("denominator", figure.denominator)]
    facts += [("instant", figure.instant), ("edges", figure.edges)]
    lines = [f"- {name}: {value}" for name, value in facts if value]
    source = f"{figure.compute.__module__.removeprefix('complaints.')}.{figure.id}"
    return "\n".join(["", f"## `{figure.id}`", "", summary, "", *lines, f"- function: `{source}`", ""])


if __name__ == "__main__":
    print(document(), end="")
