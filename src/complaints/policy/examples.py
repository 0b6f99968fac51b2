"""Whether worked examples are written so that they can be played: instants, people, commands, names."""

from collections.abc import Container, Iterator
from datetime import datetime

from complaints.policy.findings import Finding, Path
from complaints.policy.model import Example, Policy, Step
from complaints.policy.names import said_findings, states_of, unknown
from complaints.policy.scope import ORDER_STATES, Scope
from complaints.policy.terms import condition_findings
from complaints.policy.vocabulary import COMMANDS

_NOBODYS = ("customer", "system")


def example_findings(policy: Policy, units: Container[str] | None = None) -> Iterator[Finding]:
    """Everything that is wrong with how the examples are written; units are looked up where they are given."""
    for number, example in enumerate(policy.examples):
        path: Path = ("examples", number)
        previous: datetime | None = None
        for place, step in enumerate(example.steps):
            yield from _step_findings(step, policy, units, (*path, "steps", place))
            at = _instant(step.at)
            if at is None:
                yield _bad_instant(step.at, (*path, "steps", place, "at"))
            elif previous is not None and at < previous:
                yield Finding(code="step_goes_back", path=(*path, "steps", place, "at"), params={"value": step.at})
            previous = at or previous
        yield from _outcome_findings(example, policy, path)


def _step_findings(step: Step, policy: Policy, units: Container[str] | None, path: Path) -> Iterator[Finding]:
    if step.do and step.do not in COMMANDS:
        yield unknown("command", step.do, COMMANDS, (*path, "do"))
    elif step.do and not step.refused:
        yield from said_findings(step.do, step.data, policy, (*path, "data"))
    if not step.do or step.by in _NOBODYS:
        return
    role, _, unit = step.by.partition("@")
    if not role or not unit:
        yield Finding(code="step_by_nobody", path=(*path, "by"), params={"value": step.by})
    elif role not in policy.roles:
        yield unknown("role", role, policy.roles, (*path, "by"))
    elif units is not None and unit not in units:
        yield unknown("unit", unit, (), (*path, "by"))


def _outcome_findings(example: Example, policy: Policy, path: Path) -> Iterator[Finding]:
    if example.until and _instant(example.until) is None:
        yield _bad_instant(example.until, (*path, "until"))
    for what in ("due", "met"):
        for key in getattr(example, what):
            if key.partition("#")[0] not in policy.deadlines:
                yield unknown("deadline", key, policy.deadlines, (*path, what, key), at_key=True)
    for key, wanted in example.due.items():
        if _instant(wanted) is None:
            yield _bad_instant(wanted, (*path, "due", key))
    if example.state and example.state not in states_of(policy, ()):
        yield unknown("state", example.state, states_of(policy, ()), (*path, "state"))
    for key, state in example.orders.items():
        if state not in ORDER_STATES:
            yield unknown("order_state", state, ORDER_STATES, (*path, "orders", key))
    for number, line in enumerate(example.texts or ()):
        yield from _text_findings(line, policy, (*path, "texts", number), parts=4)
    for number, line in enumerate(example.customer or ()):
        yield from _text_findings(line, policy, (*path, "customer", number), parts=3)
    yield from condition_findings(example.then, (*path, "then"), Scope(policy, order=False))


def _text_findings(line: str, policy: Policy, path: Path, *, parts: int) -> Iterator[Finding]:
    words = line.split()
    if len(words) != parts or _instant(" ".join(words[:2])) is None:
        code = "text_line" if parts == 4 else "customer_line"
        yield Finding(code=code, path=path, params={"value": line})
        return
    if parts == 4 and words[2].partition("@")[0] not in policy.roles:
        yield unknown("role", words[2].partition("@")[0], policy.roles, path)
    if words[-1] not in policy.templates:
        yield unknown("template", words[-1], policy.templates, path)


def _instant(text: str) -> datetime | None:
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        return None
    return wall if wall.tzinfo is None and len(text) > len("2026-11-20") else None


def _bad_instant(value: str, path: Path) -> Finding:
    return Finding(code="bad_instant", path=path, params={"value": value})
