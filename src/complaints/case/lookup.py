"""What the names in a policy's conditions mean for a case: the one place that gives them values.

===================  ============================================================================================
``kind``, ``channel``, ``category``, ``cause``   the case's own
a declared or derived field                      its value
``mentioned``                                    words of the policy found in what the customer said
``event.X``                                      what the event (or the command asked for) says: X of its data;
                                                 ``event.X.levels``: the levels above and at the unit X
``order.X``                                      its ``type``, ``unit``, ``level``, ``state``, ``tries``, ``tags`` ...
``case.X``                                       its ``state``, ``phase``, ``unit``, ``level``, ``tags``, ``papers``,
                                                 ``outcome``, ``marks``, ``order_types`` (all it ever had),
                                                 ``open_orders`` (those open now), ``running`` (its deadlines),
                                                 ``claimed`` (those missed that somebody says were met)
``ruling.X``                                     its ``valid``, ``cause``, ``unit``, ``stage``, ``sanction``
``count.X``                                      how often the event X has happened to the case and its orders
``actor.X``                                      ``roles``, ``kind`` of who acts
a counter of the policy                          how many contacts there were lately (INS-7)
``today``                                        the local date of registration (reading R6)
===================  ============================================================================================
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from complaints.case.state import Case, Order
from complaints.case.values import Actor, Places
from complaints.policy.conditions import Lookup, holds
from complaints.policy.model import Counter, Derived
from complaints.policy.rulebook import Rulebook

_PLAIN = ("kind", "channel", "category", "cause", "language")


def lookup(
    case: Case,
    rulebook: Rulebook,
    *,
    event: Mapping[str, Any] | None = None,
    event_type: str = "",
    order: Order | None = None,
    actor: Actor | None = None,
    places: Places | None = None,
) -> Lookup:
    """The values of a case by name, for `policy.conditions.holds`."""

    def value(name: str) -> Any:
        head, _, rest = name.partition(".")
        if rest:
            return _scoped(head, rest)
        if name in _PLAIN:
            return getattr(case, name) or None
        if name in case.derived:
            return case.derived[name]
        if name == "mentioned":
            return case.mentioned
        if name == "today":
            return case.opened_at.astimezone(rulebook.zone).date()
        if name in rulebook.policy.counters:
            return count_contacts(case, rulebook.policy.counters[name], rulebook)
        return case.fields.get(name)

    def _scoped(head: str, rest: str) -> Any:
        if head == "event":
            return event_type if rest == "type" else _of_event(event or {}, rest, places)
        if head == "ruling":
            return case.ruling.get(rest)
        if head == "count":
            return case.counts.get(rest, 0)
        if head == "order":
            return _of_order(order, rest, places)
        if head == "actor":
            return _of_actor(actor, rest)
        if head == "case":
            return _of_case(case, rest, places)
        return None

    return value


def said_only(said: Mapping[str, Any], actor: Actor) -> Lookup:
    """What can be asked before there is a case: what is said, and by whom."""

    def value(name: str) -> Any:
        head, _, rest = name.partition(".")
        if head == "event":
            return _dig(said, rest)
        return _of_actor(actor, rest) if head == "actor" else _dig(said, name) or _dig(said, f"fields.{name}")

    return value


def _of_case(case: Case, name: str, places: Places | None) -> Any:
    if name == "tags":
        return _tags(case.unit, case.tags, places)
    if name == "level":
        return places.level(case.unit) if places is not None else None
    return getattr(case, name, None)


def _of_event(data: Mapping[str, Any], name: str, places: Places | None) -> Any:
    if name.endswith(".levels") and places is not None:
        return tuple(places.level(unit) for unit in places.path(str(_dig(data, name.removesuffix(".levels")))))
    return _dig(data, name)


def _dig(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _of_order(order: Order | None, name: str, places: Places | None) -> Any:
    if order is None:
        return None
    if name == "tags":
        return _tags(order.unit, order.tags, places)
    if name == "level":
        return places.level(order.unit) if places is not None else None
    if name.startswith("count."):
        return order.counts.get(name.removeprefix("count."), 0)
    return getattr(order, name, None)


def _tags(unit: str, then: tuple[str, ...], places: Places | None) -> tuple[str, ...]:
    """Tags of a unit when the order was sent, and those it has now (a mark such as a lost right to appeal, POST-9)."""
    now = places.tags(unit) if places is not None and places.known(unit) else ()
    return (*then, *now)


def _of_actor(actor: Actor | None, name: str) -> Any:
    if actor is None:
        return None
    return [post.role for post in actor.posts] if name == "roles" else getattr(actor, name, None)


def count_contacts(case: Case, counter: Counter, rulebook: Rulebook) -> int:
    """How many contacts lie in the rolling window that ends with the last one (INS-7: within half a working day of one
    date, reading R10)."""
    contacts = [at for at, channel in case.contacts if not counter.channels or channel in counter.channels]
    if not contacts:
        return 0
    last = contacts[-1]
    if not counter.calendar:
        since = last - timedelta(hours=counter.hours)
        return sum(since <= at for at in contacts)
    calendar = rulebook.calendars[counter.calendar]
    today = last.astimezone(rulebook.zone).date()
    window = calendar.working_seconds_on(today) * counter.working_share
    return sum(_within(at, last, today, window, rulebook, counter.calendar) for at in contacts)


def _within(at: datetime, last: datetime, today: Any, window: float, rulebook: Rulebook, calendar: str) -> bool:
    same_date = at.astimezone(rulebook.zone).date() == today
    return same_date and rulebook.calendars[calendar].working_time_between(at, last) <= window


def first_of(choices: Iterable[Derived], case: Case, rulebook: Rulebook, otherwise: str = "") -> str:
    """The value of the first choice whose condition holds for the case."""
    values = lookup(case, rulebook)
    return next((choice.value for choice in choices if holds(choice.when, values)), otherwise)
