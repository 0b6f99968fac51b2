"""How long a function that must be on time needs to start, beside botocore and one client in a bare interpreter.

    python -m benchmarks.cold_start [--rounds 15] [--json]

Both sides are started anew in pairs, one right after the other, on the same interpreter. Compared is the processor time
from the first import to a usable client (DynamoDB); a function's ratio is the median of its pairs' ratios, because a
pair shares what else goes on at the machine at that moment, and two medians from different moments do not. Both sides
find their bytecode ready, as the functions' artifacts carry it. The goal is a ratio of at most 1.35.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]

BARE = "import botocore.session; botocore.session.Session().create_client('dynamodb')"
FUNCTIONS = ("sweep", "work", "notify", "receipts", "audit")
GOAL = 1.35


def _function(name: str) -> str:
    return f"import functions.escalate.{name}; from complaints.desk.context import desk; desk().store.connection.client"


def seconds(code: str, bytecode: Path) -> float:
    """The time that a fresh interpreter needs for the code, its own start left out."""
    timed = f"import time; start = time.process_time()\n{code}\nprint(time.process_time() - start)"
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(bytecode),
        "TABLE": "desk",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    done = subprocess.run([sys.executable, "-c", timed], env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Seconds (median) and ratio (median of the pairs') of each function, by name; `bare` is what they are paired
    with."""
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in FUNCTIONS}
    with TemporaryDirectory() as folder:
        for code in (BARE, *map(_function, FUNCTIONS)):
            seconds(code, Path(folder))  # writes the bytecode, warms the file cache
        for _ in range(rounds):
            for name, taken in pairs.items():
                taken.append((seconds(BARE, Path(folder)), seconds(_function(name), Path(folder))))
    bare = statistics.median(bare for taken in pairs.values() for bare, _ in taken)
    return {"bare": {"seconds": bare, "ratio": 1.0}} | {
        name: {
            "seconds": statistics.median(own for _, own in taken),
            "ratio": statistics.median(own / bare for bare, own in taken),
        }
        for name, taken in pairs.items()
    }


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
