"""Show the e-mail that was set aside, each with its reason, and try it again."""

import argparse
import sys

from complaints.adapters import clock
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.cli.language import own_text
from complaints.desk import set_aside
from complaints.desk.context import desk
from complaints.desk.inbound import Received, replay
from complaints.texts import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`list`, `replay` (all that are named, or all that failed), `drop` (what needs no more attention)."""
    parser.add_argument("action", choices=("list", "replay", "drop"), help=own_text("mail.action"))
    # With a default of its own, or argparse counts it among what is required.
    parser.add_argument("keys", nargs="*", default=(), metavar="KEY", help=own_text("mail.keys"))
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """List, try again or drop. Status 1 when something that was to be worked on is still set aside."""
    deployment.connect(args)
    listed = set_aside.listed(desk())
    if args.action == "list":
        for one in listed:
            print(f"{one.at.isoformat()}\t{one.key}\t{one.reason}")
        if not listed:
            print(text("cli.mail.nothing", args.language), file=sys.stderr)
        return 0
    unknown = set(args.keys) - {one.key for one in listed}
    if unknown:
        raise CommandError(text("cli.mail.not_set_aside", args.language, keys=", ".join(sorted(unknown))))
    if args.action == "drop":
        if not args.keys:
            raise CommandError(text("cli.mail.drop_what", args.language))
        for key in args.keys:
            set_aside.taken_back(desk(), key)
        return 0
    # what a machine wrote stays aside unless it is named: it was understood, only not wanted
    chosen = args.keys or [one.key for one in listed if not one.reason.startswith("machine")]
    if not chosen:
        print(text("cli.mail.nothing_failed", args.language), file=sys.stderr)
    results: list[Received] = []
    for key in chosen:
        results.append(replay(desk(), key, clock.now()))
        print(f"{key}\t{results[-1].what}\t{results[-1].reference or results[-1].reason}")
    return 1 if any(one.what == "aside" for one in results) else 0
