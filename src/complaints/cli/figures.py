"""Enter numbers that cannot be counted from cases: vehicles, visits, policies."""

import argparse
from pathlib import Path

from complaints.adapters import clock
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.desk.context import desk
from complaints.desk.figures import enter_figures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    parser.add_argument("file", type=Path, help="CSV with the columns period,unit,name,number")
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Take them all, or none and name each bad row (status 1)."""
    deployment.connect(args)
    try:
        table = args.file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as failed:
        raise CommandError(f"{args.file} cannot be read as UTF-8: {failed}") from failed
    taken, bad = enter_figures(desk(), table, clock.now())
    for one in bad:
        print(f"row {one.row}\t{one.reason}")
    print(f"{taken} figures taken" if not bad else "nothing taken")
    return 1 if bad else 0
