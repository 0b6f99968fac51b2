"""From the tree of parts to one readable text and the files: which parts are the body, which are attachments."""

import re
from dataclasses import dataclass, field
from itertools import islice

from complaints.mailroom.charsets import decode
from complaints.mailroom.files import safe_name, sniff
from complaints.mailroom.headers import clean, decode_words
from complaints.mailroom.html_text import html_to_text
from complaints.mailroom.mime import Part
from complaints.mailroom.model import Attachment
from complaints.mailroom.tnef import read_tnef
from complaints.mailroom.transfer import decode_body, uu_files

MAX_TEXT = 1_000_000
MAX_BODY_BYTES = 4_000_000
MAX_TAGS = 200_000
# a plain branch of this many characters is no mere hint to look at the HTML
_NO_STUB = 600
_BODY_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html", "text/x-html"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_ARMOUR = re.compile(r"-----BEGIN PGP MESSAGE-----.*?(?:-----END PGP MESSAGE-----|\Z)", re.S)
_SIGNED, _SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END = "-----END PGP SIGNATURE-----"
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,40})", re.I)
_TAGS = re.compile(r"<(?:html|body|div|p|br|table|span|font)\b[^>]{0,500}>", re.I)


@dataclass(slots=True)
class _Choice:
    """A multipart/alternative: the texts of each branch, in document order."""

    branches: "dict[int, list[_Text | _Choice]]" = field(default_factory=dict)
    resolved: str = ""


@dataclass(slots=True)
class _Text:
    """One body text; HTML is turned into text when somebody asks, since most of it has a plain twin."""

    source: str
    is_html: bool

    @property
    def text(self) -> str:
        if self.is_html:
            self.source, self.is_html = html_to_text(self.source), False
        return self.source


@dataclass(slots=True)
class Content:
    """The body and the files of one message; `reports` are its machine-readable parts (type, content)."""

    text: str
    attachments: list[Attachment]
    reports: list[tuple[str, bytes]]


def content_of(root: Part, defects: list[str]) -> Content:
    """Collect the body texts and the files under `root`."""
    collector = _Collector(defects)
    collector.walk(root)
    return collector.result()


