"""What a policy may name is what the engine reads: the lists of `policy.scope` against the code that uses them."""

from datetime import UTC, datetime

import pytest
from tests.support.policies import LIBRARY, library_units

from complaints.case.events import Event
from complaints.case.lookup import lookup
from complaints.case.place import place
from complaints.case.state import Case, Claim, Order
from complaints.case.values import Actor, Post
from complaints.desk.rehearsal import Rehearsal
from complaints.directory.tree import Places
from complaints.policy import scope
from complaints.policy.compile import compile_policy
from complaints.policy.model import UnitRef
from complaints.policy.rulebook import Rulebook
from complaints.policy.vocabulary import CATALOGUES, COMMANDS, EVENTS

NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
RULEBOOK = Rulebook(compile_policy(LIBRARY).policy)
ORDER = Order(
    n=1, type="search", unit="east", sender="main", parent=2, tries=3, tags=("rural",), sent_at=NOW, answered_at=NOW
)
FULL = Case(
    reference="R",
    policy="p",
    kind="complaint",
    state="new",
    phase="open",
    unit="east",
    channel="web",
    category="late",
    cause="c",
    language="en",
    opened_at=NOW,
    closed_at=NOW,
    solved_at=NOW,
    recorded_at=NOW,
    registered_by="p1",
    fields={"days": 3, "rare": True, "shelf": "old"},
    derived={"severity": "grave"},
    mentioned=("x",),
    tags=("t",),
    orders=(ORDER,),
    papers=("x",),
    handlers=("p1",),
    outcome="o",
    score=3,
    ruling=dict.fromkeys(scope.RULING_NAMES, "x"),
    merged_into="S",
    incident="I",
    marks={"m": ""},
    claims=(Claim(deadline="answer", due_at=NOW, at=NOW, by="p1"),),
    held=True,
    paused=True,
    erased=True,
    counts={"answered": 1},
)
ACTOR = Actor("p1", posts=(Post("east", "clerk", ("main", "east")),))


def places() -> Places:
    return Places(library_units().values(), NOW)


def known() -> list[str]:
    said = scope.data_of("answered")
    names = scope.Scope(RULEBOOK.policy, said, actor=True).names()
    return [name for name in names if not name.startswith(("event.", "count.")) and name != "case.running"]


@pytest.mark.parametrize("name", known())
def test_every_name_that_a_condition_may_use_has_a_value(name: str) -> None:
    """A full case gives each of them something: none is a name that only the check knows."""
    values = lookup(FULL, RULEBOOK, event={}, order=ORDER, actor=ACTOR, places=places())
    assert values(name) not in (None, "", ()), name


def test_case_and_order_names_leave_nothing_out_that_a_condition_could_use() -> None:
    """Parts of a case that are lists of values of their own are reached by other names, the rest is there."""
    reached_otherwise = {
        "reference",
        "policy",
        "seq",
        "version",
        "recorded_at",
        "fields",
        "derived",
        "mentioned",
        "orders",
    }
    reached_otherwise |= {"claims", "deadlines", "escalated_by", "started", "contacts", "counts", *scope.OF_CASE}
    assert set(Case.__struct_fields__) - reached_otherwise - set(scope.CASE_NAMES) == set()
    assert set(Order.__struct_fields__) - {"counts"} - set(scope.ORDER_NAMES) == set()


@pytest.mark.parametrize("of", scope.UNIT_PLACES)
def test_every_place_of_a_unit_is_found(of: str) -> None:
    assert place(UnitRef(of=of), FULL, Event(type="answered", at=NOW, order=1), places()) is not None


def test_an_order_is_only_ever_in_a_known_state() -> None:
    doc = Order.__doc__ or ""
    assert all(state in doc for state in scope.ORDER_STATES)


def test_commands_take_their_values_from_the_same_catalogues() -> None:
    params = {param.name for shape in COMMANDS.values() for param in shape.params}
    mine = {name: listed for name, listed in scope.CHOSEN_FROM.items() if name in CATALOGUES}
    assert mine == {name: listed for name, listed in CATALOGUES.items() if name in params}


def test_what_events_say_is_known() -> None:
    """Every event that the library's example makes says nothing that a condition could not name."""
    example = RULEBOOK.policy.examples[0]
    played = Rehearsal(RULEBOOK, library_units()).play(example)
    assert {event.type for event, _ in played.events} >= {"registered", "dispatched", "answered", "reminded", "missed"}
    for event, _ in played.events:
        assert event.type in EVENTS
        assert set(event.data) <= set(scope.data_of(event.type)), event.type
