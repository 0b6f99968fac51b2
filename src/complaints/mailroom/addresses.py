"""Address fields: raw bytes to mailboxes, as forgiving as mail programs, never more than an address is."""

import re
import unicodedata

from complaints.mailroom.headers import FOLD, MAX_VALUE, decode_words
from complaints.mailroom.model import Address

MAX_ADDRESSES = 2_000
# what nearly all programs write: an optional plain name and an address in brackets
_SIMPLE = re.compile(rb"\s*\"?([A-Za-z0-9](?:[A-Za-z0-9._-]| (?! ))*)?\"?\s*<([A-Za-z0-9._+=-]+@[A-Za-z0-9.-]+)>\s*")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]+@[^\s<>@,;:\"()\\]+")


def addresses(raw: bytes, defects: list[str], where: str) -> tuple[Address, ...]:
    """Every mailbox of an address field; groups are opened, what holds no address is left out."""
    raw = FOLD.sub(b"", raw[:MAX_VALUE])
    if simple := _SIMPLE.fullmatch(raw):
        return (Address((simple.group(1) or b"").decode("ascii").strip(), simple.group(2).decode("ascii")),)
    if len(_QUOTE.findall(raw)) % 2:
        raw = raw.replace(b'"', b"")
    found: list[Address] = []
    for item in _split_addresses(raw):
        address = _address(item, defects, where)
        if address.address or address.name:
            found.append(address)
        if len(found) >= MAX_ADDRESSES:
            defects.append(f"{where}: more than {MAX_ADDRESSES} addresses, the rest left out")
            break
    # an unquoted comma inside a name ("Smith, John <j@x>") splits it: what has no address belongs to the next item
    joined: list[Address] = []
    waiting: list[str] = []
    for mailbox in found:
        if mailbox.address:
            joined.append(Address(", ".join([*waiting, mailbox.name]) if waiting else mailbox.name, mailbox.address))
            waiting = []
        elif "@" not in mailbox.name:
            waiting.append(mailbox.name)
    return tuple(joined) if joined or not waiting else (Address(", ".join(waiting), ""),)


# every repetition is bounded, so that an opening mark without its end costs little
_QUOTE = re.compile(rb'(?<!\\)"')
_TOKEN = re.compile(
    rb'"(?:[^"\\]|\\.){0,300}"|\([^()]{0,1000}\)|<[^<>]{0,1000}>|=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,1000}\?=|[,;:]|[^",;:(<=]+|.',
    re.DOTALL,
)


def _split_addresses(raw: bytes) -> list[bytes]:
    items: list[bytes] = [b""]
    for match in _TOKEN.finditer(raw):
        token = match.group(0)
        if token in (b",", b";"):
            items.append(b"")
        elif token == b":":
            before = items[-1]
            # a group's name ends in a colon; "mailto:" and stray colons stay
            items[-1] = b"" if b"@" not in before and b"<" not in before else before + token
        else:
            items[-1] += token
    return [item.strip() for item in items if item.strip()]


def _address(item: bytes, defects: list[str], where: str) -> Address:
    angle = item.rfind(b"<")
    close = item.find(b">", angle)
    if angle >= 0 and b"@" in item[angle:]:
        spec = item[angle + 1 : close if close > 0 else len(item)]
        address = _addr_spec(decode_words(spec, defects, where))
        name = _display(item[:angle] or item[close + 1 :] if close > 0 else item[:angle], defects, where)
        return Address(name, address)
    text = decode_words(item, defects, where) if b"=?" in item else ""
    if text and "<" in text:  # the whole mailbox, address and all, inside one encoded word
        match = re.match(r"(.*?)<([^<>]+)>", text)
        if match and "@" in match.group(2):
            return Address(_unquote(match.group(1)), _addr_spec(match.group(2)))
    comment = re.search(rb"\(((?:[^()]|\([^()]*\))*)\)", item)
    bare = item[: comment.start()] + item[comment.end() :] if comment else item
    name = _display(comment.group(1), defects, where) if comment else ""
    words = decode_words(bare, defects, where)
    if "@" in words:
        match = _ADDRESS.search(words)
        if match:
            rest = _unquote((words[: match.start()] + words[match.end() :]).strip(" <>[]\"'"))
            return Address(name or rest, _addr_spec(match.group(0)))
        return Address(name, _addr_spec(words))
    return Address(name or _unquote(words.strip("<> ")), "")


def _display(raw: bytes, defects: list[str], where: str) -> str:
    raw = raw.strip()
    if raw.startswith(b'"') and raw.endswith(b'"') and len(raw) > 1 and b'"' not in raw[1:-1].replace(b'\\"', b""):
        raw = re.sub(rb"\\(.)", rb"\1", raw[1:-1])
    elif b'"' in raw:
        raw = re.sub(rb'"((?:[^"\\]|\\.)*)"', lambda m: re.sub(rb"\\(.)", rb"\1", m.group(1)), raw)
    return _unquote(decode_words(raw, defects, where))


def _unquote(name: str) -> str:
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    return name


def _addr_spec(value: str) -> str:
    """The address proper: no source route, no white space, nothing that could end a header or an angle bracket."""
    value = re.sub(r"\([^()]*\)", "", value).strip().strip("<>").removeprefix("mailto:").strip()
    if value.startswith("@") and ":" in value:
        value = value.split(":", 1)[1]
    if value.startswith('"') and '"@' in value:
        local, _, domain = value.rpartition('"@')
        local = re.sub(r"\\(.)", r"\1", local[1:])
        value = f'"{local}"@{domain}' if re.search(r'[\s<>@,;:"()\[\]\\]', local) else f"{local}@{domain}"
        return value if not re.search(r"[\s<>]", domain) else ""
    value = re.sub(r"\s+", "", value)
    return unicodedata.normalize("NFC", value) if re.fullmatch(r"[^<>@,;:\"()]+@[^<>@,;\"()]+", value) else ""
