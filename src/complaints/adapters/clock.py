"""The only clock of the product.

Entry points read it and hand the instant on; beside them only the queues ask for the time, when they turn an instant
into the delay of a message.
"""

from datetime import UTC, datetime, timedelta


def exact() -> datetime:
    """Return this instant: aware, UTC, with its fraction of a second. For what is waited for, never for the record."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return this instant: aware, UTC, cut to the whole second, so that nothing happens before its second has begun."""
    return exact().replace(microsecond=0)


def counted() -> datetime:
    """Return the instant at which what somebody does now counts: aware, UTC, the whole second not before it.

    Deadlines end on whole seconds. What is done at the exact instant is in time (reading R16); what is done a moment
    after it counts in the next second and is late, as the text said that has left by then. Cut like `now`, an answer
    within the due second would be in time or late by who came first, it or the worker.
    """
    present = exact()
    cut = present.replace(microsecond=0)
    return cut if cut == present else cut + timedelta(seconds=1)
