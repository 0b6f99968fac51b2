"""Whether an organisation has the people that a policy counts on: held against a loaded directory."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from complaints.policy.findings import Finding, Path
from complaints.policy.model import Delivery, Policy, Recipient, Rung
from complaints.policy.names import unknown
from complaints.policy.spots import spots


class StaffedUnit(Protocol):
    """What is asked of a unit; `directory.model.Unit` is one."""

    @property
    def level(self) -> str:
        """The name of its level."""
        ...

    @property
    def holders(self) -> Iterable[Any]:
        """Who holds a post there, each with a `role`."""
        ...

    @property
    def roster(self) -> Iterable[Any]:
        """Who is on duty there, each with a `role`."""
        ...


def recipient_findings(policy: Policy) -> Iterator[Finding]:
    """Recipients that are nobody, whatever the organisation."""
    for spot in spots(policy):
        if spot.field == "to" and isinstance(spot.value, tuple) and not spot.value:
            yield Finding(code="tells_nobody", path=spot.path)
        if not (isinstance(spot.owner, Recipient) and spot.field == "role"):
            continue
        recipient, path = spot.owner, spot.path[:-1]
        if bool(recipient.role) == recipient.customer:
            yield Finding(code="recipient_is_role_or_customer", path=path)
        role = policy.roles.get(recipient.role)
        level_known = recipient.level in policy.levels
        if role is not None and level_known and role.levels and recipient.level not in role.levels:
            params = {"role": recipient.role, "level": recipient.level, "known": ", ".join(role.levels)}
            yield Finding(code="role_not_at_level", path=(*path, "level"), params=params)
    used = {role for action in policy.actions for role in action.by}
    told = (spot for spot in spots(policy) if isinstance(spot.owner, Recipient | Delivery) and spot.field == "role")
    used |= {spot.value for spot in told}
    for name in policy.roles:
        if name not in used:
            yield Finding(code="role_unused", path=("roles", name), level="warning", params={"role": name}, at_key=True)


def staffing_findings(policy: Policy, units: Mapping[str, StaffedUnit]) -> Iterator[Finding]:
    """What a policy asks of people whom this organisation does not have."""
    held: defaultdict[str, set[str]] = defaultdict(set)
    for unit in units.values():
        for post in (*unit.holders, *unit.roster):
            held[post.role].add(unit.level)
    levels = {unit.level for unit in units.values()}
    for spot in spots(policy):
        if spot.field != "role" or spot.value not in policy.roles:
            continue
        if isinstance(spot.owner, Delivery) and not held.get(spot.value):
            params = {"role": spot.value}
            yield Finding(code="text_without_holder", path=spot.path, params=params)
        if not isinstance(spot.owner, Recipient):
            continue
        if spot.owner.level in ("", *policy.levels):
            in_ladder = spot.within(Rung) is not None
            yield from _recipient(spot.owner, spot.path[:-1], held, levels, in_ladder=in_ladder)
    for number, action in enumerate(policy.actions):
        by_staff = bool(action.by) and all(role in policy.roles for role in action.by)
        if by_staff and not any(held.get(role) for role in action.by):
            params = {"do": ", ".join(action.do), "roles": ", ".join(action.by)}
            yield Finding(code="nobody_can", path=("actions", number, "by"), params=params)
    for name, order in policy.order_types.items():
        if order.by and not any(held.get(role) for role in order.by):
            path: Path = ("order_types", name, "by")
            params = {"order_type": name, "roles": ", ".join(order.by)}
            yield Finding(code="order_never_created", path=path, params=params)
        if order.levels and not levels & set(order.levels):
            params = {"order_type": name, "known": ", ".join(sorted(levels))}
            yield Finding(code="no_unit_of_levels", path=("order_types", name, "levels"), params=params)
    if policy.intake.unit not in units:
        yield unknown("unit", policy.intake.unit, units, ("intake", "unit"))


def _recipient(
    recipient: Recipient, path: Path, held: Mapping[str, set[str]], levels: set[str], *, in_ladder: bool
) -> Iterator[Finding]:
    at = held.get(recipient.role, set())
    params = {"role": recipient.role, "level": recipient.level, "known": ", ".join(sorted(at))}
    if not at:
        code = "rung_without_holder" if in_ladder else "text_without_holder"
        yield Finding(code=code, path=(*path, "role"), params=params)
    elif recipient.level and recipient.level not in levels:
        yield Finding(code="no_unit_of_level", path=(*path, "level"), level="warning", params=params)
    elif recipient.level and recipient.level not in at:
        yield Finding(code="role_not_held_at_level", path=(*path, "level"), params=params)
