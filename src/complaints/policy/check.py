"""Everything that is wrong with a policy, at once, each with its line and column.

The rule book is checked as it is written; `desk.rehearsal` plays its examples, which needs the engine of the cases.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from complaints.policy.calendars import calendar_findings
from complaints.policy.examples import example_findings
from complaints.policy.findings import Finding
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
    calendar_findings,
    limit_findings,
    choice_findings,
    sentence_findings,
    recipient_findings,
    unused_findings,
)


def check(policy: Policy, source: Source, units: Mapping[str, StaffedUnit] | None = None) -> list[Finding]:
    """What is wrong with a policy, as it was read or compiled: errors and warnings in the order of its file.

    What can never happen is only looked for where every name is right, since a misspelt event never happens either.

    Parameters
    ----------
    source
        the file that it was read from, for the places.
    units
        an organisation's units by id, to hold the policy against the people who would have to carry it out.
    """
    found = [finding for look in _CHECKS for finding in look(policy)]
    found += example_findings(policy, units)
    if not any(finding.level == "error" for finding in found):
        found += life_findings(policy)
    if units is not None:
        found += staffing_findings(policy, units)
    return in_order(source, found)


def in_order(source: Source, findings: list[Finding]) -> list[Finding]:
    """Findings with their places, as they follow each other in the file."""
    return sorted(map(source.placed, findings), key=lambda one: (one.line, one.column, one.code))
