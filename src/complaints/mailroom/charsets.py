"""Bytes to text when the label is missing, wrong or unknown.

Nothing is ever replaced by U+FFFD: a byte that no charset explains stays readable as `\\xNN`, and the answer says so.
"""

import codecs
import re
from functools import lru_cache
from typing import NamedTuple

import chardet

# WHATWG's reading of labels: what senders mean by them rather than what the standard of the same name says.
_ALIASES = {
    **dict.fromkeys(
        ("gb2312", "gbk", "x-gbk", "cp936", "ms936", "windows-936", "euc-cn", "gb-2312", "gb2312-80", "gb_2312-80"),
        "gb18030",
    ),
    **dict.fromkeys(("chinese", "csgb2312", "iso-ir-58", "gb18030-2005", "gb18030-2000", "gb-18030", "936"), "gb18030"),
    **dict.fromkeys(
        ("big5", "big5-hkscs", "x-x-big5", "cn-big5", "big-5", "cp950", "ms950", "csbig5", "950"), "big5hkscs"
    ),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "cp943", "cp932"), "cp932"),
    **dict.fromkeys(
        ("ks_c_5601-1987", "ks_c_5601-1989", "euc-kr", "ksc5601", "ks_c_5601", "korean", "windows-949"), "cp949"
    ),
    **dict.fromkeys(
        ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii", "ansi_x3.4-1968", "iso8859-1", "8859-1"), "cp1252"
    ),
    **dict.fromkeys(("iso-8859-9", "latin5", "iso8859-9"), "cp1254"),
    **dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e", "visual"), "iso8859_8"),
    **dict.fromkeys(
        ("unicode-1-1-utf-8", "utf8", "utf-8", "x-utf-8", "utf8mb4", "cp65001", "unicode", "65001"), "utf-8"
    ),
    **dict.fromkeys(("iso-2022-jp", "csiso2022jp", "iso-2022-jp-ms", "cp50220", "cp50221"), "iso2022_jp_ext"),
    **dict.fromkeys(("tis-620", "windows-874", "iso-8859-11"), "cp874"),
    **dict.fromkeys(("x-mac-roman", "macintosh", "x-mac-cyrillic"), "mac_roman"),
    "x-mac-cyrillic": "mac_cyrillic",
    "ks_c_5601-1992": "cp949",
    "x-euc-jp": "euc_jp",
    "x-unknown": "",
    "unknown": "",
    "unknown-8bit": "",
    "default": "",
    "_autodetect": "",
    "binary": "",
    "8bit": "",
}
# UTF-7 has been used to smuggle markup past filters; WHATWG forbids decoding it. Python's non-text codecs are no
# charsets.
REFUSED = frozenset({"utf-7", "utf7", "unicode-1-1-utf-7", "csunicode11utf7", "x-unicode-2-0-utf-7", "utf-7-imap"})
_SINGLE_BYTE = re.compile(r"cp125\d|iso8859|koi8|mac_|cp874|tis|cp437|cp8\d\d|latin|hp_roman|ascii")
_ESCAPES = re.compile(rb"\x1b\$[@BA(]|\x1b\([BJI]")
_HZ = re.compile(rb"~\{(?:[!-~]{2})+~\}")
_MULTI_UTF8 = re.compile(rb"[\xe2-\xef][\x80-\xbf]{2}")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_HIGH = re.compile(rb"[\x80-\xff]+")
# a sign that is no letter inside a word: the word was written in another charset
_MIDWORD = re.compile(r"[A-Za-z][^\W\d_]*[\x80-\xbf×÷ƒŒ†‡ˆ‰¤¦§¬±²³¶¸¹¼½¾¿](?=[A-Za-z])")
_HAN = ("gb18030", "big5hkscs")
_WESTERN = frozenset({"cp1252", "iso8859-1", "iso8859-15", "cp1250", "iso8859-2", "cp1254", "latin_1", "mac_roman"})
_SAMPLE = 16_384
# The most frequent characters of modern Chinese text, simplified and traditional: a wrong decoding hardly ever hits
# them.
_COMMON = frozenset(
    "的一是了我不在人有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手"
    "十用主行方又如前所本见经头面公同三已老从动两长知样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打"
    "便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表"
    "原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科"
    "怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式"
    "李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离"
    "您邮票快递投诉客户赔偿退款订单寄件理赔保险维修故障召回投訴您這個們來說時會過還發開對後裡麼學沒於與長動現點經實問關電話機樣間進將應該請讓認為處務員單據號碼復復"
    "貴產品質訊網郵遞賠償損壞聯絡變價錢買賣貨運費邊無寄出書謝謝好，。、：；？！“”（）《》号您谢寄送查询处理答复回执系统自动休假出差附件张王刘陈杨赵周吴"
)


