"""Personal data in free text: finding it, masking it, and turning identifiers into keys that tell nothing. Pure.

What has a check digit (identity card, bank card, vehicle number, postal item) is known by it anywhere; what is mistyped
or has none is known by the words beside it. When in doubt a number is masked, unless the words call it an order or a
company code: an unmasked identity card cannot be taken back, a masked order number can be looked up in the case.
"""

import hmac
import re
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from ipaddress import ip_address
from typing import Final, Literal

from complaints.checkdigits import identity_card_checks, luhn_checks, vin_checks

Identifier = Literal["phone", "email", "parcel", "vin", "policy"]
"""Kinds of identifier by which a case can be found again."""


@dataclass(frozen=True, slots=True)
class Find:
    """Personal data of a kind at [start, end) of a text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Rule:
    """A shape, in group 1, and whether a find counts, given the match and the words before and after it."""

    kind: str
    shape: re.Pattern[str]
    counts: Callable[[str, str, str], bool] = lambda _found, before, _after: True


_WORDS: Final = re.IGNORECASE | re.ASCII  # a Latin word ends where Chinese begins
_WORDS_BEFORE: Final = 14
_WORDS_AFTER: Final = 10
_WHOLE: Final = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_NUMBER: Final = r"(?<![0-9])(?<![0-9][.])", r"(?![0-9])(?![.][0-9])(?![eE][0-9])"
_ID_WORDS: Final = re.compile(r"身份证|证件|居民证|\bID\b|id ?card|identity", _WORDS)
_PAPER_WORDS: Final = re.compile(r"证件|护照|通行证|回乡证|台胞证|passport|permit", _WORDS)
_CARD_WORDS: Final = re.compile(r"卡号|银行卡|信用卡|储蓄卡|账号|账户|帐号|card|account", _WORDS)
_CAR_WORDS: Final = re.compile(r"车架|车辆识别|底盘号|\bVIN", _WORDS)
_PLATE_WORDS: Final = re.compile(r"车牌|牌照|plate", _WORDS)
_PHONE_WORDS: Final = re.compile(
    r"电话|手机|座机|号码|联系|致电|传真|\btel|\bphone|\bmobile|\bcell|\bfax|\bcall", _WORDS
)
_ORDER_WORDS: Final = re.compile(
    r"订单|单据|工单|案件号|流水号|发票|信用代码|税号|金额|价格|[¥￥$]\s*$|order|invoice|price|amount|ref(?:erence)?\b",
    _WORDS,
)
_VERSION_WORDS: Final = re.compile(r"(?:版本|version|\bv|第)\W*$", _WORDS)
_AMOUNT_WORDS: Final = re.compile(r"\s*(?:元|块|万|美元|yuan|RMB|CNY|USD)", _WORDS)
_DAY: Final = re.compile(r"(?:19|20)\d\d(?:[ .-]\d{1,2}[ .-]\d{1,2}(?!\d)|[ -]+(?:19|20)\d\d$)")
_PUBLIC_NUMBER: Final = re.compile(r"^(?:400|800)\d{7}$")


def _bare(found: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", found)


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _is_identity_card(found: str, before: str, after: str) -> bool:
    number = _bare(found)
    if _ID_WORDS.search(before) or (_ID_WORDS.search(after) and not _ORDER_WORDS.search(before)):
        return True
    plausible = 11 <= int(number[:2]) <= 91 and 1880 <= int(number[6:10]) < 2100 and _is_day(number[6:14])
    return plausible and (identity_card_checks(number) or not _ORDER_WORDS.search(before))


def _is_card(found: str, before: str, _after: str) -> bool:
    number = _bare(found)
    if _CARD_WORDS.search(before):
        return True
    issued = re.match(r"3|4|5|6|2[2-7]", number) is not None
    return issued and len(number) >= 15 and luhn_checks(number) and not _ORDER_WORDS.search(before)


def _is_vin(found: str, before: str, _after: str) -> bool:
    mixed = re.search(r"[A-Za-z]", found) is not None and re.search(r"[0-9]", found) is not None
    return mixed and (vin_checks(found) or _CAR_WORDS.search(before) is not None)


def _is_plate(found: str, before: str, _after: str) -> bool:
    return re.search(r"[0-9]", found) is not None and (found == found.upper() or bool(_PLATE_WORDS.search(before)))


def _is_phone_by_words(found: str, before: str, after: str) -> bool:
    if _DAY.match(found) or _PUBLIC_NUMBER.match(_bare(found)):
        return False
    return bool(_PHONE_WORDS.search(before)) and _no_order(found, before, after)


def _is_address(found: str, before: str, _after: str) -> bool:
    if ":" in found and "::" not in found and found.count(":") != 7:
        return False
    try:
        ip_address(found)
    except ValueError:
        return False
    return any(character.isalnum() for character in found) and not _VERSION_WORDS.search(before)


def _no_order(_found: str, before: str, after: str) -> bool:
    return not _ORDER_WORDS.search(before) and not _AMOUNT_WORDS.match(after)


def _is_local_phone(found: str, before: str, after: str) -> bool:
    return not _PUBLIC_NUMBER.match(_bare(found)) and _no_order(found, before, after)


def _rule(kind: str, shape: str, counts: Callable[[str, str, str], bool] | None = None, flags: int = 0) -> _Rule:
    pattern = re.compile(shape, flags)
    return _Rule(kind, pattern) if counts is None else _Rule(kind, pattern, counts)


_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_RULES: Final = (
    _rule("email", r"([A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})"),
    _rule("email", r"((?:(?!邮箱|邮件|邮址)[\w.+-]){1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"),
    _rule(
        "identity_card",
        rf"(?:{_WHOLE[0]}|(?<=ID)|(?<=id))([1-9]\d{{5}}[ -]?\d{{4}}[ -]?\d{{4}}[ -]?\d{{3}}[\dXx]){_WHOLE[1]}",
        _is_identity_card,
    ),
    _rule(
        "identity_card",
        rf"{_WHOLE[0]}([1-9]\d{{14}}){_WHOLE[1]}",
        lambda found, before, _after: bool(_ID_WORDS.search(before)) and _is_day("19" + found[6:12]),
    ),
    _rule(
        "policy",
        r"(?:保单(?:号码?|编号)?|policy(?:\s*(?:no|number))?)[\s.:：#为是]{0,4}((?=[A-Z-]{0,12}\d)[A-Z0-9-]{8,32})(?![A-Z0-9])",
        flags=re.IGNORECASE,
    ),
    _rule(
        "parcel",
        r"(?:运单号?|快递(?:单?号)?|邮件号码?|包裹号?|EMS(?:单?号)?|tracking(?:\s*(?:no|number))?)"
        r"[\s.:：#为是]{0,4}((?=[A-Z]{0,4}\d{6})[A-Z0-9]{8,32})(?![A-Z0-9])",
        flags=re.IGNORECASE,
    ),
    _rule("parcel", rf"{_WHOLE[0]}([A-Z]{{2}} ?\d{{3}} ?\d{{3}} ?\d{{3}} ?[A-Z]{{2}}){_WHOLE[1]}", flags=re.IGNORECASE),
    _rule("vin", rf"(?:{_WHOLE[0]}|(?<=VIN))([A-HJ-NPR-Z0-9]{{17}}){_WHOLE[1]}", _is_vin, re.IGNORECASE),
    _rule(
        "card",
        rf"{_NUMBER[0]}(?<![A-Za-z])(\d{{12,19}}|\d{{4}}(?:[ -]\d{{4}}){{2,3}}(?:[ -]?\d{{1,4}})?"
        rf"|\d{{4}}[ -]\d{{6}}[ -]\d{{5}}){_NUMBER[1]}",
        _is_card,
    ),
    _rule("phone", rf"(?<![0-9+])(\+\d{{1,3}}(?:[ ().-]{{0,2}}\d){{6,13}}){_NUMBER[1]}", _no_order),
    _rule(
        "phone", rf"{_NUMBER[0]}((?:1[ .-])?\(?[2-9]\d\d\)?[ .-]{{1,2}}\d{{3}}[.-]\d{{4}}){_NUMBER[1]}", _is_local_phone
    ),
    _rule("phone", rf"{_NUMBER[0]}((?:(?:00)?86[ -]?)?1[3-9]\d[ -]?\d{{4}}[ -]?\d{{4}}){_NUMBER[1]}", _no_order),
    _rule(
        "phone",
        rf"{_NUMBER[0]}(\(?0(?:10|2\d|[3-9]\d{{2}})\)?[ -]?\d{{3,4}}[ -]?\d{{4}}"
        rf"(?:(?:转|-|\s?ext\.?\s?)\d{{1,6}})?){_NUMBER[1]}",
        _no_order,
    ),
    _rule("phone", rf"{_NUMBER[0]}(?<![A-Za-z])(\(?\d(?:[ ().-]{{0,2}}\d){{6,12}}){_NUMBER[1]}", _is_phone_by_words),
    _rule(
        "paper",
        rf"{_WHOLE[0]}([A-Z]{{0,2}}\d{{7,10}}){_WHOLE[1]}",
        lambda _found, before, _after: bool(_PAPER_WORDS.search(before)),
        re.IGNORECASE,
    ),
    _rule(
        "plate",
        rf"([{_PROVINCES}][A-Za-z][ ·•.-]?(?:[A-HJ-NP-Za-hj-np-z0-9]{{5,6}}[挂学警港澳]?"
        r"|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳领]))(?![0-9A-Za-z])",
        _is_plate,
    ),
    _rule(
        "plate",
        rf"{_WHOLE[0]}(使\d{{6}}|WJ ?[{_PROVINCES}]?[ ·•.-]?\d{{4,5}}[A-Z0-9]){_WHOLE[1]}",
        lambda _found, before, _after: bool(_PLATE_WORDS.search(before)),
    ),
    _rule("address", r"(?<![0-9A-Za-z.:])((?:\d{1,3}\.){3}\d{1,3})(?![0-9A-Za-z]|\.[0-9])", _is_address),
    _rule("address", r"(?<![0-9A-Za-z.:])((?=[0-9A-Fa-f]*:)[0-9A-Fa-f:]{3,39})(?![0-9A-Za-z:])", _is_address),
    _rule(
        "account",
        r"(?:微信|(?<![A-Za-z])QQ|wechat|weixin|whatsapp|telegram|抖音|微博)(?:号码?|账号|\s?id)?[\s:：为是]{0,3}"
        r"([A-Za-z][-_A-Za-z0-9]{5,19}|\d{5,12})(?![A-Za-z0-9_])",
        flags=re.IGNORECASE,
    ),
    _rule(
        "name",
        r"(?:姓名|联系人|收件人|寄件人|投诉人|客户名)[:：]\s{0,2}([\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,8})?)",
    ),
)


def _plain(text: str) -> str:
    """The text with full-width characters and any script's digits as ASCII, each still at its own position."""
    if text.isascii():
        return text
    return "".join(
        chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else " " if c in "\u3000\u00a0" else str(unicodedata.decimal(c, c))
        for c in text
    )


