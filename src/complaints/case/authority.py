"""Who may do what: the policy's actions held against a case and a person. Buttons show it, `decide` enforces it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from complaints.case.lookup import lookup, said_only
from complaints.case.state import Case, Order
from complaints.case.values import Actor, Command, Places, Post, Problem, RefusedError
from complaints.policy.conditions import Lookup, holds, may_hold
from complaints.policy.model import Action, Requirement
from complaints.policy.rulebook import Rulebook
from complaints.policy.vocabulary import COMMANDS
from complaints.structs import replace

ANY_STATE = "*"
CUSTOMER = "customer"


class Offer(msgspec.Struct, frozen=True):
    """A command open to somebody, on a work order or (0) on the case itself."""

    command: str
    order: int = 0


def allowed(case: Case, actor: Actor, rulebook: Rulebook, places: Places) -> list[Offer]:
    """The commands open to somebody now, in the vocabulary's order.

    Conditions on what the command will say (`event.…`) cannot be known yet and count as fulfilled.
    """
    offers = []
    for name, shape in COMMANDS.items():
        targets: list[Order | None] = [] if shape.on == "order" else [None]
        if shape.on in ("order", "either"):
            targets += case.orders
        for order in targets:
            if name in ("pause", "resume") and not _rests(case, order, name == "resume", rulebook):
                continue
            if name == "rate" and case.rated:
                continue
            if name == "lift-miss" and not any(one.order == (order.n if order else 0) for one in case.claims):
                continue
            if name == "extend" and not extendable(case, order.n if order else 0, rulebook):
                continue
            if _Judged(case, name, actor, order, rulebook, places, None).open():
                offers.append(Offer(name, order.n if order else 0))
    return offers


def _rests(case: Case, order: Order | None, rests: bool, rulebook: Rulebook) -> bool:
    """Whether there is a deadline to pause, and none that rests already, or, with `rests`, one to resume."""
    concerned = [one for one in case.deadlines if order is None or one.order == order.n]
    resting = any(one.paused_at is not None for one in concerned)
    return resting if rests else not resting and any(rulebook.policy.deadlines[one.name].pauses for one in concerned)


def extendable(case: Case, order: int, rulebook: Rulebook) -> list[str]:
    """The running deadlines, of an order or (0) of the case itself, that may be given more time."""
    rules = rulebook.policy.deadlines
    running = [one for one in case.deadlines if one.order == order]
    return [one.name for one in running if len(one.extensions) < rules[one.name].extendable]


class Leeway(msgspec.Struct, frozen=True):
    """What a command can still say: the actions open for it, with the values that are known before it is said."""

    actions: tuple[Action, ...]
    lookup: Lookup
    unsaid: Callable[[str], bool]

    def allows(self, field: str, value: Any) -> bool:
        """Whether some action can still allow the command if it says this; None: says nothing of the field."""
        names = (field, f"event.{field}")

        def known(name: str) -> Any:
            return value if name in names and self.unsaid(name) else self.lookup(name)

        def unknown(name: str) -> bool:
            return name not in names and self.unsaid(name)

        return any(may_hold(action.when, known, unknown) for action in self.actions)

    def needs(self, field: str) -> bool:
        """Whether every action asks for the field, so that a command without it is refused in any case."""
        asked = [any(one.field == field and not one.when for one in action.requires) for action in self.actions]
        return all(asked) or not self.allows(field, None)


def leeway(case: Case, offer: Offer, actor: Actor, rulebook: Rulebook, places: Places) -> Leeway:
    """What an offered command can say."""
    judged = _Judged(case, offer.command, actor, case.order(offer.order), rulebook, places, None)
    return Leeway(tuple(judged.open()), judged.values, judged.said_later)


def registering(actor: Actor, rulebook: Rulebook) -> Leeway:
    """What somebody can say who registers a case: of which kind, by which channel."""
    roles = {post.role for post in actor.posts}
    mine = [one for one in rulebook.policy.actions if "register" in one.do and roles & set(one.by)]
    asked = [
        replace(one, when={"all": [one.when, {"event.kind": list(one.kinds)}]}) if one.kinds else one for one in mine
    ]
    return Leeway(tuple(asked), said_only({}, actor), lambda name: not name.startswith("actor."))


def permit(
    case: Case,
    name: str,
    actor: Actor,
    order: Order | None,
    data: Mapping[str, Any],
    personal: Mapping[str, Any],
    rulebook: Rulebook,
    places: Places,
) -> tuple[Action, Post | None]:
    """The action under which a command is done, and the post of the actor's that allows it.

    Raises
    ------
    RefusedError
        nobody may do this here (`not_in_process`), not this person (`not_yours`), not now (`wrong_state`), not under
        these facts (`condition`), or something it requires is absent (`required`, `paper_absent`, `first`).
    """
    judged = _Judged(case, name, actor, order, rulebook, places, {**data, **personal})
    candidates = judged.candidates()
    if not candidates:
        raise RefusedError(Problem("", "not_in_process", {"command": name, "kind": case.kind}))
    best = "not_yours"
    missing: list[Problem] = []
    for action in candidates:
        verdict = judged.verdict(action)
        if verdict == "ok":
            missing = [p for requirement in action.requires if (p := judged.absent(requirement)) is not None]
            if not missing:
                return action, judged.post(action)
            best = "missing"
        elif _RANK[verdict] > _RANK[best]:
            best = verdict
    if best == "missing":
        raise RefusedError(*missing)
    state = order.state if order is not None and best == "wrong_order_state" else case.state
    raise RefusedError(Problem("", best, {"command": name, "state": state}))


def permit_registering(command: Command, rulebook: Rulebook, places: Places) -> Command:
    """A registration with its unit settled: the one asked for, else the door's own, else the registrar's (AUTO-7).

    Conditions of the action are judged by what is registered (`event.…`) and by the registrar (`actor.…`).

    Raises
    ------
    RefusedError
        nobody of this role may register this kind of case at this unit, or not with these facts.
    """
    door = rulebook.policy.intake.unit
    if command.by.kind != "staff":
        return replace(command, data={**command.data, "unit": command.data.get("unit") or door})
    kind = command.data["kind"]
    actions = [one for one in rulebook.policy.actions if "register" in one.do and (not one.kinds or kind in one.kinds)]
    posts = [post for post in command.by.posts if any(post.role in action.by for action in actions)]
    asked = command.data.get("unit")
    for unit in [asked] if asked else [door, *(post.unit for post in posts)]:
        placed = [post for post in posts if post.unit in places.path(unit)]
        if placed:
            _hold_registering(command, actions, placed)
            return replace(command, data={**command.data, "unit": unit, "role": placed[0].role})
    raise RefusedError(Problem("unit" if posts else "", "not_yours", {"command": "register", "kind": kind}))


def _hold_registering(command: Command, actions: Sequence[Action], posts: Sequence[Post]) -> None:
    """Refuse a registration that none of the registrar's actions allows with these facts."""
    said = {**command.data, **command.personal}
    actor = Actor(command.by.person, command.by.kind, tuple(posts))
    mine = [action for action in actions if any(post.role in action.by for post in posts)]
    if not any(holds(action.when, said_only(said, actor)) for action in mine):
        raise RefusedError(Problem("", "condition", {"command": "register", "kind": command.data["kind"]}))


