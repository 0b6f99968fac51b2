"""Bodies, files and the limits of a message."""

import base64
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.mails import mail, multipart, part

from complaints.mailroom import read_mail
from complaints.mailroom.bodies import unflow
from complaints.mailroom.files import safe_name, sniff
from complaints.mailroom.html_text import html_to_text
from complaints.mailroom.mime import MAX_PARTS

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def test_the_plain_branch_is_read_and_pictures_are_inline_files() -> None:
    raw = multipart(
        part("包裹破损".encode(), "Content-Type: text/plain; charset=utf-8"),
        part(
            base64.encodebytes(PNG), "Content-Type: image/png", "Content-ID: <p1>", "Content-Transfer-Encoding: base64"
        ),
        part(b"%PDF-1.4", 'Content-Type: application/octet-stream; name="x.bin"', "Content-Disposition: attachment"),
    )

    read = read_mail(raw)

    assert read.text == "包裹破损"
    assert [(a.name, a.content_type, a.inline) for a in read.attachments] == [
        ("attachment-1.png", "image/png", True),
        ("x.bin", "application/pdf", False),
    ]


def test_a_mere_stub_gives_way_to_the_html_branch() -> None:
    raw = multipart(
        part(b"see html", "Content-Type: text/plain"),
        part(
            ("<p>" + "包裹丢失三周，没有人联系我。" * 6 + "</p>").encode("gbk"),
            'Content-Type: text/html; charset="gb2312"',
        ),
        subtype="alternative",
    )

    assert read_mail(raw).text == "包裹丢失三周，没有人联系我。" * 6


def test_html_becomes_readable_text() -> None:
    source = (
        "<html><head><title>t</title></head><body><p>您好&nbsp;客服</p><script>x()</script>"
        "<table><tr><td>单号</td><td>1&lt;2</td></tr></table>"
        "<ul><li>一<li>二</ul><img alt='照片'>完<br>了</body></html>"
    )

    assert html_to_text(source) == "您好 客服\n\n单号\t1<2\n\n- 一\n- 二\n\n[照片]完\n了"


def test_cited_html_keeps_its_mark_and_is_cut_from_the_new_words() -> None:
    raw = mail(
        "<div>还没到</div>"
        "<div>客服 &lt;a@b.example&gt; 于2026年3月5日 10:11写道：</div><blockquote type=cite>旧话</blockquote>",
        content_type="text/html; charset=utf-8",
    )

    read = read_mail(raw)

    assert "> 旧话" in read.text
    assert read.new_text == "还没到"


def test_flowed_lines_are_joined() -> None:
    assert unflow("one \ntwo\n> a \n> b\n-- \nx", delsp=False) == "one two\n> a b\n-- \nx"
    assert unflow("投 \n诉", delsp=True) == "投诉"


def test_a_forwarded_message_is_a_file_and_read_where_nothing_else_is_said() -> None:
    inner = mail("里面的投诉", subject="原来的主题")
    read = read_mail(multipart(part(inner, "Content-Type: message/rfc822")))

    assert read.text == "里面的投诉"
    assert [(a.name, a.content_type) for a in read.attachments] == [("原来的主题.eml", "message/rfc822")]
    assert read_mail(read.attachments[0].content).subject == "原来的主题"


def test_the_text_of_a_forwarded_message_follows_but_is_not_new() -> None:
    raw = multipart(
        part(b"see below", "Content-Type: text/plain"),
        part(mail("里面的投诉", subject="原来的主题"), "Content-Type: message/rfc822"),
    )

    read = read_mail(raw)

    assert (read.text, read.new_text, read.kind) == ("see below\n\n里面的投诉", "see below", "new")


def test_calendar_signature_and_encrypted_parts_are_kept_as_files() -> None:
    raw = multipart(
        part(b"hello", "Content-Type: text/plain"),
        part(b"BEGIN:VCALENDAR", "Content-Type: text/calendar; method=REQUEST"),
        part(b"0", 'Content-Type: application/pkcs7-signature; name="smime.p7s"'),
    )

    assert [a.name for a in read_mail(raw).attachments] == ["attachment-1.ics", "smime.p7s"]


def test_pgp_armour_leaves_the_text_and_is_kept_as_a_file() -> None:
    text = "Hello\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\nbye"
    read = read_mail(mail(text))

    assert "PGP" not in read.text
    assert [a.name for a in read.attachments] == ["message.asc"]