class _Collector:
    def __init__(self, defects: list[str]) -> None:
        self._defects = defects
        self._top: list[_Text | _Choice] = []
        self._choices: list[_Choice] = []
        self._named_text: list[_Text] = []
        self._tnef_text = ""
        self.attachments: list[Attachment] = []
        self.reports: list[tuple[str, bytes]] = []

    def walk(self, root: Part) -> None:
        pending: list[tuple[Part, list[_Text | _Choice]]] = [(root, self._top)]
        while pending:
            part, target = pending.pop()
            if not part.is_multipart:
                self._leaf(part, target)
                continue
            if part.content_type == "multipart/alternative":
                choice = _Choice()
                target.append(choice)
                self._choices.append(choice)
                targets = [choice.branches.setdefault(index, []) for index in range(len(part.children))]
            else:
                targets = [target] * len(part.children)
            pending.extend(reversed(list(zip(part.children, targets, strict=True))))

    def result(self) -> Content:
        for choice in reversed(self._choices):
            choice.resolved = _choose(list(choice.branches.values()))
        text = _join(self._top)
        if not text.strip():
            text = self._tnef_text or (self._named_text[0].text if self._named_text else "")
        text = self._pgp(text)
        if len(text) > MAX_TEXT:
            self._attach("", "text/plain", text.encode("utf-8"), False, "")
            self._defects.append(f"text: longer than {MAX_TEXT} characters, the whole kept as an attachment")
            text = text[:MAX_TEXT]
        return Content(text, self.attachments, self.reports)

    def _leaf(self, part: Part, target: "list[_Text | _Choice]") -> None:
        encoding = part.headers.plain("content-transfer-encoding")
        content, defect = decode_body(part.body, encoding)
        if defect:
            self._defects.append(f"body: {defect}")
        name = self._name(part)
        kind = part.content_type
        inline = part.disposition == "inline"
        content_id = part.headers.plain("content-id").strip("<> ")
        if kind in (
            "message/delivery-status",
            "message/disposition-notification",
            "message/feedback-report",
            "text/rfc822-headers",
            "message/rfc822",
            "message/global-delivery-status",
            "message/rfc822-headers",
        ):
            self.reports.append((kind, content))
        is_body = (kind in _BODY_TYPES or kind.startswith("multipart/")) and part.disposition != "attachment"
        if is_body and name and part.parent is not None:
            if not self._named_text and len(content) <= MAX_BODY_BYTES:
                self._named_text.append(self._text(content, part))
            is_body = False
        if is_body and _is_file(content):
            is_body = False
        if is_body:
            if kind in ("text/plain",) or kind.startswith("multipart/"):
                content = self._uuencoded(content)
            target.append(self._text(content, part))
            return
        if kind in _TNEF or name.lower() == "winmail.dat":
            found = read_tnef(content)
            if not found.defect:
                for item in found.attachments:
                    self._attach(item.name, item.content_type, item.content, False, item.content_id)
                self._tnef_text = self._tnef_text or found.text
                return
            self._defects.append(f"winmail.dat: {found.defect}")
            for item in found.attachments:
                self._attach(item.name, item.content_type, item.content, False, item.content_id)
            self._tnef_text = self._tnef_text or found.text
        if kind == "message/rfc822" and not name:
            name = self._nested_name(content)
        if content or name or part.disposition == "attachment":
            self._attach(name, kind, content, inline or (bool(content_id) and kind.startswith("image/")), content_id)

    def _name(self, part: Part) -> str:
        return part.disposition_params.get("filename") or part.params.get("name") or ""

    def _nested_name(self, content: bytes) -> str:
        match = re.search(rb"^subject:[ \t]*((?:.*)(?:\r?\n[ \t].*)*)", content[:16_384], re.I | re.M)
        subject = decode_words(match.group(1), [], "subject") if match else ""
        return f"{subject[:80].replace('/', '_')}.eml" if subject else ""

    def _attach(self, name: str, declared: str, content: bytes, inline: bool, content_id: str) -> None:
        found = sniff(content, declared)
        self.attachments.append(
            Attachment(
                safe_name(name, found, len(self.attachments) + 1), found, content, inline, clean(content_id)[:200]
            )
        )

    def _text(self, content: bytes, part: Part) -> _Text:
        if len(content) > MAX_BODY_BYTES:
            self._defects.append(f"body: longer than {MAX_BODY_BYTES} bytes, the whole kept as an attachment")
            self._attach(self._name(part), part.content_type, content, False, "")
            content = content[:MAX_BODY_BYTES]
            content = content[: content.rfind(b"\n") + 1] or content
        label = part.params.get("charset", "")
        is_html = part.content_type in ("text/html", "text/x-html", "text/x-amp-html")
        if is_html and not label and (meta := _META_CHARSET.search(content[:4_096])):
            label = meta.group(1).decode("ascii")
        found = decode(content, label)
        if found.defect:
            self._defects.append(f"body: {found.defect}")
        text = found.text.removeprefix("\ufeff")
        if "\ufffd" in text:
            self._defects.append("body: the sender's program had already replaced characters by U+FFFD")
        if "\x00" in text:
            text = text.replace("\x00", "")
            self._defects.append("body: null characters left out")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if is_html:
            if text.count("<") > MAX_TAGS:
                self._defects.append(f"body: more than {MAX_TAGS} tags, the whole kept as an attachment")
                self._attach(self._name(part), part.content_type, content, False, "")
                text = text[: next(islice(re.finditer("<", text), MAX_TAGS, None)).start()]
            return _Text(text, True)
        if part.content_type in ("text/enriched", "text/richtext"):
            return _Text(re.sub(r"</?[A-Za-z][^<>]{0,100}>", "", text), False)
        if part.params.get("format", "").lower() == "flowed":
            return _Text(unflow(text, part.params.get("delsp", "").lower() == "yes"), False)
        unmarked = not part.headers.has("content-type")
        return _Text(text, unmarked and len(_TAGS.findall(text[:20_000])) >= 3)

    def _uuencoded(self, content: bytes) -> bytes:
        if b"\nbegin " not in content and not content.startswith(b"begin "):
            return content
        rest, files = uu_files(content)
        for name, data in files[:1_000]:
            self._attach(decode_words(name, self._defects, "filename"), "application/octet-stream", data, False, "")
        return rest

    def _pgp(self, text: str) -> str:
        if "-----BEGIN PGP" not in text:
            return text
        text = _unsigned(text)
        for armour in _ARMOUR.findall(text)[:20]:
            self._attach("message.asc", "application/pgp-encrypted", armour.encode("utf-8"), False, "")
        return _ARMOUR.sub("", text)


