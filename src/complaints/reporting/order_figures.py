"""The figures of work orders, rulings, liability and appeals. Definitions stand with each function."""

from complaints.reporting.figure import ALL, RECORDED, Selection, figure
from complaints.reporting.values import Ratio
from complaints.reporting.view import View


@figure("count", numerator="work orders sent, each once", instant=RECORDED, edges="Sending again is a return.")
def dispatched(view: View, of: Selection = ALL) -> int:
    """Work orders sent."""
    return view.count("dispatched", of.kinds, **of.types)


@figure("count", numerator="work orders sent back by the unit that they were sent to", instant=RECORDED)
def returned(view: View, of: Selection = ALL) -> int:
    """Work orders returned."""
    return view.count("returned", of.kinds, **of.types)


@figure("count", numerator="work orders sent again after an answer that was not enough", instant=RECORDED)
def resent(view: View, of: Selection = ALL) -> int:
    """Work orders sent again."""
    return view.count("resent", of.kinds, **of.types)


@figure("rate", numerator="`returned`", denominator="`dispatched`", instant=RECORDED, edges='No order sent: "-".')
def return_rate(view: View, of: Selection = ALL) -> Ratio:
    """Return rate."""
    return Ratio(returned(view, of), dispatched(view, of))


@figure("count", numerator="rulings that a complaint is valid", instant=RECORDED)
def ruled_valid(view: View, of: Selection = ALL) -> int:
    """Complaints ruled valid."""
    return view.count("ruled", of.kinds, outcome="valid")


@figure(
    "rate",
    numerator="`ruled_valid`",
    denominator="all rulings",
    instant=RECORDED,
    edges='A second ruling of one case counts again. No ruling: "-".',
)
def valid_share(view: View, of: Selection = ALL) -> Ratio:
    """Share of rulings that found the complaint valid."""
    return Ratio(ruled_valid(view, of), view.count("ruled", of.kinds))


@figure("count", numerator="liability sheets sent", instant=RECORDED, edges="Each sheet once: first ruled liable.")
def sheets(view: View, of: Selection = ALL) -> int:
    """Liability sheets, first ruled liable."""
    return view.count("dispatched", of.kinds, sheet="1", **of.types)


@figure("count", numerator="appeals that were made", instant=RECORDED)
def appeals(view: View, of: Selection = ALL) -> int:
    """Appeals."""
    return view.count("appealed", of.kinds)


@figure(
    "rate",
    numerator="appeals that arbitration decided against the unit",
    denominator="`sheets`, first ruled liable",
    instant=RECORDED,
    edges='No sheet: "-" (R18). An appeal of last month\'s sheet counts in the month in which it is decided.',
)
def failed_appeals(view: View, of: Selection = ALL) -> Ratio:
    """Failed appeals by orders first ruled liable."""
    return Ratio(view.count("arbitrated", of.kinds, outcome="liable"), sheets(view, of))
