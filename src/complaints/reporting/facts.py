"""Facts: the reportable things of a case's timeline, each complete in itself, none with personal data.

A fact is written once, beside the event that it comes from, and never changes. It says what happened (`type` and its
fields), where (`path`, the tree as it was then) and how the case stood after the event (the snapshot fields), so that
counting facts never needs a second look-up. Facts of a day are kept as JSON Lines: one object a line, fields with their
default left out.

Every fact has ``schema``, ``type``, ``at``, ``recorded_at``, ``reference``, ``seq`` and the snapshot. `TYPES` lists for
each type the event it comes from and the further fields it has.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

SCHEMA: Final = 1
"""The shape of stored facts. A reader refuses another number, so that nothing is counted by a wrong meaning."""

TYPES: Final = MappingProxyType(
    {
        "received": "registered",
        "moved": "an event after which kind, category, cause, severity, region, channel or unit of the case differ: "
        "two facts, the old values with count -1 and the new ones with count 1",
        "repeated": "repeated: the customer raised the open matter again; outcome: the channel of the contact",
        "reopened": "reopened: seconds (clock) since it was closed",
        "dispatched": "dispatched, a new order: order, order_type, path of the order's unit; sheet if it is a "
        "liability sheet",
        "answered": "answered: order, order_type, outcome final or interim; first if the first try was final",
        "returned": "returned: the unit that an order was sent to sends it back; order, order_type",
        "resent": "dispatched again, or reviewed with the result that it goes out again: order, order_type",
        "retracted": "as resent, where that takes back a first and final answer: one for each deadline that it had met",
        "deadline": "missed (outcome missed) or an effect that stops a deadline: outcome met; late if it had been "
        "missed before; missed when it stops after its due instant unnoticed until then; seconds in the deadline's own "
        "measure where it stopped; first if stopped by a first and final answer; within if it took no longer than the "
        "deadline's measure allows; due_at, due_day",
        "acquitted": "a deadline that had been recorded as missed is known to have been met: its stop came in before "
        "the due instant and was committed after it, or the miss was lifted (miss_lifted). Takes that verdict back, "
        "outcome missed, count -1, beside a deadline fact with outcome met",
        "claimed": "an effect that stops a deadline as late although somebody says that it was met: recorded after the "
        "due instant with an earlier `at`; deadline",
        "lifted": "miss_lifted: a miss that was claimed to be none is lifted by a role that the policy names: deadline",
        "rung": "rung_reached: deadline, rung (from 1); first if nothing had escalated the case before, else prior: "
        "the deadlines whose ladders had, and `customer`, with commas between",
        "told": "rung_reached: one for each person told: deadline, rung, role, person (POST-20)",
        "escalated": "escalated, by the customer; first and prior as above",
        "chased": "chased: outcome says by whom",
        "supervised": "supervised",
        "solved": "solved: outcome, seconds (clock) since the case was opened",
        "closed": "closed, withdrawn or merged: outcome (the event's type if it has none), seconds as above",
        "ruled": "ruled: outcome valid or invalid, cause, stage, liable (path of the liable unit)",
        "accepted": "ruling_accepted: as ruled",
        "detailed": "liability_detailed: as ruled",
        "appealed": "appealed",
        "arbitrated": "arbitrated: outcome liable or not_liable",
        "called_back": "called_back: outcome satisfied, unsatisfied, reached or unreached",
        "rated": "rated, or called_back with a score: score",
        "disputed": "disputed: the customer disagrees with the solution",
        "compensated": "compensated: amount in hundredths of the currency",
        "marked": "marked: mark",
        "paused": "paused",
        "extended": "extended: deadline",
        "filed": "answered, an order by which the policy has reports filed: a unit's report was submitted (INS-17); "
        "outcome in_time or late, by the deadlines that this stops; order, order_type",
    }
)
"""Every type of fact and the event that it comes from."""


class FactError(ValueError):
    """Facts that cannot be read; the message names the line and what to do."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag_field="schema", tag=SCHEMA):
    """One reportable thing.

    Instants are RFC 3339 in UTC with whole seconds (``2026-11-20T09:00:00Z``), days are dates of the organisation's
    zone (``2026-11-20``), ``path`` and ``liable`` are unit ids root first joined by ``/``. An empty text means unknown
    or not applicable; ``seconds`` -1 and ``score`` 0 mean none.
    """

    type: str
    at: str
    recorded_at: str
    reference: str
    seq: int
    part: int = 0
    count: int = 1

    # Where and what: of the order for facts of an order, else of the case.
    path: str = ""
    kind: str = ""
    category: str = ""
    channel: str = ""
    cause: str = ""
    severity: str = ""
    region: str = ""

    # What this type of fact says.
    order: int = 0
    order_type: str = ""
    deadline: str = ""
    due_at: str = ""
    due_day: str = ""
    outcome: str = ""
    seconds: int = -1
    first: bool = False
    within: bool = False
    sheet: bool = False
    rung: int = 0
    prior: str = ""
    role: str = ""
    person: str = ""
    mark: str = ""
    stage: str = ""
    liable: str = ""
    amount: int = 0
    origin: str = ""

    # How the case stood after the event.
    state: str = ""
    phase: str = ""
    lead: str = ""
    opened_at: str = ""
    opened_day: str = ""
    handled_day: str = ""
    score: int = 0
    rungs: int = 0
    chasers: int = 0
    reopenings: int = 0

    @property
    def id(self) -> str:
        """What names this fact among all: reference, event and number within the event."""
        return f"{self.reference}#{self.seq}#{self.part}"

    @property
    def unit(self) -> str:
        """The unit that the fact belongs to: the last of its path."""
        return self.path.rpartition("/")[2]


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Fact)