class Decoded(NamedTuple):
    """Text, the charset that it was read with, and what was wrong ("" if nothing)."""

    text: str
    charset: str
    defect: str


def codec_for(label: str) -> str:
    """The Python codec that reads what senders mean by `label`; "" for an unknown, refused or useless label."""
    return _codec_for(label[:64])


@lru_cache(maxsize=512)
def _codec_for(label: str) -> str:
    key = label.strip().strip("\"'<>").lower().split("*")[0].replace(" ", "")
    key = key.removeprefix("charset=").removeprefix("cs") if key.startswith("charset=") else key
    if key in REFUSED:
        return ""
    if key in _ALIASES:
        return _ALIASES[key]
    for candidate in (
        key,
        key.replace("_", "-"),
        re.sub(r"^(cp|windows|win|ms)[-_]?(\d+)$", r"cp\2", key),
        re.sub(r"^x-", "", key),
    ):
        if candidate in _ALIASES:
            return _ALIASES[candidate]
        try:
            info = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        # codecs such as base64, rot13, idna, punycode, unicode_escape are transformations, not charsets
        if info._is_text_encoding and info.name not in _NO_CHARSETS:
            return _ALIASES.get(info.name.replace("_", "-"), info.name)
    return ""


_NO_CHARSETS = frozenset(
    {
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "mbcs",
        "oem",
        "palmos",
        "charmap",
        "utf-7",
        "utf_7",
    }
)


def decode(data: bytes, label: str = "") -> Decoded:
    """Text of `data`, believing `label` only as far as the bytes bear it out."""
    codec = codec_for(label)
    if (
        data.isascii()
        and not (b"\x1b" in data or b"~{" in data)
        and not codec.startswith(("utf_16", "utf-16", "utf_32", "utf-32"))
    ):
        return Decoded(data.decode("ascii"), codec or "us-ascii", _label_defect(label, codec, "us-ascii"))
    if codec:
        text = _strict(data, codec)
        if text is not None:
            better = _contradicted(data, codec, text)
            if not better:
                return Decoded(text, codec, "")
            return Decoded(_strict(data, better) or text, better, f"labelled {label[:40]!r}, is {better}")
    found, text = detect(data)
    if text is None:
        found, text = _nearest(data, codec)
        said = f"; labelled {label[:40]!r}" if label else ""
        if found == "latin-1":
            return Decoded(text, found, f"in no known charset, each byte read as one character{said}")
        return Decoded(text, found, f"bytes that are not {found}, kept as \\xNN{said}")
    return Decoded(
        text, found, _label_defect(label, codec, found) or f"not valid {label[:40]!r}, read as {found}" if label else ""
    )


def _label_defect(label: str, codec: str, found: str) -> str:
    if not label or codec:
        return ""
    if label.strip().lower() in REFUSED:
        return f"charset {label[:40]!r} is refused, read as {found}"
    if label.strip().strip("\"'").lower() in _ALIASES:
        return ""
    return f"unknown charset {label[:40]!r}, read as {found}"


