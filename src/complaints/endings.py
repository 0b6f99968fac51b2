"""Files as people know them: the endings of media types, sizes."""

import mimetypes
from collections.abc import Iterable

_EXTENSIONS = {
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "text/html": ".html",
    "image/jpeg": ".jpg",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/octet-stream": ".bin",
    "image/heic": ".heic",
    "image/webp": ".webp",
    "audio/mp4": ".m4a",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


def extension(content_type: str) -> str:
    """The usual file ending of a media type, with its dot."""
    return _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"


def endings(content_types: Iterable[str]) -> str:
    """File endings for media types, as people know them.

    >>> endings(["image/jpeg", "application/pdf", "audio/mp4"])
    'JPG, PDF, M4A'
    """
    return ", ".join(dict.fromkeys(extension(one)[1:].upper() for one in content_types))


def megabytes(size: int) -> str:
    """A limit in bytes as people know it, never more than it is.

    >>> megabytes(20_000_000), megabytes(4_500_000), megabytes(2_999)
    ('20 MB', '4.5 MB', '2.9 kB')
    """
    unit, name = (1_000_000, "MB") if size >= 1_000_000 else (1_000, "kB")
    return f"{size * 10 // unit / 10:g} {name}"
