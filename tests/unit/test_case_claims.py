"""What is said to have been earlier lifts no recorded miss: it is claimed, and lifted by whom the policy names."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.small import POLICY, UNITS

from complaints.case.advance import advance
from complaints.case.authority import allowed
from complaints.case.decide import decide
from complaints.case.events import Event
from complaints.case.evolve import evolve
from complaints.case.state import Case, Claim, dump, load
from complaints.case.values import CUSTOMER_ACTOR, SYSTEM_ACTOR, Actor, Command, Post, RefusedError
from complaints.directory.tree import Places
from complaints.policy.compile import compile_policy
from complaints.policy.rulebook import Rulebook
from complaints.structs import replace

START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DUE = START + timedelta(hours=2)
LATER = DUE + timedelta(hours=3)
BEFORE = DUE - timedelta(minutes=5)
ANN = Actor("ann", "staff", (Post("north", "handler", ("hq", "north")),))
MEG = Actor("meg", "staff", (Post("north", "manager", ("hq", "north")),))
BOSS = Actor("boss", "staff", (Post("hq", "manager", ("hq",)),))
APPROVED = POLICY.replace("deadlines:\n", "  - {do: [lift-miss], by: [manager], states: ['*']}\ndeadlines:\n", 1)
PAUSED = APPROVED.replace("    ladder: late\n", "    pauses: true\n    ladder: late\n", 1).replace(
    "deadlines:\n",
    "  - {do: [pause, resume], by: [handler], states: [open]}\npause_reasons: {wait: {name: {en: wait}}}\ndeadlines:\n",
    1,
)


class Told:
    """One case: what is done to it, and what comes of it."""

    def __init__(self, policy: str = APPROVED) -> None:
        self.rules = Rulebook(compile_policy(policy).policy)
        self.events: list[Event] = []
        self.case: Case | None = None
        data = {"kind": "matter", "channel": "web", "reference": "R", "unit": "north"}
        self.does("register", CUSTOMER_ACTOR, START, data=data, personal={"text": "nobody answers me"})

    def does(self, name: str, by: Actor, now: datetime, at: datetime | None = None, **more: Any) -> Sequence[Event]:
        if name == "answer":
            more.setdefault("personal", {"text": "It was sent again and arrived."})
        command = Command(name=name, by=by, at=at or now, **more)
        return self.take(decide(self.case, command, self.rules, now, Places(UNITS, now)), now)

    def passes(self, now: datetime) -> None:
        assert self.case is not None
        while events := advance(self.case, self.rules, now, Places(UNITS, now)):
            self.take(events, now)

    def take(self, events: Sequence[Event], now: datetime) -> Sequence[Event]:
        for event in events:
            self.case = evolve(self.case, event, now)
            self.events.append(event)
        return events

    @property
    def claims(self) -> tuple[Claim, ...]:
        assert self.case is not None
        return self.case.claims

    def refused(self, name: str, by: Actor, now: datetime, **more: Any) -> list[str]:
        with pytest.raises(RefusedError) as refusal:
            self.does(name, by, now, **more)
        return [problem.code for problem in refusal.value.problems]


def missed(policy: str = APPROVED) -> Told:
    told = Told(policy)
    told.passes(DUE + timedelta(minutes=1))
    return told


def test_an_answer_said_to_have_been_earlier_leaves_the_miss_and_is_noted_as_claimed() -> None:
    told = missed()
    [answered] = told.does("answer", ANN, LATER, at=BEFORE)
    [stop] = answered.effects
    assert (stop.met, stop.claimed) == (False, True)
    # what it took is counted until it was recorded: the record knows no better
    assert stop.seconds == int((LATER - START).total_seconds())
    [claim] = told.claims
    assert (claim.deadline, claim.due_at, claim.at, claim.by) == ("answer", DUE, BEFORE, "ann")
    assert told.case is not None
    assert load(dump(told.case)) == told.case


def test_nor_does_it_help_that_nobody_had_declared_the_miss_yet() -> None:
    told = Told()
    [answered] = told.does("answer", ANN, LATER, at=BEFORE)
    assert (answered.effects[0].met, answered.effects[0].claimed) == (False, True)


def test_an_earlier_instant_recorded_in_time_is_taken_as_said() -> None:
    told = Told()
    [answered] = told.does("answer", ANN, BEFORE, at=BEFORE - timedelta(hours=1))
    [stop] = answered.effects
    assert (stop.met, stop.claimed, stop.seconds) == (True, False, 55 * 60)
    assert told.claims == ()


def test_a_late_answer_that_says_so_claims_nothing() -> None:
    told = missed()
    [answered] = told.does("answer", ANN, LATER, at=DUE + timedelta(seconds=1))
    assert (answered.effects[0].met, answered.effects[0].claimed) == (False, False)
    assert told.claims == ()


@pytest.mark.parametrize("now", [LATER, DUE + timedelta(seconds=1)])
def test_what_the_system_itself_knows_to_have_been_in_time_acquits(now: datetime) -> None:
    """A request that came in before the due instant and was committed after it; an instant that no person says."""
    told = missed()
    [answered] = told.does("answer", SYSTEM_ACTOR, now, at=BEFORE)
    assert (answered.effects[0].met, answered.effects[0].claimed) == (True, False)
    in_flight = missed()
    [answered] = in_flight.does("answer", ANN, BEFORE)
    assert (answered.effects[0].met, answered.effects[0].claimed) == (True, False)


def test_the_miss_is_lifted_by_the_role_that_the_policy_names_and_once() -> None:
    told = missed()
    told.does("answer", ANN, LATER, at=BEFORE)
    said: dict[str, Any] = {"data": {"deadline": "answer"}, "personal": {"reason": "the call is in the log at 11:55"}}
    [lifted] = told.does("lift-miss", MEG, LATER, **said)
    assert lifted.type == "miss_lifted"
    assert {name: lifted.data[name] for name in ("due_at", "claimed_at", "claimed_by")} == {
        "due_at": DUE.isoformat(),
        "claimed_at": BEFORE.isoformat(),
        "claimed_by": "ann",
    }
    assert told.claims == ()
    assert told.refused("lift-miss", MEG, LATER, **said) == ["not_claimed"]


def test_nobody_lifts_what_they_claimed_themselves() -> None:
    told = missed()
    told.does("answer", MEG, LATER, at=BEFORE)
    said: dict[str, Any] = {"data": {"deadline": "answer"}, "personal": {"reason": "the call is in the log at 11:55"}}
    assert told.refused("lift-miss", MEG, LATER, **said) == ["own_claim"]
    told.does("lift-miss", BOSS, LATER, **said)


def test_it_needs_a_reason_and_a_claim() -> None:
    told = missed()
    assert told.refused("lift-miss", MEG, LATER, data={"deadline": "answer"}) == ["required"]
    reason = {"reason": "the call is in the log at 11:55"}
    assert told.refused("lift-miss", MEG, LATER, data={"deadline": "answer"}, personal=reason) == ["not_claimed"]


def test_without_a_role_in_the_policy_it_is_never_lifted() -> None:
    told = missed(POLICY)
    told.does("answer", ANN, LATER, at=BEFORE)
    said: dict[str, Any] = {"data": {"deadline": "answer"}, "personal": {"reason": "the call is in the log at 11:55"}}
    assert told.refused("lift-miss", BOSS, LATER, **said) == ["not_in_process"]
    assert len(told.claims) == 1


def test_the_button_is_there_only_where_something_is_claimed() -> None:
    told = missed()
    places = Places(UNITS, LATER)
    assert told.case is not None
    assert "lift-miss" not in {offer.command for offer in allowed(told.case, MEG, told.rules, places)}
    told.does("answer", ANN, LATER, at=BEFORE)
    assert "lift-miss" in {offer.command for offer in allowed(told.case, MEG, told.rules, places)}
    assert "lift-miss" not in {offer.command for offer in allowed(told.case, ANN, told.rules, places)}


def test_a_pause_said_to_have_begun_before_the_miss_does_not_move_the_deadline() -> None:
    told = missed(PAUSED)
    told.does("pause", ANN, LATER, at=BEFORE, data={"reason": "wait"})
    told.does("resume", ANN, LATER + timedelta(hours=1))
    assert told.case is not None
    [running] = told.case.deadlines
    assert running.due_at == DUE
    [answered] = told.does("answer", ANN, LATER + timedelta(hours=1))
    assert answered.effects[0].met is False


def test_nor_while_the_miss_has_not_been_declared_yet() -> None:
    told = Told(PAUSED)
    told.does("pause", ANN, LATER, at=BEFORE, data={"reason": "wait"})
    [answered] = told.does("answer", ANN, LATER + timedelta(minutes=1))
    assert answered.effects[0].met is False


def test_older_cases_without_claims_are_read() -> None:
    told = missed()
    assert told.case is not None
    assert replace(load(dump(told.case)), claims=()) == told.case
