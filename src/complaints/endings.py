"""The file endings of media types."""

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
