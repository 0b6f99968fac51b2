"""The figures that one view gives: counts, rates, durations, satisfaction. Definitions stand with each function."""

from fractions import Fraction

import complaints.reporting.ratings  # noqa: F401 its figures register themselves
from complaints.case.events import CUSTOMER
from complaints.reporting.figure import ALL, RECORDED, Selection, figure
from complaints.reporting.values import Ratio, median, percentile
from complaints.reporting.view import View

ENDED = ("met", "missed")
VERDICT = "the month of the due instant, or that in which the verdict was recorded if that is later (R18)"


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
    return view.count("claimed", of.kinds, **({"deadline": of.deadlines} if of.deadlines else {}))


@figure(
    "count",
    numerator="claimed misses that a role which the policy names has lifted",
    instant=RECORDED,
    edges="From then on the deadline counts as met, in the month of the lifting where its own is over.",
)
def lifted(view: View, of: Selection = ALL) -> int:
    """Misses lifted."""
    return view.count("lifted", of.kinds, **({"deadline": of.deadlines} if of.deadlines else {}))


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
    return view.count("rung", of.kinds, **({"deadline": of.deadlines} if of.deadlines else {}))


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
