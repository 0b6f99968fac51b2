"""Never lost, never doubled: a sample of what `benchmarks/faults.py` does with every call in every way."""

from collections.abc import Iterator

import pytest
from tests.support.faults import EXPECTED, MODES, Fault, Outcome, Rig, in_window, rig


@pytest.fixture(scope="module")
def made() -> Iterator[Rig]:
    patch = pytest.MonkeyPatch()
    with rig(patch) as one:
        yield one
    patch.undo()


def test_the_story_without_faults_is_as_expected(made: Rig) -> None:
    outcome = made.run()
    assert outcome.carried == EXPECTED
    assert outcome.wrong == []


def test_one_fault_of_every_kind_of_call_loses_and_doubles_nothing(made: Rig) -> None:
    # given the last call of each kind, each failing in another way
    calls = made.run().calls
    kinds = {name: at for at, name in enumerate(calls)}
    for number, (name, at) in enumerate(kinds.items()):
        fault = Fault(at, MODES[number % len(MODES)])
        # when the system runs on after it
        outcome = made.run(fault)
        # then everything happened, and once
        assert [hit for hit, _ in outcome.hit] == [name]
        assert outcome.wrong == [], fault
        assert outcome.lost == 0, fault
        assert outcome.doubled == 0 or in_window(outcome.calls, fault), fault


@pytest.mark.parametrize("mode", MODES)
def test_a_fault_at_the_mark_of_a_text_is_the_window(made: Rig, mode: str) -> None:
    # given the transaction that marks the first text as sent
    calls = made.run().calls
    at = calls.index("DynamoDB.TransactWriteItems", calls.index("SNS.Publish"))
    outcome = made.run(Fault(at, mode))
    assert (outcome.lost, outcome.wrong) == (0, [])
    # then only a process that dies before the mark makes the text go out again
    assert (outcome.doubled > 0) == (mode == "kill_before")


def test_the_comparison_sees_what_is_lost_and_what_is_doubled() -> None:
    assert Outcome().lost == EXPECTED.total()
    assert Outcome(carried=EXPECTED + EXPECTED).doubled == EXPECTED.total()
