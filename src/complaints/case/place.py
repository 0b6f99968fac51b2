"""Which unit a policy means: named from where a case stands, never by its id."""

from complaints.case.events import Event
from complaints.case.state import Case
from complaints.case.values import Places
from complaints.policy.model import UnitRef


def place(ref: UnitRef, case: Case, event: Event, places: Places) -> str | None:
    """The unit that a policy names from where a case stands; None when there is none of that level."""
    order = case.order(event.order)
    unit: str | None
    if ref.of == "order":
        unit = order.unit if order is not None else case.unit
    elif ref.of == "sender":
        unit = order.sender if order is not None else case.unit
    elif ref.of == "case":
        unit = case.unit
    elif ref.of == "above":
        path = places.path(order.unit if order is not None else case.unit)
        unit = path[-2] if len(path) > 1 else None
    elif ref.of == "root":
        path = places.path(case.unit)
        unit = path[0] if path else case.unit
    elif ref.of.startswith("event."):
        unit = event.data.get(ref.of.removeprefix("event."))
    else:
        unit = case.fields.get(ref.of.removeprefix("field."))
    if not unit or not places.known(unit):
        return None
    return places.ancestor(unit, ref.level) if ref.level else unit