_RANK = {"not_yours": 0, "wrong_state": 1, "wrong_order_state": 2, "condition": 3, "missing": 4, "ok": 5}


class _Judged:
    """One command of one person on one case, held against actions."""

    def __init__(
        self,
        case: Case,
        name: str,
        actor: Actor,
        order: Order | None,
        rulebook: Rulebook,
        places: Places,
        data: Mapping[str, Any] | None,
    ) -> None:
        self.case, self.name, self.actor, self.order = case, name, actor, order
        self.rulebook, self.places = rulebook, places
        self.settled: dict[str, Any] = {}
        if name == "dispatch" and order is not None:
            # an order that is sent again stays what it is, whatever the command calls it
            self.settled["order_type"] = order.type
            data = {**(data or {}), **self.settled}
        self.data = data
        self.values = lookup(case, rulebook, event=data, order=order, actor=actor, places=places)

    def candidates(self) -> list[Action]:
        return [
            action
            for action in self.rulebook.policy.actions
            if self.name in action.do
            and (not action.kinds or self.case.kind in action.kinds)
            and (self.order is not None or not (action.order_types or action.order_states))
            and (not action.order_types or (self.order is not None and self.order.type in action.order_types))
        ]

    def open(self) -> list[Action]:
        """The actions under which the command can be done, by what is known before it says anything."""
        return [
            action
            for action in self.candidates()
            if self.verdict(action) in ("ok", "condition") and may_hold(action.when, self.values, self.said_later)
        ]

    def said_later(self, name: str) -> bool:
        """Whether a fact is known only once the command is said."""
        return name.startswith("event.") and name.removeprefix("event.") not in self.settled

    def verdict(self, action: Action) -> str:
        if self.actor.kind == "customer":
            if CUSTOMER not in action.by:
                return "not_yours"
        elif self.actor.kind == "staff" and self.post(action) is None:
            return "not_yours"
        if not self._state_fits(action):
            return "wrong_state"
        if self.order is not None and not self._order_fits(action, self.order):
            return "wrong_order_state"
        return "ok" if holds(action.when, self.values) else "condition"

    def _state_fits(self, action: Action) -> bool:
        if self.case.phase in ("final", "retired"):
            return self.case.state in action.states
        if not action.states:
            return self.case.phase == "open"
        return ANY_STATE in action.states or self.case.state in action.states

    def _order_fits(self, action: Action, order: Order) -> bool:
        return order.state in action.order_states if action.order_states else order.is_open

    def post(self, action: Action) -> Post | None:
        """The post of the actor's that the action asks for, where it asks for it."""
        return next((post for post in self.actor.posts if post.role in action.by and self._placed(action, post)), None)

    def _placed(self, action: Action, post: Post) -> bool:
        order = self.order
        if action.at == "any":
            return True
        if action.at in ("involved", "uninvolved"):
            return self._placed_by_work(action, post)
        if action.at == "sender" and order is not None:
            return post.unit in self.places.path(order.sender)
        meant = self.case.unit if order is None or action.at == "lead" else order.unit
        path = self.places.path(meant)
        return post.unit in (path[:-1] if action.at == "above" else path)

    def _placed_by_work(self, action: Action, post: Post) -> bool:
        """Whether the post's unit has this case in its hands, or (INS-15) had no part in it."""
        if action.at == "uninvolved":
            return post.unit not in {self.case.unit, *(one.unit for one in self.case.orders)}
        working = [one.unit for one in self.case.orders if one.state not in ("cancelled", "returned")]
        return any(post.unit in self.places.path(unit) for unit in (self.case.unit, *working))

    def absent(self, requirement: Requirement) -> Problem | None:
        """What a requirement misses, or None."""
        if not holds(requirement.when, self.values):
            return None
        if requirement.field:
            return self._field_absent(requirement)
        if requirement.paper and requirement.paper not in self.case.papers:
            return Problem("", "paper_absent", {"paper": requirement.paper})
        if requirement.event and not self._happened(requirement):
            return Problem("", "first", {"event": requirement.event})
        return None

    def _happened(self, requirement: Requirement) -> int:
        """How often the event has happened where it counts: on the order, on the case itself, or anywhere."""
        anywhere = self.case.counts.get(requirement.event, 0)
        if requirement.where == "anywhere":
            return anywhere
        if self.order is not None:
            return self.order.counts.get(requirement.event, 0)
        return anywhere - sum(order.counts.get(requirement.event, 0) for order in self.case.orders)

    def _field_absent(self, requirement: Requirement) -> Problem | None:
        value: Any = self.data
        for part in requirement.field.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is None and requirement.field.startswith("fields."):
            value = self.case.fields.get(requirement.field.removeprefix("fields."))
        if value in (None, "", [], ()):
            return Problem(requirement.field, "required")
        if requirement.count > 1 and (not isinstance(value, list) or len(value) < requirement.count):
            return Problem(requirement.field, "too_few", {"count": requirement.count})
        return None
