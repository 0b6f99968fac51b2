"""Random lives of cases under every policy there is: whatever people, time and doubled messages do, the laws hold."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from complaints.case import state as stored
from complaints.case.advance import advance, next_at
from complaints.case.authority import Offer, allowed
from complaints.case.chain import GENESIS, Recorded, parse, record, verify
from complaints.case.decide import decide
from complaints.case.events import Event
from complaints.case.evolve import evolve, fold
from complaints.case.fields import split
from complaints.case.notices import notices_of
from complaints.case.state import Case
from complaints.case.values import CUSTOMER_ACTOR, Actor, Command, Post, RefusedError
from complaints.directory.load import load
from complaints.directory.tree import Places
from complaints.policy.compile import compile_policy
from complaints.policy.rulebook import Rulebook
from complaints.policy.vocabulary import COMMANDS

POLICIES = Path(__file__).parents[2] / "policies"
COMMONPLACE = {"attach", "join", "note", "hold", "release", "erase", "mark", "move-unit", "message", "chase", "merge"}
"""Commands that are always open and lead nowhere: drawn seldom, so that lives get somewhere."""

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
COVERED = datetime(2028, 6, 1, tzinfo=UTC)
"""After this a limit may need a year whose holidays nobody knows yet, and is refused; only time goes on."""


@cache
def organisation(name: str) -> tuple[Rulebook, Places, tuple[Actor, ...]]:
    rulebook = Rulebook(compile_policy(POLICIES / f"{name}.yaml").policy)
    files = {path.name: path.read_bytes() for path in (POLICIES / "sample" / name).glob("*.csv")}
    units = load(files, rulebook.zone).units.values()
    places = Places(units, START)
    staff = {
        (holder.role, unit.id): Actor(f"{holder.role}@{unit.id}", "staff", (Post(unit.id, holder.role, unit.path),))
        for unit in units
        for holder in unit.holders
    }
    return rulebook, places, tuple(staff.values())


def value_for(draw: Any, name: str, param_type: str, rulebook: Rulebook, places: Places, now: datetime) -> Any:
    policy = rulebook.policy
    catalogues: dict[str, Mapping[str, object]] = {
        "kind": policy.kinds,
        "channel": policy.channels,
        "category": policy.categories,
        "cause": policy.causes,
        "order_type": policy.order_types,
        "stage": policy.stages or {"s": None},
        "sanction": policy.sanctions,
        "paper": policy.papers,
        "deadline": policy.deadlines,
        "about": policy.notes,
        "mark": policy.marks,
        "finding": policy.findings,
    }
    if catalogues.get(name):
        return draw(st.sampled_from(sorted(catalogues[name])))
    if name == "result":
        return draw(st.sampled_from(["confirmed", "rejected", "pass", "again"]))
    if name == "outcome":
        return draw(st.sampled_from(["continue", "close_callback", "close_no_callback"]))
    if name == "reason" and param_type == "choice":
        return draw(st.sampled_from(sorted(policy.pause_reasons) or ["none"]))
    if name == "score":
        return draw(st.integers(1, 5))
    if name == "by":
        return {"hours": draw(st.integers(1, 48))}
    if name == "into":
        return "SOMEOTHER"
    if param_type == "unit":
        return draw(st.sampled_from(sorted(places.units)))
    if param_type == "instant":
        return (now + timedelta(hours=draw(st.integers(1, 60)))).isoformat()
    if param_type in ("number", "money"):
        return draw(st.integers(0, 3))
    if param_type == "boolean":
        return draw(st.booleans())
    if param_type == "list":
        return ["a", "b", "c", "d"]
    if param_type == "object":
        return {}
    return "经核实客户反映属实 the matter has been looked into"


class Life(RuleBasedStateMachine):
    """One case from registration to retirement."""

    name = "postal"

    def __init__(self) -> None:
        super().__init__()
        self.rulebook, self.places, self.staff = organisation(self.name)
        self.case: Case | None = None
        self.now = START
        self.head = GENESIS
        self.timeline: list[Recorded] = []
        self.fired: set[tuple[Any, ...]] = set()
        self.met: set[tuple[Any, ...]] = set()
        self.notices: set[str] = set()
        self.salts = 0

    @property
    def standing(self) -> Case:
        """The case; steps that need one have it as their precondition."""
        assert self.case is not None
        return self.case

    def salt(self) -> str:
        self.salts += 1
        return f"salt-{self.salts}"

    def commit(self, events: list[Event]) -> None:
        for event in events:
            self.check(event)
            seq = self.case.seq if self.case else 0
            [one] = record([event], "REF", seq, self.head, self.now, self.salt)
            self.timeline.append(one)
            self.head = one.hash
            self.case = evolve(self.case, event, self.now)
            for notice in notices_of(event, self.case.seq, self.case, self.rulebook, self.places):
                if notice.deadline:
                    assert notice.key not in self.notices, "nobody is told twice of the same step"
                    self.notices.add(notice.key)

    def check(self, event: Event) -> None:
        for effect in event.effects:
            key = (effect.deadline, effect.order, effect.started_at)
            if effect.do == "stop" and effect.met:
                self.met.add(key)
            elif effect.do == "start":
                # started again within the same second: another run of the same deadline
                self.met.discard(key)
                self.fired = {one for one in self.fired if one[1] != key}
        if event.type in ("missed", "reminded", "rung_reached"):
            running = self.standing.deadline(event.data["deadline"], event.order)
            assert running is not None, "only a running deadline fires"
            step = event.data.get("reminder", event.data.get("rung"))
            run = (running.name, running.order, running.started_at)
            assert (event.type, run, step) not in self.fired, "no deadline fires twice"
            assert run not in self.met, "none that was met fires"
            self.fired.add((event.type, run, step))

    @precondition(lambda self: self.case is None)
    @rule(data=st.data())
    def register(self, data: st.DataObject) -> None:
        policy = self.rulebook.policy
        kind = data.draw(st.sampled_from(sorted(policy.kinds)))
        fields = {
            key: next(iter(spec.choices), None)
            or value_for(data.draw, key, spec.type, self.rulebook, self.places, self.now)
            for key, spec in policy.fields.items()
            if kind in spec.required_for
        }
        fields = {key: "2026-11-01" if policy.fields[key].type == "date" else one for key, one in fields.items()}
        values = {
            "kind": kind,
            "channel": data.draw(st.sampled_from(sorted(policy.channels))),
            "text": data.draw(st.sampled_from(["没有人理我，一直没有答复", *self.rulebook.mention_words])),
            "fields": fields,
            "reference": "REF",
        }
        named = policy.kinds[kind].categories or tuple(sorted(policy.categories))
        if named:
            values["category"] = data.draw(st.sampled_from(sorted(named)))
        plain, personal = split("register", values, policy)
        command = Command(name="register", by=CUSTOMER_ACTOR, at=self.now, data=plain, personal=personal)
        self.commit(decide(None, command, self.rulebook, self.now, self.places))

    @precondition(lambda self: self.case is not None and self.now < COVERED)
    @rule(data=st.data())
    def somebody_acts(self, data: st.DataObject) -> None:
        open_to: dict[str, list[tuple[Actor, Offer]]] = {}
        for actor in (CUSTOMER_ACTOR, *self.staff):
            for offer in allowed(self.standing, actor, self.rulebook, self.places):
                open_to.setdefault(offer.command, []).append((actor, offer))
        telling = sorted(open_to.keys() - COMMONPLACE) * 4 + sorted(open_to.keys() & COMMONPLACE)
        if not telling:
            return
        actor, offer = data.draw(st.sampled_from(open_to[data.draw(st.sampled_from(telling))]))
        values = {}
        for param in COMMANDS[offer.command].params:
            if param.required or data.draw(st.booleans()):
                values[param.name] = value_for(data.draw, param.name, param.type, self.rulebook, self.places, self.now)
        plain, personal = split(offer.command, values, self.rulebook.policy)
        late = timedelta(seconds=data.draw(st.sampled_from([0, 0, 5, 3600])))
        at = max(self.standing.recorded_at, self.now - late)
        command = Command(name=offer.command, by=actor, at=at, order=offer.order, data=plain, personal=personal)
        try:
            events = decide(self.case, command, self.rulebook, self.now, self.places)
        except RefusedError as refusal:
            if not refusal.problems:
                raise
            return
        self.commit(events)

    @precondition(lambda self: self.case is not None)
    @rule(hours=st.sampled_from([0, 1, 3, 10, 30, 200]), seconds=st.integers(0, 59))
    def time_passes(self, hours: int, seconds: int) -> None:
        self.now += timedelta(hours=hours, seconds=seconds)

    @precondition(lambda self: self.case is not None)
    @rule()
    def worker_comes(self) -> None:
        for _ in range(50):
            events = advance(self.standing, self.rulebook, self.now, self.places)
            if not events:
                break
            self.commit(events)
        again = advance(self.standing, self.rulebook, self.now, self.places)
        assert again == [], "a doubled message finds nothing to do"

    @precondition(lambda self: self.case is not None and next_at(self.case, self.rulebook) is not None)
    @rule()
    def worker_comes_exactly_then(self) -> None:
        then = next_at(self.standing, self.rulebook)
        assert then is not None
        if then > self.now:
            early = advance(self.standing, self.rulebook, then - timedelta(seconds=1), self.places)
            assert early == [], "nothing happens a second before"
            self.now = then
        assert advance(self.standing, self.rulebook, self.now, self.places), "next_at is when advance would answer"

    @invariant()
    def a_closed_case_has_no_running_deadline_of_the_open_one(self) -> None:
        if self.case is None or self.case.phase == "open":
            return
        for running in self.case.deadlines:
            assert self.rulebook.policy.deadlines[running.name].after_close

    @invariant()
    def folding_the_events_gives_the_stored_state(self) -> None:
        if self.case is None:
            return
        assert fold((one.event, one.recorded_at) for one in self.timeline) == self.case
        assert stored.load(stored.dump(self.case)) == self.case

    @invariant()
    def the_chain_verifies(self) -> None:
        read = [parse(one.body, one.personal, one.hash) for one in self.timeline]
        assert verify(read, self.head) == []
        assert [one.event for one in read] == [one.event for one in self.timeline]

    @invariant()
    def next_at_is_exactly_when_advance_would_answer(self) -> None:
        if self.case is None:
            return
        then = next_at(self.case, self.rulebook)
        answers = advance(self.case, self.rulebook, self.now, self.places)
        assert bool(answers) == (then is not None and then <= self.now)


@pytest.mark.parametrize("name", sorted(path.stem for path in POLICIES.glob("*.yaml")))
def test_laws_of_a_case_hold_in_random_lives(name: str) -> None:
    machine = type(f"Life_{name}", (Life,), {"name": name})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
