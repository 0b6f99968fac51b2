"""Header fields: raw bytes to clean values.

Decoded values never hold control characters or line breaks, so that none of them can become a header line again.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from complaints.mailroom.charsets import decode
from complaints.mailroom.transfer import base64, quoted_printable

MAX_VALUE = 65_536
# a word ends at the next one's beginning too: one that was cut short must not swallow its neighbour
_WORD = re.compile(rb"=\?([^?\s=]{1,60})\?([bBqQ])\?((?:(?!=\?[^=])[^?\r\n]|\?(?!=))*)\?=")
FOLD = re.compile(rb"\r?\n|\r")
# Cc, line and paragraph separators, and the bidirectional overrides that disguise names
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")
_SPACES = re.compile(r"[ \t\xa0\u3000]{2,}|[\t\xa0]")
_BROKEN_WORD = re.compile(rb"=\?[^?\s=]{1,60}\?[bBqQ]\?")
_MSGID = re.compile(r"<\s*([^<>\s][^<>]*?)\s*>")


class Headers:
    """The fields of one part, in order, looked up by lower-case name."""

    __slots__ = ("_by_name", "_defects", "_fields")

    def __init__(self, fields: Sequence[tuple[str, bytes]], defects: list[str]) -> None:
        self._fields = fields
        self._defects = defects
        self._by_name: dict[str, list[bytes]] = {}
        for name, value in fields:
            self._by_name.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return iter(self._fields)

    def raw(self, name: str) -> bytes:
        """The first field called `name`, folded as it came; empty if there is none."""
        values = self._by_name.get(name)
        return values[0] if values else b""

    def raws(self, name: str) -> list[bytes]:
        """Every field called `name`."""
        return self._by_name.get(name, [])

    def has(self, name: str) -> bool:
        """Whether there is a field called `name`, empty or not."""
        return name in self._by_name

    def plain(self, name: str) -> str:
        """The first field called `name` without decoding words: for fields that hold tokens."""
        raw = self.raw(name)
        return clean(raw[:MAX_VALUE].decode("latin-1")) if raw else ""

    def text(self, name: str) -> str:
        """The first field called `name` that says something, decoded for people."""
        for raw in self.raws(name):
            value = decode_words(raw, self._defects, name)
            if value:
                return value
        return ""


def clean(value: str) -> str:
    """One line: control characters and runs of white space become one space."""
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    return _SPACES.sub(" ", _UNSAFE.sub(" ", value)).strip()


def decode_words(raw: bytes, defects: list[str], where: str) -> str:
    """Text of an unstructured field: encoded words, also broken across bytes, and raw 8-bit text."""
    if len(raw) > MAX_VALUE:
        defects.append(f"{where}: longer than {MAX_VALUE} bytes, cut")
        raw = raw[:MAX_VALUE]
    if b"\n" in raw or b"\r" in raw:
        raw = FOLD.sub(b"", raw)
    if b"=?" not in raw:
        return clean(_plain(raw, defects, where))
    out: list[str] = []
    pending: list[tuple[bytes, bytes, bytes]] = []
    position = 0
    for match in _WORD.finditer(raw):
        between = raw[position : match.start()]
        if between.strip() or not pending:
            out.append(_join(pending, defects, where))
            pending = []
            out.append(_plain(between, defects, where))
        pending.append((match.group(1), match.group(2).upper(), match.group(3)))
        position = match.end()
    out.append(_join(pending, defects, where))
    rest = raw[position:]
    if broken := _BROKEN_WORD.search(rest):
        defects.append(f"{where}: encoded word cut short")
        charset, how, body = (
            broken.group(0)[2:].split(b"?")[0],
            rest[broken.end() - 2 : broken.end() - 1],
            rest[broken.end() :],
        )
        out.append(_plain(rest[: broken.start()], defects, where))
        out.append(_join([(charset, how.upper(), body.rstrip(b"?= "))], defects, where))
    else:
        out.append(_plain(rest, defects, where))
    return clean("".join(out))


def _join(words: list[tuple[bytes, bytes, bytes]], defects: list[str], where: str) -> str:
    """Adjacent words of one charset are one run of bytes: senders cut characters in two at word borders."""
    text: list[str] = []
    index = 0
    while index < len(words):
        charset = words[index][0].lower()
        data = b""
        carried = b""
        while index < len(words) and words[index][0].lower() == charset:
            _, how, body = words[index]
            if how == b"Q":
                data += quoted_printable(body.replace(b"_", b"=20").replace(b" ", b"=20"))
            else:
                body = carried + body
                carried = b""
                packed = body.replace(b" ", b"")
                follows = (
                    index + 1 < len(words) and words[index + 1][0].lower() == charset and words[index + 1][1] == b"B"
                )
                if follows and not packed.endswith(b"=") and len(packed) % 4:
                    carried = packed
                else:
                    decoded, defect = base64(packed)
                    if defect:
                        defects.append(f"{where}: {defect}")
                    data += decoded
            index += 1
        found = decode(data, charset.split(b"*")[0].decode("latin-1"))
        if found.defect:
            defects.append(f"{where}: {found.defect}")
        if "\ufffd" in found.text:
            defects.append(f"{where}: the sender's program had already replaced characters by U+FFFD")
        text.append(found.text)
    return "".join(text)


def _plain(raw: bytes, defects: list[str], where: str) -> str:
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    found = decode(raw)
    if "\ufffd" in found.text:
        defects.append(f"{where}: the sender's program had already replaced characters by U+FFFD")
    defects.append(f"{where}: raw 8-bit text, read as {found.charset}" + (f"; {found.defect}" if found.defect else ""))
    return found.text


def parameters(raw: bytes, defects: list[str]) -> tuple[str, dict[str, str]]:
    """(value, parameters) of Content-Type or Content-Disposition, with RFC 2231 and what senders write instead of
    it."""
    raw = FOLD.sub(b"", raw[:MAX_VALUE])
    head, _, rest = raw.partition(b";")
    value = head.strip().decode("latin-1").lower()
    plain: dict[str, bytes] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for name, data in _split_parameters(rest):
        base, star, index = name.partition("*")
        if not star:
            plain.setdefault(base, data)
            continue
        extended = index.endswith("*") or index == ""
        number = index.rstrip("*")
        if number.isdigit() or not number:
            pieces.setdefault(base, {}).setdefault(int(number[:6] or 0), (data, extended))
    out = {name: _parameter(data, defects, name) for name, data in plain.items()}
    for name, parts in pieces.items():
        joined = _rfc2231(parts, defects, name)
        if joined:
            out[name] = joined
    return value, out


def _split_parameters(rest: bytes) -> Iterable[tuple[str, bytes]]:
    """`name=value` pairs; a value is quoted, or runs to the next semicolon even over spaces."""
    position, count = 0, 0
    while position < len(rest) and count < 1_000:
        match = _PARAMETER.match(rest, position)
        if match is None:
            following = rest.find(b";", position)
            if following < 0:
                return
            position = following + 1
            continue
        count += 1
        quoted, bare = match.group(2), match.group(3)
        data = _QUOTED_PAIR.sub(rb"\1", quoted) if quoted is not None else bare.strip()
        yield match.group(1).decode("latin-1").lower(), data
        position = match.end()


# Only \" and \\ are escapes: Windows senders write whole paths, C:\photos\box.jpg, between the quotes.
_QUOTED_PAIR = re.compile(rb'\\(["\\])')
_PARAMETER = re.compile(
    rb'[\s;]*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"(?=\s*(?:;|$|[^\s=;"]+=))[^;]*?(?:;|$|(?=\s[^\s=;"]+="))|([^;]*)(?:;|$))',
    re.DOTALL,
)


def _parameter(data: bytes, defects: list[str], name: str) -> str:
    if data.startswith(b'"'):
        data = data.strip(b'"')
    return decode_words(data, defects, name) if b"=?" in data or not data.isascii() else clean(data.decode("ascii"))


def _rfc2231(parts: dict[int, tuple[bytes, bool]], defects: list[str], name: str) -> str:
    charset = ""
    data = b""
    for position, index in enumerate(sorted(parts)):
        piece, extended = parts[index]
        if position == 0 and extended and piece.count(b"'") >= 2:
            label, _, piece = piece.split(b"'", 2)
            charset = label.decode("latin-1")
        data += unquote_to_bytes(piece) if extended else piece
    if b"=?" in data:
        return decode_words(data, defects, name)
    found = decode(data, charset)
    if found.defect:
        defects.append(f"{name}: {found.defect}")
    return clean(found.text)


def message_ids(raw: bytes) -> tuple[str, ...]:
    """The message ids of a field, without brackets, in order and once each."""
    text = clean(FOLD.sub(b" ", raw[:MAX_VALUE]).decode("latin-1"))
    found = [re.sub(r"\s+", "", m) for m in _MSGID.findall(text)]
    if not found and "@" in text:
        found = [word.strip("<>,;\"'") for word in text.split() if "@" in word]
    return tuple(dict.fromkeys(i for i in found if i))[:1_000]


def date(raw: bytes, defects: list[str]) -> datetime | None:
    """The instant of a Date field in UTC; None, with a defect, if it says none. A date without zone counts as UTC."""
    if not raw:
        return None
    text = clean(FOLD.sub(b" ", raw[:200]).decode("latin-1"))
    try:
        parsed = parsedate_to_datetime(text)
        return (parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        try:
            parsed = datetime.fromisoformat(text)
            return (parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed).astimezone(UTC)
        except (ValueError, OverflowError):
            defects.append(f"date: {text[:60]!r} is no date")
            return None
