"""HTML to readable text in one pass: no tree, no recursion, time linear in the input, whatever the nesting.

Quoted history keeps its mark (`> `), because Chinese web mail marks it only in HTML.
"""

import html
import re

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "caption",
        "title",
    ]
)
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "blockquote", "dl"])
_SKIPPED = frozenset(
    ["script", "style", "head", "title", "noscript", "template", "svg", "object", "xml", "textarea", "select"]
)
_VOID = frozenset(
    ["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"]
)
_OPENING = re.compile(r"<(?=[a-zA-Z!?]|/[a-zA-Z])")
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:_-]*)")
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_QUOTE_MARK = re.compile(
    r"cite|gmail_quote|yahoo_quoted|isReplyContent|ntes-mailquote|moz-cite|protonmail_quote|qmquote|zmail_extra|origbody|_origin_",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.I)
_RULE = "\n\n"


def html_to_text(source: str) -> str:
    """Readable text of `source`: blocks on lines of their own, cells apart, list marks, alternative texts, `> `
    before quotes."""
    writer = _Writer()
    position = 0
    length = len(source)
    skip_until = ""
    no_comment_end = False
    never_closed: set[str] = set()
    while position < length:
        found = _OPENING.search(source, position)
        if found is None:
            if not skip_until:
                writer.text(source[position:])
            break
        opening = found.start()
        if opening > position and not skip_until:
            writer.text(source[position:opening])
        if source.startswith("<!--", opening) and not no_comment_end:
            end = source.find("-->", opening + 4)
            if end >= 0:
                position = end + 3
                continue
            no_comment_end = True
        if source.startswith(("<!", "<?"), opening):
            end = source.find(">", opening)
            position = length if end < 0 else end + 1
            continue
        match = _NAME.match(source, opening + 1)
        if match is None:
            position = opening + 2
            continue
        end = _tag_end(source, match.end())
        if end < 0:
            if not skip_until:
                writer.text(source[opening:])
            break
        name = match.group(1).lower()
        closing = source[opening + 1] == "/"
        position = end + 1
        if skip_until:
            if name == skip_until and closing:
                skip_until = ""
            elif skip_until == "head" and name == "body":
                skip_until = ""
                writer.open(name, source[match.end() : end])
            continue
        attributes = source[match.end() : end]
        if closing:
            writer.close(name)
        elif name in _SKIPPED and not attributes.endswith("/"):
            # a section that is never closed hides nothing
            if name not in never_closed and (name == "head" or _closes(source, name, position)):
                skip_until = name
            else:
                never_closed.add(name)
        else:
            writer.open(name, attributes)
    return writer.result()


def _closes(source: str, name: str, position: int) -> bool:
    return source.find("</" + name, position) >= 0 or source.find("</" + name.upper(), position) >= 0


def _tag_end(source: str, start: int) -> int:
    """The `>` that ends a tag, passing over those inside quoted values near by."""
    end = source.find(">", start)
    if end < 0:
        return -1
    inside = source[start:end]
    if len(inside) < 4_000 and inside.count('"') % 2 and (quote := source.find('"', end, end + 2_000)) > 0:
        later = source.find(">", quote)
        if later > 0 and "<" not in source[end:quote]:
            return later
    return end


class _Writer:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes: list[str] = []
        self._depth = 0
        self._pre = 0
        self._blank_wanted = False
        self._containers: list[tuple[str, bool]] = []

    def text(self, raw: str) -> None:
        value = html.unescape(raw) if "&" in raw else raw
        value = value.replace("\u200b", "").replace("\ufeff", "").replace("\xad", "")
        if self._pre:
            first, *rest = value.split("\n")
            self._line.append(first)
            for line in rest:
                self._break(keep=True)
                self._line.append(line.rstrip("\r"))
            return
        value = _SPACE.sub(" ", value)
        if value == " " and (not self._line or self._line[-1].endswith((" ", "\t"))):
            return
        if value:
            self._line.append(value if self._line else value.lstrip(" "))

    def open(self, name: str, attributes: str) -> None:
        if name == "br":
            self._break(keep=True)
        elif name in ("td", "th"):
            if self._line:
                self._line.append("\t")
        elif name == "img":
            alt = _attribute(attributes, "alt")
            if alt and len(alt) < 200:
                self.text(f"[{alt}]")
        elif name in _BLOCKS:
            self._break()
            self._blank_wanted |= name in _SPACED
            if name == "li":
                self._line.append("- ")
            elif name == "hr":
                self._lines.append(self._prefix() + "-" * 20)
            elif name == "pre":
                self._pre += 1
            if name in ("blockquote", "div") and len(self._containers) < 10_000:
                quoted = (
                    bool(attributes)
                    and bool(_QUOTE_MARK.search(attributes))
                    and (name == "blockquote" or "origin" not in attributes)
                )
                if quoted and name == "div" and "gmail_quote" in attributes:
                    quoted = False  # holds the attribution line too; the blockquote within it is the quote
                self._containers.append((name, quoted))
                self._depth += quoted

    def close(self, name: str) -> None:
        if name not in _BLOCKS:
            return
        self._break()
        self._blank_wanted |= name in _SPACED
        if name == "pre" and self._pre:
            self._pre -= 1
        if name in ("blockquote", "div") and self._containers:
            # a stray closing tag closes nothing else
            for back in range(1, min(len(self._containers), 50) + 1):
                if self._containers[-back][0] == name:
                    for _, quoted in self._containers[len(self._containers) - back :]:
                        self._depth -= quoted
                    del self._containers[len(self._containers) - back :]
                    break

    def result(self) -> str:
        self._break()
        return "\n".join(self._lines).strip("\n")

    def _prefix(self) -> str:
        return "> " * min(self._depth, 8)

    def _break(self, keep: bool = False) -> None:
        line = "".join(self._line).rstrip()
        self._line = []
        if not line and not keep:
            return
        if (
            not line
            and self._lines
            and not self._lines[-1].strip("> ")
            and len(self._lines) > 1
            and not self._lines[-2].strip("> ")
        ):
            return  # never more than two empty lines in a row
        if self._blank_wanted and line and self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._prefix().rstrip())
        if line:
            self._blank_wanted = False
        self._lines.append((self._prefix() + line).rstrip())


def _attribute(attributes: str, wanted: str) -> str:
    if wanted not in attributes.lower():
        return ""
    for match in _ATTRIBUTE.finditer(attributes[:4_000]):
        if match.group(1).lower() == wanted:
            return html.unescape(match.group(2) or match.group(3) or match.group(4) or "").strip()
    return ""
