"""Addresses, parameters, ids and dates as real programs write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.mailroom import read_mail
from complaints.mailroom.addresses import addresses
from complaints.mailroom.headers import date, message_ids, parameters


@pytest.mark.parametrize(
    ("raw", "name", "address"),
    [
        (b"a@b.example", "", "a@b.example"),
        (b"<a@b.example>", "", "a@b.example"),
        (b"Jo Doe <a@b.example>", "Jo Doe", "a@b.example"),
        (b'"Doe, Jo" <a@b.example>', "Doe, Jo", "a@b.example"),
        (b"Doe, Jo <a@b.example>", "Doe, Jo", "a@b.example"),
        (b"a@b.example (Jo Doe)", "Jo Doe", "a@b.example"),
        (b'"=?utf-8?B?5byg5Lyf?=" <a@b.example>', "张伟", "a@b.example"),
        (b"=?utf-8?B?5byg5LyfIDxhQGIuZXhhbXBsZT4=?=", "张伟", "a@b.example"),
        (b'"a@b.example" <a@b.example>', "a@b.example", "a@b.example"),
        (b'"boss@bank.example" <thief@x.example>', "boss@bank.example", "thief@x.example"),
        (b'"Jo \\"J\\" Doe" <a@b.example>', 'Jo "J" Doe', "a@b.example"),
        (b"<@relay.example:a@b.example>", "", "a@b.example"),
        (b"=?utf-8?Q?Jo=0D=0ABcc:_x@y.example?= <a@b.example>", "Jo Bcc: x@y.example", "a@b.example"),
        ("张伟 <a@b.example>".encode("gbk"), "张伟", "a@b.example"),
        (b"Jo Doe", "Jo Doe", ""),
    ],
)
def test_a_mailbox_is_found_in_what_programs_write(raw: bytes, name: str, address: str) -> None:
    found = addresses(raw, [], "from")[0]

    assert (found.name, found.address) == (name, address)


def test_groups_are_opened_and_empty_items_left_out() -> None:
    found = addresses(b"Friends: a@b.example, Jo <c@d.example>;, , e@f.example", [], "to")

    assert [a.address for a in found] == ["a@b.example", "c@d.example", "e@f.example"]


@pytest.mark.parametrize(
    ("raw", "filename"),
    [
        (b'attachment; filename="report.pdf"', "report.pdf"),
        (b"attachment; filename*=utf-8''%E6%8A%95%E8%AF%89.pdf", "投诉.pdf"),
        (b"attachment; filename*0*=gbk''%CD%B6; filename*1*=%CB%DF.pdf", "投诉.pdf"),
        (b'attachment; filename*0="long "; filename*1="name.pdf"', "long name.pdf"),
        (b'attachment; filename="=?GBK?B?zbbL3y5wZGY=?="', "投诉.pdf"),
        (b"attachment; filename==?GBK?B?zbbL3y5wZGY=?=", "投诉.pdf"),
        (b"attachment; filename=photo of my parcel.jpg; size=12", "photo of my parcel.jpg"),
        ('attachment; filename="投诉;材料.pdf"'.encode("gbk"), "投诉;材料.pdf"),
        (b'attachment; filename="a\\"b.txt"', 'a"b.txt'),
        (b'attachment; filename="C:\\photos\\box.jpg"', "C:\\photos\\box.jpg"),
    ],
)
def test_file_names_are_read_however_they_are_written(raw: bytes, filename: str) -> None:
    assert parameters(raw, [])[1]["filename"] == filename


def test_message_ids_come_without_brackets_once_each() -> None:
    assert message_ids(b"<a@b>\r\n <c@d> <a@b>") == ("a@b", "c@d")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Thu, 5 Mar 2026 10:11:12 +0800", datetime(2026, 3, 5, 2, 11, 12, tzinfo=UTC)),
        (b"5 Mar 2026 10:11:12 -0000 (UTC)", datetime(2026, 3, 5, 10, 11, 12, tzinfo=UTC)),
        (b"2026-03-05T10:11:12+08:00", datetime(2026, 3, 5, 2, 11, 12, tzinfo=UTC)),
        (b"Thu, 99 Foo 2026", None),
        (b"Thu, 5 Mar 0000 10:11:12 +2600", None),
    ],
)
def test_dates_become_utc_or_a_defect(raw: bytes, expected: datetime | None) -> None:
    defects: list[str] = []

    assert date(raw, defects) == expected
    assert bool(defects) == (expected is None)


@given(
    st.lists(
        st.sampled_from(
            [
                b"=?utf-8?Q?=0D=0A?=",
                b"\r\n",
                b"\n ",
                b"\r",
                b"a",
                b":",
                b"=?gbk?B?DQo=?=",
                b"\xe2\x80\xa8",
                b"\x85",
                b"\x00",
            ]
        ),
        max_size=12,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_decoded_value_can_begin_a_header_line(pieces: list[bytes]) -> None:
    value = b"".join(pieces)
    read = read_mail(
        b"From: " + value + b" <a@b.example>\r\nSubject: " + value + b"\r\nTo: " + value + b" <c@d.example>\r\n\r\nx"
    )

    for text in (read.subject, read.sender.name, read.sender.address, *(r.name + r.address for r in read.recipients)):
        assert not any(ord(c) < 32 or c in "\x7f\x85\u2028\u2029" for c in text)
