"""Check, explain and publish the rule book of an organisation."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from complaints.cli import deployment
from complaints.cli.errors import CommandError
from complaints.cli.language import own_language, own_text
from complaints.texts import text

if TYPE_CHECKING:
    from complaints.desk.examination import Examined
    from complaints.policy.findings import Finding
    from complaints.policy.source import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check`, `docs`, `publish`, `schema`, `reference`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str) -> argparse.ArgumentParser:
        said = own_text(f"policy.{name}.help")
        return actions.add_parser(name, help=said, description=said)

    check, docs, publish = action("check"), action("docs"), action("publish")
    for sub in (check, publish):
        sub.add_argument(
            "--organisation",
            type=Path,
            metavar="DIR",
            help=own_text("policy.organisation"),
        )
    for sub in (check, docs, publish):
        sub.add_argument("file", type=Path, help=own_text("policy.file"))
        sub.add_argument("--language", default=own_language(), metavar="TAG", help=own_text("policy.language"))
    deployment.add_arguments(publish)
    action("schema")
    action("reference").add_argument(
        "--language", default="en", metavar="TAG", help=own_text("policy.reference.language")
    )


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
