"""A carrier is given no more texts a second than it takes, however late the queue brings who waited for a place."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.clockwork import START, Clockwork, clockwork
from tests.support.shelf import Shelf, shelf

from complaints.adapters.carrier_rate import LONGEST_PUT_OFF, Turn, ask
from complaints.adapters.store import Store

RATE = 4


@pytest.fixture(scope="module")
def world() -> Iterator[Clockwork]:
    """A deployment; its table lies on a shelf of each test's own."""
    with pytest.MonkeyPatch.context() as patch, clockwork(patch) as desk:
        yield desk


def asked(store: Store, second: int, place: float = 0, *, urgent: bool = True) -> Turn:
    """What somebody is told who asks so many seconds after the start, with a place at so many seconds after it."""
    begun = START.timestamp()
    told = ask(store, "sns", RATE, START + timedelta(seconds=second), urgent=urgent, place=place and begun + place)
    return Turn(again_in=told.again_in, place=round(told.place - begun, 3) if told.place else 0)


def test_a_second_has_so_many_turns_and_who_is_left_over_a_place_in_the_next(world: Clockwork) -> None:
    store = world.desk.store
    with shelf(Shelf()):
        told = [asked(store, 0) for _ in range(6)]
        assert told == [Turn()] * 4 + [Turn(again_in=1, place=1.0), Turn(again_in=1, place=1.25)]
        assert [asked(store, 1, turn.place) for turn in told[4:]] == [Turn()] * 2
        # a minute later nobody waits
        assert asked(store, 61) == Turn()


def test_who_came_late_together_stays_away_for_a_while_and_keeps_the_place(world: Clockwork) -> None:
    store = world.desk.store
    with shelf(Shelf()):
        # given twelve who hold places in seconds 0 to 2, and a queue that brings them after half a minute, together
        places = [turn.place for turn in [asked(store, 0) for _ in range(12)] if turn.place]
        assert places == [1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75]
        told = [asked(store, 32, place) for place in places]
        # then as many as the second takes get their turn, and the others come back with the places they had
        assert told[:4] == [Turn()] * 4
        assert [turn.place for turn in told[4:]] == places[4:]
        assert all(0 < turn.again_in <= 30 for turn in told[4:])
        # however late, a minute is the longest; and they do not come back in one clump
        late = [asked(store, 4000, 2.0) for _ in range(100)]
        assert late[:4] == [Turn()] * 4
        assert len({turn.again_in for turn in late[4:]}) > 20
        assert max(turn.again_in for turn in late) <= LONGEST_PUT_OFF


def test_no_ordinary_text_gets_a_turn_while_the_ladder_waits(world: Clockwork) -> None:
    store = world.desk.store
    with shelf(Shelf()):
        # given an ordinary text with a place in second 1, and a ladder's texts that wait for seconds 1 and 2
        ordinary = [asked(store, 0, urgent=False) for _ in range(5)][-1]
        waiting = [asked(store, 0) for _ in range(12)][-8:]
        assert ordinary.place == 1.0
        assert [turn.place for turn in waiting] == [1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75]
        # then it gets none in its own second, though nobody else has asked yet, and one in the line's last
        assert asked(store, 1, ordinary.place, urgent=False) == Turn(again_in=1, place=1.0)
        assert asked(store, 2, ordinary.place, urgent=False) == Turn()


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.integers(0, 240)), min_size=1, max_size=60))
def test_everybody_gets_one_turn_and_no_second_is_overfilled(
    world: Clockwork, comers: list[tuple[int, bool, int]]
) -> None:
    """Each comer: when it first asks, whether it is urgent, and by how much the queue delays every return of its."""
    turns: Counter[int] = Counter()
    waiting = [(first, n, 0.0) for n, (first, _, _) in enumerate(comers)]
    with shelf(Shelf()):
        while waiting:
            waiting.sort()
            second, n, place = waiting.pop(0)
            _, urgent, lag = comers[n]
            told = asked(world.desk.store, second, place, urgent=urgent)
            if told.now:
                turns[second] += 1
            else:
                assert told.again_in > 0
                waiting.append((second + told.again_in + lag, n, told.place))
            assert second < 30 + len(comers) * (LONGEST_PUT_OFF + 240)
    assert max(turns.values()) <= RATE
    assert turns.total() == len(comers)


@pytest.mark.parametrize("rate", [1, 2, 4, 20])
def test_an_urgent_text_gets_a_turn_however_many_late_ordinary_ones_ask_before_it(world: Clockwork, rate: int) -> None:
    # given so many late ordinary texts that they fill every second before anybody else asks
    store, urgent, told, waits = world.desk.store, Turn(), [], 0
    begun = START.timestamp()
    with shelf(Shelf()):
        for second in range(60):
            at = START + timedelta(seconds=second)
            for _ in range(rate + 1):
                told.append(ask(store, "sns", rate, at, urgent=False, place=begun - 100).now)
            if second < waits:
                continue
            urgent = ask(store, "sns", rate, at, urgent=True, place=urgent.place)
            # a text that comes back a second later than it should is told all the same
            waits = second + urgent.again_in + 1
            if urgent.now:
                break
    # then the missed deadline is told within seconds
    assert second <= 4
    assert sum(told) >= rate
