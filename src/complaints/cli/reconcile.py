"""After a restore, while Hold is true: note what had been sent, so that nobody is told again."""

import argparse
from datetime import datetime

from complaints.adapters import clock
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.desk.context import desk
from complaints.desk.reconcile import reconcile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--since` is the instant to which the table was restored."""
    parser.add_argument("--since", required=True, metavar="INSTANT", help="RFC 3339, with offset or Z")
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Reconcile, and name the cases that the restored table does not know: they must be entered again (status 1)."""
    deployment.connect(args)
    try:
        since = datetime.fromisoformat(args.since)
    except ValueError as wrong:
        raise CommandError(f"--since {args.since}: give an instant such as 2026-11-20T09:00:00Z") from wrong
    if since.tzinfo is None:
        raise CommandError(f"--since {args.since}: say the offset, such as 2026-11-20T09:00:00Z")
    if since > clock.now():
        raise CommandError(f"--since {args.since} is yet to come: give the instant that the table was restored to")
    found = reconcile(desk(), since, clock.now())
    print(f"{found.texts} texts with {found.notices} notices had been sent")
    for reference in found.lost:
        print(f"{reference}\tnot in the restored table; enter it again")
    return 1 if found.lost else 0
