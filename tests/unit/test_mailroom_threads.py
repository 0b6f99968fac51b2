"""Which case a message joins, and what a bounce says of ours."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.mails import mail, multipart, part

from complaints.mailroom import read_mail
from complaints.mailroom.model import Kind, Recipient
from complaints.mailroom.threads import ReplyAddressError, reply_address, thread_of, verify

KEYS = {"k1": b"an old key of the desk, 32 bytes", "k2": b"the new key of the desk 32 bytes"}
SENT = {"desk.0123456789abcdef@example.org": ("CD-7F3K9Q2", "zhangwei@example.cn")}
TOKEN = reply_address("CD-7F3K9Q2", "k1", KEYS["k1"], "mail.example.org")


def test_a_reply_to_the_signed_address_joins_whoever_sends_it() -> None:
    read = read_mail(mail(sender="someone@else.example", to=TOKEN.upper()))

    decision = thread_of(read, KEYS, {})

    assert (decision.reference, decision.rule) == ("CD-7F3K9Q2", "reply-token")


def test_the_signed_address_is_found_where_only_the_envelope_has_it() -> None:
    read = read_mail(mail(to="undisclosed-recipients:;", headers=(f"Delivered-To: {TOKEN}",)))

    assert thread_of(read, KEYS, {}).reference == "CD-7F3K9Q2"


def test_an_answer_to_what_we_sent_to_that_sender_joins() -> None:
    read = read_mail(mail(headers=("In-Reply-To: <desk.0123456789abcdef@example.org>",)))

    assert thread_of(read, KEYS, SENT).rule == "answers-our-message"


def test_references_serve_where_in_reply_to_is_missing() -> None:
    read = read_mail(mail(headers=("References: <x@y.example> <desk.0123456789abcdef@example.org>",)))

    assert thread_of(read, KEYS, SENT.get).reference == "CD-7F3K9Q2"


def test_a_stranger_who_knows_the_message_id_does_not_join() -> None:
    read = read_mail(mail(sender="stranger@x.example", headers=("In-Reply-To: <desk.0123456789abcdef@example.org>",)))

    decision = thread_of(read, KEYS, SENT)

    assert (decision.joins, decision.rule, decision.mentions) == (False, "sent-to-another", ("CD-7F3K9Q2",))


def test_a_reference_in_the_subject_alone_never_joins() -> None:
    read = read_mail(mail(subject="Re: [CD-7F3K9Q2] 投诉", sender="stranger@x.example"))

    decision = thread_of(read, KEYS, SENT, pattern=r"CD-[0-9A-Z]{7}")

    assert (decision.reference, decision.mentions) == ("", ("CD-7F3K9Q2",))


@pytest.mark.parametrize(
    "forged",
    [
        TOKEN.replace("7f3k9q2", "7f3k9q3"),
        TOKEN.replace(".k1.", ".k2."),
        TOKEN.replace(".k1.", ".k9."),
        TOKEN[: TOKEN.index("@") - 1]
        + ("a" if TOKEN[TOKEN.index("@") - 1] != "a" else "b")
        + TOKEN[TOKEN.index("@") :],
        "r-cd-7f3k9q2@mail.example.org",
        "r-..@x",
        "",
    ],
)
def test_a_forged_address_proves_nothing(forged: str) -> None:
    assert verify(forged, KEYS) == ""


def test_a_retired_key_proves_nothing() -> None:
    assert verify(TOKEN, {"k2": KEYS["k2"]}) == ""


@given(st.from_regex(r"[A-Z0-9][A-Z0-9-]{2,20}", fullmatch=True), st.sampled_from(sorted(KEYS)))
def test_every_address_that_we_make_is_ours(reference: str, key_id: str) -> None:
    address = reply_address(reference, key_id, KEYS[key_id], "mail.example.org", mailbox="desk")

    assert verify(address, KEYS) == reference
    assert len(address.split("@")[0]) <= 64


@pytest.mark.parametrize(
    ("reference", "key_id", "key", "domain", "place"),
    [
        ("a b", "k1", KEYS["k1"], "x.example", "case reference"),
        ("CD-1", "K 1", KEYS["k1"], "x.example", "key id"),
        ("CD-1", "k1", b"short", "x.example", "bytes"),
        ("CD-1", "k1", KEYS["k1"], "x.example\r\nBcc: y", "mail domain"),
    ],
)
def test_values_that_fit_no_address_are_refused(
    reference: str, key_id: str, key: bytes, domain: str, place: str
) -> None:
    with pytest.raises(ReplyAddressError, match=place):
        reply_address(reference, key_id, key, domain)


def _bounce(*, status: str = "5.1.1", action: str = "failed") -> bytes:
    return multipart(
        part(b"I'm sorry to have to inform you", "Content-Type: text/plain"),
        part(
            f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; Zhangwei@example.cn\nAction: {action}\n"
            f"Status: {status}\n"
            f"Diagnostic-Code: smtp; 550 {status} unknown user\n".encode(),
            "Content-Type: message/delivery-status",
        ),
        part(
            b"From: desk@example.org\nMessage-ID: <desk.0123456789abcdef@example.org>\nSubject: x\n",
            "Content-Type: text/rfc822-headers",
        ),
        subtype="report; report-type=delivery-status",
        sender="MAILER-DAEMON@mx.example",
        subject="Undelivered Mail Returned to Sender",
    )


def test_a_bounce_of_ours_is_an_event_of_its_case() -> None:
    read = read_mail(_bounce())

    assert read.kind is Kind.BOUNCE
    assert read.delivery is not None
    assert read.delivery.recipients == (Recipient("zhangwei@example.cn", "failed", "5.1.1", "550 5.1.1 unknown user"),)
    assert read.delivery.permanent
    assert thread_of(read, KEYS, SENT).rule == "bounce-of-ours"


def test_a_delay_is_not_permanent() -> None:
    read = read_mail(_bounce(status="4.4.1", action="delayed"))

    assert read.delivery is not None
    assert not read.delivery.permanent


def test_a_chinese_bounce_without_a_report_tells_the_recipient_and_our_id() -> None:
    text = (
        "很抱歉，您的邮件被退回，未能投递到以下收件人：\nzhangwei@example.cn\n退信原因：550 5.1.1 邮箱不存在\n\n"
        "原始邮件头：\nMessage-ID: <desk.0123456789abcdef@example.org>\n"
    )

    read = read_mail(mail(text, subject="系统退信", sender="Postmaster@163.example"))

    assert read.delivery is not None
    assert read.delivery.recipients == (Recipient("zhangwei@example.cn", "failed", "5.1.1"),)
    assert thread_of(read, KEYS, SENT).reference == "CD-7F3K9Q2"


def test_the_date_is_an_instant() -> None:
    read = read_mail(mail(headers=("Date: Thu, 5 Mar 2026 10:11:12 +0800",)))

    assert read.date == datetime(2026, 3, 5, 2, 11, 12, tzinfo=UTC)
