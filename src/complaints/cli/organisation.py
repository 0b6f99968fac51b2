"""Load units, people, posts and duty roster from CSV files: see what that changes, then do it."""

import argparse
from pathlib import Path

from complaints.adapters import clock
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.cli.language import own_text
from complaints.cli.settling import settle
from complaints.desk.context import desk
from complaints.desk.moved_units import arrive
from complaints.desk.publish import load_organisation
from complaints.directory.load import LoadError
from complaints.directory.wording import problem_line
from complaints.texts import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder of the CSV files, and `--now` to load them."""
    parser.add_argument("folder", type=Path, metavar="DIR", help=own_text("organisation.folder"))
    parser.add_argument("--now", action="store_true", help=own_text("organisation.now"))
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Show every change, one a line; with `--now` make them. Files that are no organisation change nothing."""
    deployment.connect(args)
    if not args.folder.is_dir():
        raise CommandError(text("cli.organisation.no_folder", args.language, folder=args.folder))
    try:
        loaded = load_organisation(desk(), args.folder, clock.now(), dry_run=not args.now)
    except LoadError as refused:
        lines = "\n".join(problem_line(problem, args.language) for problem in refused.problems)
        raise CommandError(f"\n{lines}") from refused
    for change in loaded.changes:
        print(f"{change.what}\t{change.subject} {change.id}\t{change.field}\t{change.before}\t{change.after}")
    code = "cli.organisation.loaded" if args.now else "cli.organisation.not_loaded"
    print(text(code, args.language, units=loaded.units, people=loaded.people, changes=len(loaded.changes)))
    if loaded.moving:
        settle(text("cli.organisation.listing", args.language, units=loaded.moving), args.language)
        print(text("cli.organisation.listed", args.language, lines=arrive(desk(), clock.now())))
    return 0
