"""Cut what was said before from what is said now: quoted history and signatures, as Chinese and Western programs
write them.

Losing a customer's words is worse than showing old ones twice, so a line counts as history only on two signs, and where
nothing new would be left the whole text counts as new.
"""

import re

from complaints.mailroom.history_marks import (
    ATTRIBUTION,
    DATE,
    DATED_AUTHOR,
    DEVICE,
    FIELDS,
    FORWARD,
    FROM,
    QUOTED,
    RULE,
    SEPARATOR,
    START,
)

_MAX_LINES = 20_000
_MAX_LINE = 500
# what the patterns of these lines can begin with: most lines need not be tried at all
_RULE_STARTS = frozenset("-_=*—– \t")
_FORWARD_STARTS = _RULE_STARTS | frozenset("BbFf转轉开開")


def cut_history(text: str, *, forwarded: bool = False) -> str:
    """The new words in `text`. With `forwarded` (a "Fwd:" subject) header blocks are what the sender wants to show,
    not history."""
    lines = text.split("\n")
    if len(lines) > _MAX_LINES:
        return text.strip()
    seen = [line.strip() for line in _spaces(text).split("\n")]
    kept = _without_history(lines, seen, forwarded)
    kept = _without_signature(kept)
    new = "\n".join(kept).strip()
    return new or text.strip()


def _spaces(text: str) -> str:
    """QQ Mail writes the entity into plain text; Outlook pads with wide spaces."""
    return text.replace("&nbsp;", " ").replace("\xa0", " ").replace("\u3000", " ")


def _plain(line: str) -> str:
    return line if len(line) > _MAX_LINE else _spaces(line).strip()


def _without_history(lines: list[str], seen: list[str], forwarded: bool) -> list[str]:
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line = seen[index]
        if not line or len(line) > _MAX_LINE:
            kept.append(lines[index])
            index += 1
            continue
        if QUOTED.match(line):
            index += 1
            continue
        if line[0] in _FORWARD_STARTS and FORWARD.fullmatch(line):
            if any(k.strip() for k in kept) and not forwarded:
                kept.extend(lines[index:])
                return kept
            kept.append(lines[index])
            forwarded = True
            index += 1
            continue
        if not forwarded and ((line[0] in _RULE_STARTS and SEPARATOR.fullmatch(line)) or _header_block(seen, index)):
            return _trim_rule(kept)
        length = _attribution(seen, index)
        if length:
            after = next((seen[i] for i in range(index + length, len(seen)) if seen[i]), "")
            if not QUOTED.match(after):
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
    if not any(line.endswith((":", "：")) for line in seen[index : index + 4]):
        return 0
    joined = ""
    for length in range(1, 5):
        if index + length > len(seen) or (length > 1 and not seen[index + length - 1]):
            return 0
        line = seen[index + length - 1]
        if length > 1 and QUOTED.match(line):
            return 0
        joined = f"{joined} {line}".strip()
        if len(joined) > 400:
            return 0
        if (ATTRIBUTION.match(joined) and DATE.search(joined)) or DATED_AUTHOR.match(joined):
            # a sentence that happens to end so does not begin with other sentences
            return length if length == 1 or _starts_attribution(seen[index]) else 0
    return 0


def _starts_attribution(line: str) -> bool:
    return bool(START.match(line))


def _header_block(seen: list[str], index: int) -> bool:
    """Whether "From: ..." at `index` begins the head of an older message: two more of its fields follow at once."""
    line = seen[index]
    if not any(mark in line[:60] for mark in ":：|"):
        return False
    start = FROM.match(line)
    if start is None:
        return False
    rest = line[start.end() :]
    hits = len(re.findall(r"(?:发送时间|发送日期|收件人|主题|Sent|To|Subject|Date)\s*[:：]", rest))
    looked = 0
    for follower in seen[index + 1 : index + 14]:
        if not follower:
            continue
        looked += 1
        if FIELDS.match(follower):
            hits += 1
        if hits >= 2:
            return True
        if looked >= 8:
            break
    return False


def _trim_rule(kept: list[str]) -> list[str]:
    """Without the line of dashes that programs draw above the history."""
    while kept and (not kept[-1].strip() or RULE.fullmatch(kept[-1])):
        kept.pop()
    return kept


def _without_signature(kept: list[str]) -> list[str]:
    for index, line in enumerate(kept):
        bare = line.rstrip("\r\n")
        if bare in ("-- ", "--", "- --", "-- \xa0") and any(k.strip() for k in kept[:index]):
            kept = kept[:index]
            break
    kept = _without_card(kept)
    end = len(kept)
    while end and not kept[end - 1].strip():
        end -= 1
    tail = [i for i in range(max(0, end - 6), end) if DEVICE.fullmatch(_plain(kept[i]).strip("|*[]()<> "))]
    return kept[: tail[0]] + ([] if tail[0] + 1 >= end else kept[tail[0] + 1 : end]) if tail else kept[:end]


def _without_card(kept: list[str]) -> list[str]:
    """Without the address card that Foxmail and others set under a rule at the very end."""
    rules = [index for index in range(max(1, len(kept) - 8), len(kept)) if RULE.fullmatch(_plain(kept[index]))]
    if not rules or not any(k.strip() for k in kept[: rules[-1]]):
        return kept
    card = [_plain(line) for line in kept[rules[-1] + 1 :] if line.strip()]
    short = all(len(line) <= 40 for line in card)
    return kept[: rules[-1]] if card and len(card) <= 4 and short and any("@" in line for line in card) else kept
