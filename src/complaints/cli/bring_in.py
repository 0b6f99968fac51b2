"""Import cases of the time before, so that reports know them: draft a mapping, check it, bring the rows in."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NoReturn

from tqdm import tqdm

from complaints.adapters import clock
from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.desk.bring_in import Imported, PublishedError, UnfitError, bring_in, look_over, withdraw
from complaints.desk.context import desk
from complaints.desk.import_check import unfit
from complaints.history.cases import CaseReader
from complaints.history.check import Findings, check
from complaints.history.draft import draft
from complaints.history.mapping import Mapping, MappingError, read_mapping
from complaints.history.tables import TableError, read_records
from complaints.history.telling import told, troubles_told

ROOT, KIND, DEADLINE = "all", "complaint", "timely"
"""What a draft says where no deployment is named that could tell."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, its mapping, and what to do."""
    parser.add_argument("file", type=Path, help="the rows: CSV, JSON Lines, JSON or .xlsx; also .gz or .zip of these")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="what the columns mean (docs/import.md)")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--suggest", action="store_true", help="print a draft of a mapping, and what it would bring in")
    action.add_argument("--check", action="store_true", help="say what would come in, and write nothing")
    action.add_argument("--withdraw", action="store_true", help="take the import of this file and mapping back")
    parser.add_argument("--restate", action="store_true", help="change published months, as numbered revisions")
    parser.add_argument("--leave-out", action="store_true", help="import though most rows cannot be used")
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Do what was asked; status 1 when rows cannot be used."""
    if args.mapping is None and not args.suggest:
        raise CommandError("say --mapping FILE; `complaints import FILE --suggest > FILE.json` writes a draft of one")
    connected = bool(args.state or args.stack or os.environ.get("TABLE"))
    if connected or not (args.suggest or args.check):
        deployment.connect(args)
    try:
        if args.suggest:
            return _suggest(args, connected=connected)
        if args.check:
            return _check(args, connected=connected)
        if args.withdraw:
            months = withdraw(desk(), args.file, args.mapping, restate=args.restate)
            print(f"taken back; publish again what was published of {', '.join(months) or 'no month'}")
            return 0
        return _import(args)
    except MappingError as wrong:
        raise CommandError(f"{args.mapping}: {wrong}") from wrong
    except TableError as wrong:
        raise CommandError(f"{args.file}: {wrong}") from wrong
    except (PublishedError, UnfitError, LookupError, OSError) as failed:
        raise CommandError(str(failed)) from failed


def _suggest(args: argparse.Namespace, *, connected: bool) -> int:
    """The draft goes where the output goes, all else to whoever looks on."""
    root, kind, deadline = ROOT, KIND, DEADLINE
    if connected:
        policy = desk().policies.current(clock.now()).policy
        door = desk().directory.unit(policy.intake.unit, clock.now())
        root, kind = door.path[0] if door else policy.intake.unit, policy.intake.kind
        deadline = next(iter(policy.deadlines), DEADLINE)
    with args.file.open("rb") as rows:
        made = draft(rows, root=root, kind=kind, deadline=deadline)
        print(_written(made.mapping))
        findings = _look(rows, read_mapping(json.dumps(made.mapping).encode()), clock.now())
    for line in (*made.notes, "", "this draft would bring in:", *told(findings)):
        print(line, file=sys.stderr)
    return 0


def _check(args: argparse.Namespace, *, connected: bool) -> int:
    if connected:
        findings = look_over(desk(), args.file, args.mapping, clock.now())
        found = unfit(desk(), findings, clock.now())
        notes = [*found.notes, *(f"refused: {reason}" for reason in found.refusals)]
    else:
        with args.file.open("rb") as rows:
            findings = _look(rows, read_mapping(args.mapping.read_bytes()), clock.now())
        notes = ["no deployment is named: kinds, units and names were not held against a policy"]
    for line in (*told(findings), "", *notes):
        print(line)
    return 1 if findings.bad or any(note.startswith("refused") for note in notes) else 0


def _import(args: argparse.Namespace) -> int:
    with _bar() as bar:
        made: Imported = bring_in(
            desk(),
            args.file,
            args.mapping,
            clock.now(),
            restate=args.restate,
            leave_out=args.leave_out,
            progress=bar,
        )
    found = made.findings
    left = f"{found.bad:,} rows cannot be used"
    others = f"{found.passed_over:,} not wanted, {found.repeated:,} repeated, {found.known:,} in another import"
    print(f"import {made.name}: {found.rows:,} rows, {found.used:,} cases, {made.facts:,} facts; {left}, {others}")
    for line in troubles_told(found):
        print(line)
    if found.bad:
        print(f"all of them stand under imports/{made.name}/ in the facts bucket")
    for note in unfit(desk(), found, clock.now()).notes:
        print(note)
    for month in made.revisions:
        print(f"{month} was published before: publish it again with `complaints report {month}`")
    if made.months:
        print(f"publish, oldest first: complaints report {' '.join(made.months)}")
    return 1 if found.bad else 0


def _look(rows: BinaryIO, mapping: Mapping, now: datetime) -> Findings:
    with _bar() as bar:
        return check(lambda: read_records(rows, mapping), CaseReader(mapping, now), progress=bar)


@contextmanager
def _bar() -> Iterator[Callable[[int], None]]:
    """A bar that is told how many rows have been read."""
    bar: tqdm[NoReturn]
    with tqdm(unit=" rows", disable=None) as bar:

        def read(rows: int) -> None:
            bar.update(rows - bar.n)

        yield read


def _written(mapping: dict[str, object]) -> str:
    """JSON with one key of the mapping a line."""
    lines = [f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in mapping.items()]
    return "{\n" + ",\n".join(lines) + "\n}"
