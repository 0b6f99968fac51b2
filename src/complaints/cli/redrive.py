"""Show what is parked, and let it be tried again when its cause is mended."""

import argparse
import sys

from complaints.adapters import clock
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.cli.language import own_text
from complaints.desk.context import desk
from complaints.desk.redrive import parked, redrive
from complaints.texts import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--now` does it; without it what is parked is only shown."""
    parser.add_argument("cases", nargs="*", metavar="REFERENCE", help=own_text("redrive.cases"))
    parser.add_argument("--now", action="store_true", help=own_text("redrive.now"))
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Show, or bring back. Status 1 when something is parked and was left so, or a case that was named has nothing."""
    deployment.connect(args)
    found = parked(desk())
    unknown = set(args.cases) - {one.case for one in found}
    if unknown:
        raise CommandError(text("cli.redrive.not_parked", args.language, cases=", ".join(sorted(unknown))))
    wanted = [one for one in found if not args.cases or one.case in args.cases]
    for one in wanted:
        print(f"{one.case}\t{one.recipient or 'case'}\t{one.reason}")
    if not found:
        print(text("cli.redrive.nothing", args.language), file=sys.stderr)
        return 0
    if not args.now:
        return 1 if wanted else 0
    brought_back = redrive(desk(), wanted, clock.now())
    print(text("cli.redrive.brought_back", args.language, back=brought_back, wanted=len(wanted)))
    return 0 if brought_back == len(wanted) else 1
