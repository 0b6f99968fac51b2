"""Show whether the record of cases is as it was written: chain, head, state, anchors."""

import argparse

from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.cli.language import own_text
from complaints.desk.anchor import anchors_of
from complaints.desk.context import desk
from complaints.desk.verify import verify_case
from complaints.texts import text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The cases to look at."""
    parser.add_argument("cases", nargs="+", metavar="REFERENCE", help=own_text("verify.cases"))
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Name every place where a record does not hold (status 1)."""
    deployment.connect(args)
    altered = 0
    for reference in args.cases:
        anchors = anchors_of(desk(), reference) if desk().settings.anchors_bucket else None
        verdict = verify_case(desk(), reference, anchors)
        if not verdict.events:
            raise CommandError(text("cli.verify.no_case", args.language, reference=reference))
        altered += bool(verdict.faults)
        print(f"{reference}\t{verdict.events} events\t{'whole' if not verdict.faults else 'ALTERED'}")
        for fault in verdict.faults:
            print(f"{reference}\tevent {fault.seq}\t{fault.code}\t{fault.expected}\t{fault.found}")
    return 1 if altered else 0
