"""What is counted: for each type of fact the measures that it adds to, and the dimensions of each measure.

A measure is a table of counts by (path, kind, further dimensions...), all of them texts. `DIMENSIONS` names the further
ones in their order; indicators look counts up by these names and by nothing else.
"""

from types import MappingProxyType
from typing import Final

DAY: Final = "day"
"""The organisation-zone date of the partial; a month once a partial has been coarsened."""

MONTH: Final = "month"
"""The month in which a deadline's verdict counts: that of its due day, or of the fact if that is later (R18)."""

DIMENSIONS: Final = MappingProxyType(
    {
        "received.day": (DAY,),
        "received.category": ("category",),
        "received.channel": ("channel",),
        "received.cause": ("cause",),
        "received.severity": ("severity",),
        "received.region": ("region",),
        "repeated": ("outcome",),
        "reopened": (),
        "dispatched": ("order_type", "sheet"),
        "answered": ("order_type", "outcome", "first"),
        "returned": ("order_type",),
        "resent": ("order_type",),
        "retracted": ("deadline", "order_type"),
        "deadline": (MONTH, "deadline", "order_type", "outcome", "first", "within"),
        "rung": ("deadline", "rung"),
        "told": ("role", "person", "rung"),
        "escalated": ("type", "deadline", "first", "prior"),
        "chased": ("outcome",),
        "supervised": (),
        "solved": ("outcome",),
        "closed": ("outcome",),
        "ruled": ("outcome", "cause", "stage"),
        "accepted": (),
        "detailed": ("stage",),
        "appealed": (),
        "arbitrated": ("outcome",),
        "called_back": ("outcome",),
        "rated": ("score",),
        "disputed": (),
        "compensated": (),
        "compensated.amount": (),
        "marked": ("mark",),
        "paused": (),
        "extended": ("deadline",),
        "claimed": ("deadline",),
        "lifted": ("deadline",),
        "filed": ("outcome",),
    }
)

_RECEIVED = tuple(name for name in DIMENSIONS if name.startswith("received."))

OF_TYPE: Final = MappingProxyType(
    {
        "received": _RECEIVED,
        "moved": _RECEIVED,
        "acquitted": ("deadline",),
        "rung": ("rung", "escalated"),
        "escalated": ("escalated",),
        "compensated": ("compensated", "compensated.amount"),
        **{
            name: (name,)
            for name in (
                "repeated",
                "reopened",
                "dispatched",
                "answered",
                "returned",
                "resent",
                "retracted",
                "deadline",
                "told",
                "chased",
                "supervised",
                "solved",
                "closed",
                "ruled",
                "accepted",
                "detailed",
                "appealed",
                "arbitrated",
                "called_back",
                "rated",
                "disputed",
                "marked",
                "paused",
                "extended",
                "claimed",
                "lifted",
                "filed",
            )
        },
    }
)
"""The measures that a fact of each type is counted in."""

SPANS: Final = MappingProxyType({"deadline": "deadline", "solved": "", "closed": ""})
"""Types whose seconds are kept, one number each, and the dimension beside path and kind that tells them apart."""

TAKING_BACK: Final = frozenset({"moved", "acquitted"})
"""Types whose facts take something back: `count` may be -1."""

WEIGHTS: Final = MappingProxyType({"compensated.amount": "amount"})
"""Measures that add up a field of the fact instead of counting facts."""
