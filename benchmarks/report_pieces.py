"""A night and a month's reports piece by piece, as the functions do them: the time and the memory of each piece.

    uv run python benchmarks/report_pieces.py --cases 1000000 --times 1 10 --functions 20 50

A month of facts is written to a temporary folder, and the days of one with so many times its cases (ten million: 27 GB
for all 31), which then stand for the buckets; DynamoDB's answers are fed to botocore as the bytes that come over the
wire, in pages of a megabyte, so that reading costs what it costs but for the network. Every piece runs in a process of
its own, by the code of the functions: `Night` and `Reports`. One day is read, recounted and folded from "DynamoDB"; the
facts of the other days lie in the bucket already and are folded from there. Of the reports, those of the root are made
and of each other kind so many pieces (`--groups`); the others take as long as those of their kind. Seconds are
processor seconds: a function has a processor of its own. Printed: for each kind of piece how many there are, median,
longest and sum of their seconds, the most memory; what reading costs; how the sums grow; and the time until everything
is there when so many functions work at once, the longest pieces first.
"""

import argparse
import heapq
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.report import DAYS, MONTH, SHARDS, make
from benchmarks.report_stand_in import stand_in

NOW = datetime(2026, 11, 1, tzinfo=UTC)
READ_DAY = DAYS[9]
"""The day that is read from "DynamoDB", with the day before recounted."""


# -- one piece, in a process of its own ------------------------------------------------------------------------------


