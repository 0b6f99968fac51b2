"""When the sender's message comes back: for a place in the carrier's line, the end of a window, another try."""

from datetime import datetime

import msgspec

from complaints.adapters import outbox
from complaints.adapters.queues import Message, Queue
from complaints.desk.context import Desk


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: so many texts with so many notices; in `again_in` seconds a message comes back, with `slot` if a
    place in the carrier's rate is kept for it (epoch seconds)."""

    texts: int = 0
    notices: int = 0
    again_in: int | None = None
    slot: float = 0


class Call(msgspec.Struct, frozen=True):
    """What the sender was called with (`desk.send.send`)."""

    desk: Desk
    person: str
    at: datetime
    now: datetime
    urgent: bool
    slot: float
    wake: int

    def again(self, seconds: int, *, urgent: bool | None = None, slot: float = 0, wake: int = 0) -> Sent:
        """Let a message come back. Before anything is written that others rely on: dying in between costs one message
        too many, the other way round the notice would wait for the sweep."""
        kept = {name: value for name, value in (("slot", slot), ("wake", wake)) if value}
        body = {"person": self.person, "at": int(self.at.timestamp()), **kept}
        queue: Queue = "urgent" if (self.urgent if urgent is None else urgent) else "notice"
        self.desk.queues.send([Message(queue, body, int(self.now.timestamp()) + seconds)])
        return Sent(again_in=seconds, slot=slot)


def not_now(call: Call) -> Sent:
    """Another sender is at it, or the window is open: one message comes back when it closes, the others are done.

    Who is that one, or keeps a place, comes back however often it is too early: a queue holds nothing back for so long
    as a line can be, and clocks differ.
    """
    store, epoch = call.desk.store, int(call.now.timestamp())
    state = outbox.state(store, call.person)
    until = state.window_until if call.urgent else max(state.window_until, state.line_until)
    if until <= epoch:
        return call.again(2, slot=call.slot)
    if call.slot or call.wake == until:
        return call.again(until - epoch, slot=call.slot, wake=call.wake)
    if until == state.line_until or state.wakes(until, urgent=call.urgent):
        return Sent()
    sent = call.again(until - epoch, wake=until)
    outbox.claim_wake(store, call.person, until, urgent=call.urgent)
    return sent
