"""Import cases of the time before, from CSV or JSON Lines, so that reports know them."""

import argparse
from pathlib import Path
from typing import NoReturn

import msgspec
from tqdm import tqdm

from complaints.adapters import clock
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.desk.bring_in import PublishedError, bring_in
from complaints.desk.context import desk

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, its mapping, and whether published months may change."""
    parser.add_argument("file", type=Path, help="the rows: CSV or JSON Lines")
    parser.add_argument("--mapping", type=Path, required=True, help="what the columns mean (docs/operating.md)")
    parser.add_argument("--restate", action="store_true", help="change published months, as numbered revisions")
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Import; status 1 when rows were left out, each named with its number and the reason."""
    deployment.connect(args)
    try:
        with tqdm(total=_lines(args.file), unit=" rows", disable=None) as bar:
            made = bring_in(
                desk(),
                args.file,
                args.mapping,
                clock.now(),
                restate=args.restate,
                progress=lambda read: _move(bar, read),
            )
    except (PublishedError, OSError) as failed:
        raise CommandError(str(failed)) from failed
    except msgspec.ValidationError as wrong:
        raise CommandError(f"{args.mapping}: {wrong}") from wrong
    print(f"import {made.name}: {made.rows} rows, {made.facts} facts, {len(made.bad)} rows left out")
    for row in made.bad[:SHOWN]:
        print(f"row {row.number}\t{row.reason}")
    if len(made.bad) > SHOWN:
        print(f"... all of them under imports/{made.name}/ in the facts bucket")
    for month in made.revisions:
        print(f"{month} was published before: publish it again with `complaints report {month}`")
    return 1 if made.bad else 0


def _lines(file: Path) -> int:
    """About how many rows there are."""
    with file.open("rb") as stream:
        return sum(piece.count(b"\n") for piece in iter(lambda: stream.read(1 << 20), b""))


def _move(bar: "tqdm[NoReturn]", read: int) -> None:
    bar.update(read - bar.n)
