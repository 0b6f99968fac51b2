"""Cut what was said before from what is said now: quoted history and signatures, as Chinese and Western programs write them.

Losing a customer's words is worse than showing old ones twice, so a line counts as history only on two signs, and where
nothing new would be left the whole text counts as new.
"""

import re

_MAX_LINES = 20_000
_MAX_LINE = 500
_WROTE = r"(?:写道|寫道|wrote|writes|schrieb|a écrit|escribió|escribió|ha scritto|schreef|skrev|написал(?:\(а\)|а)?|pisze|napisał(?:\(a\))?|書きました|escreveu|kirjoitti|yazdı)"
_ATTRIBUTION = re.compile(
    rf"(?:.*\s|.*[\d>）)，,\"”])?{_WROTE}(?:\s+\S{{0,60}})?\s*[:：]\s*$|^(?:Am|Den|Op)\s.*{_WROTE}.*[:：]\s*$", re.I
)
# any language: a date, a time and an address in brackets before a colon
_DATED_AUTHOR = re.compile(
    r"(?=.*\d{1,2}[:.h]\d{2})(?=.*(?:\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}))(?=.*[<＜(]\s*(?:mailto:)?[^<>\s]+@[^<>\s]+\s*[>＞)]).{10,380}[:：]$"
)
_DATE = re.compile(r"\d{1,4}\s*[-/.年]\s*\d{1,2}|\d{1,2}\s*月|\d{1,2}:\d{2}|\b(?:19|20)\d\d\b|@")
_SEPARATOR = re.compile(
    r"[-_=*—–\s]{2,}\s*(?:原始(?:邮件|郵件|信件|讯息|訊息)|原(?:邮件|郵件)|邮件原[文件]|回复的(?:原)?邮件|原文|Original(?:\s+(?:Message|message|Mail|E-?mail|Appointment))?|"
    r"On\s[^\n]{5,200}\swrote|Replied Message|Reply message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale|Oprindelig meddelelse|"
    r"Original-Nachricht|Oorspronkelijk bericht|Исходное сообщение|元のメッセージ|Ursprungligt meddelande)\s*[-_=*—–\s]{2,}.*$",
    re.I,
)
_FORWARD = re.compile(
    r"[-_=*—–\s]*(?:Begin forwarded message|Forwarded message|Forwarded by .*|转发的?(?:邮件|信息)|轉寄的?郵件|转发邮件信息|開始轉寄郵件|开始转发的邮件)\s*[:：]?[-_=*—–\s]*$",
    re.I,
)
_FROM = re.compile(
    r"[|*\s]*(?:发件人|發件人|寄件者|寄件人|发信人|From|Von|De|Da|Van|Från|Fra|От|差出人)\s*[|*]*\s*[:：|]\s*[*|]?",
    re.I,
)
_FIELDS = re.compile(
    r"[|*\s]*(?:发送时间|发件时间|發送時間|发送日期|时间|日期|寄件日期|收件人|收件者|抄送|副本|主\s*题|主\s*旨|主題|"
    r"Sent|Date|To|Cc|Subject|Reply-To|Gesendet|Datum|An|Betreff|Envoyé|À|Objet|Enviado|Fecha|Para|Asunto|Inviato|Data|A|Oggetto|Verzonden|Aan|Onderwerp|"
    r"Skickat|Till|Ämne|Sendt|Til|Emne|Дата|Кому|Тема|送信日時|宛先|件名)\s*[|*]*\s*[:：|]",
    re.I,
)
_DEVICE = re.compile(
    r"(?:(?:发自|發自|发送自|寄自|来自|從我的|从我的|傳送自)\s*(?:我的|我的\s*)?.{0,20}(?:iPhone|iPad|手机|手機|手持设备|邮箱|郵箱|邮件|客户端|华为|小米|荣耀|OPPO|vivo|三星|设备|Mac|Outlook|Android|安卓|微信|企业微信|大师|Foxmail).{0,20}"
    r"|Sent (?:from|via|with|by) (?:my |the )?(?:[\w./ ®™'-]{1,60})"
    r"|Get Outlook for .{2,30}|(?:获取|下载)\s*(?:适用于\s*)?.{0,20}Outlook.{0,30}|从\s*(?:Windows\s*版)?\s*邮件发送"
    r"|Envoyé (?:de|depuis) (?:mon|ma) .{2,40}|Von meinem .{2,40} gesendet|Gesendet von .{2,40}|Enviado desde (?:mi|el) .{2,40}|Inviato da .{2,40}|Verzonden (?:vanaf|met) .{2,40}"
    r"|(?:iPhone|Android|スマートフォン)から送信)[.。]?$",
    re.I,
)
_QUOTED = re.compile(r"\s{0,3}(?:[>＞]|&gt;)")
_RULE = re.compile(r"\s*[-_=*—–]{5,}\s*$")


