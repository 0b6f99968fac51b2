"""What an import names that policy and organisation do not have: what is refused, what is shown by its own name.

Kinds and the root are refused: a report counts by them, and rows under others would stand in no report. Everything else
comes in under the name that it has in the file. Units that the organisation does not have stand in the report of the
unit above them and get none of their own.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import msgspec

from complaints.desk.context import Desk
from complaints.desk.publish import all_units
from complaints.directory.model import Unit
from complaints.history.check import Findings
from complaints.history.notes import Note, note
from complaints.reporting.plan import plan_of

NAMED = ("category", "channel", "cause")


class Unfit(msgspec.Struct, frozen=True):
    """What keeps a file from coming in, and what is to be known of the rest."""

    refusals: tuple[Note, ...]
    notes: tuple[Note, ...]


def unfit(desk: Desk, findings: Findings, now: datetime) -> Unfit:
    """Hold a file's findings against the current policy and organisation."""
    policy = desk.policies.current(now).policy
    plan = plan_of(policy)
    units = {unit.address: unit for unit in all_units(desk, now)}
    kinds = {kind: n for kind, n in findings.counts["kind"].items() if kind not in policy.kinds}
    notes = [*_strangers(findings.counts["path"], units)]
    for dimension in NAMED:
        strange = Counter(
            {v: n for v, n in findings.counts[dimension].items() if v and v not in plan.names.get(dimension, {})}
        )
        if strange:
            notes.append(note("unnamed_values", dimension=dimension, count=len(strange), values=strange))
    for deadline in sorted({name for name, _ in findings.deadlines} - set(policy.deadlines)):
        notes.append(note("strange_deadline", deadline=deadline, known=tuple(policy.deadlines)))
    refusals = []
    if kinds:
        refusals.append(note("strange_kinds", kinds=Counter(kinds), known=tuple(policy.kinds)))
    roots = {unit.path[0] for unit in units.values()}
    foreign = Counter({p: n for p, n in findings.counts["path"].items() if p.partition("/")[0] not in roots})
    if foreign:
        code = "outside_organisation" if roots else "no_organisation"
        refusals.append(note(code, paths=foreign, roots=tuple(sorted(roots))))
    return Unfit(tuple(refusals), tuple(notes))


def _strangers(paths: Counter[str], units: dict[str, Unit]) -> Iterator[Note]:
    """The units that the organisation does not have, by the unit under which they stand."""
    under: dict[str, Counter[str]] = {}
    for path, count in paths.items():
        above = path
        while above and above not in units:
            above = above.rpartition("/")[0]
        if above and above != path:
            first = path[len(above) + 1 :].partition("/")[0]
            under.setdefault(above, Counter())[first] += count
    names = {
        (unit.address.rpartition("/")[0], name): unit.id for unit in units.values() for name in unit.names.values()
    }
    for above, strange in sorted(under.items()):
        yield note("strange_units", unit=above, units=strange, count=len(strange))
        same = ", ".join(f'"{name}": "{names[above, name]}"' for name in strange if (above, name) in names)
        if same:
            yield note("named_otherwise", map=same)
