"""Correct a working calendar, or load a year's holiday notice: see what it moves, then publish it and move that."""

import argparse
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from complaints.adapters import clock
from complaints.adapters.policies import NoPolicyError
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.cli.language import own_text
from complaints.cli.settling import settle
from complaints.desk.context import desk
from complaints.desk.publish import is_standing, publish_calendar
from complaints.desk.retime import PER_SECOND, Moved, preview, retime
from complaints.policy.compile import open_source
from complaints.texts import text
from complaints.worktime import WorktimeError
from complaints.worktime.holidays import expand_spec, load_country
from complaints.worktime.notices import Notice, read_notice


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The calendar's name in the policy, the file with its new spec, and `--now` to publish it."""
    parser.add_argument("name", help=own_text("calendar.name"))
    parser.add_argument("file", type=Path, help=own_text("calendar.file"))
    parser.add_argument(
        "--notice",
        action="append",
        default=[],
        metavar="YEAR=CSV",
        help=own_text("calendar.notice"),
    )
    parser.add_argument("--now", action="store_true", help=own_text("calendar.now"))
    parser.add_argument("--per-second", type=_rate, default=PER_SECOND, help=own_text("calendar.per_second"))
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Show what would move; with `--now`, move it."""
    deployment.connect(args)
    try:
        spec = _spec(args)
        if is_standing(desk(), args.name, spec):
            print(text("cli.calendar.same", args.language, name=args.name))
            return 0
        if not args.now:
            return _show(preview(desk(), args.name, spec, clock.now()), args.language)
        old, new = publish_calendar(desk(), args.name, spec)
        print(text("cli.calendar.replaced", args.language, name=args.name, old=old, new=new))
        _show(retime(desk(), clock.now(), per_second=args.per_second), args.language)
        settle(text("cli.calendar.moving", args.language), args.language)
        return _show(retime(desk(), clock.now(), per_second=args.per_second), args.language)
    except (ValueError, KeyError, NoPolicyError, WorktimeError) as wrong:
        raise CommandError(f"{args.file}: {wrong}") from wrong


def _spec(args: argparse.Namespace) -> dict[str, Any]:
    """The calendar of the file with its country's holidays worked out, the notices given among them."""
    if args.file.suffix in (".yaml", ".yml"):
        with _reading(args.file, args.language):
            written = open_source(args.file).data
        calendars = written.get("calendars", {}) if isinstance(written, dict) else {}
        if args.name not in calendars:
            known = ", ".join(calendars) or text("cli.none", args.language)
            raise CommandError(
                text("cli.calendar.not_in_file", args.language, file=args.file, name=args.name, known=known)
            )
        spec = calendars[args.name]
    else:
        spec = _json(args.file, args.language)
    if not args.notice:
        return expand_spec(spec)
    if not isinstance(spec, dict) or "country" not in spec:
        raise CommandError(text("cli.calendar.no_country", args.language))
    data = load_country(spec["country"])
    for given in args.notice:
        year, _, file = given.partition("=")
        if not (year.isdecimal() and file):
            raise CommandError(text("cli.calendar.no_notice", args.language, given=given))
        data = data.with_notice(_notice(Path(file), int(year), args.language))
    return expand_spec(spec, data)


def _json(file: Path, lang: str) -> Any:
    try:
        with _reading(file, lang):
            return json.loads(file.read_text("utf-8-sig"))
    except ValueError as wrong:
        raise CommandError(text("cli.calendar.no_json", lang, file=file, detail=wrong)) from wrong


def _notice(file: Path, year: int, lang: str) -> Notice:
    try:
        with _reading(file, lang):
            return read_notice(file.read_text("utf-8-sig"), year)
    except (UnicodeDecodeError, WorktimeError) as wrong:
        raise CommandError(f"{file}: {wrong}") from wrong


@contextmanager
def _reading(file: Path, lang: str) -> Iterator[None]:
    try:
        yield
    except OSError as failed:
        raise CommandError(text("cli.unreadable", lang, file=file, detail=failed.strerror)) from failed


def _rate(given: str) -> int:
    if not given.isascii() or not given.isdigit() or int(given) < 1:
        raise argparse.ArgumentTypeError(own_text("calendar.no_rate", given=given))
    return int(given)


def _show(moved: Iterable[Moved], lang: str) -> int:
    lines = list(moved)
    for one in lines:
        order = f" of order {one.order}" if one.order else ""
        print(f"{one.reference}\t{one.deadline}{order}\t{one.was.isoformat()}\t{one.due_at.isoformat()}")
    print(text("cli.calendar.deadlines", lang, deadlines=len(lines)))
    return 0
