"""Whose words must say something: the staff's. What a customer says is taken as it comes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.support.play import policy, rulebook

from complaints.case.fields import problems_of
from complaints.case.values import CUSTOMER_ACTOR, SYSTEM_ACTOR, Actor, Command


def codes(by: Actor, name: str, **personal: Any) -> list[str]:
    said = Command(name=name, by=by, at=datetime(2026, 11, 20, tzinfo=UTC), personal=personal)
    return [one.code for one in problems_of(said, rulebook("hotline"), "complaint")]


@pytest.mark.proves("AUTO-5", "POST-10", "HOT-4")
@pytest.mark.parametrize("words", ["不满意", "好", "谢谢", "处理中"])
def test_a_customers_words_are_taken_however_short_they_are(words: str) -> None:
    assert "不满意" in policy("hotline").remarks.empty
    assert codes(CUSTOMER_ACTOR, "message", text=words) == []
    assert codes(CUSTOMER_ACTOR, "dispute", text=words) == []
    # a second contact, which the system adds to the case that it belongs to
    assert codes(Actor("customer", "system"), "repeat", text=words) == []
    assert codes(SYSTEM_ACTOR, "reopen", text=words) == []
    # written by staff the same words say nothing
    assert codes(Actor("p001"), "dispute", text=words) == ["says_nothing"]


def test_nothing_at_all_is_refused_from_everybody() -> None:
    assert codes(CUSTOMER_ACTOR, "message", text="") == ["required"]
