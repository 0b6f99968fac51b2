"""The structure of a MIME message, found in one pass over its bytes, without recursion and without copying bodies.

The standard library's parser tests every line against every open boundary and recurses by level; a message of 2,000
levels or 10,000 parts takes it minutes or fails. Here a line that starts with `--` is looked up once.
"""

import re
from dataclasses import dataclass, field

from complaints.mailroom.headers import Headers, parameters

MAX_PARTS = 10_000
MAX_HEADER_LINES = 10_000
# a name of sane length, and the value with its folded lines but without its last line break
_FIELD = re.compile(
    rb"([!-9;-~]{1,200})[ \t]*:[ \t]*([^\r\n]*+(?>(?:\r?\n[ \t]|\r(?!\n))[^\r\n]*+){0,1000}+)(?:\r?\n|\Z)"
)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_BLANK = re.compile(rb"[\r\n]+")
_HEADER_END = re.compile(rb"\n\r?\n")
_GUESSED = re.compile(rb"^--([^\r\n]{1,200})\r?\nContent-[A-Za-z-]+:", re.MULTILINE)


@dataclass(slots=True)
class Part:
    """One part: its headers, its type, and where its body lies in `source`."""

    source: bytes
    headers: Headers
    content_type: str
    params: dict[str, str]
    disposition: str
    disposition_params: dict[str, str]
    start: int
    end: int = -1
    parent: "Part | None" = None
    children: "list[Part]" = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The body in its transfer encoding."""
        return self.source[self.start : self.end]

    @property
    def is_multipart(self) -> bool:
        """Whether the body was split into parts."""
        return bool(self.children)


def parse(source: bytes, defects: list[str]) -> Part:
    """The tree of `source`. Everything that is no proper MIME is told in `defects`, and its bytes stay in some part."""
    if b"\n" not in source[:65_536] and b"\r" in source[:65_536]:
        source = source.replace(b"\r", b"\n")
        defects.append("message: lines end in bare carriage returns")
    root, position = _open(source, _skip_envelope(source), None, defects, {})
    levels: dict[bytes, list[Part]] = {}
    stack: list[tuple[bytes, Part]] = []
    current = root
    _push(root, levels, stack, defects)
    count = 1
    while stack:
        # a header comes first, so that there is a byte before `position`
        hit = source.find(b"\n--", position - 1)
        if hit < 0:
            break
        line_start = hit + 1
        line_end = source.find(b"\n", line_start)
        line_end = len(source) if line_end < 0 else line_end
        if line_end - line_start > 1_000:
            position = line_end
            continue
        line = source[line_start + 2 : line_end].rstrip(b" \t\r")
        closing = False
        if line not in levels or not levels[line]:
            if not (line.endswith(b"--") and levels.get(line[:-2])):
                position = max(line_end, position + 1)
                continue
            line, closing = line[:-2], True
        container = levels[line][-1]
        _close(current, container, source, line_start)
        while stack and stack[-1][1] is not container:
            boundary, _ = stack.pop()
            levels[boundary].pop()
        if closing:
            stack.pop()
            levels[line].pop()
            current = container
            position = line_end
            continue
        if count >= MAX_PARTS:
            rest = Part(
                source,
                Headers([], defects),
                "application/octet-stream",
                {},
                "attachment",
                {},
                line_start,
                len(source),
                container,
            )
            container.children.append(rest)
            defects.append(f"message: more than {MAX_PARTS} parts, the rest kept as one attachment")
            current = rest
            break
        count += 1
        child, position = _open(source, min(line_end + 1, len(source)), container, defects, levels)
        container.children.append(child)
        current = child
        _push(child, levels, stack, defects)
    _close(current, None, source, len(source))
    return root


def _skip_envelope(source: bytes) -> int:
    """Where headers begin: behind blank lines, a byte order mark and an mbox "From " line."""
    position = 3 if source.startswith(b"\xef\xbb\xbf") else 0
    if match := _BLANK.match(source, position):
        position = match.end()
    if source.startswith((b"From ", b">From "), position):
        end = source.find(b"\n", position)
        position = end + 1 if end >= 0 else len(source)
    return position


def _push(part: Part, levels: dict[bytes, list[Part]], stack: list[tuple[bytes, Part]], defects: list[str]) -> None:
    if not part.content_type.startswith("multipart/"):
        return
    boundary = part.params.get("boundary", "").rstrip().encode("utf-8")
    if part.parent is None and (not boundary or part.source.find(b"--" + boundary, part.start) < 0):
        defects.append("message: multipart whose boundary is missing or never occurs")
        guess = _GUESSED.search(part.source, part.start, part.start + 65_536)
        boundary = guess.group(1).rstrip() if guess else b""
    if not boundary:
        return
    levels.setdefault(boundary, []).append(part)
    stack.append((boundary, part))


def _close(current: Part, container: Part | None, source: bytes, delimiter: int) -> None:
    """End `current` and whatever it is inside of, up to `container`, before the line break of the delimiter."""
    end = delimiter
    if container is not None and end > 0 and source[end - 1] == 10:
        end -= 2 if end > 1 and source[end - 2] == 13 else 1
    part: Part | None = current
    while part is not None and part is not container:
        if part.end < 0:
            part.end = max(part.start, end)
        part = part.parent


def _open(
    source: bytes, position: int, parent: Part | None, defects: list[str], levels: dict[bytes, list[Part]]
) -> tuple[Part, int]:
    fields, position = _read_headers(source, position, defects, levels, parent is None)
    headers = Headers(fields, defects)
    raw_type = headers.raw("content-type")
    content_type, params = parameters(raw_type, defects) if raw_type else ("", {})
    if not _MEDIA_TYPE.fullmatch(content_type):
        if content_type and content_type != "text":
            defects.append(f"content-type: {content_type[:60]!r} is no media type")
        guess = "message/rfc822" if parent is not None and parent.content_type == "multipart/digest" else "text/plain"
        content_type = "multipart/mixed" if content_type.startswith("multipart") else guess
    disposition, disposition_params = parameters(headers.raw("content-disposition"), defects)
    return Part(
        source, headers, content_type, params, disposition, disposition_params, position, parent=parent
    ), position


def _read_headers(
    source: bytes, position: int, defects: list[str], levels: dict[bytes, list[Part]], top: bool
) -> tuple[list[tuple[str, bytes]], int]:
    """The fields from `position` on, and where the body begins. The first line that is none ends them."""
    fields: list[tuple[str, bytes]] = []
    length = len(source)
    lines = 0
    while position < length:
        lines += 1
        if lines > MAX_HEADER_LINES:
            defects.append(f"headers: more than {MAX_HEADER_LINES} fields, the rest left out")
            blank = _HEADER_END.search(source, position - 1)
            return fields, blank.end() if blank else length
        match = _FIELD.match(source, position)
        if match is not None:
            fields.append((match.group(1).decode("ascii").lower(), match.group(2)))
            position = match.end()
            continue
        newline = source.find(b"\n", position)
        line_end = length if newline < 0 else newline + 1
        first = source[position]
        if first in b"\r\n" and not source[position:line_end].strip():
            return fields, line_end
        if source.startswith((b"From ", b">From "), position) and top:
            position = line_end
            continue
        if first not in b" \t" and _ends_headers(source, position, line_end, levels):
            break
        defects.append("headers: a line that is no field, skipped")
        position = line_end
    return fields, position


def _ends_headers(source: bytes, position: int, line_end: int, levels: dict[bytes, list[Part]]) -> bool:
    """Whether a line that is no field begins the body: unless another field or a blank line follows right behind it."""
    line = source[position:line_end].rstrip()
    if line.startswith(b"--") and (line[2:] in levels or line[2:].removesuffix(b"--") in levels):
        return True
    return _FIELD.match(source, line_end) is None
