"""How late a text leaves, in real time: deadlines at odd seconds, sweep, queue, worker and sender as deployed.

    python -m benchmarks.punctuality [--deadlines 120] [--seconds 100] [--json]

On moto in this process, with the real clock; each deadline has a manager of its own, so that no text waits for another.
The minute sweep is called up to a minute late, as EventBridge Scheduler may, at another delay each time. Measured is
the time from a deadline's instant until the carrier is given the text. Beside it the sweep that one writes first, which
looks only at what is already due.
"""

import argparse
import contextlib
import io
import json
import logging
import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import moto.sqs.models
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support import small
from tests.support.clockwork import QUEUES, REGION, Clockwork, clockwork

from complaints.adapters import clock
from complaints.adapters.carriers.base import Outgoing, Receipt
from complaints.desk import sweep as sweeping
from complaints.directory.model import Holder, Person, Unit
from complaints.structs import replace

LEAD = timedelta(minutes=4, seconds=10)
"""The first deadline lies this far ahead: beyond what a commit sends on by itself."""

GOAL_SECONDS = 2.0
POLICY = small.POLICY.replace(small.POLICY.partition("    reminders:")[2].partition("    ladder:")[0], " []\n")


class Carrier:
    """Notes when it is given a text, and for whom."""

    name = "memory"

    def __init__(self) -> None:
        self.given: dict[str, float] = {}

    def send(self, outgoing: Outgoing) -> Receipt:
        """Take a text."""
        self.given[outgoing.phone] = time.time()
        return Receipt(outgoing.id)


def organise(desk: Clockwork, count: int) -> None:
    """A branch with a handler of its own for every deadline."""
    root = replace(small.UNITS[0], holders=(Holder("manager", "boss"),))
    units = [
        Unit(f"b{n}", "hq", "branch", ("hq", f"b{n}"), {"en": f"b{n}"}, holders=(Holder("handler", f"p{n}"),))
        for n in range(count)
    ]
    people = [Person(f"p{n}", f"p{n}", f"+861{n:010d}", "", "en", (f"b{n}",)) for n in range(count)]
    desk.desk.directory.write([root, *units], people)


def raise_all(desk: Clockwork, count: int, seconds: int) -> dict[str, float]:
    """A matter for every branch, raised so that it is due at an odd second from now; phone -> due instant."""
    chance, due_at = random.Random(7), {}
    first = datetime.now(UTC).replace(microsecond=0) + LEAD
    for n in range(count):
        due = first + timedelta(seconds=chance.randrange(seconds))
        desk.now = due - timedelta(hours=2)
        desk.register(f"A{n:04d}", unit=f"b{n}")
        due_at[f"+861{n:010d}"] = due.timestamp()
    return due_at


def visible(queue: str) -> bool:
    """Whether a queue has a message to give, asked of moto without a request."""
    present = time.time() * 1000
    messages = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues[queue]._messages
    return any(max(message.delayed_until, message.visible_at + 1) <= present for message in messages)


def run(desk: Clockwork, until: float) -> None:
    """Real time: a sweep for every minute, each with a delay of its own; messages as they become visible."""
    chance = random.Random(11)
    minute = int(time.time()) // 60 * 60
    call_at = float(minute)
    while time.time() < until:
        if time.time() >= call_at:
            scheduled = datetime.fromtimestamp(minute, UTC)
            sweeping.sweep(desk.desk, scheduled, clock.now())
            minute += 60
            call_at = minute + chance.uniform(0, 59)
        for queue in QUEUES:
            if visible(queue):
                desk._deliver(queue)
        time.sleep(0.02)


def measure(count: int, seconds: int, *, ahead: bool) -> list[float]:
    """How late each text left, in seconds; with `ahead` False by the sweep that looks only at what is already due."""
    real, patch = clock.now, pytest.MonkeyPatch()
    millis = moto.sqs.models.unix_time_millis
    with contextlib.redirect_stdout(io.StringIO()), clockwork(patch, POLICY) as desk:
        carrier = Carrier()
        desk.desk._made["carrier"] = carrier
        organise(desk, count)
        due_at = raise_all(desk, count, seconds)
        patch.setattr(clock, "now", real)
        patch.setattr(moto.sqs.models, "unix_time_millis", lambda: time.time() * 1000)
        if not ahead:
            patch.setattr(sweeping, "AHEAD", timedelta(0))
        last = max(due_at.values())
        with contextlib.suppress(KeyboardInterrupt):
            run(desk, last + (15 if ahead else 150))
    patch.undo()
    assert moto.sqs.models.unix_time_millis is millis
    lost = due_at.keys() - carrier.given.keys()
    if lost:
        raise AssertionError(f"{len(lost)} texts never left")
    return [carrier.given[phone] - due for phone, due in due_at.items()]


def shown(late: list[float]) -> dict[str, Any]:
    """The distribution, in seconds."""
    cuts = statistics.quantiles(late, n=100)
    return {
        "texts": len(late),
        "earliest": round(min(late), 2),
        "median": round(cuts[49], 2),
        "99th percentile": round(cuts[98], 2),
        "latest": round(max(late), 2),
    }


def main() -> int:
    """Measure, print, judge: nothing early, 99 of 100 within two seconds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--deadlines", type=int, default=120)
    parser.add_argument("--seconds", type=int, default=100)
    parser.add_argument("--only", choices=["ahead", "due"], help="one of the two sweeps only")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    found = {}
    for name in ("ahead", "due"):
        if given.only in (None, name):
            found[name] = shown(measure(given.deadlines, given.seconds, ahead=name == "ahead"))
    print(json.dumps(found, indent=1) if given.json else "\n".join(f"{name}: {one}" for name, one in found.items()))
    product = found.get("ahead")
    return 0 if product is None or (product["earliest"] >= 0 and product["99th percentile"] <= GOAL_SECONDS) else 1


if __name__ == "__main__":
    raise SystemExit(main())
