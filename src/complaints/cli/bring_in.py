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
from complaints.cli.language import own_text
from complaints.desk.bring_in import Imported, ImportRefusedError, bring_in, look_over, withdraw
from complaints.desk.context import desk
from complaints.desk.import_check import unfit
from complaints.history.cases import CaseReader
from complaints.history.check import Findings, check
from complaints.history.draft import draft
from complaints.history.mapping import Mapping, MappingError, read_mapping
from complaints.history.notes import note_line
from complaints.history.tables import TableError, read_records
from complaints.history.telling import told, troubles_told
from complaints.texts import text

ROOT, KIND, DEADLINE = "all", "complaint", "timely"
"""What a draft says where no deployment is named that could tell."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, its mapping, and what to do."""
    parser.add_argument("file", type=Path, help=own_text("import.file"))
    parser.add_argument("--mapping", type=Path, metavar="FILE", help=own_text("import.mapping"))
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--suggest", action="store_true", help=own_text("import.suggest"))
    action.add_argument("--check", action="store_true", help=own_text("import.check"))
    action.add_argument("--withdraw", action="store_true", help=own_text("import.withdraw"))
    parser.add_argument("--restate", action="store_true", help=own_text("import.restate"))
    parser.add_argument("--leave-out", action="store_true", help=own_text("import.leave_out"))
    deployment.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Do what was asked; status 1 when rows cannot be used."""
    if args.mapping is None and not args.suggest:
        raise CommandError(text("cli.import.no_mapping", args.language))
    connected = bool(args.state or args.stack or os.environ.get("TABLE"))
    if connected or not (args.suggest or args.check):
        deployment.connect(args)
    try:
        if args.suggest:
            return _suggest(args, connected=connected)
        if args.check:
            return _check(args, connected=connected)
        if args.withdraw:
            return _withdraw(args)
        return _import(args)
    except MappingError as wrong:
        raise CommandError(f"{args.mapping}: {wrong}") from wrong
    except TableError as wrong:
        raise CommandError(f"{args.file}: {wrong}") from wrong
    except ImportRefusedError as refused:
        raise CommandError("\n".join(note_line(why, args.language) for why in refused.why)) from refused
    except OSError as failed:
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
        findings = _look(rows, read_mapping(json.dumps(made.mapping).encode()), clock.now(), args.language)
    notes = [note_line(note, args.language) for note in made.notes]
    for line in (*notes, "", text("cli.import.would_bring_in", args.language), *told(findings, args.language)):
        print(line, file=sys.stderr)
    return 0


def _check(args: argparse.Namespace, *, connected: bool) -> int:
    lang, refused = args.language, False
    if connected:
        findings = look_over(desk(), args.file, args.mapping, clock.now())
        found = unfit(desk(), findings, clock.now())
        refused = bool(found.refusals)
        notes = [note_line(note, lang) for note in found.notes]
        notes += [text("cli.import.refused", lang, reason=note_line(why, lang)) for why in found.refusals]
    else:
        with args.file.open("rb") as rows:
            findings = _look(rows, read_mapping(args.mapping.read_bytes()), clock.now(), lang)
        notes = [text("cli.import.not_held", lang)]
    for line in (*told(findings, lang), "", *notes):
        print(line)
    return 1 if findings.bad or refused else 0


def _withdraw(args: argparse.Namespace) -> int:
    months = ", ".join(withdraw(desk(), args.file, args.mapping, restate=args.restate))
    print(text("cli.import.taken_back" if months else "cli.import.nothing_to_publish", args.language, months=months))
    return 0


def _import(args: argparse.Namespace) -> int:
    lang = args.language
    with _bar(lang) as bar:
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
    left = {"bad": found.bad, "passed_over": found.passed_over, "repeated": found.repeated, "known": found.known}
    came = {"name": made.name, "rows": found.rows, "cases": found.used, "facts": made.facts}
    print(text("cli.import.imported", lang, **came, **left))
    for line in troubles_told(found, lang):
        print(line)
    if found.bad:
        print(text("cli.import.bad_rows", lang, name=made.name))
    for note in unfit(desk(), found, clock.now()).notes:
        print(note_line(note, lang))
    for month in made.revisions:
        print(text("cli.import.was_published", lang, month=month))
    if made.months:
        print(text("cli.import.publish", lang, months=" ".join(made.months)))
    return 1 if found.bad else 0


def _look(rows: BinaryIO, mapping: Mapping, now: datetime, lang: str) -> Findings:
    with _bar(lang) as bar:
        return check(lambda: read_records(rows, mapping), CaseReader(mapping, now), progress=bar)


@contextmanager
def _bar(lang: str) -> Iterator[Callable[[int], None]]:
    """A bar that is told how many rows have been read."""
    bar: tqdm[NoReturn]
    with tqdm(unit=text("cli.import.unit", lang), disable=None) as bar:

        def read(rows: int) -> None:
            bar.update(rows - bar.n)

        yield read


def _written(mapping: dict[str, object]) -> str:
    """JSON with one key of the mapping a line."""
    lines = [f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in mapping.items()]
    return "{\n" + ",\n".join(lines) + "\n}"
