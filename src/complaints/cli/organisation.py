"""Load units, people, posts and duty roster from CSV files: see what that changes, then do it."""

import argparse
from pathlib import Path

from complaints.adapters import clock
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.cli.settling import settle
from complaints.desk.context import desk
from complaints.desk.moved_units import arrive
from complaints.desk.publish import load_organisation
from complaints.directory.load import LoadError
from complaints.directory.wording import problem_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder of the CSV files, and `--now` to load them."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="units.csv, people.csv, posts.csv, roster.csv")
    parser.add_argument("--now", action="store_true", help="load it; without this the changes are only shown")
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Show every change, one a line; with `--now` make them. Files that are no organisation change nothing."""
    deployment.connect(args)
    if not args.folder.is_dir():
        raise CommandError(f"there is no folder {args.folder}")
    try:
        loaded = load_organisation(desk(), args.folder, clock.now(), dry_run=not args.now)
    except LoadError as refused:
        lines = "\n".join(problem_line(problem, "en") for problem in refused.problems)
        raise CommandError(f"\n{lines}") from refused
    for change in loaded.changes:
        print(f"{change.what}\t{change.subject} {change.id}\t{change.field}\t{change.before}\t{change.after}")
    done = "loaded" if args.now else "not loaded yet (--now)"
    print(f"{loaded.units} units, {loaded.people} people, {len(loaded.changes)} changes: {done}")
    if loaded.moving:
        settle(f"listing the work of {loaded.moving} units that hang elsewhere")
        print(f"{arrive(desk(), clock.now())} lines listed under their new places")
    return 0
