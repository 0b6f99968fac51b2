"""How long a function that must be on time needs to start, beside botocore and one client in a bare interpreter.

    python -m benchmarks.cold_start [--rounds 15] [--json]

Both sides are started anew, one after the other, in every round; compared are the medians of the processor time from
the first import to a usable client (DynamoDB), which other work on the machine disturbs little. The goal is a ratio of
at most 1.35.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

BARE = "import botocore.session; botocore.session.Session().create_client('dynamodb')"
FUNCTIONS = ("sweep", "work", "notify", "receipts", "audit")
GOAL = 1.35


def _function(name: str) -> str:
    return f"import functions.escalate.{name}; from complaints.desk.context import desk; desk().store.connection.client"


def seconds(code: str) -> float:
    """The time that a fresh interpreter needs for the code, its own start left out."""
    timed = f"import time; start = time.process_time()\n{code}\nprint(time.process_time() - start)"
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
        "TABLE": "desk",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    done = subprocess.run([sys.executable, "-c", timed], env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Seconds (median) and ratio of each function, by name; `bare` is what they are compared with."""
    sides = {"bare": BARE, **{name: _function(name) for name in FUNCTIONS}}
    times: dict[str, list[float]] = {name: [] for name in sides}
    for code in sides.values():
        seconds(code)  # bytecode and file cache are warm for all
    for _ in range(rounds):
        for name, code in sides.items():
            times[name].append(seconds(code))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    return {name: {"seconds": taken, "ratio": taken / medians["bare"]} for name, taken in medians.items()}


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.rounds)
    if given.json:
        print(json.dumps(found, indent=1))
    else:
        for name, one in found.items():
            print(f"{name:10} {one['seconds'] * 1000:7.0f} ms   {one['ratio']:.2f} x")
    return 0 if max(one["ratio"] for one in found.values()) <= GOAL else 1


if __name__ == "__main__":
    raise SystemExit(main())
