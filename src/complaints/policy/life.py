"""What can happen under a policy, and what never can: events, orders, states, worked out by following its own rules.

Conditions are taken to hold: what is found impossible is impossible whatever the facts are.
"""

from collections.abc import Iterable, Iterator

import msgspec

from complaints.policy.findings import Finding, Path
from complaints.policy.model import Action, Automation, DeadlineRule, Kind, OrderType, Policy, Trigger
from complaints.policy.names import ANY_STATE
from complaints.policy.vocabulary import COMMANDS

_BY_ITSELF = frozenset(
    {"retimed", "retired", "moved", "notice_failed", "notice_dropped", "notice_delivered"}
    | {"notice_acknowledged", "noted", "attached"}
)
"""Events that come from the door, the sender or the keeper of the organisation, whatever the actions say."""

_ENDS = ("close", "withdraw", "merge")


class Life(msgspec.Struct):
    """What can happen to the cases of one kind: events, kinds of order, and where each state can lead."""

    kind: str
    after: set[tuple[str, str]] = set()
    """(event, state in which it leaves the case)."""
    orders: set[str] = set()
    states: set[str] = set()
    moves: set[tuple[str, str, str]] = set()
    """(from, to, the command that moves it, or `@` and the event after which the system does)."""

    @property
    def events(self) -> set[str]:
        """Every event that can happen."""
        return {event for event, _ in self.after}

    @property
    def size(self) -> int:
        """How much is known to be possible; it only grows."""
        return len(self.after) + len(self.orders) + len(self.states) + len(self.moves)


def lives(policy: Policy) -> dict[str, Life]:
    """What can happen, for each kind of case."""
    found = {}
    for name, kind in policy.kinds.items():
        life = found[name] = Life(name)
        life.states |= {kind.start, *(choice.value for choice in kind.start_when)} & set(kind.states)
        life.after |= {("registered", state) for state in life.states}
        size = -1
        while life.size != size:
            size = life.size
            _grow(policy, kind, life)
    return found


def _grow(policy: Policy, kind: Kind, life: Life) -> None:
    """Everything that follows in one step from what is possible so far."""
    for action in policy.actions:
        if _anybody(policy, action) and _concerns(action.kinds, life) and _order_possible(action, life):
            for command in action.do:
                _do(policy, kind, life, action, command)
    alive = [state for state in life.states if kind.states[state].phase != "final"]
    life.after |= {(event, state) for event in _BY_ITSELF for state in alive}
    if any(life.kind in rule.kinds for rule in policy.repeats):
        life.after |= {("repeated", state) for state in alive if kind.states[state].phase == "open"}
        for state in alive:
            if kind.states[state].phase == "closed":
                life.after |= {("reopened", after) for after in _led_to(policy, kind, life, "reopen", state)}
    for rule in policy.deadlines.values():
        if _concerns(rule.kinds, life) and can_happen(rule.starts, life):
            events = {"missed", *(("reminded",) if rule.reminders else ()), *(("rung_reached",) if rule.ladder else ())}
            running = [state for state in alive if kind.states[state].phase == "open" or rule.after_close]
            life.after |= {(event, state) for event in events for state in running}
    for automation in policy.automations:
        if _concerns(automation.kinds, life) and can_happen((automation.on,), life):
            _follow(policy, kind, life, automation)


def _do(policy: Policy, kind: Kind, life: Life, action: Action, command: str) -> None:
    shape = COMMANDS.get(command)
    if shape is None or shape.on == "new" or (shape.on == "order" and not life.orders):
        return
    for state in [state for state in life.states if _open_in(action, kind, state)]:
        target = action.to if action.to in kind.states else state
        life.after |= {(event, target) for event in _events_of(command)}
        if command == "dispatch" and not (action.order_types or action.order_states):
            life.orders |= {name for name, order in policy.order_types.items() if _may_create(order, action)}
        _move(life, state, target, command)


