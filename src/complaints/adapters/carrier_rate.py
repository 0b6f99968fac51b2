"""The rate of a carrier, kept by all senders together: a line in which to wait, and the second's own count.

The line says when to come and ask: its places are handed out one after the other, as many a second as the carrier
takes. The count is what holds the rate. A message that a deep queue brings long after its place is late together with
many others: if places alone let texts out, they would all leave at once, and if a late one had to take a new place, it
would be late again for ever. So who comes late asks the count as everybody does, and keeps the place.
"""

import random
from datetime import datetime

import msgspec

from complaints.adapters.store import Store
from complaints.adapters.table import Item

LONGEST_PUT_OFF = 60
"""Seconds after which a late one asks again, at most."""

QUEUE_LATE = 5
"""By so many seconds a queue brings an urgent one late, as a rule."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a text may be handed over now; if not, how many seconds to stay away and the place that is kept (epoch
    seconds)."""

    again_in: int = 0
    place: float = 0

    @property
    def now(self) -> bool:
        """Whether it is one's turn."""
        return not self.again_in


def ask(store: Store, carrier: str, rate: int, now: datetime, *, urgent: bool, place: float = 0) -> Turn:
    """Ask to hand one text to a carrier that takes `rate` a second.

    Urgent texts have a line of their own. While it reaches beyond this second, ordinary texts get no turn.

    Parameters
    ----------
    place
        what an earlier call has kept; 0 for none.

    Raises
    ------
    BusyError
        The table is out of reach; try again later.
    """
    present = int(now.timestamp())
    place = place or _place(store, carrier, rate, present, urgent)
    if place >= present + 1:
        return Turn(again_in=int(place) - present, place=place)
    if _counted(store, carrier, rate, present, urgent):
        return Turn()
    # The later, the larger the crowd of late ones. They come in clumps, and would go on so if all stayed away as long.
    again_in = random.randint(1, min(LONGEST_PUT_OFF, max(1, int(present - place))))
    if urgent:
        until = present + again_in + QUEUE_LATE
        later = Item.pressed.does_not_exist() | (Item.pressed < until)
        store.update(_key(carrier), "RATE", [Item.pressed.set(until)], later)
    return Turn(again_in=again_in, place=place)


def _place(store: Store, carrier: str, rate: int, present: int, urgent: bool) -> float:
    """The end of the line (epoch seconds), which moves one place on."""
    end, gap, start = Item.urgent_slot if urgent else Item.slot, 1000 // rate, present * 1000
    idle = end.does_not_exist() | (end < start)
    item = store.update(_key(carrier), "RATE", [end.set(start + gap)], idle)
    if item is None:
        item = store.update(_key(carrier), "RATE", [end.add(gap)], end >= start)
    if item is None:
        return _place(store, carrier, rate, present, urgent)
    return (int((item.urgent_slot if urgent else item.slot) or 0) - gap) / 1000


def _counted(store: Store, carrier: str, rate: int, present: int, urgent: bool) -> bool:
    """Whether this second had room for one more, which is counted then."""
    fresh = Item.second.does_not_exist() | (Item.second < present)
    room = Item.given < rate
    if not urgent:
        # not "while anybody waits": one urgent text a second would shut out all others
        short = Item.urgent_slot.does_not_exist() | (Item.urgent_slot <= (present + 1) * 1000)
        alone = Item.pressed.does_not_exist() | (Item.pressed < present)
        room = short & ((room & alone) | (Item.given < rate // 2))
        fresh &= short if rate > 1 else short & alone
    first = store.update(_key(carrier), "RATE", [Item.second.set(present), Item.given.set(1)], fresh)
    return (
        first is not None
        or store.update(_key(carrier), "RATE", [Item.given.add(1)], (Item.second == present) & room) is not None
    )


def _key(carrier: str) -> str:
    return f"S#rate#{carrier}"
