"""Never lost, never doubled: a fault in every call to AWS, each in six ways, and random pairs of them.

    python -m benchmarks.faults [--every N] [--pairs 60] [--seed 1] [--json]

The story (`tests.support.faults`): two complaints come in, one is answered between its reminder and its due instant,
the other climbs its ladder; intake, sweep, worker and sender run as deployed, on moto. `--every N` faults every Nth
call only, and one of each kind. After each run record, texts and table are compared with what should be. A text may go
out twice only when the fault lies in the window between the carrier's yes and the mark; it is counted. Exit status 1
says that something was lost, doubled outside that window, or otherwise wrong, or that a kind of call was never faulted.
"""

import argparse
import contextlib
import io
import json
import logging
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.faults import MODES, Fault, Outcome, Rig, in_window, rig


@dataclass
class Tally:
    """What the runs came to."""

    runs: int = 0
    faulted: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled_in_window: int = 0
    doubled_outside: int = 0
    window: set[tuple[str, str]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome, faults: tuple[Fault, ...]) -> None:
        """Count one run."""
        self.runs += 1
        self.faulted.update(name for name, _ in outcome.hit)
        self.lost += outcome.lost
        inside = any(in_window(outcome.calls, fault) for fault in faults)
        if outcome.doubled and inside:
            self.doubled_in_window += outcome.doubled
            self.window.update(outcome.hit if len(faults) == 1 else ())
        elif outcome.doubled:
            self.doubled_outside += outcome.doubled
        if outcome.wrong or outcome.lost or (outcome.doubled and not inside):
            self.wrong.append(f"{faults}: {outcome.hit} lost {outcome.lost} doubled {outcome.doubled} {outcome.wrong}")

    def ok(self, calls: set[str]) -> bool:
        """Whether everything held, and every kind of call was faulted."""
        return not self.wrong and calls <= self.faulted.keys()


def measure(made: Rig, every: int, pairs: int, seed: int) -> tuple[Tally, list[str]]:
    """Run the story with each fault in turn, then with random pairs."""
    tally, chance = Tally(), random.Random(seed)
    calls = _quietly(made).calls
    once_each = {name: at for at, name in enumerate(calls)}
    for at in sorted({*range(0, len(calls), every), *once_each.values()}):
        for mode in MODES:
            fault = Fault(at, mode)
            tally.add(_quietly(made, fault), (fault,))
    for _ in range(pairs):
        first, second = sorted(chance.sample(range(len(calls)), 2))
        both = (Fault(first, chance.choice(MODES)), Fault(second, chance.choice(MODES)))
        tally.add(_quietly(made, *both), both)
    return tally, calls


def _quietly(made: Rig, *faults: Fault) -> Outcome:
    with contextlib.redirect_stdout(io.StringIO()):
        return made.run(*faults)


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    patch = pytest.MonkeyPatch()
    with rig(patch) as made:
        tally, calls = measure(made, given.every, given.pairs, given.seed)
    patch.undo()
    result = {
        "calls in the story": len(calls),
        "kinds of call": len(set(calls)),
        "runs": tally.runs,
        "kinds faulted": len(tally.faulted),
        "lost": tally.lost,
        "doubled outside the window": tally.doubled_outside,
        "doubled inside the window": tally.doubled_in_window,
        "the window": sorted(f"{name} {mode}" for name, mode in tally.window),
        "wrong": tally.wrong,
    }
    if given.json:
        print(json.dumps(result, indent=1))
    else:
        for name, value in result.items():
            print(f"{name}: {value}")
    return 0 if tally.ok(set(calls)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
