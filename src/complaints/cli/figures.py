"""Enter numbers that cannot be counted from cases: vehicles, visits, policies."""

import argparse
from pathlib import Path

from complaints.adapters import clock
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.cli.language import own_text
from complaints.desk.context import desk
from complaints.desk.figures import enter_figures
from complaints.texts import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    parser.add_argument("file", type=Path, help=own_text("figures.file"))
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Take them all, or none and name each bad row (status 1)."""
    deployment.connect(args)
    try:
        table = args.file.read_text(encoding="utf-8-sig")
    except OSError as failed:
        raise CommandError(text("cli.unreadable", args.language, file=args.file, detail=failed.strerror)) from failed
    except UnicodeDecodeError as failed:
        raise CommandError(text("cli.figures.unreadable", args.language, file=args.file, detail=failed)) from failed
    taken, bad = enter_figures(desk(), table, clock.now())
    for one in bad:
        print(f"row {one.row}\t{text(f'cli.figures.{one.code}', args.language, **one.params)}")
    print(text("cli.figures.nothing_taken" if bad else "cli.figures.taken", args.language, figures=taken))
    return 1 if bad else 0