def piece(folder: Path, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Do one piece; what came of it, the requests it made of DynamoDB and the seconds that its answers took to make."""
    from complaints.adapters.factstore import FactStore
    from complaints.desk import seal
    from complaints.desk.pieces import Piece, Run
    from complaints.desk.report import Reports

    desk, handler = stand_in(folder)
    store = FactStore("facts")
    result: dict[str, Any] = {}
    begin = time.process_time()
    if name == "read":
        result["items"] = sum(1 for _ in desk.store.facts(spec["day"], spec["shard"]))
    elif name == "kept":
        result["facts"] = seal.fold_part(store, spec["day"], spec["part"])
    elif name == "join":
        seal.join_day(store, spec["day"])
    else:
        made = Piece(**{**spec, "names": tuple(spec.get("names", ()))})
        if name == "night":
            result = seal.Night(desk, Run(kind="night", of=(made.of,), at=NOW)).do(made)
        else:
            result = Reports(desk, Run(kind="reports", of=(made.of,), at=NOW)).do(made)
    seconds = time.process_time() - begin - handler.seconds
    result.pop("keys", None)
    return {"seconds": seconds, "result": result, "requests": handler.requests}


def run(folder: Path, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    """One piece in a process of its own, which has its imports already: seconds, peak memory, what came of it."""
    stand_in(folder)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, json.dumps(piece(folder, name, spec)).encode())
        except BaseException:  # noqa: BLE001  # told by the traceback and the exit status
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{name} {spec} failed")
    found: dict[str, Any] = json.loads(told)
    found["megabytes"] = used.ru_maxrss / 1024
    print(f"  {name} {str(spec)[:80]} {found['seconds']:.1f} s {found['megabytes']:.0f} MB", flush=True)
    return found


# -- a month -----------------------------------------------------------------------------------------------------------


def place(day: str, reference: str) -> str:
    """Where the facts bucket has a fact: the day's shard of its case."""
    return f"facts/facts/day={day}/shard-{crc32(reference.encode()) % SHARDS}.jsonl"


def multiply(month: Path, folder: Path, times: int, days: int) -> None:
    """The first days of a month of so many times the cases: each case again under other references, with other seconds;
    much faster than making each of them. With a longer reference all cases of a file go to one and the same shard."""
    for file in sorted(month.glob("facts/facts/day=*/shard-*.jsonl")):
        day = file.parent.name.removeprefix("day=")
        if day > DAYS[days - 1]:
            break
        body = file.read_bytes()
        start = body.index(b'"reference":"') + len(b'"reference":"')
        sample = body[start : body.index(b'"', start)].decode()
        for n in range(times):
            into = folder / place(day, f"{n:02d}{sample}")
            into.parent.mkdir(parents=True, exist_ok=True)
            changed = body.replace(b'"reference":"', b'"reference":"%02d' % n)

            def later(found: re.Match[bytes], by: int = n * 911) -> bytes:
                return b'"seconds":%d' % (int(found[1]) + by)

            moved = re.sub(rb'"seconds":(\d+)', later, changed)
            with into.open("ab") as out:
                out.write(moved)


def month(folder: Path, groups: int, read: int) -> dict[str, list[dict[str, Any]]]:
    """Every kind of piece of a month with so many cases: what was measured. `times` is how many there are of it."""
    found: dict[str, list[dict[str, Any]]] = {}
    # what an earlier run in the same folder made of the month
    shutil.rmtree(folder / "facts" / "cuts", ignore_errors=True)
    (folder / "facts" / "partials" / f"{MONTH}.json").unlink(missing_ok=True)
    days = [day for day in DAYS if (folder / "facts" / "facts" / f"day={day}").exists()]
    kept = [run(folder, "kept", {"day": day, "part": str(shard)}) for day in days for shard in range(SHARDS)]
    found["fold a shard of kept facts"] = kept
    joined = [run(folder, "join", {"day": day}) for day in DAYS]
    found["join a day"] = [one for day, one in zip(DAYS, joined, strict=True) if day in days]
    sealing = [{"day": READ_DAY, "shard": n} for n in range(read)]
    found["read a shard from DynamoDB"] = [run(folder, "read", spec) for spec in sealing]
    night = [run(folder, "night", {"do": "fold", "of": READ_DAY, "part": str(n)}) for n in range(read)]
    found["read, recount and fold a shard"] = night
    for kind, many in (("read a shard from DynamoDB", SHARDS), ("read, recount and fold a shard", SHARDS)):
        found[kind][0]["times"] = many
    folded = run(folder, "reports", {"do": "fold", "of": MONTH})
    found["fold the month"] = [folded]
    desk, _ = stand_in(folder)
    from complaints.desk.pieces import Run
    from complaints.desk.report import Reports

    work = Reports(desk, Run(kind="reports", of=(MONTH,), at=NOW))
    merges = [_spec(one) for one in work.plan(1, [folded["result"]]) or ()]
    merged = [run(folder, "reports", spec) for spec in merges]
    found["merge a bucket of the lists"] = merged
    specs = [_spec(one) for one in work.plan(2, [one["result"] for one in merged]) or ()]
    kinds: dict[str, list[dict[str, Any]]] = {}
    for spec in specs:
        alone = bool(spec.get("language"))
        kind = "report of the root" if alone and spec["names"] == ["hq"] else "report of a province"
        kinds.setdefault(kind if alone else "reports of a group" if spec["do"] == "report" else spec["do"], []).append(
            spec
        )
    for kind, same in kinds.items():
        some = same if kind == "report of the root" else same[:: max(1, len(same) // groups)][:groups]
        found[kind] = [run(folder, "reports", spec) for spec in some]
        found[kind][0]["times"] = len(same)
    return found


def _spec(made: Any) -> dict[str, Any]:
    import msgspec

    spec: dict[str, Any] = msgspec.to_builtins(made)
    return {**spec, "names": list(spec.get("names", ()))}


def parallel(seconds: list[float], functions: int) -> float:
    """How long so many functions take for these pieces, the longest first."""
    busy = [0.0] * functions
    for one in sorted(seconds, reverse=True):
        heapq.heappush(busy, heapq.heappop(busy) + one)
    return max(busy)


def report(found: dict[str, list[dict[str, Any]]], functions: list[int]) -> dict[str, float]:
    """The table of one month; the sum of each kind's seconds."""
    print(f"{'':40}{'pieces':>8}{'median s':>10}{'longest s':>11}{'sum s':>9}{'peak MB':>9}")
    sums: dict[str, float] = {}
    every: dict[str, list[float]] = {}
    for kind, measured in found.items():
        seconds = [one["seconds"] for one in measured]
        times = measured[0].get("times", len(measured))
        every[kind] = [seconds[n % len(seconds)] for n in range(times)]
        sums[kind] = sum(every[kind])
        most = max(one["megabytes"] for one in measured)
        print(f"{kind:40}{times:8,}{statistics.median(seconds):10.1f}{max(seconds):11.1f}{sums[kind]:9.0f}{most:9.0f}")
    read = found["read a shard from DynamoDB"]
    items = sum(one["result"]["items"] for one in read)
    spent = sum(one["seconds"] for one in read) / items * 1e6
    asked = sum(one["requests"] for one in read)
    print(f"reading from DynamoDB: {spent:.1f} microseconds an item, {items / asked:,.0f} items a request")
    stages = (
        ["fold the month"],
        ["merge a bucket of the lists"],
        [kind for kind in found if kind.startswith("report") or kind == "mark"],
    )
    night = (["read, recount and fold a shard"], ["join a day"])
    for many in functions:
        made = sum(parallel([one for kind in stage for one in every[kind]], many) for stage in stages)
        slept = parallel(every[night[0][0]], many) + statistics.median(every[night[1][0]])
        print(f"{many} functions at once: the month's reports in {made / 60:.1f} min, a night's fold in {slept:.0f} s")
    return sums


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--days", type=int, default=31, help="of the multiplied month, so many days only")
    parser.add_argument("--functions", type=int, nargs="+", default=[10, 20, 50])
    parser.add_argument("--groups", type=int, default=6)
    parser.add_argument("--read", type=int, default=SHARDS, help="shards of a day that are read from DynamoDB")
    parser.add_argument("--folder", type=Path, help="where to put the months; they stay there")
    asked = parser.parse_args()
    top = asked.folder or Path(tempfile.mkdtemp())
    before: dict[str, float] = {}
    base = top / str(asked.cases)
    if not base.exists():
        make(base, asked.cases, place)
    for times in asked.times:
        cases = asked.cases * times
        folder = top / str(cases)
        if not folder.exists():
            multiply(base, folder, times, asked.days)
        days = len(list((folder / "facts" / "facts").glob("day=*")))
        print(f"{cases:,} cases, {cases * 6:,} facts a month; {days} days of it measured")
        found = month(folder, asked.groups, asked.read)
        sums = report(found, asked.functions)
        for kind in before.keys() & sums.keys():
            print(f"  {kind}: {sums[kind] / before[kind]:.2f} times the time of the month before")
        before = sums
    if not asked.folder:
        shutil.rmtree(top)


if __name__ == "__main__":
    main()
