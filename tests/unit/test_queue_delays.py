"""How long a message is held back: the worker has it within the second before its instant, the sender never before."""

from hypothesis import given
from hypothesis import strategies as st

from complaints.adapters.queues import MOST_DELAY_SECONDS, Message, _delay

SENT = 1_800_000_000
LEFT = st.integers(min_value=0, max_value=MOST_DELAY_SECONDS * 1024).map(lambda n: n / 1024)


@given(left=LEFT)
def test_the_worker_has_it_within_the_second_before_the_instant(left: float) -> None:
    due = SENT + MOST_DELAY_SECONDS
    sent = due - left

    visible = sent + _delay(Message("work", {}, due), sent)

    assert due - 1 < visible <= due


@given(left=LEFT)
def test_the_sender_has_it_within_the_second_after(left: float) -> None:
    due = SENT + MOST_DELAY_SECONDS
    sent = due - left

    visible = sent + _delay(Message("urgent", {}, due), sent)

    assert due <= visible < due + 1


def test_what_is_overdue_or_due_at_no_instant_is_not_held_back() -> None:
    for message in (Message("work", {}, SENT - 5), Message("notice", {}, SENT - 5), Message("work", {})):
        assert _delay(message, SENT + 0.5) == 0


def test_what_is_further_ahead_than_a_queue_can_hold_comes_earlier() -> None:
    assert _delay(Message("work", {}, SENT + 10_000), SENT) == MOST_DELAY_SECONDS
