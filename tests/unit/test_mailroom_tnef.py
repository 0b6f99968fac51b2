"""winmail.dat: files and text of Outlook's container, and what damage leaves of them."""

import base64
import struct

import pytest
from tests.support.mails import multipart, part

from complaints.mailroom import read_mail
from complaints.mailroom.rtf import MAX_RTF, rtf_to_text
from complaints.mailroom.tnef import read_tnef


def _attribute(name: int, value: bytes, level: int = 2) -> bytes:
    return struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _unicode(key: int, value: str) -> bytes:
    data = value.encode("utf-16-le") + b"\0\0"
    return struct.pack("<HHII", 0x1F, key, 1, len(data)) + data + bytes(-len(data) % 4)


def _binary(key: int, data: bytes) -> bytes:
    return struct.pack("<HHII", 0x102, key, 1, len(data)) + data + bytes(-len(data) % 4)


def _properties(*items: bytes) -> bytes:
    return struct.pack("<I", len(items)) + b"".join(items)


def _container(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


WINMAIL = _container(
    _attribute(0x00069007, struct.pack("<II", 936, 0), level=1),
    _attribute(
        0x00069003, _properties(struct.pack("<HHI", 0x3, 0x0017, 1), _unicode(0x1000, "包裹破损，见附件")), level=1
    ),
    _attribute(0x00069002, bytes(14)),
    _attribute(0x00018010, "照片~1.JPG\0".encode("gbk")),
    _attribute(0x0006800F, b"\xff\xd8\xff\xe0picture"),
    _attribute(0x00069005, _properties(_unicode(0x3707, "破损照片.jpg"), _unicode(0x370E, "image/jpeg"))),
)


def test_files_and_text_come_out_of_the_container() -> None:
    raw = multipart(
        part(
            base64.encodebytes(WINMAIL),
            'Content-Type: application/ms-tnef; name="winmail.dat"',
            "Content-Transfer-Encoding: base64",
        )
    )

    read = read_mail(raw)

    assert read.text == "包裹破损，见附件"
    assert [(a.name, a.content_type, a.content) for a in read.attachments] == [
        ("破损照片.jpg", "image/jpeg", b"\xff\xd8\xff\xe0picture")
    ]


@pytest.mark.parametrize("size", range(0, len(WINMAIL), 7))
def test_a_container_cut_anywhere_gives_what_came_before(size: int) -> None:
    found = read_tnef(WINMAIL[:size])

    assert found.text in ("", "包裹破损，见附件")
    assert len(found.attachments) <= 1


def test_a_damaged_container_is_kept_itself() -> None:
    raw = multipart(part(WINMAIL[:-9], 'Content-Type: application/octet-stream; name="winmail.dat"'))

    read = read_mail(raw)

    assert "winmail.dat" in [a.name for a in read.attachments]
    assert any(d.startswith("winmail.dat") for d in read.defects)


def test_declared_sizes_allocate_nothing() -> None:
    lie = _container(struct.pack("<BII", 1, 0x00069003, 0x7FFFFFFF) + b"x")

    assert read_tnef(lie).defect == "an attribute is longer than the container"


def test_an_rtf_body_is_read_where_there_is_no_other() -> None:
    text = "".join(f"\\'{byte:02x}" for byte in "包裹".encode("gbk"))
    rtf = (
        "{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0 Arial;}}{\\*\\generator x;}" + text + "\\par \\u20002?\\u22833? done}"
    ).encode()
    body = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf

    found = read_tnef(_container(_attribute(0x00069003, _properties(_binary(0x1009, body)), level=1)))

    assert found.text == "包裹\n严失 done".replace("严失", chr(20002) + chr(22833))


def test_compressed_rtf_cannot_grow_without_end() -> None:
    # every token copies seventeen bytes: the worst that the format can do
    tokens = b"\xff" + b"\x00\x0f" * 8
    bomb = struct.pack("<II4sI", 0, 0x7FFFFFFF, b"LZFu", 0) + tokens * 200_000

    assert len(rtf_to_text(bomb)) <= MAX_RTF + 200
