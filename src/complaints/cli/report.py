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
from complaints.desk.report import publish_period
from complaints.desk.report_fold import UnsealedError
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
    for period in args.period:
        _publish(period, args.unit, args.out / period if len(args.period) > 1 else args.out, args.language)
    return 0


def _period(given: str) -> str:
    if not _PERIOD.fullmatch(given):
        raise argparse.ArgumentTypeError(own_text("report.no_period", period=given))
    return given


def _publish(period: str, unit: str | None, out: Path, lang: str) -> None:
    try:
        made = publish_period(desk(), period, clock.now())
    except (UnsealedError, ValueError) as failed:
        raise CommandError(str(failed)) from failed
    print(text("cli.report.made", lang, period=made.period, units=made.units, files=len(made.keys)))
    if unit:
        bucket = Files(desk().settings.need("reports_bucket"))
        wanted = [key for key in made.keys if key.startswith(f"units/{unit}/")]
        if not wanted:
            raise CommandError(text("cli.report.no_unit", lang, unit=unit))
        out.mkdir(parents=True, exist_ok=True)
        for key in wanted:
            path = out / key.rpartition("/")[2]
            path.write_bytes(bucket.read(key))
            print(path)