def cut_history(text: str, *, forwarded: bool = False) -> str:
    """The new words in `text`. With `forwarded` (a "Fwd:" subject) header blocks are what the sender wants to show, not history."""
    lines = text.split("\n")
    if len(lines) > _MAX_LINES:
        return text.strip()
    seen = [_plain(line) for line in lines]
    kept = _without_history(lines, seen, forwarded)
    kept = _without_signature(kept)
    new = "\n".join(kept).strip()
    return new or text.strip()


def _plain(line: str) -> str:
    if len(line) > _MAX_LINE:
        return line
    return line.replace("&nbsp;", " ").replace("\xa0", " ").replace("\u3000", " ").strip()


def _without_history(lines: list[str], seen: list[str], forwarded: bool) -> list[str]:
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line = seen[index]
        if not line or len(line) > _MAX_LINE:
            kept.append(lines[index])
            index += 1
            continue
        if _QUOTED.match(line):
            index += 1
            continue
        if _FORWARD.fullmatch(line):
            if any(k.strip() for k in kept) and not forwarded:
                kept.extend(lines[index:])
                return kept
            kept.append(lines[index])
            forwarded = True
            index += 1
            continue
        if not forwarded and (_SEPARATOR.fullmatch(line) or _header_block(seen, index)):
            return _trim_rule(kept)
        length = _attribution(seen, index)
        if length:
            after = next((seen[i] for i in range(index + length, len(seen)) if seen[i]), "")
            if not _QUOTED.match(after):
                if any(k.strip() for k in kept):
                    return _trim_rule(kept)
                if not after:
                    return kept
                kept.append(lines[index])
                index += 1
                continue
            index += length
            continue
        kept.append(lines[index])
        index += 1
    return kept


def _attribution(seen: list[str], index: int) -> int:
    """How many lines from `index` make up "On ..., X wrote:"; 0 if they do not."""
    joined = ""
    for length in range(1, 5):
        if index + length > len(seen) or (length > 1 and not seen[index + length - 1]):
            return 0
        line = seen[index + length - 1]
        if length > 1 and _QUOTED.match(line):
            return 0
        joined = f"{joined} {line}".strip()
        if len(joined) > 400:
            return 0
        if (_ATTRIBUTION.match(joined) and _DATE.search(joined)) or _DATED_AUTHOR.match(joined):
            # a sentence that happens to end so does not begin with other sentences
            return length if length == 1 or _starts_attribution(seen[index]) else 0
    return 0


_START = re.compile(
    r"(?:On|At|Le|El|Il|Am|Den|Op|Em|Dnia|W dniu|在|于|於|Pada|Vào|\d{1,4}[-/.年])|.{0,80}[<＜(]\S+@", re.I
)


def _starts_attribution(line: str) -> bool:
    return bool(_START.match(line))


def _header_block(seen: list[str], index: int) -> bool:
    """Whether "From: ..." at `index` begins the head of an older message: two more of its fields follow at once."""
    line = seen[index]
    start = _FROM.match(line)
    if start is None:
        return False
    rest = line[start.end() :]
    hits = len(re.findall(r"(?:发送时间|发送日期|收件人|主题|Sent|To|Subject|Date)\s*[:：]", rest))
    looked = 0
    for follower in seen[index + 1 : index + 14]:
        if not follower:
            continue
        looked += 1
        if _FIELDS.match(follower):
            hits += 1
        if hits >= 2:
            return True
        if looked >= 8:
            break
    return False


def _trim_rule(kept: list[str]) -> list[str]:
    """Without the line of dashes that programs draw above the history."""
    while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1])):
        kept.pop()
    return kept


def _without_signature(kept: list[str]) -> list[str]:
    for index, line in enumerate(kept):
        bare = line.rstrip("\r\n")
        if bare in ("-- ", "--", "- --", "-- \xa0") and any(k.strip() for k in kept[:index]):
            kept = kept[:index]
            break
    end = len(kept)
    while end and not kept[end - 1].strip():
        end -= 1
    tail = [i for i in range(max(0, end - 6), end) if _DEVICE.fullmatch(_plain(kept[i]).strip("|*[]()<> "))]
    return kept[: tail[0]] + ([] if tail[0] + 1 >= end else kept[tail[0] + 1 : end]) if tail else kept[:end]
