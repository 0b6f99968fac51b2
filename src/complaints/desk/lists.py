"""How a case shows in work lists: one line at its own unit and one for each of its orders."""

from typing import Any

from complaints.adapters.rows import OrderRow, stamp
from complaints.case.state import Case, Order
from complaints.case.values import Places


def lines_of(case: Case, places: Places) -> dict[int, OrderRow]:
    """The lines of a case by order number; 0 is the case itself at the unit that leads it.

    A line is open while something is owed on it or a deadline of it runs, even when the case is closed (a callback).
    """
    lines = {0: _line(case, None, places)}
    for order in case.orders:
        lines[order.n] = _line(case, order, places)
    return lines


def changed_lines(before: Case | None, after: Case, places: Places) -> tuple[OrderRow, ...]:
    """The lines that are not as they were before."""
    old = lines_of(before, places) if before is not None else {}
    return tuple(line for n, line in lines_of(after, places).items() if old.get(n) != line)


def _line(case: Case, order: Order | None, places: Places) -> OrderRow:
    n = order.n if order is not None else 0
    running = [deadline for deadline in case.deadlines if deadline.order == n]
    due = min((one for one in running if one.paused_at is None), key=lambda one: one.due_at, default=None)
    unit = order.unit if order is not None else case.unit
    owed = order.is_open if order is not None else case.phase == "open"
    closed_at = None
    if not owed and not running:
        closed_at = (order.answered_at or order.sent_at) if order is not None else (case.closed_at or case.opened_at)
    columns: dict[str, Any] = {
        "reference": case.reference,
        "order": n,
        "kind": case.kind,
        "category": case.category,
        "channel": case.channel,
        "unit": unit,
        "lead": case.unit,
        "opened_at": stamp(case.opened_at),
        "state": case.state,
        "phase": case.phase,
        "derived": case.derived,
        "chasers": case.counts.get("chased", 0),
        "late": any(one.missed_at is not None for one in running),
    }
    if order is not None:
        columns |= {"order_type": order.type, "order_state": order.state, "sender": order.sender}
    if due is not None:
        columns |= {"deadline": due.name, "due_at": stamp(due.due_at)}
        if calendar := due.limit.get("calendar"):
            columns["calendar"] = calendar
    if case.incident:
        columns["incident"] = case.incident
    return OrderRow(
        reference=case.reference,
        n=n,
        path=places.path(unit),
        due_at=due.due_at if due is not None else None,
        closed_at=closed_at,
        columns=columns,
    )
