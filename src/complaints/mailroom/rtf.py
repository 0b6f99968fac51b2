"""Compressed RTF bodies (MS-OXRTFCP) to plain text, with a ceiling on what they may grow to."""

import re

from complaints.mailroom.charsets import decode

MAX_RTF = 4_000_000
_PRELOAD = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss "
    b"\\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial"
    b"Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
_IGNORED = frozenset(
    b"fonttbl colortbl stylesheet info pict object "
    b"themedata colorschememapping datastore latentstyles listtable htmltag".split()
)
_BREAKS = {
    b"par": "\n",
    b"line": "\n",
    b"row": "\n",
    b"cell": "\t",
    b"tab": "\t",
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
}
_BREAKS |= {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”"}


def rtf_to_text(compressed: bytes) -> str:
    """Text of a compressed RTF property; "" if it is none."""
    return _strip(_decompress(compressed))


def _decompress(data: bytes) -> bytes:
    if len(data) < 16:
        return b""
    if data[8:12] == b"MELA":
        return data[16 : 16 + MAX_RTF]
    if data[8:12] != b"LZFu":
        return b""
    window = bytearray(4096)
    window[: len(_PRELOAD)] = _PRELOAD
    write = len(_PRELOAD)
    out = bytearray()
    position = 16
    while position < len(data) and len(out) < MAX_RTF:
        control = data[position]
        position += 1
        for bit in range(8):
            if control >> bit & 1:
                if position + 2 > len(data):
                    return bytes(out)
                reference = data[position] << 8 | data[position + 1]
                position += 2
                offset, length = reference >> 4, (reference & 15) + 2
                if offset == write:
                    return bytes(out)
                for _ in range(length):
                    byte = window[offset]
                    out.append(byte)
                    window[write] = byte
                    write, offset = (write + 1) & 4095, (offset + 1) & 4095
            else:
                if position >= len(data):
                    return bytes(out)
                byte = data[position]
                position += 1
                out.append(byte)
                window[write] = byte
                write = (write + 1) & 4095
    return bytes(out)


def _strip(rtf: bytes) -> str:
    """The visible text. Runs of `\\'xx` are one run of bytes, so that double-byte characters stay whole."""
    out: list[str] = []
    run = bytearray()
    charset = ""
    skip_depth, depth, skip_chars, hidden, starred = 0, 0, 0, False, False
    fallback = 1
    for match in _TOKEN.finditer(rtf):
        word, number, hexed, symbol, brace, plain = match.groups()
        if not hexed and not (plain and not skip_chars) and run:
            out.append(decode(bytes(run), charset).text)
            run.clear()
        if brace:
            depth += 1 if brace == b"{" else -1
            if brace == b"}" and skip_depth and depth < skip_depth:
                skip_depth = 0
            starred = False
        elif skip_depth:
            continue
        elif symbol == b"*":
            starred = True
        elif word:
            if word == b"ansicpg" and number:
                charset = f"cp{number.decode()}"
            elif word == b"htmlrtf":
                hidden = number != b"0"
            elif word in _IGNORED or starred:
                skip_depth = depth
            elif word == b"uc" and number:
                fallback = max(0, min(int(number), 8))
            elif word == b"u" and number and not hidden:
                out.append(chr(int(number) & 0xFFFF))
                skip_chars = fallback
            elif word in _BREAKS and not hidden:
                out.append(_BREAKS[word])
            starred = False
        elif hidden:
            continue
        elif hexed:
            if skip_chars:
                skip_chars -= 1
            else:
                run.append(int(hexed, 16))
        elif symbol and symbol in b"\\{}~":
            out.append(" " if symbol == b"~" else symbol.decode("ascii"))
        elif plain:
            if skip_chars:
                dropped = min(skip_chars, len(plain))
                plain, skip_chars = plain[dropped:], skip_chars - dropped
            run += plain
    if run:
        out.append(decode(bytes(run), charset).text)
    text = "".join(out)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore").strip()
