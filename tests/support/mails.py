"""Messages for the mailroom's tests, written here from parts."""

from email.header import Header

SENDER = "张伟 <zhangwei@example.cn>"
SUBJECT = "投诉"


def mail(
    body: str | bytes = "你好",
    *,
    subject: str = SUBJECT,
    sender: str = SENDER,
    to: str = "desk@example.org",
    charset: str = "utf-8",
    content_type: str = "",
    headers: tuple[str, ...] = (),
) -> bytes:
    """One message; text is 8-bit in `charset`, header words are encoded, `headers` are added as they are."""
    kind = content_type or f'text/plain; charset="{charset}"'
    lines = [
        f"From: {_words(sender)}",
        f"To: {to}",
        f"Subject: {_words(subject)}",
        "MIME-Version: 1.0",
        f"Content-Type: {kind}",
        *headers,
    ]
    content = body.encode(charset) if isinstance(body, str) else body
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def multipart(*parts: bytes, subtype: str = "mixed", subject: str = SUBJECT, sender: str = SENDER) -> bytes:
    """A message of several parts; each part brings its own header."""
    boundary = b"=_part"
    body = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts) + b"--" + boundary + b"--\n"
    return mail(body, subject=subject, sender=sender, content_type=f'multipart/{subtype}; boundary="=_part"')


def part(content: bytes, *header: str) -> bytes:
    """One part with its header lines."""
    return "\n".join(header).encode("utf-8") + b"\n\n" + content


def _words(value: str) -> str:
    if value.isascii():
        return value
    name, bracket, rest = value.partition(" <")
    return Header(name, "utf-8", maxlinelen=70).encode(linesep="\r\n") + bracket + rest