def _strict(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        if codec == "iso2022_jp_ext":
            return _strict(data, "iso2022_jp_2004") or _strict(data, "iso2022_jp_2")
        if codec == "big5hkscs":
            return _strict(data, "cp950")
        if codec == "cp1252":  # five positions are unassigned there; Latin-1 has control characters in them
            return data.decode("latin-1") if not _MULTI_UTF8.search(data) else None
        return None
    return text


def _contradicted(data: bytes, codec: str, text: str) -> str:
    """The charset that `data` rather is, or "" if it may well be what its label says."""
    if codec in ("utf-8", "utf_8"):
        # pure ASCII bytes with escape sequences are valid UTF-8 too
        if b"\x1b" in data and _ESCAPES.search(data) and data.isascii():
            found, hit = detect(data)
            return found if hit is not None and found.startswith("iso2022") else ""
        return ""
    if codec.startswith(("iso2022", "utf_16", "utf-16", "utf_32", "utf-32", "hz")):
        return ""
    as_utf8 = _strict(data, "utf-8")
    if as_utf8 is not None and not data.isascii():
        if _SINGLE_BYTE.match(codec):
            return "utf-8"
        return "utf-8" if _common_share(as_utf8) >= _common_share(text) else ""
    if data.isascii():
        return "iso2022_jp_ext" if _ESCAPES.search(data) and _strict(data, "iso2022_jp_ext") is not None else ""
    if _SINGLE_BYTE.match(codec):
        return _han_reading(data, 0.4 if codec in _WESTERN else 0.7)
    if codec == "big5hkscs" and _common_share(text) < 0.5:
        gb = _strict(data, "gb18030")
        return "gb18030" if gb is not None and _common_share(gb) > 2 * _common_share(text) else ""
    if codec == "gb18030" and _common_share(text) < 0.1:
        big5 = _strict(data, "big5hkscs")
        return "big5hkscs" if big5 is not None and _common_share(big5) > 0.3 else ""
    return ""


def _foreign(text: str) -> str:
    """The first characters beyond ASCII, enough to judge by."""
    near = "".join(_BEYOND_ASCII.findall(text[:2_000]))
    return (near if len(near) >= 500 else "".join(_BEYOND_ASCII.findall(text[:200_000])))[:1_000]


def _kana_share(text: str) -> float:
    sample = _foreign(text)
    return sum("\u3041" <= c <= "\u30fe" for c in sample) / len(sample) if sample else 0.0


def _han_reading(data: bytes, threshold: float) -> str:
    """The Chinese charset in which bytes labelled as a Western one make common characters; "" if none does."""
    best = max(
        ((_common_share(text), codec) for codec in _HAN if (text := _strict(data, codec)) is not None),
        default=(0.0, ""),
    )
    return best[1] if best[0] > threshold else ""


def _common_share(text: str) -> float:
    """Share of frequent Chinese characters among those that are not ASCII."""
    sample = _foreign(text)
    return len([c for c in sample if c in _COMMON]) / len(sample) if sample else 0.0


def detect(data: bytes) -> tuple[str, str | None]:
    """(charset, text) of unlabelled bytes; text is None when no charset explains all of them."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _strict(data, "utf-16")
        if text is not None:
            return "utf-16", text
    text = _strict(data, "utf-8")
    if text is not None:
        if data.isascii():
            if _ESCAPES.search(data):
                for codec in ("iso2022_jp_ext", "iso2022_kr"):
                    escaped = _strict(data, codec)
                    if escaped is not None:
                        return codec, escaped
            if _HZ.search(data):
                hz = _strict(data, "hz")
                if hz is not None and _common_share(hz) > 0.3:
                    return "hz", hz
        return "utf-8", text.removeprefix("\ufeff")
    for codec in ("euc_jp", "cp932"):
        text = _strict(data, codec)
        if text is not None and _kana_share(text) > 0.25:
            return codec, text
    han = max(((_common_share(t), codec, t) for codec in _HAN if (t := _strict(data, codec)) is not None), default=None)
    if han is not None and han[0] > 0.35:
        return han[1], han[2]
    western = _strict(data, "cp1252")
    if western is not None and _MIDWORD.search(western) is None and max(map(len, _HIGH.findall(data))) <= 3:
        return "cp1252", western
    guess = codec_for(chardet.detect(_sample(data))["encoding"] or "")
    if guess.startswith(("mac", "cp4", "cp8", "cp10", "cp11", "hp", "kz", "ptcp")):
        guess = "cp1252"  # no mail program writes those; the detector takes short Western words for them
    if guess:
        text = _strict(data, guess)
        if text is not None:
            return guess, text
    return ("", None)


def _sample(data: bytes) -> bytes:
    """The part that detection looks at: from the first byte above ASCII."""
    match = _HIGH.search(data)
    start = max(0, match.start() - 64) if match else 0
    return data[start : start + _SAMPLE]


def _nearest(data: bytes, codec: str) -> tuple[str, str]:
    """Read with the charset that leaves the fewest bytes of a sample unexplained; those stay as `\\xNN`."""
    sample = data[: 4 * _SAMPLE]
    best: tuple[int, str] | None = None
    for candidate in dict.fromkeys((codec, "utf-8", *_HAN)):
        if not candidate or candidate.startswith(("utf-16", "utf_16", "utf-32", "utf_32")):
            continue
        try:
            text = sample.decode(candidate, "backslashreplace")
        except (UnicodeError, LookupError, ValueError):
            continue
        if candidate not in (codec, "utf-8") and _common_share(text) < 0.3:
            continue
        cost = len(_KEPT.findall(text)) - len(_KEPT_BYTES.findall(sample))
        # the label and UTF-8 come first and win unless another explains twice as much
        if best is None or 2 * cost < best[0]:
            best = (cost, candidate)
    if best is None or best[0] > 0.1 * len(sample):
        return "latin-1", data.decode("latin-1")
    return best[1], data.decode(best[1], "backslashreplace")


_KEPT = re.compile(r"\\x[0-9a-f]{2}")
_KEPT_BYTES = re.compile(rb"\\x[0-9a-f]{2}")
