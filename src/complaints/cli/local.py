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

_SPAN = re.compile(r"(\d+)([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_ANSWER_SECONDS = 3600
_LAST_PORT = 65533


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `token`, `advance`, `outbox`; without one of them the local run is started."""
    common = argparse.ArgumentParser(add_help=False)
    # Suppressed: what stands before the action must not be overwritten by the action's own default.
    common.add_argument("--state", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="state folder")
    parser.add_argument("--policy", metavar="NAME", help="a policy of policies/ (default: the local run's own)")
    parser.add_argument(
        "--port",
        type=_port,
        default=4600,
        help="port of the HTTP interface; the next two are AWS and mail; 0: any free",
    )
    parser.add_argument(
        "--state", type=Path, default=Path(".local"), metavar="DIR", help="state folder (default: .local)"
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    token = actions.add_parser("token", parents=[common], help="print a staff token")
    token.add_argument("--unit", required=True, help="unit id, or the path of ids from the root, such as hq/province")
    token.add_argument("--role", required=True, help="a role of the policy, such as manager")
    advance = actions.add_parser(
        "advance", parents=[common], help="move the clock and let everything due by then happen"
    )
    advance.add_argument("span", type=_span, help="such as 90s, 3h, 2d12h, 1w")
    outbox = actions.add_parser("outbox", parents=[common], help="list the texts and mails that were sent")
    outbox.add_argument("--json", action="store_true", help="as JSON: at, taken_at, channel, to, template, text, case")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; starting ends when the local run does."""
    if args.action == "token":
        print(_ask(args.state, "token", {"unit": args.unit, "role": args.role})["token"])
    elif args.action == "advance":
        answer = _ask(args.state, "advance", {"seconds": args.span})
        for failure in answer["failures"]:
            print(failure, file=sys.stderr)
        print(answer["now"])
        return 1 if answer["failures"] else 0
    elif args.action == "outbox":
        _print_outbox(_ask(args.state, "outbox", {}), as_json=args.json)
    else:
        return _start(args)
    return 0


def _span(text: str) -> int:
    parts = _SPAN.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise argparse.ArgumentTypeError(f"{text!r} is no span of time: write 90s, 3h, 2d12h or 1w")
    return sum(int(number) * _SECONDS[unit] for number, unit in parts)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: write 0 to {_LAST_PORT}, the next two are needed too")
    return int(text)


def _print_outbox(sent: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(sent, ensure_ascii=False, indent=1))
        return
    for message in sent:
        first_line = message["text"].strip().splitlines()[0] if message["text"].strip() else ""
        print(f"{message['at']}  {message['channel']:5}  {message['to']}  {first_line}")


def _ask(state: Path, action: str, request: dict[str, Any]) -> Any:
    file = state / "endpoints.json"
    try:
        aws = json.loads(file.read_text(encoding="utf-8"))["aws"]
    except FileNotFoundError:
        raise CommandError(
            f"no local run is ready in {state}: start one with `make run`, or name its folder with --state"
        ) from None
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
            f"the local run of {state} does not answer at {aws} ({unreachable}): start it again"
        ) from None


def _checkout() -> Path:
    for folder in (Path.cwd(), *Path.cwd().parents, *Path(__file__).resolve().parents):
        if (folder / "template.yaml").is_file() and (folder / "infra" / "local").is_dir():
            return folder
    raise CommandError("the local run needs a checkout of the project: call it from inside one")


def _start(args: argparse.Namespace) -> int:
    """Hand over to the local run, in its own environment: its libraries must not decide the product's."""
    root = _checkout()
    if args.policy and not (root / "policies" / f"{args.policy}.yaml").is_file():
        known = ", ".join(sorted(path.stem for path in (root / "policies").glob("*.yaml")))
        raise CommandError(f"there is no policies/{args.policy}.yaml; there are: {known or 'none'}")
    local = root / "infra" / "local"
    python = local / ".venv" / "bin" / "python"
    uv = shutil.which("uv") or str(root / ".bootstrap" / "bin" / "uv")
    if not python.exists():
        try:
            subprocess.run([uv, "sync", "--quiet", "--project", str(local)], check=True)
        except (FileNotFoundError, subprocess.CalledProcessError) as failed:
            raise CommandError(
                f"the local run's libraries could not be installed ({failed}): call `make run`"
            ) from None
    command = [str(python), "-m", "localrun.main", "--root", str(root), "--state", str(args.state.absolute())]
    command += ["--port", str(args.port), *(["--policy", args.policy] if args.policy else [])]
    os.execv(python, command)  # so that a signal to this process reaches the local run
