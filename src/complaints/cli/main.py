"""Entry point of the `complaints` command.

A subcommand is a module of this package with two functions:

- `add_arguments(parser: argparse.ArgumentParser) -> None`
- `run(args: argparse.Namespace) -> int`, the exit status; a `CommandError` ends it with a text and status 1

It is named in `COMMANDS` and imported only when it is called, so that `complaints --help` stays quick and one
command's libraries are no other's burden. What it does is said by the text ``cli.<command>.help``.

Every command finds in `args.language` the language of whoever called it, and says in it what is for people: sentences,
sums, errors. Tab-separated columns, JSON, ids and the exit status are for programs and the same in every language.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

from complaints.cli.errors import CommandError
from complaints.cli.language import own_language, own_text
from complaints.cli.parser import Parser, own_words

COMMANDS: dict[str, str] = {
    "local": "complaints.cli.local",
    "policy": "complaints.cli.policy",
    "organisation": "complaints.cli.organisation",
    "calendar": "complaints.cli.calendar",
    "mail": "complaints.cli.mail",
    "redrive": "complaints.cli.redrive",
    "reconcile": "complaints.cli.reconcile",
    "import": "complaints.cli.bring_in",
    "figures": "complaints.cli.figures",
    "report": "complaints.cli.report",
    "verify": "complaints.cli.verify",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` (default: the process's own) and return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = own_language()
    with own_words(lang):
        parser = Parser(prog="complaints", description=own_text("help"))
        subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
        chosen = next((word for word in given if not word.startswith("-")), None)
        for name, module in COMMANDS.items():
            help_text = own_text(f"{name}.help")
            subparser = subparsers.add_parser(name, help=help_text, description=help_text)
            subparser.set_defaults(language=lang)
            if name == chosen:
                import_module(module).add_arguments(subparser)
        parsed = parser.parse_args(given)
    try:
        return int(import_module(COMMANDS[parsed.command]).run(parsed))
    except CommandError as refused:
        print(f"complaints {parsed.command}: {refused}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
