"""The figures of what customers think of the handling. Definitions stand with each function."""

from fractions import Fraction

from complaints.reporting.figure import ALL, RECORDED, Selection, figure
from complaints.reporting.values import Ratio
from complaints.reporting.view import View


@figure("count", numerator="ratings, by score from 1 to 5", instant=RECORDED)
def ratings(view: View, of: Selection = ALL) -> int:
    """Ratings."""
    return view.count("rated", of.kinds)


@figure("score", numerator="sum of scores", denominator="`ratings`", instant=RECORDED, edges='No rating: "-".')
def satisfaction(view: View, of: Selection = ALL) -> Fraction | None:
    """Mean satisfaction, 1 to 5."""
    scores = view.by("rated", ("score",), of.kinds)
    return Fraction(sum(int(s) * n for (s,), n in scores.items()), sum(scores.values())) if scores else None


@figure("rate", numerator="ratings of 4 and 5", denominator="`ratings`", instant=RECORDED, edges='No rating: "-".')
def satisfied(view: View, of: Selection = ALL) -> Ratio:
    """Share of satisfied customers."""
    return Ratio(view.count("rated", of.kinds, score=("4", "5")), ratings(view, of))
