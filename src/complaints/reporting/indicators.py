"""The figures of cases: received, repeated, escalated, closed. Definitions stand with each function."""

from fractions import Fraction

from complaints.case.events import CUSTOMER
from complaints.reporting.figure import ALL, RECORDED, Selection, figure
from complaints.reporting.values import Ratio, median, percentile
from complaints.reporting.view import View


@figure(
    "count",
    numerator="cases registered",
    instant=RECORDED,
    edges="Repeats and reopenings are no new cases. A case that is reclassified or moved counts where it belongs now: "
    "the correction is made in the month in which it happens, on the day of receipt if that lies in the same month. By "
    "cause, it counts under what its last ruling found, valid or not, else under what it was registered or classified "
    "as. A ruling in a later month moves it there from its former cause, which may so go below 0.",
)
def received(view: View, of: Selection = ALL) -> int:
    """Cases registered."""
    return view.count("received.day", of.kinds)


@figure("count", numerator="contacts that raise a matter which is still open", instant=RECORDED)
def repeated(view: View, of: Selection = ALL) -> int:
    """Repeated contacts."""
    return view.count("repeated", of.kinds)


@figure("count", numerator="cases opened again after they were closed", instant=RECORDED)
def reopened(view: View, of: Selection = ALL) -> int:
    """Cases reopened."""
    return view.count("reopened", of.kinds)


@figure(
    "count",
    numerator="closings, withdrawals and mergers",
    instant=RECORDED,
    edges="A case that is reopened and closed again counts again.",
)
def closed(view: View, of: Selection = ALL) -> int:
    """Cases closed."""
    return view.count("closed", of.kinds)


@figure("count", numerator="escalations asked for by customers", instant=RECORDED)
def asked_up(view: View, of: Selection = ALL) -> int:
    """Escalations by customers."""
    return view.count("escalated", of.kinds, type="escalated")


@figure(
    "count", numerator="rungs at which this person was told", instant=RECORDED, edges="By person and role (POST-20)."
)
def told(view: View, of: Selection = ALL) -> int:
    """Escalations that reached a person."""
    return view.count("told", of.kinds)


@figure(
    "rate",
    numerator="cases escalated for the first time by the customer or a rung, of the indicator's deadlines if any",
    denominator="`received`",
    instant=RECORDED,
    edges="A case counts once in its life. Rungs of other deadlines than the indicator's neither count nor keep later "
    'ones from counting. Nothing received: "-".',
)
def escalation(view: View, of: Selection = ALL) -> Ratio:
    """Share of cases escalated."""
    ways = view.by("escalated", ("type", "deadline", "first", "prior"), of.kinds)
    counted = {*of.deadlines, CUSTOMER}
    cases = sum(
        count
        for (type_, deadline, first, prior), count in ways.items()
        if (type_ == "escalated" or deadline in of.deadlines or not of.deadlines)
        and (first or (of.deadlines and counted.isdisjoint(prior.split(","))))
    )
    return Ratio(cases, received(view, of))


@figure(
    "rate",
    numerator="`repeated`",
    denominator="`received` and `repeated`: every contact that raises a matter",
    instant=RECORDED,
)
def repeat(view: View, of: Selection = ALL) -> Ratio:
    """Repeat rate."""
    return Ratio(repeated(view, of), received(view, of) + repeated(view, of))


@figure("rate", numerator="`reopened`", denominator="`closed`", instant=RECORDED, edges='Nothing closed: "-".')
def reopening(view: View, of: Selection = ALL) -> Ratio:
    """Reopening rate."""
    return Ratio(reopened(view, of), closed(view, of))


@figure("count", numerator="chasers by customers and by units above", instant=RECORDED)
def chased(view: View, of: Selection = ALL) -> int:
    """Chasers."""
    return view.count("chased", of.kinds)


@figure("count", numerator="cases put under supervision", instant=RECORDED)
def supervised(view: View, of: Selection = ALL) -> int:
    """Supervisions."""
    return view.count("supervised", of.kinds)


@figure("count", numerator="callbacks to customers, by what they found", instant=RECORDED)
def called_back(view: View, of: Selection = ALL) -> int:
    """Callbacks."""
    return view.count("called_back", of.kinds)


@figure("count", numerator="marks set, by mark", instant=RECORDED, edges="The same mark set again counts again.")
def marked(view: View, of: Selection = ALL) -> int:
    """Marks."""
    return view.count("marked", of.kinds)


@figure(
    "count",
    numerator="reports submitted after their date",
    instant=RECORDED,
    edges="One sent back and mended late counts again; one never submitted is among `missed` (INS-17).",
)
def filed_late(view: View, of: Selection = ALL) -> int:
    """Reports filed late."""
    return view.count("filed", of.kinds, outcome="late")


@figure("number", numerator="compensation agreed, in the currency's main unit", instant=RECORDED)
def compensation(view: View, of: Selection = ALL) -> Fraction:
    """Compensation."""
    return Fraction(view.count("compensated.amount", of.kinds), 100)


@figure(
    "seconds",
    numerator="the middle of clock time from receipt to closing",
    instant=RECORDED,
    edges="A reopened case counts again with the time since it was first received.",
)
def handling_median(view: View, of: Selection = ALL) -> Fraction | None:
    """Median handling time."""
    return median(view.seconds("closed", of.kinds))


@figure(
    "seconds",
    numerator="the smallest handling time that 90 % do not exceed (nearest rank)",
    instant=RECORDED,
    edges="As `handling_median`.",
)
def handling_p90(view: View, of: Selection = ALL) -> int | None:
    """90th percentile of handling time."""
    return percentile(view.seconds("closed", of.kinds), 90)


@figure(
    "rate",
    numerator="`received`",
    denominator="the number entered for the period: vehicles, visits, policies",
    instant=RECORDED,
    edges='Nothing entered: "-".',
)
def complaint_rate(view: View, of: Selection = ALL) -> Ratio:
    """Complaint rate."""
    return Ratio(received(view, of), of.entered or 0)
