"""Everything that is wrong with a policy file, at once, each with its line and column.

The rule book is checked as it is written; `desk.rehearsal` runs its examples, which needs the engine of the cases.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from complaints.policy.compile import compile_source
from complaints.policy.findings import Finding, PolicyError
from complaints.policy.life import life_findings
from complaints.policy.limits import choice_findings, limit_findings
from complaints.policy.model import Policy
from complaints.policy.names import name_findings
from complaints.policy.sentences import sentence_findings
from complaints.policy.source import Source
from complaints.policy.staffing import StaffedUnit, recipient_findings, staffing_findings
from complaints.policy.terms import term_findings
from complaints.policy.unused import unused_findings

_CHECKS: Final[tuple[Callable[[Policy], Iterator[Finding]], ...]] = (
    name_findings,
    term_findings,
    limit_findings,
    choice_findings,
    sentence_findings,
    recipient_findings,
    unused_findings,
)


def check(source: Source, units: Mapping[str, StaffedUnit] | None = None) -> list[Finding]:
    """What is wrong with a parsed file, in the order of the file, errors and warnings; nothing when all is well.

    Parameters
    ----------
    units
        an organisation's units by id, to hold the policy against the people who would have to carry it out.

    What can never happen is only looked for where every name is right, since a misspelt event never happens either.
    """
    try:
        policy = compile_source(source).policy
    except PolicyError as refused:
        return list(refused.findings)
    found = [finding for look in _CHECKS for finding in look(policy)]
    if not any(finding.level == "error" for finding in found):
        found += life_findings(policy)
    if units is not None:
        found += staffing_findings(policy, units)
    return sorted(map(source.placed, found), key=lambda one: (one.line, one.column, one.code))
