"""Which deployment a command works on: a stack on AWS, the local run, or what the environment says."""

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoRegionError

from complaints.adapters import aws, clock, settings
from complaints.cli.errors import CommandError
from complaints.cli.language import own_text
from complaints.cli.state import HERE
from complaints.desk import context
from complaints.texts import text

LOCAL_STACK = "complaints"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--stack` for AWS, `--state` for the local run; without either the environment says (`TABLE` and the others)."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--stack", metavar="NAME", help=own_text("deployment.stack"))
    which.add_argument("--state", type=Path, metavar="DIR", help=own_text("deployment.state"))


def connect(args: argparse.Namespace) -> None:
    """Let this process work on the deployment named: what its functions are told is told to this command too.

    Raises
    ------
    CommandError
        There is no such stack or local run, or nothing is named and the environment says nothing.
    """
    if args.state is not None:
        _local(args.state, args.language)
    elif args.stack:
        _told_by(args.stack, args.language)
    elif not os.environ.get("TABLE"):
        is_here = any((HERE / file).is_file() for file in ("endpoints.json", "loaded.json"))
        code = "cli.deployment.unnamed_here" if is_here else "cli.deployment.unnamed"
        raise CommandError(text(code, args.language, state=HERE))
    settings.current.cache_clear()
    context.desk.cache_clear()


def _local(state: Path, lang: str) -> None:
    try:
        endpoints = json.loads((state / "endpoints.json").read_text(encoding="utf-8"))
    except OSError as gone:
        raise CommandError(text("cli.deployment.no_state", lang, state=state)) from gone
    os.environ |= {
        "AWS_ENDPOINT_URL": endpoints["aws"],
        "AWS_DEFAULT_REGION": endpoints["region"],
        "AWS_ACCESS_KEY_ID": "test",  # the local cloud's own account, which may do everything
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    aws.reset()
    clock.exact = _clock_of(state)
    _told_by(LOCAL_STACK, lang)


def _clock_of(state: Path) -> Callable[[], datetime]:
    """The clock of a local run, which `complaints local advance` may have moved."""
    file = state / "clock.json"
    if not file.exists():
        return clock.exact

    def exact() -> datetime:
        hand = json.loads(file.read_text(encoding="ascii"))
        stands = hand["standing"]
        return datetime.fromtimestamp(time.time() + hand["offset"] if stands is None else stands, UTC)

    return exact


def _told_by(stack: str, lang: str) -> None:
    """What the functions of a stack have in their environment, all of it together."""
    try:
        functions = [
            resource["PhysicalResourceId"]
            for page in aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
            for resource in page["StackResourceSummaries"]
            if resource["ResourceType"] == "AWS::Lambda::Function"
        ]
        for function in functions:
            os.environ |= _environment(function)
    except NoRegionError as unsaid:
        raise CommandError(text("cli.deployment.no_region", lang, stack=stack)) from unsaid
    except (BotoCoreError, ClientError) as failed:
        raise CommandError(text("cli.deployment.unreadable", lang, stack=stack, detail=failed)) from failed
    if not os.environ.get("TABLE"):
        raise CommandError(text("cli.deployment.no_table", lang, stack=stack))


def _environment(function: str) -> dict[str, str]:
    told: dict[str, Any] = aws.client("lambda").get_function_configuration(FunctionName=function)
    own = ("AWS_", "LOG_LEVEL", "POWERTOOLS_", "PYTHON", "LOCAL_")
    variables: dict[str, str] = told.get("Environment", {}).get("Variables", {})
    return {name: value for name, value in variables.items() if not name.startswith(own)}