def _events_of(command: str) -> tuple[str, ...]:
    """The events that a command can become; a customer who escalates climbs the ladder at once (R13)."""
    more = {"confirm": ("rejected",), "escalate": ("rung_reached",)}.get(command, ())
    return (COMMANDS[command].event, *more)


def _led_to(policy: Policy, kind: Kind, life: Life, command: str, state: str) -> set[str]:
    """Where a command of the system's leads from a state: where an action that fits does, else nowhere."""
    fitting = [action for action in policy.actions if command in action.do and _concerns(action.kinds, life)]
    targets = {action.to for action in fitting if _open_in(action, kind, state) and action.to in kind.states}
    return targets or {state}


def _anybody(policy: Policy, action: Action) -> bool:
    """Whether somebody does this; an action by nobody says where it leads when the system does it."""
    return bool(action.by) or any(automation.do in action.do for automation in policy.automations)


def _concerns(kinds: Iterable[str], life: Life) -> bool:
    return not kinds or life.kind in kinds


def _open_in(action: Action, kind: Kind, state: str) -> bool:
    """Whether an action can be done in a state, as `case.authority` judges it."""
    phase = kind.states[state].phase
    if phase == "final":
        return state in action.states
    if not action.states:
        return phase == "open"
    return ANY_STATE in action.states or state in action.states


def _order_possible(action: Action, life: Life) -> bool:
    needs_order = bool(action.order_types or action.order_states)
    return not needs_order or bool(life.orders & set(action.order_types) if action.order_types else life.orders)


def _may_create(order: OrderType, action: Action) -> bool:
    return not order.by or bool(set(order.by) & set(action.by))


def _move(life: Life, source: str, target: str, why: str) -> None:
    life.states.add(target)
    if source != target:
        life.moves.add((source, target, why))


def _follow(policy: Policy, kind: Kind, life: Life, automation: Automation) -> None:
    """What the system does by itself, in each state in which its event can leave a case."""
    why = f"@{automation.on.event}"
    sources = [state for event, state in life.after if event == automation.on.event]
    for state in [state for state in sources if kind.states[state].phase != "final"]:
        if automation.do in COMMANDS:
            for target in _led_to(policy, kind, life, automation.do, state):
                life.after |= {(event, target) for event in _events_of(automation.do)}
                _move(life, state, target, why)
        elif automation.to or automation.order_to:
            target = automation.to if automation.to in kind.states else state
            life.after.add(("advanced", target))
            _move(life, state, target, why)
    if automation.do == "dispatch":
        life.orders |= {str(automation.data.get("order_type", ""))} & set(policy.order_types)


def can_happen(triggers: Iterable[Trigger], life: Life) -> bool:
    """Whether one of the triggers can ever be."""
    return any(
        trigger.event in life.events and (not trigger.order_types or bool(set(trigger.order_types) & life.orders))
        for trigger in triggers
    )


# -- what never can ---------------------------------------------------------------------------------------------


def life_findings(policy: Policy) -> Iterator[Finding]:
    """What the policy provides for and can never be."""
    found = lives(policy)
    yield from _kind_findings(policy, found)
    yield from _order_findings(policy, found)
    yield from _action_findings(policy, found)
    for name, rule in policy.deadlines.items():
        yield from _deadline_findings(name, rule, [life for life in found.values() if _concerns(rule.kinds, life)])
    for number, notice in enumerate(policy.notices):
        concerned = [life for life in found.values() if _concerns(notice.kinds, life)]
        if not any(can_happen((notice.on,), life) for life in concerned):
            path: Path = ("notices", number, "on")
            yield Finding(code="event_never_happens", path=path, params={"event": notice.on.event}, at_key=True)
    for number, automation in enumerate(policy.automations):
        concerned = [life for life in found.values() if _concerns(automation.kinds, life)]
        if not any(can_happen((automation.on,), life) for life in concerned):
            path = ("automations", number, "on")
            yield Finding(code="event_never_happens", path=path, params={"event": automation.on.event}, at_key=True)


