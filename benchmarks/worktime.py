"""Working time beside the libraries that count it, in one run.

    uv run --group benchmarks python benchmarks/worktime.py

Asia/Shanghai, 08:30-12:00 and 13:30-17:30 on weekdays, the holidays of 2026; starts at random minutes of ten months.
What is measured is processor time, all of it of one thread. Rounds alternate between everything measured and the best
round of each counts, so that what else the machine does falls on all alike. Every peer's answers are compared with ours
before it is timed. Prints a table; `--json FILE` writes the figures, `--quick` measures fewer starts.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.worktime_peers import SPEC, ZONE, Peer, peers

from complaints.worktime import Calendar
from complaints.worktime.retiming import affected

HOURS = (20, 200)
QUICK = 0.5
"""Seconds below which a job is measured three times as often: the shorter it is, the more chance disturbs it."""

FIVE_YEARS = 1826 * 86_400
QUESTIONS = ("add 20 h", "add 200 h", "elapsed 5 y")
FIRST = int(datetime(2026, 1, 1, tzinfo=ZONE).timestamp())
MINUTES = 300 * 1440


def main() -> None:
    """Measure, print, write."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--json", type=Path, help="write the figures to this file")
    options.add_argument("--quick", action="store_true", help="a tenth of the starts, two rounds")
    chosen = options.parse_args()
    scale, rounds = (10, 2) if chosen.quick else (1, 5)

    pick = random.Random(20260922)
    starts = [FIRST + 60 * pick.randrange(MINUTES) for _ in range(100_000 // scale)]
    calendar = Calendar.from_spec(SPEC)
    found, missing = peers()
    jobs: dict[tuple[str, str], tuple[int, Callable[[], Any]]] = {}
    jobs |= {("one by one", q): (len(starts), job) for q, job in _single(calendar, starts).items()}
    jobs |= {("in bulk", q): (len(starts), job) for q, job in _bulk(calendar, starts).items()}
    differing = {}
    for peer in found:
        some = starts[: max(5, peer.samples // scale)]
        differing[peer.name] = _differing(peer, calendar, some[:40])
        for question, (count, job) in _of_peer(peer, some).items():
            jobs[peer.name, question] = (count, job)
    micros = {key: cost / jobs[key][0] * 1e6 for key, cost in _best(jobs, rounds).items()}
    more = {"build ten years, ms": _build(rounds), "re-time 1,000,000, s": _retime(1_000_000 // scale, rounds) * scale}
    _print(micros, [peer.name for peer in found], differing, missing, more)
    if chosen.json:
        chosen.json.write_text(
            json.dumps(_figures(micros, differing, missing, more), indent=1) + "\n", encoding="utf-8"
        )


def _single(calendar: Calendar, starts: Sequence[int]) -> dict[str, Callable[[], Any]]:
    pairs = [(start, start + FIVE_YEARS) for start in starts]
    add, between = calendar.add_epoch, calendar.between_epoch
    return {
        QUESTIONS[0]: lambda: [add(start, 72_000) for start in starts],
        QUESTIONS[1]: lambda: [add(start, 720_000) for start in starts],
        QUESTIONS[2]: lambda: [between(start, end) for start, end in pairs],
    }


def _bulk(calendar: Calendar, starts: Sequence[int]) -> dict[str, Callable[[], Any]]:
    ends = [start + FIVE_YEARS for start in starts]
    return {
        QUESTIONS[0]: lambda: calendar.add_epochs(starts, 72_000),
        QUESTIONS[1]: lambda: calendar.add_epochs(starts, 720_000),
        QUESTIONS[2]: lambda: calendar.between_epochs(starts, ends),
    }


def _of_peer(peer: Peer, starts: Sequence[int]) -> dict[str, tuple[int, Callable[[], Any]]]:
    own = [peer.prepare(start) for start in starts]
    few = own[: max(3, min(len(own), 1_000) // 2)]
    ends = [peer.prepare(start + FIVE_YEARS) for start in starts[: len(few)]]
    add, elapsed = peer.add, peer.elapsed
    jobs: dict[str, tuple[int, Callable[[], Any]]] = {
        QUESTIONS[0]: (len(own), lambda: [add(start, 20) for start in own]),
        QUESTIONS[1]: (len(few), lambda: [add(start, 200) for start in few]),
    }
    if elapsed is not None:
        tiny = list(zip(few, ends, strict=True))[: 3 if peer.samples < 100 else len(few)]
        jobs[QUESTIONS[2]] = (len(tiny), lambda: [elapsed(start, end) for start, end in tiny])
    return jobs


def _differing(peer: Peer, calendar: Calendar, starts: Sequence[int]) -> int:
    """How many of the peer's answers to "add" are not ours."""
    return sum(
        peer.epoch(peer.add(peer.prepare(start), hours)) != calendar.add_epoch(start, hours * 3600)
        for start in starts
        for hours in HOURS
    )


def _best(jobs: dict[tuple[str, str], tuple[int, Callable[[], Any]]], rounds: int) -> dict[tuple[str, str], float]:
    best = dict.fromkeys(jobs, float("inf"))
    for number in range(rounds * 3):
        for key, (_, job) in jobs.items():
            if number < rounds or best[key] < QUICK:
                begin = time.process_time()
                job()
                best[key] = min(best[key], time.process_time() - begin)
    return best


def _build(rounds: int) -> float:
    lo = int(datetime(2020, 1, 1, tzinfo=ZONE).timestamp())
    hi = int(datetime(2030, 1, 1, tzinfo=ZONE).timestamp())
    best = float("inf")
    for _ in range(rounds * 3):
        begin = time.process_time()
        Calendar.from_spec(SPEC).between_epoch(lo, hi)
        best = min(best, time.process_time() - begin)
    return best * 1e3


def _retime(count: int, rounds: int) -> float:
    """Open deadlines over ten months; then 8 October becomes a rest day and 10 October a working day."""
    pick = random.Random(7)
    limits = (7_200, 14_400, 72_000, 108_000, 180_000)
    deadlines = [(FIRST + 60 * pick.randrange(MINUTES), pick.choice(limits)) for _ in range(count)]
    old = Calendar.from_spec(SPEC)
    shifts = SPEC["week"]["mon"]
    extra = {date(2026, 10, 8).isoformat(): [], date(2026, 10, 10).isoformat(): shifts}
    best = float("inf")
    for _ in range(rounds):
        new = Calendar.from_spec(SPEC | {"extra_working_days": extra})
        begin = time.process_time()
        affected(deadlines, old, new)
        best = min(best, time.process_time() - begin)
    return best


def _print(
    micros: dict[tuple[str, str], float],
    names: Sequence[str],
    differing: dict[str, int],
    missing: Sequence[str],
    more: dict[str, float],
) -> None:
    print(f"Python {platform.python_version()}; microseconds, and how many times ours one by one\n")
    print(f"| {'':44} | " + " | ".join(f"{q:>20}" for q in QUESTIONS) + " | answers that differ |")
    print(f"|{'-' * 46}|" + "|".join(["-" * 22] * 3) + f"|{'-' * 21}|")
    for name in ("one by one", "in bulk", *names):
        cells = []
        for question in QUESTIONS:
            cost, own = micros.get((name, question)), micros["one by one", question]
            cells.append("-" if cost is None else f"{cost:,.2f} ({cost / own:,.1f}x)")
        label = f"complaints.worktime, {name}" if name not in names else name
        print(f"| {label:44} | " + " | ".join(f"{cell:>20}" for cell in cells) + f" | {differing.get(name, 0):19} |")
    print()
    for what, figure in more.items():
        print(f"{what}: {figure:.2f}")
    if missing:
        print(f"not installed: {', '.join(missing)}")


def _figures(
    micros: dict[tuple[str, str], float], differing: dict[str, int], missing: Sequence[str], more: dict[str, float]
) -> dict[str, Any]:
    table: dict[str, dict[str, float]] = {}
    for (name, question), cost in micros.items():
        table.setdefault(name, {})[question] = round(cost, 3)
    ratios = {
        name: {question: round(cost / micros["one by one", question], 1) for question, cost in row.items()}
        for name, row in table.items()
    }
    rounded = {what: round(figure, 2) for what, figure in more.items()}
    return {
        "python": platform.python_version(),
        "microseconds": table,
        "times ours one by one": ratios,
        "answers that differ": differing,
        "not installed": list(missing),
    } | rounded


if __name__ == "__main__":
    main()
