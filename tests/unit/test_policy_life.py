"""What can happen under a policy, worked out from its rules, never leaves out what does happen."""

import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.support.policies import LIBRARY, library, library_units

from complaints.desk.rehearsal import Played, Rehearsal
from complaints.directory.load import load
from complaints.policy.compile import compile_policy
from complaints.policy.life import lives
from complaints.policy.model import Policy
from complaints.policy.rulebook import Rulebook
from complaints.policy.scope import data_of

ROOT = Path(__file__).parents[2]
POLICIES = sorted((ROOT / "policies").glob("*.yaml"))


def what_happened(played: Played) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """(kind, event) of all events, (from, to) of all moves within a kind."""
    kind, state = "", ""
    events, moves = set(), set()
    for event, _ in played.events:
        if event.data.get("kind"):
            kind, state = str(event.data["kind"]), ""
        events.add((kind, event.type))
        now = str(event.data.get("state") or state)
        if state and now != state:
            moves.add((state, now))
        state = now
    return events, moves


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_all_that_the_examples_bring_about_was_held_possible(path: Path) -> None:
    policy = compile_policy(path).policy
    files = {file.name: file.read_bytes() for file in (ROOT / "policies" / "sample" / path.stem).glob("*.csv")}
    rehearsal = Rehearsal(Rulebook(policy), load(files, ZoneInfo(policy.zone)).units)
    found = lives(policy)
    possible_moves = {(source, target) for life in found.values() for source, target, _ in life.moves}
    possible_events = {(kind, event) for kind, life in found.items() for event in life.events}
    for example in policy.examples:
        played = rehearsal.play(example)
        events, moves = what_happened(played)
        assert moves <= possible_moves
        assert events <= possible_events
        for event, _ in played.events:
            assert set(event.data) <= set(data_of(event.type)), f"conditions cannot name what {event.type} says"


def life_of(*changes: tuple[str, str]) -> set[tuple[str, str, str]]:
    return lives(compile_policy(library(*changes)).policy)["complaint"].moves


def test_the_library_moves_as_its_actions_say() -> None:
    assert life_of() == {("new", "answered", "answer"), ("answered", "done", "close")}


def test_what_the_system_does_starts_where_its_event_leaves_a_case() -> None:
    """A rating is only given in a closed case, so what follows it moves no open one."""
    back = ("notices:\n", "automations:\n  - {on: {event: rated}, to: new}\nnotices:\n")
    assert life_of(back) - life_of() == {("done", "new", "@rated")}


def test_a_command_of_the_system_leads_where_an_action_does() -> None:
    by_itself = ("notices:\n", "automations:\n  - {on: {event: missed}, do: close}\nnotices:\n")
    assert ("answered", "done", "@missed") in life_of(by_itself)
    assert not any(source == "new" and target == "done" for source, target, _ in life_of(by_itself))


def test_a_final_state_is_left_by_nothing_that_does_not_name_it() -> None:
    final = ("phase: closed}", "phase: final}")
    everywhere = ("{do: [rate], by: [customer], states: [done]}", '{do: [reopen], by: [chief], states: ["*"], to: new}')
    assert not any(source == "done" for source, _, _ in life_of(final, everywhere))
    named = ("{do: [rate], by: [customer], states: [done]}", "{do: [reopen], by: [chief], states: [done], to: new}")
    assert ("done", "new", "reopen") in life_of(final, named)


def test_the_example_of_the_library_was_held_possible() -> None:
    policy: Policy = compile_policy(LIBRARY).policy
    played = Rehearsal(Rulebook(policy), library_units()).play(policy.examples[0])
    events, moves = what_happened(played)
    assert moves == {("new", "answered")}
    assert {event for _, event in events} <= lives(policy)["complaint"].events


def test_run_time_reads_policies_without_the_libraries_of_the_check() -> None:
    """pydantic and PyYAML cost a cold start more than all decisions of a day."""
    script = (
        "import sys, complaints.case.advance, complaints.case.notices, complaints.policy.rulebook\n"
        "print(sorted({'pydantic', 'yaml'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
