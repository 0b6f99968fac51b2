"""Folding a month of facts, beside pandas, polars and DuckDB grouping the same facts in one run.

    uv run --group benchmarks python benchmarks/report.py --cases 1000000

A month of day objects (JSON Lines, six facts a case) is written to a temporary folder. Each contender runs in a process
of its own and answers the same questions: cases by unit and type, unit and channel, unit and day; verdicts by unit and
deadline; median and 90th percentile of seconds by deadline. All must give the same answers. `fold` does more: it counts
every measure, keeps the case list, and writes each day's partial and the month's. Printed: seconds and processor
seconds, with their ratios to `fold`, and peak memory; for `fold` also the time for a quarter of the facts (is it
linear?) and the DynamoDB requests that reading the facts from the index takes (pages of 1 MB).
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

MONTH = "2026-10"
DAYS = [f"{MONTH}-{day:02d}" for day in range(1, 32)]
PAGE = 1_000_000
SHARDS = 4
UNITS = [f"hq/p{n % 31}/c{n % 310}/u{n}" for n in range(3000)]
CATEGORIES = ["delay", "loss", "damage", "attitude", "fee", "address", "collection", "refusal", "tracking", "other"]
CHANNELS = ["phone", "web", "mail", "chat"]
CAUSES = [f"cause{n}" for n in range(14)]


def make(folder: Path, cases: int, file_of: Callable[[str, str], str] = lambda day, _: f"{day}.jsonl") -> int:
    """Write the day objects of a month with so many cases; answers the number of facts. `file_of` names the file for a
    day and a case."""
    pick = random.Random(20261001)
    lines: dict[str, list[str]] = {}
    for number in range(cases):
        reference = f"{pick.getrandbits(40):010X}"
        for day, line in _case(pick, reference):
            lines.setdefault(file_of(DAYS[day], reference), []).append(line)
        if number % 50_000 == 49_999 or number == cases - 1:
            for name, written in lines.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                with (folder / name).open("a") as file:
                    file.writelines(written)
            lines.clear()
    return cases * 6


def _case(pick: random.Random, reference: str) -> Iterator[tuple[int, str]]:
    """The six facts of a case, each with its day."""
    day = pick.randrange(31)
    unit = pick.choice(UNITS)
    lead = "/".join(unit.split("/")[:2])
    opened = f"{DAYS[day]}T{pick.randrange(24):02d}:{pick.randrange(60):02d}:00Z"
    took = pick.randrange(600, 90_000)
    met = took <= 72_000
    score = pick.randrange(1, 6)
    what = (
        f'"kind":"problem_mail","category":"{pick.choice(CATEGORIES)}","channel":"{pick.choice(CHANNELS)}",'
        f'"cause":"{pick.choice(CAUSES)}"'
    )
    snap = f'"opened_at":"{opened}","opened_day":"{DAYS[day]}"'
    order = f'"path":"{unit}",{what},"order":1,"order_type":"ordinary"'
    later, last = min(30, day + 1 + pick.randrange(2)), min(30, day + 3 + pick.randrange(3))
    due = DAYS[min(30, day + 2)]
    seconds = took + pick.randrange(86_400)

    def line(place: int, name: str, seq: int, fields: str, state: str) -> tuple[int, str]:
        at = f"{DAYS[place]}T12:00:00Z"
        return place, (
            f'{{"schema":1,"type":"{name}","at":"{at}","recorded_at":"{at}","reference":"{reference}","seq":{seq},'
            f"{fields},{state},{snap}}}\n"
        )

    yield line(day, "received", 1, f'"path":"{lead}",{what}', '"state":"registered","phase":"open"')
    going = f'"state":"in_progress","phase":"open","lead":"{lead}"'
    yield line(day, "dispatched", 2, order, going)
    verdict = "met" if met else "late"
    yield line(
        later,
        "deadline",
        3,
        f'{order},"deadline":"answer_order","due_at":"{due}T12:00:00Z","due_day":"{due}","outcome":"{verdict}",'
        f'"seconds":{took}' + (',"first":true,"within":true' if met else ""),
        going,
    )
    yield line(later, "answered", 3, f'{order},"outcome":"final","first":true,"part":1', going)
    done = f'"state":"closed","phase":"closed","handled_day":"{DAYS[last]}"'
    yield line(last, "closed", 4, f'"path":"{lead}",{what},"outcome":"solved","seconds":{seconds}', done)
    yield line(last, "rated", 5, f'"path":"{lead}",{what}', f'{done},"score":{score}')


# -- contenders: each prints its answers ---------------------------------------------------------------------------


def fold(folder: Path) -> dict[str, object]:
    """This product: day partials and sorted runs to files, then the month from those files."""
    from complaints.reporting import fold as folding
    from complaints.reporting.lists import CASES, merge_runs

    words = folding.Words()
    for day in DAYS:
        with (folder / f"{day}.jsonl").open("rb") as file:
            partial, lists = folding.fold_day(day, iter(lambda: file.read(1 << 20), b""), words=words)
        (folder / f"{day}.partial").write_bytes(folding.encode(partial))
        with (folder / f"{day}.cases").open("wb") as out:
            out.writelines(line + b"\n" for line in lists.run(CASES))
    words.clear()
    month = folding.merge(folding.decode_partial((folder / f"{day}.partial").read_bytes(), words) for day in DAYS)
    (folder / "month.partial").write_bytes(folding.encode(month))
    runs = [(folder / f"{day}.cases").open("rb") for day in DAYS]
    with (folder / "month.cases").open("wb") as out:
        count = 0
        for line in merge_runs(runs):
            out.write(line)
            count += 1
    for run in runs:
        run.close()
    from complaints.reporting.view import Tree

    view = Tree(month, [MONTH]).view("")
    from complaints.reporting.values import median, percentile

    seconds = view.seconds("deadline")
    cells = month.cells
    return {
        "cases": count,
        "by_type": _digest((path, category, n) for (path, _, category), n in cells["received.category"].items()),
        "by_channel": _digest((path, channel, n) for (path, _, channel), n in cells["received.channel"].items()),
        "by_day": _digest((path, day, n) for (path, _, day), n in cells["received.day"].items()),
        "verdicts": _digest((k[0], k[5], n) for k, n in _by_outcome(cells["deadline"]).items()),
        "median": float(median(seconds) or 0),
        "p90": float(percentile(seconds, 90) or 0),
    }


def _by_outcome(cells: dict[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    """Verdicts without the flags beside them."""
    counts: dict[tuple[str, ...], int] = {}
    for (path, kind, month, deadline, order_type, outcome, *_), n in cells.items():
        key = (path, kind, month, deadline, order_type, outcome)
        counts[key] = counts.get(key, 0) + n
    return counts


_COLUMNS = ["type", "path", "category", "channel", "outcome", "seconds"]


def pandas(folder: Path) -> dict[str, object]:
    """pandas: read each day, keep the columns that are asked about, group."""
    import pandas as pd

    frames = []
    for day in DAYS:
        frame = pd.read_json(folder / f"{day}.jsonl", lines=True, dtype={"reference": "str"}, convert_dates=False)
        frames.append(frame.reindex(columns=_COLUMNS).assign(day=day))
    facts = pd.concat(frames)
    received = facts[facts.type == "received"]
    deadline = facts[facts.type == "deadline"]

    def groups(frame: "pd.DataFrame", column: str) -> Iterator[tuple[str, str, int]]:
        return ((path, value, int(n)) for (path, value), n in frame.groupby(["path", column]).size().items())

    seconds = deadline.seconds
    return {
        "cases": len(received),
        "by_type": _digest(groups(received, "category")),
        "by_channel": _digest(groups(received, "channel")),
        "by_day": _digest(groups(received, "day")),
        "verdicts": _digest(groups(deadline, "outcome")),
        "median": float(seconds.median()),
        "p90": float(seconds.sort_values().iloc[-(-len(seconds) * 9 // 10) - 1]),
    }


def polars(folder: Path) -> dict[str, object]:
    """polars: scan each day lazily, group in one engine."""
    import polars as pl

    schema = {"type": pl.Utf8, "path": pl.Utf8, "category": pl.Utf8, "channel": pl.Utf8, "outcome": pl.Utf8}
    frames = [
        pl.scan_ndjson(folder / f"{day}.jsonl", schema={**schema, "seconds": pl.Int64}).with_columns(day=pl.lit(day))
        for day in DAYS
    ]
    facts = pl.concat(frames).collect()
    received = facts.filter(pl.col("type") == "received")
    deadline = facts.filter(pl.col("type") == "deadline")

    def groups(frame: "pl.DataFrame", column: str) -> Iterator[tuple[str, str, int]]:
        return iter(frame.group_by("path", column).len().iter_rows())

    return {
        "cases": received.height,
        "by_type": _digest(groups(received, "category")),
        "by_channel": _digest(groups(received, "channel")),
        "by_day": _digest(groups(received, "day")),
        "verdicts": _digest(groups(deadline, "outcome")),
        "median": float(deadline["seconds"].median() or 0),
        "p90": float(deadline["seconds"].sort()[-(-deadline.height * 9 // 10) - 1]),
    }


def duckdb(folder: Path) -> dict[str, object]:
    """DuckDB: the day objects as one table, grouped by SQL."""
    import duckdb as duck

    con = duck.connect()
    types = ", ".join(f"{name}: '{'BIGINT' if name == 'seconds' else 'VARCHAR'}'" for name in _COLUMNS)
    con.execute(
        f"create table facts as select *, regexp_extract(filename, '(\\d{{4}}-\\d\\d-\\d\\d)', 1) as day from "
        f"read_json('{folder}/*.jsonl', format='newline_delimited', columns={{{types}}}, filename=true)"
    )

    def groups(kind: str, column: str) -> Iterator[tuple[str, str, int]]:
        found = con.execute(f"select path, {column}, count(*) from facts where type='{kind}' group by all")
        return iter(found.fetchall())

    row = con.execute(
        "select median(seconds), quantile_disc(seconds, 0.9) from facts where type='deadline'"
    ).fetchone() or (0, 0)
    total = con.execute("select count(*) from facts where type='received'").fetchone() or (0,)
    return {
        "cases": total[0],
        "by_type": _digest(groups("received", "category")),
        "by_channel": _digest(groups("received", "channel")),
        "by_day": _digest(groups("received", "day")),
        "verdicts": _digest(groups("deadline", "outcome")),
        "median": float(row[0]),
        "p90": float(row[1]),
    }


def _digest(groups: Iterator[tuple[str, str, int]]) -> str:
    import hashlib

    return hashlib.sha256(repr(sorted(groups)).encode()).hexdigest()[:16]


CONTENDERS = {"fold": fold, "pandas": pandas, "polars": polars, "duckdb": duckdb}


def run(name: str, folder: Path) -> dict[str, object]:
    """One contender in a process of its own: seconds, peak memory, answers."""
    done = subprocess.run(
        [sys.executable, __file__, "--run", name, "--folder", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1:] or [f"ended with {done.returncode}"]}
    found: dict[str, object] = json.loads(done.stdout)
    return found


def requests(folder: Path) -> int:
    """Pages of 1 MB that reading a month of facts from the index takes, its days in four shards."""
    size = sum((folder / f"{day}.jsonl").stat().st_size for day in DAYS)
    return len(DAYS) * SHARDS + size // PAGE


def main() -> None:
    """Run it all and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=list(CONTENDERS))
    parser.add_argument("--run")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.run:
        begin = time.perf_counter()
        answers = CONTENDERS[asked.run](asked.folder)
        seconds = time.perf_counter() - begin
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "cpu": cpu, "megabytes": memory, "answers": answers}))
        return
    with tempfile.TemporaryDirectory() as whole, tempfile.TemporaryDirectory() as quarter:
        facts = make(Path(whole), asked.cases)
        make(Path(quarter), asked.cases // 4)
        print(f"{asked.cases:,} cases, {facts:,} facts, {requests(Path(whole)):,} index pages to read them")
        results: dict[str, list[dict[str, object]]] = {name: [] for name in asked.only}
        for _ in range(asked.rounds):
            for name in asked.only:
                results[name].append(run(name, Path(whole)))
        small = run("fold", Path(quarter))
        report(results, small)


def report(results: dict[str, list[dict[str, object]]], small: dict[str, object]) -> None:
    """The table: medians of the rounds."""
    base = statistics.median(float(str(one["seconds"])) for one in results["fold"])
    work = statistics.median(float(str(one["cpu"])) for one in results["fold"])
    wanted = results["fold"][0]["answers"]
    print(f"{'':10}{'seconds':>10}{'of fold':>10}{'cpu s':>10}{'of fold':>10}{'peak MB':>10}  same answers")
    for name, rounds in results.items():
        if "failed" in rounds[0]:
            print(f"{name:10} failed: {rounds[0]['failed']}")
            continue
        seconds = statistics.median(float(str(one["seconds"])) for one in rounds)
        cpu = statistics.median(float(str(one["cpu"])) for one in rounds)
        memory = max(float(str(one["megabytes"])) for one in rounds)
        same = "yes" if rounds[0]["answers"] == wanted else f"NO: {rounds[0]['answers']} instead of {wanted}"
        print(f"{name:10}{seconds:10.1f}{seconds / base:10.2f}{cpu:10.1f}{cpu / work:10.2f}{memory:10.0f}  {same}")
    print(f"fold at a quarter of the facts takes 1/{work / float(str(small['cpu'])):.2f} of the cpu time (linear: 1/4)")


if __name__ == "__main__":
    main()
