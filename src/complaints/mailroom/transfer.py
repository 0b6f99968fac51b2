"""Content-Transfer-Encoding, read as forgivingly as mail programs do."""

import binascii
import contextlib
import re

_NOT_BASE64 = bytes(c for c in range(256) if not (chr(c).isalnum() and c < 128) and c not in b"+/=-_")
_URLSAFE = bytes.maketrans(b"-_", b"+/")
_MAX_PADDINGS = 100_000
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]+)\r?\n", re.MULTILINE)


def decode_body(data: bytes, encoding: str) -> tuple[bytes, str]:
    """(content, defect) of a body in transfer encoding `encoding`. Unknown encodings leave the bytes as they are."""
    encoding = encoding.strip().strip("\"'").lower().split(";")[0].strip()
    if encoding in ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"):
        return data, ""
    if encoding in ("base64", "b", "base-64"):
        return base64(data)
    if encoding in ("quoted-printable", "q", "quoted_printable", "qp"):
        return quoted_printable(data), ""
    if encoding in ("x-uuencode", "x-uue", "uuencode", "uue", "x-uu"):
        found = uu_files(data, to_end=True)[1]
        return (found[0][1], "") if found else (data, "uuencoded body without a begin line")
    return data, f"unknown transfer encoding {encoding[:40]!r}"


def base64(data: bytes) -> tuple[bytes, str]:
    """Decode base64 that may be padded in the middle, unpadded, or followed by plain text such as a list's footer."""
    packed = data.translate(None, b"\r\n \t")
    with contextlib.suppress(binascii.Error):
        return binascii.a2b_base64(packed, strict_mode=True), ""
    footer = _footer(data)
    clean = data[: len(data) - len(footer)].translate(_URLSAFE, _NOT_BASE64)
    out = bytearray()
    defect = "base64 with foreign bytes" if len(clean) != len(packed) - len(footer.translate(None, b"\r\n \t")) else ""
    if clean.count(b"=") > _MAX_PADDINGS:
        clean, defect = clean.replace(b"=", b""), "base64 that is mostly padding"
    for piece in clean.split(b"="):
        if len(piece) % 4 == 1:  # six bits that belong to no byte
            piece, defect = piece[:-1], "base64 cut short"
        out += binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))
    if footer:
        defect = "text after the end of base64 left out"
    return bytes(out), defect


def _footer(data: bytes) -> bytes:
    """Plain text that a list server appended behind the padding."""
    end = data.rfind(b"=\n") if b"=\n" in data else data.rfind(b"=\r\n")
    tail = data[end + 1 :] if end >= 0 else b""
    return tail if re.search(rb"[ \t][A-Za-z]|[^A-Za-z0-9+/=\s_-]", tail) else b""


def quoted_printable(data: bytes) -> bytes:
    """Decode quoted-printable; what is no valid escape stays as it is."""
    return binascii.a2b_qp(data)


def uu_files(data: bytes, *, to_end: bool = False) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """(what is left, [(name, content)]) of a text that carries uuencoded files in itself; `to_end` takes one without
    `end`."""
    files: list[tuple[bytes, bytes]] = []
    kept = bytearray()
    position = 0
    while match := _UU_BEGIN.search(data, position):
        end = _UU_END.search(data, match.end())
        if end is None and not to_end:
            break
        stop, position_after = (end.start(), end.end()) if end else (len(data), len(data))
        content = bytearray()
        try:
            for line in data[match.end() : stop].splitlines():
                if line and line != b"`":
                    content += _uu_line(line)
        except binascii.Error:
            kept += data[position:position_after]
            position = position_after
            continue
        kept += data[position : match.start()]
        files.append((match.group(1).strip(), bytes(content)))
        position = position_after
    kept += data[position:]
    return bytes(kept), files


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # some encoders leave trailing rubbish: the first character tells the true length
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        return binascii.a2b_uu(line[:length])
