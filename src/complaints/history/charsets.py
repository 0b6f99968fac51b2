"""Which encoding a file is in, and whether it is in the one that a mapping says."""

import codecs
import re

HEAD = 1 << 18
"""Bytes of a file's beginning that are looked at."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_EAST_ASIAN = frozenset({"big5", "big5hkscs", "cp950", "shift_jis", "cp932", "euc-jp", "euc-kr", "cp949"})
_RUNS = re.compile(rb"[\x80-\xff]+")


def encoding_of(head: bytes) -> str:
    """The encoding that the bytes of a file's beginning are in, as far as they tell.

    Chinese text that is no Unicode is GB18030, which holds GBK and GB2312, or Big5; where nothing tells, Windows-1252.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) / 5:
        return "utf-16-be" if even > odd else "utf-16-le"
    if decodes(head, "utf-8"):
        return "utf-8-sig"
    import chardet  # here, because only what is no Unicode needs a guess

    guess = chardet.detect(head)
    name = str(guess["encoding"] or "").lower()
    if _paired(head):
        return name if name in _EAST_ASIAN and decodes(head, name) else "gb18030"
    return name if name and (guess["confidence"] or 0) >= 0.5 and decodes(head, name) else "cp1252"


def complaint_about(head: bytes, encoding: str) -> str:
    """Why the bytes of a file's beginning are not in an encoding, and which they are in; nothing if they are.

    Single bytes that were damaged on the way are no reason.
    """
    found = encoding_of(head)
    is_utf8 = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
    if decodes(head, encoding):
        other = found.startswith("utf") and not is_utf8 and not head.isascii()
        if not other or codecs.lookup(found).name.startswith(codecs.lookup(encoding).name[:6]):
            return ""
    else:
        text = head.decode(encoding, "replace")
        if not found.startswith("utf") and text.count("\ufffd") * 10 <= sum(1 for letter in text if letter > "\x7f"):
            return ""
    return f'the text is not {encoding}: it seems to be {found}. Write "encoding": "{found}" in the mapping'


def decodes(head: bytes, encoding: str) -> bool:
    """Whether the bytes can be read, but for a character that is cut at the end."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(head)
    except (UnicodeError, LookupError):
        return False
    return True


def _paired(head: bytes) -> bool:
    """Whether bytes above ASCII come in twos, as in Chinese text; in European text they stand alone."""
    lengths = [len(run) for run in _RUNS.findall(head)]
    return bool(lengths) and sum(1 for length in lengths if length >= 2) * 10 >= len(lengths) * 7
