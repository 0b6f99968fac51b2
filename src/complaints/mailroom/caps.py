"""How much one address is sent: the last fence against two machines answering each other for ever."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.mailroom.model import Mail

WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CapDecision:
    """Whether a message may go now; `retry_at` is the first instant at which it may, if not (None: never under this
    cap)."""

    allowed: bool
    reason: str
    retry_at: datetime | None = None


def may_send(sent: Iterable[datetime], now: datetime, per_hour: int) -> CapDecision:
    """Whether an address that got messages at the instants `sent` may get one more at `now` under a cap of `per_hour`.

    Instants are aware. The window is half open, (now - 1 h, now]: what went exactly an hour ago no longer counts.
    Instants after `now` (another sender's clock) count, since counting too much only delays.
    """
    if per_hour < 1:
        return CapDecision(False, "cap-is-zero")
    recent = sorted(at for at in sent if at > now - WINDOW)
    if len(recent) < per_hour:
        return CapDecision(True, "under-cap")
    return CapDecision(False, "hourly-cap-reached", recent[len(recent) - per_hour] + WINDOW)


def may_answer(mail: Mail, sent: Iterable[datetime], now: datetime, per_hour: int) -> CapDecision:
    """Whether `mail` may be answered by itself: written by a person, without suspicion, and under the cap."""
    if mail.kind.from_machine:
        return CapDecision(False, f"machine: {mail.reason}")
    if not mail.answerable:
        return CapDecision(False, f"suspicion: {mail.suspicion or 'no-sender'}")
    return may_send(sent, now, per_hour)
