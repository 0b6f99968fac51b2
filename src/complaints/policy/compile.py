"""A policy file becomes the document that the system runs: checked in shape, calendars worked out, named by its hash.

Needs the extra `policy` (PyYAML, pydantic), which no run-time function carries: they read the document with
`policy.model.load`.
"""

import hashlib
from pathlib import Path

import msgspec

from complaints.policy.calendars import calendar_findings, compiled_calendars
from complaints.policy.findings import Finding, PolicyError
from complaints.policy.model import Policy, dump, load
from complaints.policy.shape import read_policy
from complaints.policy.source import Source, read_source
from complaints.structs import replace

ID_LENGTH = 16


class Compiled(msgspec.Struct, frozen=True):
    """A policy as it is published: canonical JSON, the content hash that names it (`Policy.id` too), the policy."""

    document: bytes
    id: str
    policy: Policy


def compile_policy(policy: Path | str) -> Compiled:
    """The compiled form of a policy file (a `Path`) or of its YAML text.

    The same rules give the same id, however the file is laid out.

    Raises
    ------
    PolicyError
        with every finding about its shape and its calendars. Whether its names and rules make sense is
        `policy.check`'s question.
    OSError
        the file cannot be read.
    """
    return compile_source(open_source(policy))


def open_source(policy: Path | str) -> Source:
    """A file or a text, parsed. Raises as `compile_policy` does."""
    if isinstance(policy, str):
        return read_source(policy)
    try:
        text = policy.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise PolicyError(str(policy), [Finding(code="not_utf8", params={"byte": error.start})]) from error
    return read_source(text, str(policy))


def compile_source(source: Source) -> Compiled:
    """The compiled form of a parsed file. Raises `PolicyError`."""
    policy = read_policy(source)
    wrong = [source.placed(finding) for finding in calendar_findings(policy) if finding.level == "error"]
    if wrong:
        raise PolicyError(source.name, wrong)
    return compile_read(policy)


def compile_read(policy: Policy) -> Compiled:
    """The compiled form of a policy as it was read, whose calendars are known to be right."""
    policy = replace(policy, id="", calendars=compiled_calendars(policy))
    name = hashlib.sha256(dump(policy)).hexdigest()[:ID_LENGTH]
    document = dump(replace(policy, id=name))
    return Compiled(document, name, load(document))
