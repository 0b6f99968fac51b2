"""What goes out: safe headers, marks that keep machines silent, and the cap."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.mails import mail

from complaints.mailroom import read_mail
from complaints.mailroom.caps import may_answer, may_send
from complaints.mailroom.compose import ComposeError, Outgoing, compose
from complaints.mailroom.language import language_of
from complaints.mailroom.model import Kind

NOW = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
NOTICE = Outgoing(
    sender="desk@example.org",
    sender_name="投诉受理台",
    recipient="zhangwei@example.cn",
    subject="您的投诉已受理",
    text="您好，\n您的投诉已受理。",
    language="zh-CN",
    nonce="0123456789abcdef",
    domain="example.org",
    now=NOW,
    reply_to="r-cd-1.k1.abc@mail.example.org",
    in_reply_to="q@example.cn",
    references=("p@example.cn",),
    answers=True,
)


def test_an_acknowledgement_says_what_every_machine_must_know() -> None:
    message = email.message_from_bytes(compose(NOTICE), policy=email.policy.default)

    assert message["Subject"] == "您的投诉已受理"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Message-ID"] == "<desk.0123456789abcdef@example.org>"
    assert message["In-Reply-To"] == "<q@example.cn>"
    assert message["References"] == "<p@example.cn> <q@example.cn>"
    assert "r-cd-1.k1.abc@mail.example.org" in message["Reply-To"]
    assert message.get_content().replace("\r\n", "\n") == "您好，\n您的投诉已受理。\n"


def test_a_notice_that_answers_nothing_is_auto_generated() -> None:
    message = email.message_from_bytes(compose(replace(NOTICE, answers=False)))

    assert message["Auto-Submitted"] == "auto-generated"


def test_our_own_mail_coming_back_is_a_loop() -> None:
    raw = compose(NOTICE)

    assert read_mail(raw, own_addresses=["Desk@Example.org"]).kind is Kind.LOOP
    assert (
        read_mail(raw.replace(b"From: ", b"From: x@y.example, "), own_addresses=["desk@example.org"]).reason
        == "own-loop-mark"
    )
    assert read_mail(raw).kind.from_machine


def test_the_wire_is_ascii_with_short_lines() -> None:
    raw = compose(replace(NOTICE, text="长" * 5_000, subject="题" * 300))

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=200))
@settings(max_examples=120, deadline=None)
def test_no_text_can_add_a_header(subject: str, name: str, text: str) -> None:
    raw = compose(replace(NOTICE, subject=subject, sender_name=name, text=text))

    message = email.message_from_bytes(raw)
    assert sorted(message.keys()) == sorted(email.message_from_bytes(compose(NOTICE)).keys())
    assert len(message.get_all("Subject", [])) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": "a@b.example\r\nBcc: c@d.example"},
        {"recipient": "a@b.example, c@d.example"},
        {"recipient": "Jo <a@b.example>"},
        {"recipient": ""},
        {"reply_to": "x"},
        {"in_reply_to": "a@b>\r\nBcc: <c@d"},
        {"references": ("a b@c",)},
        {"nonce": "XYZ"},
        {"domain": "a b"},
        {"language": "fr"},
        {"now": datetime(2026, 3, 5)},  # noqa: DTZ001 - the refusal is the point
    ],
)
def test_what_cannot_stand_in_a_header_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ComposeError):
        compose(replace(NOTICE, **change))


def test_the_cap_counts_the_last_hour_half_open() -> None:
    sent = [NOW - timedelta(hours=1), NOW - timedelta(minutes=59), NOW - timedelta(minutes=1)]

    assert may_send(sent, NOW, 3).allowed
    assert not may_send(sent, NOW, 2).allowed
    assert may_send(sent, NOW, 2).retry_at == NOW + timedelta(minutes=1)
    assert not may_send([], NOW, 0).allowed


@given(st.lists(st.integers(-7_200, 0), max_size=20), st.integers(1, 8))
def test_at_the_instant_it_names_the_cap_lets_one_more_pass(offsets: list[int], cap: int) -> None:
    sent = [NOW + timedelta(seconds=s) for s in offsets]
    decision = may_send(sent, NOW, cap)

    if decision.allowed:
        assert sum(at > NOW - timedelta(hours=1) for at in sent) < cap
    else:
        assert decision.retry_at is not None
        assert may_send(sent, decision.retry_at, cap).allowed
        assert not may_send(sent, decision.retry_at - timedelta(seconds=1), cap).allowed


def test_machines_and_suspects_are_not_answered() -> None:
    person = read_mail(mail("包裹丢失"))
    machine = read_mail(mail("已收到", headers=("Auto-Submitted: auto-replied",)))
    suspect = read_mail(mail("我要投诉", headers=("Precedence: bulk",)))

    assert may_answer(person, [], NOW, 1).allowed
    assert may_answer(machine, [], NOW, 1).reason == "machine: auto-replied-header"
    assert may_answer(suspect, [], NOW, 1).reason == "suspicion: bulk-or-list"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我要投诉", "zh-CN"),
        ("我的 iPhone 15 Pro Max 坏了", "zh-CN"),
        ("The parcel 包裹 is lost and nobody answers me", "en"),
        ("お世話になっております。荷物が届いていません", "en"),
        ("", "en"),
    ],
)
def test_the_answer_is_in_the_language_of_the_letter(text: str, language: str) -> None:
    assert language_of(text) == language
