"""Chinese and other text under right, wrong, missing and broken labels."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.mails import mail

from complaints.mailroom import read_mail
from complaints.mailroom.charsets import codec_for, decode

TEXTS = ["我要投诉贵公司的服务，包裹丢失三周。", "朱镕基与陶喆的来信", "理赔被拒", "😀 太差了，𠮷野家", "退款"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "label", ["gb2312", "GBK", "x-gbk", "gb18030", "utf-8", "us-ascii", "iso-8859-1", "big5", "x-unknown", ""]
)
@pytest.mark.parametrize("real", ["gb18030", "utf-8"])
def test_chinese_text_is_read_under_any_label(text: str, label: str, real: str) -> None:
    assert decode(text.encode(real), label).text == text


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("您好，我要投訴貴公司的服務", "big5"),
        ("お世話になっております。荷物が届いていません。", "shift_jis"),
        ("お世話になっております。荷物が届いていません。", "iso-2022-jp"),
        ("お世話になっております。荷物が届いていません。", "euc-jp"),
        ("안녕하세요. 환불을 요청합니다.", "euc-kr"),
        ("Où est mon colis ? Réclamation à Besançon", "iso-8859-1"),
        ("“Größe” – 5 €", "windows-1252"),
        ("Здравствуйте, моя посылка потеряна", "koi8-r"),
        ("Zażółć gęślą jaźń", "iso-8859-2"),
        ("พัสดุหาย", "tis-620"),
    ],
)
def test_a_right_label_is_believed(text: str, charset: str) -> None:
    codec = {"shift_jis": "cp932", "tis-620": "cp874", "big5": "big5hkscs"}.get(charset, charset)

    read = decode(text.encode(codec), charset)

    assert (read.text, read.defect) == (text, "")


def test_gb2312_is_read_as_the_superset_that_senders_mean() -> None:
    assert codec_for("GB2312") == codec_for("gbk") == codec_for("cp936") == "gb18030"


def test_what_no_charset_explains_is_kept_as_bytes_and_told() -> None:
    read = decode("包裹丢失三周，请尽快处理。".encode() + b"\xff\xfe!", "utf-8")

    assert read.text == "包裹丢失三周，请尽快处理。\\xff\\xfe!"
    assert "kept as" in read.defect


def test_utf7_is_refused() -> None:
    read = read_mail(mail(b"+ADw-script+AD4-", charset="utf-7"))

    assert "<script>" not in read.text
    assert any("refused" in d for d in read.defects)


def test_a_replacement_character_of_the_sender_is_told() -> None:
    read = read_mail(mail("包裹\ufffd丢失"))

    assert any("U+FFFD" in d for d in read.defects)


@pytest.mark.parametrize("charset", ["gbk", "utf-8", "big5"])
@pytest.mark.parametrize("size", [1, 5, 7, 11])
def test_encoded_words_cut_inside_a_character_are_joined(charset: str, size: int) -> None:
    subject = "關於包裹遺失的投訴" if charset == "big5" else "关于包裹丢失三周的投诉"
    data = subject.encode(charset)
    words = [base64.b64encode(data[i : i + size]).decode() for i in range(0, len(data), size)]
    line = "\r\n ".join(f"=?{charset}?B?{w}?=" for w in words)

    assert read_mail(f"Subject: {line}\r\n\r\nx".encode()).subject == subject


@pytest.mark.parametrize("size", [3, 6, 10, 17])
def test_base64_cut_anywhere_between_words_is_joined(size: int) -> None:
    packed = base64.b64encode("关于包裹丢失三周的投诉".encode("gbk")).decode()
    line = "\r\n ".join(f"=?gb2312?B?{packed[i : i + size]}?=" for i in range(0, len(packed), size))

    assert read_mail(f"Subject: {line}\r\n\r\nx".encode()).subject == "关于包裹丢失三周的投诉"


@pytest.mark.parametrize("charset", ["gbk", "utf-8", "big5"])
def test_raw_bytes_in_headers_are_read(charset: str) -> None:
    subject = "關於包裹的投訴" if charset == "big5" else "关于包裹的投诉"
    read = read_mail(
        b"From: " + "张伟".encode("gbk") + b" <a@b.example>\r\nSubject: " + subject.encode(charset) + b"\r\n\r\nx"
    )

    assert (read.subject, read.sender.name) == (subject, "张伟")
    assert any(d.startswith("subject: raw 8-bit") for d in read.defects)


@given(
    st.text(
        st.characters(codec="gb18030", min_codepoint=0x20, exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=60
    )
)
@settings(max_examples=60, deadline=None)
def test_utf8_text_comes_back_unchanged(text: str) -> None:
    assert decode(text.encode("utf-8"), "utf-8").text == text


@given(st.binary(max_size=400), st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_any_bytes_under_any_label_give_text_without_silent_loss(data: bytes, label: str) -> None:
    read = decode(data, label)

    assert "\ufffd" not in read.text or "\ufffd".encode() in data or data.startswith((b"\xff\xfe", b"\xfe\xff"))