def encode(facts: Iterable[Fact]) -> bytes:
    """Facts as JSON Lines, in the order given, each line ended."""
    return _ENCODER.encode_lines(facts)


def decode(lines: bytes) -> list[Fact]:
    """The facts of JSON Lines; empty lines are skipped.

    Raises
    ------
    FactError
        A line is no fact of this schema; the message names the first such line.
    """
    try:
        return _DECODER.decode_lines(lines)
    except (msgspec.DecodeError, UnicodeDecodeError):
        for number, line in enumerate(lines.split(b"\n"), start=1):
            if not line.strip():
                continue
            try:
                _DECODER.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
                raise FactError(
                    f"line {number} is no fact of schema {SCHEMA} ({wrong}); restore the day object, or write it again "
                    "from the case events"
                ) from wrong
        raise


def chunks(stream: Iterable[bytes], size: int = 4_000_000) -> Iterator[bytes]:
    """A stream cut anew at line ends into pieces of about `size` bytes, so that a day need not fit in memory."""
    kept: list[bytes] = []
    length = 0
    for piece in stream:
        kept.append(piece)
        length += len(piece)
        if length < size:
            continue
        whole = b"".join(kept)
        cut = whole.rfind(b"\n") + 1
        if cut:
            yield whole[:cut]
        kept, length = [whole[cut:]], len(whole) - cut
    rest = b"".join(kept)
    if rest:
        yield rest


def instant(at: datetime) -> str:
    """An aware datetime as facts write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_day(at: datetime, zone: ZoneInfo) -> str:
    """The date of an aware instant in the organisation's zone: days and months of reports end there, not in UTC."""
    return at.astimezone(zone).date().isoformat()


def days_of(period: str) -> list[str]:
    """Every day of a month (``2026-11``), a year (``2026``) or a day, as dates."""
    first, after = _bounds(period)
    return [(first + timedelta(days=n)).isoformat() for n in range((after - first).days)]


def months_of(year: str) -> list[str]:
    """The twelve months of a year."""
    return [f"{year}-{month:02d}" for month in range(1, 13)]


def before(period: str, count: int = 1) -> str:
    """The month or the year `count` before this one."""
    if len(period) == 4:
        return f"{int(period) - count:04d}"
    months = int(period[:4]) * 12 + int(period[5:7]) - 1 - count
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def _bounds(period: str) -> tuple[date, date]:
    if len(period) == 10:
        day = date.fromisoformat(period)
        return day, day + timedelta(days=1)
    if len(period) == 7:
        year, month = int(period[:4]), int(period[5:7])
        return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    return date(int(period), 1, 1), date(int(period) + 1, 1, 1)
