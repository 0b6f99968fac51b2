"""Show what is parked, and let it be tried again when its cause is mended."""

import argparse

from complaints.adapters import clock
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.desk.context import desk
from complaints.desk.redrive import parked, redrive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--now` does it; without it what is parked is only shown."""
    parser.add_argument("cases", nargs="*", metavar="REFERENCE", help="only what belongs to these cases (default: all)")
    parser.add_argument("--now", action="store_true", help="bring it back; without this it is only shown")
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Show, or bring back. Status 1 when something is parked and was left so, or a case that was named has nothing."""
    deployment.connect(args)
    found = parked(desk())
    unknown = set(args.cases) - {one.case for one in found}
    if unknown:
        raise CommandError(f"nothing is parked of {', '.join(sorted(unknown))}; `complaints redrive` lists what is")
    wanted = [one for one in found if not args.cases or one.case in args.cases]
    for one in wanted:
        print(f"{one.case}\t{one.recipient or 'case'}\t{one.reason}")
    if not args.now:
        return 1 if wanted else 0
    brought_back = redrive(desk(), wanted, clock.now())
    print(f"{brought_back} of {len(wanted)} brought back")
    return 0 if brought_back == len(wanted) else 1
