"""Attachments: a name that is never a path, and a type told by the content rather than by the name."""

import re
import unicodedata

from complaints.endings import extension

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (257, b"ustar", "application/x-tar"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"OggS", "application/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (0, b"#!", "application/x-shellscript"),
    (0, b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OOXML = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_OLE_TYPES = frozenset(
    {"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/vnd.ms-outlook"}
)
_MARKUP = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*|<\?xml[^>]*>\s*|<!DOCTYPE\s+(?!html|svg)[^>]*>\s*)*<(?:!DOCTYPE\s+)?(html|svg|script|body|head|iframe)\b",
    re.I | re.S,
)
_ACTIVE = re.compile(rb"\s*(?:@echo off|@if |Windows Registry Editor|on error resume next|powershell)", re.I)
_ENTRY = b"PK\x03\x04"
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?$", re.I)


def sniff(content: bytes, declared: str) -> str:
    """The media type of `content`. `declared` stands only where the bytes do not speak against it.

    Reads the first kilobytes only and expands nothing, so that no archive can grow here.
    """
    head = content[:4_096]
    if head.startswith(_ENTRY):
        return _zip_type(content)
    if head.startswith(_OLE):
        return declared if declared in _OLE_TYPES else "application/x-ole-storage"
    for offset, magic, found in (*_BY_FIRST_BYTE.get(head[:1], ()), *_INSIDE):
        if head.startswith(magic, offset):
            if offset == 8 and not head.startswith(b"RIFF"):
                continue
            if found in ("image/bmp", "application/vnd.microsoft.portable-executable") and not _binary(head):
                continue
            return found
    if head.lstrip()[:5] == b"%PDF-":
        return "application/pdf"
    if match := _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "image/svg+xml" if match.group(1).lower() == b"svg" else "text/html"
    if _ACTIVE.match(head):
        return "text/x-script"
    if declared.startswith(("text/", "message/")) or declared in ("application/json", "application/xml"):
        return declared if not _binary(head) or declared.startswith("message/") else "application/octet-stream"
    if declared.startswith(("image/", "video/", "audio/")) or declared in ("application/pdf", "application/zip"):
        # these have a signature: what lacks it is not what it says it is
        return "application/octet-stream" if declared in _SIGNED or _binary(head) is False else declared
    return declared or "application/octet-stream"


_INSIDE = tuple(row for row in _MAGIC if row[0])
_BY_FIRST_BYTE = {row[1][:1]: tuple(r for r in _MAGIC if r[0] == 0 and r[1][:1] == row[1][:1]) for row in _MAGIC}
_SIGNED = frozenset(found for _, _, found in _MAGIC) | {"application/zip"}


def _binary(head: bytes) -> bool:
    return b"\x00" in head


def _zip_type(content: bytes) -> str:
    """Office documents are archives with telling entry names; only the names at the two ends are read."""
    seen = content[:8_192] + content[-8_192:]
    if b"[Content_Types].xml" in seen or b"_rels/.rels" in seen:
        for prefix, found in _OOXML:
            if prefix in seen:
                return found
    if content[30:38] == b"mimetype":
        match = re.match(rb"application/(?:vnd\.oasis\.opendocument\.[a-z]+|epub\+zip)", content[38:120])
        if match:
            return match.group(0).decode("ascii")
    if b"META-INF/MANIFEST.MF" in seen:
        return "application/java-archive"
    return "application/zip"


def safe_name(name: str, content_type: str, number: int) -> str:
    """One plain file name of at most 150 characters; `attachment-<number>` with a fitting ending if `name` leaves
    nothing."""
    name = unicodedata.normalize("NFC", name)
    name = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    name = "".join(
        "_" if c in '<>:"|?*' else c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    name = name.strip().strip(".").strip() if name.strip(". ") == "" else name.strip().lstrip(".").rstrip(". ")
    if not name:
        return f"attachment-{number}{extension(content_type)}"
    if _RESERVED.match(name):
        name = f"_{name}"
    if len(name) > 150:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: 149 - len(ending)]}.{ending}" if dot and 0 < len(ending) <= 16 else name[:150]
    return name