def test_uuencoded_files_in_a_text_are_taken_out() -> None:
    read = read_mail(mail("before\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter"))

    assert [(a.name, a.content) for a in read.attachments] == [("cat.txt", b"Cat")]
    assert "begin" not in read.text


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\cmd.exe", "cmd.exe"),
        ("/", "attachment-1.txt"),
        ("..", "attachment-1.txt"),
        ("", "attachment-1.txt"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("CON.txt", "_CON.txt"),
        ("照片 1.jpg", "照片 1.jpg"),
        ("a:b?.txt", "a_b_.txt"),
        (".hidden", "hidden"),
    ],
)
def test_attachment_names_are_never_paths(name: str, safe: str) -> None:
    assert safe_name(name, "text/plain", 1) == safe


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_name_becomes_one_plain_file_name(name: str) -> None:
    safe = safe_name(name, "image/png", 7)

    assert safe
    assert len(safe) <= 150
    assert not set(safe) & set('/\\\x00\r\n:*?"<>|')
    assert safe.strip(". ") == safe


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "declared", "found"),
    [
        (PNG, "application/pdf", "image/png"),
        (b"<html><script>alert(1)</script>", "image/png", "text/html"),
        (b"<?xml version='1.0'?><svg onload='x'>", "image/png", "image/svg+xml"),
        (b"MZ\x90\x00", "image/jpeg", "application/vnd.microsoft.portable-executable"),
        (b"plain", "image/jpeg", "application/octet-stream"),
        (
            _zip("[Content_Types].xml", "word/document.xml"),
            "application/zip",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (_zip("a.txt"), "application/msword", "application/zip"),
        (b"a,b\n1,2\n", "text/csv", "text/csv"),
        (b"\x00\x01", "text/plain", "application/octet-stream"),
    ],
)
def test_the_content_tells_the_type(content: bytes, declared: str, found: str) -> None:
    assert sniff(content, declared) == found


def test_a_bomb_in_an_archive_is_not_expanded() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20_000_000))
    bomb = out.getvalue()

    read = read_mail(
        multipart(part(base64.encodebytes(bomb), "Content-Type: application/zip", "Content-Transfer-Encoding: base64"))
    )

    assert read.attachments[0].content == bomb


def test_ten_thousand_parts_are_all_kept_and_more_are_kept_as_one() -> None:
    small = part(b"x", "Content-Type: application/octet-stream")
    within = read_mail(multipart(*[small] * (MAX_PARTS - 1)))
    beyond = read_mail(multipart(*[small] * (MAX_PARTS + 500)))

    assert len(within.attachments) == MAX_PARTS - 1
    assert len(beyond.attachments) == MAX_PARTS
    assert any("more than" in d for d in beyond.defects)


@pytest.mark.parametrize("subtype", ["mixed", "alternative", "related"])
def test_two_thousand_levels_are_read_to_the_ground(subtype: str) -> None:
    opening = b"".join(
        b"--b%d\r\nContent-Type: multipart/%s; boundary=b%d\r\n\r\n" % (i, subtype.encode(), i + 1)
        for i in range(2_000)
    )
    raw = b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + opening + b"--b2000\r\n\r\ndeep\r\n--b2000--\r\n"

    assert read_mail(raw).text == "deep"


def test_a_long_text_is_cut_and_kept_whole_as_a_file() -> None:
    text = "投诉你们的服务，请尽快处理。\n" * 80_000
    read = read_mail(mail(text))

    assert len(read.text) <= 1_000_000
    assert "投诉" in read.text
    assert len(read.attachments[0].content.decode("utf-8").rstrip()) >= len(text) - 2


@pytest.mark.parametrize(
    "body",
    [
        b"<" * 300_000,
        b"<!--" * 100_000,
        b"<script>" * 50_000,
        b"<div>x" * 100_000,
        b'<a href="' * 50_000,
        b"<blockquote type=cite>x" * 20_000,
    ],
)
def test_hostile_html_is_read_in_one_pass(body: bytes) -> None:
    assert read_mail(mail(body, content_type="text/html")).kind in ("new", "reply")


@given(st.binary(max_size=600))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_it_raise(data: bytes) -> None:
    read_mail(data)


_SAMPLE = multipart(
    part("我要投诉".encode("gbk"), "Content-Type: text/plain; charset=gb2312; format=flowed"),
    part(
        base64.encodebytes(PNG),
        "Content-Type: image/png; name*=utf-8''%E6%8A%95.png",
        "Content-Transfer-Encoding: base64",
    ),
    part(
        b"Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n",
        "Content-Type: message/delivery-status",
    ),
)


@given(st.lists(st.tuples(st.integers(0, len(_SAMPLE) - 1), st.binary(max_size=3)), max_size=12))
@settings(max_examples=150, deadline=None)
def test_no_damage_makes_it_raise(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(_SAMPLE)
    for position, piece in changes:
        data[position : position + len(piece)] = piece

    read = read_mail(bytes(data))

    assert all("/" not in a.name for a in read.attachments)
