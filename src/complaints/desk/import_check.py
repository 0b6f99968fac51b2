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
from complaints.reporting.plan import plan_of

SHOWN = 5
NAMED = ("category", "channel", "cause")


class Unfit(msgspec.Struct, frozen=True):
    """What keeps a file from coming in, and what is to be known of the rest; sentences in English."""

    refusals: tuple[str, ...]
    notes: tuple[str, ...]


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
            notes.append(
                f"{dimension}: {len(strange)} value(s) without a name in the policy are shown as they are: "
                + _most(strange)
            )
    for deadline in sorted({name for name, _ in findings.deadlines} - set(policy.deadlines)):
        notes.append(
            f"deadline {deadline!r} is not in the policy, which has {', '.join(policy.deadlines) or 'none'}: it is "
            "shown by that name, indicators of certain deadlines do not count it"
        )
    refusals = []
    if kinds:
        refusals.append(
            f"the policy has no kind {_most(Counter(kinds))}; it has {', '.join(policy.kinds)}: "
            "say in the `map` of `kind` which is which"
        )
    roots = {unit.path[0] for unit in units.values()}
    foreign = Counter({p: n for p, n in findings.counts["path"].items() if p.partition("/")[0] not in roots})
    if foreign:
        refusals.append(
            f"rows of {_most(foreign)} would be in no report: `path` must begin with the organisation's root "
            f"({', '.join(sorted(roots)) or 'load an organisation first'})"
        )
    return Unfit(tuple(refusals), tuple(notes))


def _strangers(paths: Counter[str], units: dict[str, Unit]) -> Iterator[str]:
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
        yield (
            f"unit {above} has no {_most(strange)} below it: {len(strange)} unit(s), shown by these names in its "
            "report, without reports of their own"
        )
        same = [f'"{name}": "{names[above, name]}"' for name in strange if (above, name) in names]
        if same:
            yield f"  the organisation calls some of them otherwise: put into the `map` of that level {', '.join(same)}"


def _most(counts: Counter[str]) -> str:
    shown = ", ".join(f"{name or '(empty)'} ({n:,})" for name, n in counts.most_common(SHOWN))
    return shown + (f" and {len(counts) - SHOWN} more" if len(counts) > SHOWN else "")