def _kind_findings(policy: Policy, found: dict[str, Life]) -> Iterator[Finding]:
    for name, kind in policy.kinds.items():
        life = found[name]
        exits = {source for source, _, _ in life.moves}
        for state, spec in kind.states.items():
            path: Path = ("kinds", name, "states", state)
            if state not in life.states:
                yield Finding(code="unreachable_state", path=path, params={"state": state, "kind": name}, at_key=True)
            elif spec.phase == "open" and state not in exits:
                yield Finding(code="dead_end", path=path, params={"state": state, "kind": name}, at_key=True)
        ends = {state for state in life.states if kind.states[state].phase != "open"}
        if not ends:
            yield Finding(code="kind_never_ends", path=("kinds", name), params={"kind": name}, at_key=True)


def _order_findings(policy: Policy, found: dict[str, Life]) -> Iterator[Finding]:
    possible = {order for life in found.values() for order in life.orders}
    for name, order in policy.order_types.items():
        if name not in possible:
            path: Path = ("order_types", name)
            params = {"order_type": name, "roles": ", ".join(order.by)}
            yield Finding(code="order_never_created", path=path, params=params, at_key=True)


def _action_findings(policy: Policy, found: dict[str, Life]) -> Iterator[Finding]:
    for number, action in enumerate(policy.actions):
        path: Path = ("actions", number)
        if not action.do or not _anybody(policy, action):
            yield Finding(code="action_without_do_or_by", path=path)
            continue
        lives_here = [life for life in found.values() if _concerns(action.kinds, life)]
        possible = "register" in action.do or any(
            _order_possible(action, life)
            and any(_open_in(action, policy.kinds[life.kind], state) for state in life.states)
            for life in lives_here
        )
        if lives_here and not possible:
            yield Finding(code="action_never_possible", path=path, params={"do": ", ".join(action.do)})
        yield from _command_findings(policy, action, path, lives_here)


def _command_findings(policy: Policy, action: Action, path: Path, found: list[Life]) -> Iterator[Finding]:
    for command in action.do:
        shape = COMMANDS.get(command)
        if shape is None:
            continue
        if shape.on in ("case", "new") and (action.order_types or action.order_states):
            yield Finding(code="command_has_no_order", path=path, params={"command": command})
        phases = {policy.kinds[life.kind].states[action.to].phase for life in found if _leads(policy, action, life)}
        if command in _ENDS and ("open" in phases or not action.to):
            yield Finding(code="end_stays_open", path=(*path, "to"), params={"command": command})
        if command == "reopen" and (phases - {"open"} or not action.to):
            yield Finding(code="reopen_stays_closed", path=(*path, "to"), params={"command": command})


def _leads(policy: Policy, action: Action, life: Life) -> bool:
    return action.to in policy.kinds[life.kind].states


def _deadline_findings(name: str, rule: DeadlineRule, found: list[Life]) -> Iterator[Finding]:
    path: Path = ("deadlines", name)
    for ends, code in (("starts", "never_started"), ("stops", "never_stopped")):
        triggers: tuple[Trigger, ...] = getattr(rule, ends)
        events = ", ".join(dict.fromkeys(trigger.event for trigger in triggers))
        if not any(can_happen(triggers, life) for life in found):
            yield Finding(code=f"deadline_{code}", path=(*path, ends), params={"deadline": name, "events": events})
            continue
        for number, trigger in enumerate(triggers):
            if not any(can_happen((trigger,), life) for life in found):
                place = (*path, ends, number, "event")
                yield Finding(code="event_never_happens", path=place, level="warning", params={"event": trigger.event})
    if rule.scope == "order":
        bare = [trigger.event for trigger in rule.starts if trigger.event == "registered"]
        if bare and len(bare) == len(rule.starts):
            params = {"deadline": name, "events": "registered"}
            yield Finding(code="deadline_never_started", path=(*path, "starts"), params=params)
    if rule.pauses and not any("paused" in life.events for life in found):
        yield Finding(code="nobody_pauses", path=(*path, "pauses"), level="warning")
    if rule.extendable and not any("extended" in life.events for life in found):
        yield Finding(code="nobody_extends", path=(*path, "extendable"), level="warning")
