"""Make the reports of months or years now, and fetch one unit's."""

import argparse
import re
from pathlib import Path

from complaints.adapters import clock
from complaints.adapters.files import Files
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.desk.context import desk
from complaints.desk.report import publish_period
from complaints.desk.report_fold import UnsealedError

_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The periods; which unit's files to fetch, and whereto."""
    parser.add_argument(
        "period", type=_period, nargs="+", help="a month such as 2026-11, or a year; several: oldest first"
    )
    parser.add_argument("--unit", help="fetch the files of this unit's report")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to put them (default: here)")
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Publish; print what was made. The files of several periods go into a folder each."""
    deployment.connect(args)
    for period in args.period:
        _publish(period, args.unit, args.out / period if len(args.period) > 1 else args.out)
    return 0


def _period(text: str) -> str:
    if not _PERIOD.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no month and no year: write 2026-11 or 2026")
    return text


def _publish(period: str, unit: str | None, out: Path) -> None:
    try:
        made = publish_period(desk(), period, clock.now())
    except (UnsealedError, ValueError) as failed:
        raise CommandError(str(failed)) from failed
    print(f"{made.period}: {made.units} units, {len(made.keys)} files")
    if unit:
        bucket = Files(desk().settings.need("reports_bucket"))
        wanted = [key for key in made.keys if key.startswith(f"units/{unit}/")]
        if not wanted:
            raise CommandError(f"there is no unit {unit}; `GET /units` lists them")
        out.mkdir(parents=True, exist_ok=True)
        for key in wanted:
            path = out / key.rpartition("/")[2]
            path.write_bytes(bucket.read(key))
            print(path)
