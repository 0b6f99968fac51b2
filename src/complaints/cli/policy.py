"""Check, explain and publish the rule book of an organisation."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.texts import language, text

if TYPE_CHECKING:
    from complaints.desk.examination import Examined
    from complaints.policy.findings import Finding
    from complaints.policy.source import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check`, `docs`, `publish`, `schema`, `reference`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="explain every error of a policy file and run its examples")
    docs = actions.add_parser("docs", help="print the process as a page for the people who must agree to it")
    publish = actions.add_parser("publish", help="check a policy file and make it current for new cases")
    for sub in (check, publish):
        sub.add_argument(
            "--organisation",
            type=Path,
            metavar="DIR",
            help="CSV files of the organisation to hold it against (default: sample/<policy> beside the file)",
        )
    for sub in (check, docs, publish):
        sub.add_argument("file", type=Path)
        sub.add_argument("--language", default=_own_language(), metavar="TAG", help="zh-CN or en (default: yours)")
    deployment.add_arguments(publish)
    actions.add_parser("schema", help="print the JSON Schema of policy files, for editors")
    reference = actions.add_parser("reference", help="print the reference of the policy language")
    reference.add_argument("--language", default="en", metavar="TAG", help="zh-CN or en (default: en)")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; 1 when `check` finds an error."""
    actions: dict[str, Callable[[argparse.Namespace], int]] = {
        "check": _check,
        "docs": _docs,
        "publish": _publish,
        "schema": _schema,
        "reference": _reference,
    }
    return actions[args.action](args)


def _own_language() -> str:
    tag = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en"
    return language(tag.partition(".")[0])


def _check(args: argparse.Namespace) -> int:
    examined = _examined(args)
    _tell(examined.findings, args)
    if not examined.findings:
        print(text("policy.all_well", args.language, examples=examined.played))
    return int(not examined.sound)


def _publish(args: argparse.Namespace) -> int:
    """Nothing is published that `check` refuses."""
    from complaints.adapters.settings import SettingError
    from complaints.desk.context import desk
    from complaints.desk.publish import publish_policy

    examined = _examined(args)
    _tell(examined.findings, args)
    if not examined.sound:
        raise CommandError(text("policy.not_published", args.language))
    if args.state is not None or args.stack:
        deployment.connect(args)
    try:
        published = publish_policy(desk(), args.file)
    except SettingError as error:
        raise CommandError(text("policy.no_deployment", args.language, detail=error)) from error
    print(text("policy.published", args.language, id=published))
    return 0


def _examined(args: argparse.Namespace) -> "Examined":
    from complaints.desk.examination import Examined, examine
    from complaints.directory.load import LoadError
    from complaints.directory.wording import problem_line
    from complaints.policy.findings import PolicyError

    try:
        source = _source(args)
        return examine(source, _organisation(args, source.data))
    except PolicyError as refused:
        return Examined(refused.findings)
    except LoadError as refused:
        lines = "\n".join(problem_line(problem, args.language) for problem in refused.problems)
        raise CommandError(f"\n{lines}") from refused


def _tell(findings: Sequence["Finding"], args: argparse.Namespace) -> None:
    from complaints.desk.policy_findings import finding_line, summary

    for finding in findings:
        print(finding_line(finding, str(args.file), args.language))
    if findings:
        print(summary(findings, args.language), file=sys.stderr)


def _docs(args: argparse.Namespace) -> int:
    from complaints.desk.policy_findings import finding_line
    from complaints.desk.policy_page import policy_page
    from complaints.policy.check import check
    from complaints.policy.compile import compile_source
    from complaints.policy.findings import PolicyError
    from complaints.policy.shape import read_policy

    try:
        source = _source(args)
        compiled, policy = compile_source(source), read_policy(source)
        findings = [finding for finding in check(policy, source) if finding.level == "error"]
    except PolicyError as refused:
        findings = list(refused.findings)
    if findings:
        lines = "\n".join(finding_line(finding, str(args.file), args.language) for finding in findings)
        raise CommandError(f"\n{lines}")
    sys.stdout.write(policy_page(policy, compiled.id, args.language))
    return 0


def _schema(_: argparse.Namespace) -> int:
    from complaints.desk.policy_reference import schema_text

    sys.stdout.write(schema_text())
    return 0


def _reference(args: argparse.Namespace) -> int:
    from complaints.desk.policy_reference import reference_text

    sys.stdout.write(reference_text(args.language))
    return 0


def _source(args: argparse.Namespace) -> "Source":
    from complaints.policy.compile import open_source

    try:
        return open_source(args.file)
    except OSError as error:
        raise CommandError(text("policy.cannot_read", args.language, file=args.file, detail=error.strerror)) from error


def _organisation(args: argparse.Namespace, data: object) -> dict[str, bytes] | None:
    """The CSV files of the organisation asked for, else of the sample beside the policy file, else nothing."""
    folder: Path | None = args.organisation
    if folder is None:
        name = data.get("policy") if isinstance(data, dict) else None
        folder = args.file.parent / "sample" / str(name)
        if not folder.is_dir():
            return None
    if not folder.is_dir():
        raise CommandError(text("policy.no_organisation", args.language, folder=folder))
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
