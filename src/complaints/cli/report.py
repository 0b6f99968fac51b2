"""Make the reports of a month or a year now, and fetch one."""

import argparse
from pathlib import Path

from complaints.adapters import clock
from complaints.adapters.files import Files
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.desk.context import desk
from complaints.desk.report import UnsealedError, publish_period


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The period; which unit's files to fetch, and whereto."""
    parser.add_argument("period", help="a month such as 2026-11, or a year")
    parser.add_argument("--unit", help="fetch the files of this unit's report")
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to put them (default: here)")
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Publish; print what was made."""
    deployment.connect(args)
    try:
        made = publish_period(desk(), args.period, clock.now())
    except (UnsealedError, ValueError) as failed:
        raise CommandError(str(failed)) from failed
    print(f"{made.period}: {made.units} units, {len(made.keys)} files")
    if args.unit:
        bucket = Files(desk().settings.need("reports_bucket"))
        wanted = [key for key in made.keys if key.startswith(f"units/{args.unit}/")]
        if not wanted:
            raise CommandError(f"there is no unit {args.unit}; `GET /units` lists them")
        args.out.mkdir(parents=True, exist_ok=True)
        for key in wanted:
            path = args.out / key.rpartition("/")[2]
            path.write_bytes(bucket.read(key))
            print(path)
    return 0
