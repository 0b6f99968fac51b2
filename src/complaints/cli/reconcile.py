"""After a restore, while Hold is true: note what had been sent, so that nobody is told again."""

import argparse
from datetime import datetime

from complaints.adapters import clock
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.cli.language import own_text
from complaints.desk.context import desk
from complaints.desk.reconcile import reconcile
from complaints.texts import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--since` is the instant to which the table was restored."""
    parser.add_argument("--since", required=True, metavar="INSTANT", help=own_text("reconcile.since"))
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Reconcile, and name the cases that the restored table does not know: they must be entered again (status 1)."""
    deployment.connect(args)
    try:
        since = datetime.fromisoformat(args.since)
    except ValueError as wrong:
        raise CommandError(text("cli.reconcile.no_instant", args.language, since=args.since)) from wrong
    if since.tzinfo is None:
        raise CommandError(text("cli.reconcile.no_offset", args.language, since=args.since))
    if since > clock.now():
        raise CommandError(text("cli.reconcile.yet_to_come", args.language, since=args.since))
    found = reconcile(desk(), since, clock.now())
    print(text("cli.reconcile.sent", args.language, texts=found.texts, notices=found.notices))
    for reference in found.lost:
        print(f"{reference}\t{text('cli.reconcile.lost', args.language)}")
    return 1 if found.lost else 0
