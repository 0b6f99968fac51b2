"""Make the reports of months or years now, and fetch one unit's."""

import argparse
import re
from pathlib import Path

from complaints.adapters import clock
from complaints.adapters.files import Files
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.cli.language import own_text
from complaints.desk.context import desk
from complaints.desk.publish import all_units
from complaints.desk.report import Published, publish_period
from complaints.desk.report_fold import NothingKnownError, NotOverError, UnsealedError
from complaints.texts import text

_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The periods; which unit's files to fetch, and whereto."""
    parser.add_argument("period", type=_period, nargs="+", help=own_text("report.period"))
    parser.add_argument("--unit", help=own_text("report.unit"))
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help=own_text("report.out"))
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Publish; print what was made. The files of several periods go into a folder each."""
    deployment.connect(args)
    if args.unit and args.unit not in {unit.id for unit in all_units(desk(), clock.now())}:
        raise CommandError(text("cli.report.no_unit", args.language, unit=args.unit))
    for period in args.period:
        made = _made(args, period)
        print(text("cli.report.made", args.language, period=made.period, units=made.units, files=len(made.keys)))
        if args.unit:
            _fetch(made, args.unit, args.out / period if len(args.period) > 1 else args.out)
    return 0


def _period(given: str) -> str:
    if not _PERIOD.fullmatch(given):
        raise argparse.ArgumentTypeError(own_text("report.no_period", period=given))
    return given


def _made(args: argparse.Namespace, period: str) -> Published:
    lang = args.language
    try:
        return publish_period(desk(), period, clock.now())
    except NotOverError as early:
        raise CommandError(text("cli.report.not_over", lang, period=period, last=early.missing[0])) from early
    except NothingKnownError as before:
        raise CommandError(text("cli.report.nothing_known", lang, period=period)) from before
    except UnsealedError as early:
        missing = ", ".join(early.missing)
        if len(period) == 4:
            months = " ".join(early.missing)
            raise CommandError(text("cli.report.months_first", lang, period=period, months=months)) from early
        if args.state is not None:
            raise CommandError(text("cli.report.unsealed_here", lang, days=missing, state=args.state)) from early
        raise CommandError(text("cli.report.unsealed", lang, days=missing)) from early
    except ValueError as failed:
        raise CommandError(str(failed)) from failed


def _fetch(made: Published, unit: str, out: Path) -> None:
    bucket = Files(desk().settings.need("reports_bucket"))
    out.mkdir(parents=True, exist_ok=True)
    for key in made.keys:
        if key.startswith(f"units/{unit}/"):
            path = out / key.rpartition("/")[2]
            path.write_bytes(bucket.read(key))
            print(path)
