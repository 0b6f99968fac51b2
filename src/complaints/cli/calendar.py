"""Correct a working calendar: see what it moves, then publish it and move the open deadlines."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from complaints.adapters import clock
from complaints.adapters.policies import NoPolicyError
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.desk.context import desk
from complaints.desk.publish import publish_calendar
from complaints.desk.retime import PER_SECOND, Moved, preview, retime
from complaints.worktime import WorktimeError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The calendar's name in the policy, the file with its new spec, and `--now` to publish it."""
    parser.add_argument("name", help="the calendar's name in the current policy")
    parser.add_argument("file", type=Path, help="its corrected spec, as JSON")
    parser.add_argument("--now", action="store_true", help="publish it and move what it moves; without this only shown")
    parser.add_argument("--per-second", type=int, default=PER_SECOND, help="cases moved in a second, at most")
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Show what would move; with `--now`, move it."""
    deployment.connect(args)
    try:
        spec = json.loads(args.file.read_text("utf-8"))
        if not args.now:
            return _show(preview(desk(), args.name, spec, clock.now()))
        old, new = publish_calendar(desk(), args.name, spec)
        print(f"calendar {args.name}: {old} is replaced by {new}")
        return _show(retime(desk(), clock.now(), per_second=args.per_second))
    except (OSError, ValueError, KeyError, NoPolicyError, WorktimeError) as wrong:
        raise CommandError(f"{args.file}: {wrong}") from wrong


def _show(moved: Iterable[Moved]) -> int:
    lines = list(moved)
    for one in lines:
        order = f" of order {one.order}" if one.order else ""
        print(f"{one.reference}\t{one.deadline}{order}\t{one.was.isoformat()}\t{one.due_at.isoformat()}")
    print(f"{len(lines)} deadlines")
    return 0
