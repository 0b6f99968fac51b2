"""A policy file examined from end to end: its shape, its names, what can never happen, its people, its examples."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import msgspec

from complaints.desk.rehearsal import rehearse
from complaints.desk.report_check import report_findings
from complaints.directory.load import load
from complaints.policy.check import check, in_order
from complaints.policy.compile import Compiled, compile_read
from complaints.policy.findings import Finding, PolicyError
from complaints.policy.rulebook import Rulebook
from complaints.policy.shape import read_policy
from complaints.policy.source import Source


class Examined(msgspec.Struct, frozen=True):
    """What an examination found, in the order of the file; `played` examples were run; `compiled` is None where the
    file itself is wrong (a policy that is right but whose examples come out otherwise is compiled)."""

    findings: tuple[Finding, ...]
    played: int = 0
    compiled: Compiled | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing but warnings was found, so that the policy may be published."""
        return not any(finding.level == "error" for finding in self.findings)


def examine(source: Source, organisation: Mapping[str, bytes] | None = None) -> Examined:
    """Everything that is wrong with a parsed policy file.

    The examples are played once nothing else is wrong, and only on an organisation, because they name its units.

    Parameters
    ----------
    organisation
        CSV files by name, see `directory.load`.

    Raises
    ------
    directory.load.LoadError
        the organisation's files are none, or use levels and roles that the policy does not have.
    """
    try:
        policy = read_policy(source)
    except PolicyError as refused:
        return Examined(refused.findings)
    reports = [source.placed(finding) for finding in report_findings(policy)]
    found = in_order(source, [*check(policy, source), *reports])
    if _wrong(found):
        return Examined(tuple(found))
    if organisation is None:
        if policy.examples:
            found.append(source.placed(Finding(code="examples_not_played", path=("examples",), level="warning")))
        return Examined(tuple(in_order(source, found)), compiled=compile_read(policy))
    directory = load(organisation, ZoneInfo(policy.zone), levels=policy.levels, roles=policy.roles)
    found = in_order(source, [*check(policy, source, directory.units), *reports])
    if _wrong(found):
        return Examined(tuple(found))
    compiled = compile_read(policy)
    found += rehearse(Rulebook(compiled.policy), directory.units)
    return Examined(tuple(in_order(source, found)), len(policy.examples), compiled)


def _wrong(findings: list[Finding]) -> bool:
    return any(finding.level == "error" for finding in findings)
