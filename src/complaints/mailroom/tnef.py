"""winmail.dat: the files and the text inside Outlook's TNEF container (MS-OXTNEF, MS-OXPROPS).

Every length is checked against what is there before it is used, and nothing is allocated from a declared size.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from complaints.mailroom.charsets import decode
from complaints.mailroom.html_text import html_to_text
from complaints.mailroom.rtf import rtf_to_text

MAX_ATTRIBUTES = 50_000
_SIGNATURE = b"\x78\x9f\x3e\x22"
_BODY, _ATTACH_DATA, _ATTACH_TITLE = 0x800C, 0x800F, 0x8010
_RENDER, _PROPERTIES, _ATTACHMENT, _CODEPAGE = 0x9002, 0x9003, 0x9005, 0x9007
_PLAIN, _RTF, _HTML = 0x1000, 0x1009, 0x1013
_DATA, _SHORT_NAME, _LONG_NAME, _MIME_TAG, _CONTENT_ID, _DISPLAY = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001
_FIXED = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16, 0x1: 4}
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MULTIPLE = 0x1000


@dataclass(slots=True)
class TnefFile:
    """One file of the container."""

    name: str = ""
    content_type: str = "application/octet-stream"
    content: bytes = b""
    content_id: str = ""


@dataclass(slots=True)
class Tnef:
    """What a container holds; `defect` is "" if all of it could be read."""

    text: str = ""
    attachments: list[TnefFile] = field(default_factory=list)
    defect: str = ""


def read_tnef(data: bytes) -> Tnef:
    """Open a container. What comes before damage is still answered, with the damage named."""
    out = Tnef()
    if not data.startswith(_SIGNATURE):
        out.defect = "no TNEF container"
        return out
    reader = _Reader(data, out)
    try:
        reader.run()
    except _DamagedError as damage:
        out.defect = str(damage)
    reader.finish()
    return out


class _DamagedError(Exception):
    """The container ends or lies inside an attribute; what was read so far stands."""


class _Reader:
    def __init__(self, data: bytes, out: Tnef) -> None:
        self._data = data
        self._out = out
        self._file: TnefFile | None = None
        self._codepage = ""
        self._bodies: dict[int, tuple[bytes, int]] = {}

    def run(self) -> None:
        position, count = 6, 0
        while position + 9 <= len(self._data):
            count += 1
            if count > MAX_ATTRIBUTES:
                raise _DamagedError(f"more than {MAX_ATTRIBUTES} attributes")
            _, attribute, length = struct.unpack_from("<BII", self._data, position)
            start = position + 9
            if start + length + 2 > len(self._data):
                raise _DamagedError("an attribute is longer than the container")
            self._attribute(attribute & 0xFFFF, self._data[start : start + length])
            position = start + length + 2

    def finish(self) -> None:
        """Choose the best body: plain, then HTML, then RTF."""
        self._out.attachments = [f for f in self._out.attachments if f.content or f.name]
        plain, kind = self._bodies.get(_PLAIN, (b"", 0))
        text = self._string(plain, kind)
        if not text.strip() and _HTML in self._bodies:
            text = html_to_text(decode(self._bodies[_HTML][0], _meta_charset(self._bodies[_HTML][0])).text)
        if not text.strip() and _RTF in self._bodies:
            text = rtf_to_text(self._bodies[_RTF][0])
        self._out.text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip("\n")

    def _attribute(self, name: int, value: bytes) -> None:
        if name == _RENDER:
            self._file = TnefFile()
            self._out.attachments.append(self._file)
        elif name == _CODEPAGE and len(value) >= 4:
            self._codepage = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _BODY:
            self._bodies.setdefault(_PLAIN, (value, _STRING8))
        elif name == _PROPERTIES:
            for key, kind, data in _properties(value):
                if key in (_PLAIN, _RTF, _HTML):
                    self._bodies[key] = (data, kind)
        elif self._file is not None:
            self._attachment(self._file, name, value)

    def _attachment(self, file: TnefFile, name: int, value: bytes) -> None:
        if name == _ATTACH_TITLE and not file.name:
            file.name = self._string(value, _STRING8)
        elif name == _ATTACH_DATA:
            file.content = value
        elif name == _ATTACHMENT:
            for key, kind, data in _properties(value):
                if key == _LONG_NAME or (key in (_SHORT_NAME, _DISPLAY) and not file.name):
                    file.name = self._string(data, kind) or file.name
                elif key == _MIME_TAG:
                    file.content_type = self._string(data, kind).lower() or file.content_type
                elif key == _CONTENT_ID:
                    file.content_id = self._string(data, kind)
                elif key == _DATA and not file.content:
                    # an embedded object starts with its interface id
                    file.content = data[16:] if kind == _OBJECT else data

    def _string(self, data: bytes, kind: int) -> str:
        if kind == _UNICODE:
            return data[: len(data) // 2 * 2].decode("utf-16-le", "ignore").rstrip("\x00")
        return decode(data.rstrip(b"\x00"), self._codepage).text


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(id, type, first value) of a property list."""
    (count,) = _unpack("<I", data, 0)
    position = 4
    for _ in range(min(count, MAX_ATTRIBUTES)):
        kind, key = _unpack("<HH", data, position)
        position += 4
        if key >= 0x8000:  # named: a set and a number or a name
            (how,) = _unpack("<I", data, position + 16)
            position += 20
            (number,) = _unpack("<I", data, position)
            position += 4
            if how == 1:
                position += _padded(number, data, position)
        values = 1
        base = kind & ~_MULTIPLE
        variable = base in (_STRING8, _UNICODE, _OBJECT, _BINARY)
        if kind & _MULTIPLE or variable:
            (values,) = _unpack("<I", data, position)
            position += 4
        if not variable and base not in _FIXED:
            raise _DamagedError(f"a property of unknown type {kind:#x}")
        first = b""
        for index in range(values):
            if variable:
                (size,) = _unpack("<I", data, position)
                position += 4
            else:
                size = _FIXED[base]
            step = _padded(size, data, position)
            if index == 0:
                first = data[position : position + size]
            position += step
        yield key, base, first


def _unpack(layout: str, data: bytes, position: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(layout, data, position)
    except struct.error:
        raise _DamagedError("a property list ends too early") from None


def _padded(size: int, data: bytes, position: int) -> int:
    if position + size > len(data):
        raise _DamagedError("a property is longer than its list")
    return (size + 3) // 4 * 4


def _meta_charset(data: bytes) -> str:
    match = re.search(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,40})", data[:4_096])
    return match.group(1).decode("ascii") if match else ""