def find(text: str) -> list[Find]:
    """All personal data in a text, by position; finds never overlap, the surer kind wins."""
    plain = _plain(text)
    taken = bytearray(len(plain))
    found: list[Find] = []
    for rule in _RULES:
        for start, end in _spans(rule, plain):
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                found.append(Find(rule.kind, start, end))
    return sorted(found, key=lambda each: each.start)


def _spans(rule: _Rule, plain: str) -> Iterator[tuple[int, int]]:
    for match in rule.shape.finditer(plain):
        start, end = match.span(1)
        before, after = plain[max(0, start - _WORDS_BEFORE) : start], plain[end : end + _WORDS_AFTER]
        if rule.counts(match[1], before, after):
            yield start, end


def mask(text: str) -> str:
    """The text with every letter and digit of personal data as ``*``; as long as before, separators kept."""
    pieces = list(text)
    for each in find(text):
        pieces[each.start : each.end] = ["*" if c.isalnum() else c for c in text[each.start : each.end]]
    return "".join(pieces)


def mask_name(name: str) -> str:
    """Of each word of a name only the first character: 张*, J*** S****."""
    return " ".join(word[:1] + "*" * (len(word) - 1) if len(word) > 1 else "*" for word in name.split())


def mask_phone(phone: str) -> str:
    """Of a phone number the last four digits, or two when it is short: +********8740."""
    digits = sum(c.isdigit() for c in phone)
    hidden = digits - (4 if digits > 8 else 2)
    shown: list[str] = []
    for c in phone:
        shown.append("*" if c.isdigit() and hidden > 0 else c)
        hidden -= c.isdigit()
    return "".join(shown)


