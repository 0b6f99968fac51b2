"""Correct a working calendar, or load a year's holiday notice: see what it moves, then publish it and move that."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from complaints.adapters import clock
from complaints.adapters.policies import NoPolicyError
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.cli.settling import settle
from complaints.desk.context import desk
from complaints.desk.publish import publish_calendar
from complaints.desk.retime import PER_SECOND, Moved, preview, retime
from complaints.policy.compile import open_source
from complaints.worktime import WorktimeError
from complaints.worktime.holidays import expand_spec, load_country
from complaints.worktime.notices import read_notice


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The calendar's name in the policy, the file with its new spec, and `--now` to publish it."""
    parser.add_argument("name", help="the calendar's name in the current policy")
    parser.add_argument("file", type=Path, help="its corrected spec as JSON, or a policy file (YAML) that has it")
    parser.add_argument(
        "--notice",
        action="append",
        default=[],
        metavar="YEAR=CSV",
        help="a year's holiday notice (columns from,to,kind,name) that the shipped holidays of its country lack",
    )
    parser.add_argument("--now", action="store_true", help="publish it and move what it moves; without this only shown")
    parser.add_argument("--per-second", type=int, default=PER_SECOND, help="cases moved in a second, at most")
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Show what would move; with `--now`, move it."""
    deployment.connect(args)
    try:
        spec = _spec(args)
        if not args.now:
            return _show(preview(desk(), args.name, spec, clock.now()))
        old, new = publish_calendar(desk(), args.name, spec)
        print(f"calendar {args.name}: {old} is replaced by {new}")
        _show(retime(desk(), clock.now(), per_second=args.per_second))
        settle("moving deadlines")
        return _show(retime(desk(), clock.now(), per_second=args.per_second))
    except (OSError, ValueError, KeyError, NoPolicyError, WorktimeError) as wrong:
        raise CommandError(f"{args.file}: {wrong}") from wrong


def _spec(args: argparse.Namespace) -> dict[str, Any]:
    """The calendar of the file with its country's holidays worked out, the notices given among them."""
    if args.file.suffix in (".yaml", ".yml"):
        written = open_source(args.file).data
        calendars = written.get("calendars", {}) if isinstance(written, dict) else {}
        if args.name not in calendars:
            raise CommandError(
                f"{args.file} has no calendar {args.name!r}; there are: {', '.join(calendars) or 'none'}"
            )
        spec = calendars[args.name]
    else:
        spec = json.loads(args.file.read_text("utf-8"))
    if not args.notice:
        return expand_spec(spec)
    if not isinstance(spec, dict) or "country" not in spec:
        raise CommandError("a notice belongs to a calendar that names its country: give the policy file that has it")
    data = load_country(spec["country"])
    for given in args.notice:
        year, _, file = given.partition("=")
        if not (year.isdecimal() and file):
            raise CommandError(f"--notice {given}: write it as 2027=notice.csv")
        data = data.with_notice(read_notice(Path(file).read_text("utf-8-sig"), int(year)))
    return expand_spec(spec, data)


def _show(moved: Iterable[Moved]) -> int:
    lines = list(moved)
    for one in lines:
        order = f" of order {one.order}" if one.order else ""
        print(f"{one.reference}\t{one.deadline}{order}\t{one.was.isoformat()}\t{one.due_at.isoformat()}")
    print(f"{len(lines)} deadlines")
    return 0