def _unsigned(text: str) -> str:
    """Without the armour of clear-signed text; stray halves of it stay."""
    out: list[str] = []
    position = 0
    while True:
        start = text.find(_SIGNED, position)
        signature = text.find(_SIGNATURE, start) if start >= 0 else -1
        if signature < 0:
            break
        body = text.find("\n\n", start, signature)
        end = text.find(_SIGNATURE_END, signature)
        out += [
            text[position:start],
            re.sub(r"(?m)^- ", "", text[body + 2 if body >= 0 else start + len(_SIGNED) : signature]),
        ]
        position = end + len(_SIGNATURE_END) if end >= 0 else len(text)
    return "".join([*out, text[position:]])


def _is_file(content: bytes) -> bool:
    found = sniff(content, "text/plain")
    return found not in (
        "text/plain",
        "text/html",
        "text/x-script",
        "application/octet-stream",
        "application/x-shellscript",
        "application/postscript",
    )


def _join(items: "list[_Text | _Choice]") -> str:
    texts = [item.text if isinstance(item, _Text) else item.resolved for item in items]
    return "\n\n".join(t.strip("\n") for t in texts if t.strip())


def _choose(branches: "list[list[_Text | _Choice]]") -> str:
    """The plain branch, unless it is a mere stub of what the HTML branch says."""
    rich_ones = [any(isinstance(i, _Choice) or i.is_html for i in items) for items in branches]
    plain = next((t for items, rich in zip(branches, rich_ones, strict=True) if not rich and (t := _join(items))), "")
    markup = "</" in plain and len(_TAGS.findall(plain[:20_000])) >= 3
    if len(plain) >= _NO_STUB and not markup:
        return plain
    pairs = reversed(list(zip(branches, rich_ones, strict=True)))
    rich_text = next((t for items, rich in pairs if rich and (t := _join(items))), "")
    if not plain or not rich_text:
        return plain or rich_text
    short, full = len("".join(plain.split())), len("".join(rich_text.split()))
    return rich_text if markup or (full >= 60 and short < 0.25 * full) else plain


def unflow(text: str, delsp: bool) -> str:
    """Join the soft line breaks of format=flowed (RFC 3676)."""
    paragraphs: list[tuple[int, list[str]]] = []
    open_depth = -1
    for raw in text.split("\n"):
        stripped = raw.lstrip(">")
        depth = len(raw) - len(stripped)
        line = stripped.removeprefix(" ")
        soft = line.endswith(" ") and line != "-- "
        if open_depth == depth and line != "-- ":
            pieces = paragraphs[-1][1]
        else:
            pieces = []
            paragraphs.append((depth, pieces))
        pieces.append(line[:-1] if soft and delsp else line)
        open_depth = depth if soft else -1
    return "\n".join((">" * depth + " " if depth else "") + "".join(pieces) for depth, pieces in paragraphs)