def canonical(kind: Identifier, value: str, country: str = "86") -> str:
    """The one form of an identifier, however it was written; empty when there is nothing usable in it.

    phone: E.164, numbers without a country get `country`, an extension is dropped. email: lower case, an international
    domain as it reads. parcel and policy: upper case without separators. vin: the same, and I, O, Q, which no vehicle
    number has, read as 1, 0, 0.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if kind == "phone":
        return _phone(text, country)
    if kind == "email":
        address = re.sub(r"^mailto:", "", text.strip("<>").casefold())
        local, at, domain = address.rpartition("@")
        return f"{local}@{domain.rstrip('.')}" if at and local and domain.strip(".") else ""
    code = re.sub(r"[\W_]", "", text).upper()
    return code.translate(str.maketrans("IOQ", "100")) if kind == "vin" else code


def _phone(text: str, country: str) -> str:
    number = re.split(r"转|分机|ext|x|#", text, maxsplit=1, flags=re.IGNORECASE)[0]
    digits = re.sub(r"\D", "", number)
    if digits.startswith("00"):
        digits = digits[2:]
    elif not number.lstrip(" (").startswith("+") and not (digits.startswith(country) and len(digits) > 11):
        digits = country + digits.removeprefix("0")
    digits = country + digits.removeprefix(country).removeprefix("0") if digits.startswith(country) else digits
    return f"+{digits}" if 7 <= len(digits) <= 15 else ""


def keyed_hash(key: bytes, kind: Identifier, identifier: str) -> str:
    """The look-up key of a canonical identifier: 24 URL-safe characters (144 bits of HMAC-SHA-256) under a secret key.

    Without the key nobody can test whether a phone number is among those stored.
    """
    if len(key) < 16:
        raise ValueError("the key for identifiers is shorter than 16 bytes: make a new one and restart")
    mac = hmac.new(key, f"{kind}\x1f{identifier}".encode(), sha256)
    return urlsafe_b64encode(mac.digest()[:18]).decode("ascii")
