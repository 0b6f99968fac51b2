"""Run the whole system on this machine, move its clock, see what it sent.

This module only starts the local run, which lives beside the product and is never deployed, and talks to it over HTTP.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from complaints.cli.errors import CommandError
from complaints.cli.language import own_text
from complaints.cli.parser import Parser
from complaints.cli.state import HERE
from complaints.texts import text

_SPAN = re.compile(r"(\d+)([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_ANSWER_SECONDS = 3600
_LAST_PORT = 65533


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `token`, `advance`, `outbox`; without one of them the local run is started."""
    common = Parser(add_help=False)
    # Suppressed: what stands before the action must not be overwritten by the action's own default.
    common.add_argument("--state", type=Path, default=argparse.SUPPRESS, metavar="DIR", help=own_text("local.state"))
    parser.add_argument("--policy", metavar="NAME", help=own_text("local.policy"))
    parser.add_argument("--port", type=_port, default=4600, help=own_text("local.port"))
    parser.add_argument("--state", type=Path, default=HERE, metavar="DIR", help=own_text("local.state"))
    actions = parser.add_subparsers(dest="action", metavar="ACTION")

    def action(name: str) -> argparse.ArgumentParser:
        said = own_text(f"local.{name}.help")
        return actions.add_parser(name, parents=[common], help=said, description=said)

    token = action("token")
    token.add_argument("--unit", required=True, help=own_text("local.token.unit"))
    token.add_argument("--role", required=True, help=own_text("local.token.role"))
    advance = action("advance")
    advance.add_argument("span", type=_span, help=own_text("local.advance.span"))
    outbox = action("outbox")
    outbox.add_argument("--json", action="store_true", help=own_text("local.outbox.json"))


def run(args: argparse.Namespace) -> int:
    """Do what was asked; starting ends when the local run does."""
    if args.action == "token":
        print(_ask(args, "token", {"unit": args.unit, "role": args.role})["token"])
    elif args.action == "advance":
        answer = _ask(args, "advance", {"seconds": args.span})
        for failure in answer["failures"]:
            print(failure, file=sys.stderr)
        print(answer["now"])
        return 1 if answer["failures"] else 0
    elif args.action == "outbox":
        _print_outbox(_ask(args, "outbox", {}), as_json=args.json)
    else:
        return _start(args)
    return 0


def _span(given: str) -> int:
    parts = _SPAN.findall(given)
    if not parts or "".join(number + unit for number, unit in parts) != given:
        raise argparse.ArgumentTypeError(own_text("local.no_span", span=given))
    return sum(int(number) * _SECONDS[unit] for number, unit in parts)


def _port(given: str) -> int:
    if not given.isascii() or not given.isdigit() or int(given) > _LAST_PORT:
        raise argparse.ArgumentTypeError(own_text("local.no_port", port=given, last=_LAST_PORT))
    return int(given)


def _print_outbox(sent: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(sent, ensure_ascii=False, indent=1))
        return
    for message in sent:
        first_line = message["text"].strip().splitlines()[0] if message["text"].strip() else ""
        print(f"{message['at']}  {message['channel']:5}  {message['to']}  {first_line}")


def _ask(args: argparse.Namespace, action: str, request: dict[str, Any]) -> Any:
    file = args.state / "endpoints.json"
    try:
        aws = json.loads(file.read_text(encoding="utf-8"))["aws"]
    except FileNotFoundError:
        raise CommandError(text("cli.local.not_ready", args.language, state=args.state)) from None
    posted = urllib.request.Request(
        f"{aws}/_local/{action}", data=json.dumps(request).encode(), headers={"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(posted, timeout=_ANSWER_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        raise CommandError(json.load(refused)["error"]) from refused
    except OSError as unreachable:
        raise CommandError(
            text("cli.local.silent", args.language, state=args.state, address=aws, detail=unreachable)
        ) from None


def _checkout(lang: str) -> Path:
    for folder in (Path.cwd(), *Path.cwd().parents, *Path(__file__).resolve().parents):
        if (folder / "template.yaml").is_file() and (folder / "infra" / "local").is_dir():
            return folder
    raise CommandError(text("cli.local.no_checkout", lang))


def _start(args: argparse.Namespace) -> int:
    """Hand over to the local run, in its own environment: its libraries must not decide the product's."""
    root = _checkout(args.language)
    if args.policy and not (root / "policies" / f"{args.policy}.yaml").is_file():
        known = ", ".join(sorted(path.stem for path in (root / "policies").glob("*.yaml")))
        raise CommandError(
            text(
                "cli.local.no_policy", args.language, policy=args.policy, known=known or text("cli.none", args.language)
            )
        )
    local = root / "infra" / "local"
    python = local / ".venv" / "bin" / "python"
    uv = shutil.which("uv") or str(root / ".bootstrap" / "bin" / "uv")
    if not python.exists():
        try:
            subprocess.run([uv, "sync", "--quiet", "--project", str(local)], check=True)
        except (FileNotFoundError, subprocess.CalledProcessError) as failed:
            raise CommandError(text("cli.local.not_installed", args.language, detail=failed)) from None
    command = [str(python), "-m", "localrun.main", "--root", str(root), "--state", str(args.state.absolute())]
    command += ["--port", str(args.port), *(["--policy", args.policy] if args.policy else [])]
    os.execv(python, command)  # so that a signal to this process reaches the local run
