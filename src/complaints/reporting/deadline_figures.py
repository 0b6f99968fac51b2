"""The figures of deadlines: met and missed, how long it took, how far ladders went. Definitions stand with each."""

from fractions import Fraction

from complaints.reporting.figure import ALL, RECORDED, Selection, figure
from complaints.reporting.values import Ratio, median, percentile
from complaints.reporting.view import View

ENDED = ("met", "missed")
VERDICT = "the month of the due instant, or that in which the verdict was recorded if that is later (R18)"


@figure(
    "count",
    numerator="deadlines that ended with a verdict, met or missed",
    instant=VERDICT,
    edges="A cancelled deadline has no verdict. A missed one counts once, when it falls due, however late the answer.",
)
def fell_due(view: View, of: Selection = ALL) -> int:
    """Deadlines that fell due."""
    return view.count("deadline", of.kinds, outcome=ENDED, **of.orders)


@figure("count", numerator="deadlines missed", instant=VERDICT, edges="At the due instant itself is in time (R16).")
def missed(view: View, of: Selection = ALL) -> int:
    """Deadlines missed."""
    return view.count("deadline", of.kinds, outcome="missed", **of.orders)


@figure(
    "count",
    numerator="deadlines recorded as late although somebody says that they were met",
    instant=RECORDED,
    edges="What is recorded after the due instant with an earlier instant of its own. It is among `missed` until it is "
    "lifted, and stays counted here.",
)
def claimed(view: View, of: Selection = ALL) -> int:
    """Misses claimed to be none."""
    return view.count("claimed", of.kinds, **of.named)


@figure(
    "count",
    numerator="claimed misses that a role which the policy names has lifted",
    instant=RECORDED,
    edges="From then on the deadline counts as met, in the month of the lifting where its own is over.",
)
def lifted(view: View, of: Selection = ALL) -> int:
    """Misses lifted."""
    return view.count("lifted", of.kinds, **of.named)


@figure(
    "rate",
    numerator="deadlines met: stopped at or before the due instant (R16)",
    denominator="`fell_due`: late ones included (R18)",
    instant=VERDICT,
    edges='Nothing fell due: "-".',
)
def on_time(view: View, of: Selection = ALL) -> Ratio:
    """On-time rate."""
    return Ratio(view.count("deadline", of.kinds, outcome="met", **of.orders), fell_due(view, of))


@figure(
    "rate",
    numerator="deadlines stopped by a final answer at the first try, less those that were sent again after it",
    denominator="`fell_due`: late ones included (R18)",
    instant=VERDICT + "; an order sent again is taken back in the month in which that happens",
    edges="An interim answer makes the next one no first answer (POST-7). A late first answer counts if it came in the "
    "month in which it fell due. Never below 0.",
)
def first_answer(view: View, of: Selection = ALL) -> Ratio:
    """First-answer rate."""
    first = view.count("deadline", of.kinds, first="1", **of.orders)
    taken_back = view.count("retracted", of.kinds, **of.orders)
    return Ratio(max(0, first - taken_back), fell_due(view, of))


@figure(
    "rate",
    numerator="deadlines whose stop took no longer than the deadline's measure, in time or late",
    denominator="`fell_due`: late ones included (R18)",
    instant=VERDICT,
    edges="For a deadline whose measure differs from its limit: a dispatch due at the end of its slot is measured by "
    "its working hours (R7). Without a measure the same as `on_time`. A late one counts if it came in the month in "
    "which it fell due.",
)
def within_measure(view: View, of: Selection = ALL) -> Ratio:
    """Rate of deadlines kept by their measure."""
    return Ratio(view.count("deadline", of.kinds, within="1", **of.orders), fell_due(view, of))


@figure(
    "count",
    numerator="rungs reached on the ladders of missed deadlines",
    instant=RECORDED,
    edges="One deadline can reach several rungs; each counts.",
)
def rungs(view: View, of: Selection = ALL) -> int:
    """Rungs reached."""
    return view.count("rung", of.kinds, **of.named)


@figure(
    "seconds",
    numerator="the middle of all durations, in the deadline's own measure (working time for a working limit)",
    instant="the day on which the deadline was stopped",
    edges="Late ones included with all the time they took; missed ones not stopped yet have no duration. Mean of the "
    "two middle ones of an even number.",
)
def time_median(view: View, of: Selection = ALL) -> Fraction | None:
    """Median time to meet a deadline."""
    return median(view.seconds("deadline", of.kinds, of.deadlines))


@figure(
    "seconds",
    numerator="the smallest duration that 90 % of durations do not exceed (nearest rank)",
    instant="the day on which the deadline was stopped",
    edges="As `time_median`.",
)
def time_p90(view: View, of: Selection = ALL) -> int | None:
    """90th percentile of the time to meet a deadline."""
    return percentile(view.seconds("deadline", of.kinds, of.deadlines), 90)
