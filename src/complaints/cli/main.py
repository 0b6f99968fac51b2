"""Entry point of the `complaints` command.

A subcommand is a module of this package with two functions and a docstring whose first line is its help:

- `add_arguments(parser: argparse.ArgumentParser) -> None`
- `run(args: argparse.Namespace) -> int`, the exit status; a `CommandError` ends it with a text and status 1

It is named in `COMMANDS` and imported only when it is called, so that `complaints --help` stays quick and one
command's libraries are no other's burden.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from complaints.cli.errors import CommandError

COMMANDS: dict[str, tuple[str, str]] = {
    "local": ("complaints.cli.local", "run the whole system on this machine, move its clock, see what it sent"),
    "policy": ("complaints.cli.policy", "check and explain the rule book of an organisation"),
    "organisation": ("complaints.cli.organisation", "load units, people, posts and duty roster from CSV files"),
    "calendar": ("complaints.cli.calendar", "correct a working calendar and move the open deadlines"),
    "mail": ("complaints.cli.mail", "show the e-mail that was set aside, and try it again"),
    "redrive": ("complaints.cli.redrive", "show what is parked, and let it be tried again"),
    "reconcile": ("complaints.cli.reconcile", "after a restore: note what had been sent, so that nobody is told again"),
    "import": ("complaints.cli.bring_in", "bring in cases of the time before, so that reports know them"),
    "figures": ("complaints.cli.figures", "enter numbers that cannot be counted from cases"),
    "report": ("complaints.cli.report", "make the reports of a month or a year now, and fetch one"),
    "verify": ("complaints.cli.verify", "show whether the record of cases is as it was written"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` (default: the process's own) and return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="complaints", description="Complaint handling that is never late unnoticed.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    chosen = next((word for word in given if not word.startswith("-")), None)
    for name, (module, help_text) in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=help_text, description=help_text)
        if name == chosen:
            import_module(module).add_arguments(subparser)
    parsed = parser.parse_args(given)
    try:
        return int(import_module(COMMANDS[parsed.command][0]).run(parsed))
    except CommandError as refused:
        print(f"complaints {parsed.command}: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
