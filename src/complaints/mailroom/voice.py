"""Whether a person speaks: somebody who complains, waits, asks or demands. The one reason to overrule a sign of a
machine.

`STRONG` sentences are nobody's but a wronged person's. `WEAK` ones also occur in answers that machines give (a list of
frequent questions, for instance), so they count only where no machine's sentence stands beside them.
"""

# ruff: noqa: E501 - one line a family of sentences reads better than broken strings

import re

from complaints.mailroom.phrases import ABSENCE_BODY, speaks_of_mail_systems

_READ = 3_000
_NOBODY = r"(?:没有?|無|无|沒有?)(?:任何)?(?:一个)?(?:人|工作人员|客服|专员)"


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{a})" for a in alternatives), re.IGNORECASE)


STRONG = _any(
    r"我(?:们)?(?:就|还|又|再|也)?(?:再次|已经|已|正式|现在|今天|现|在此|还是|多次|一直)?(?:要|想|需要|必须|打算|决定|来)?(?:要)?(?:投诉|投訴|举报|舉報|退款|退货|索赔|维权|申诉|反映|曝光|起诉|抗议)",
    _NOBODY
    + r"[^。，,.!?！？\n]{0,8}(?:处理|管|理|回|联系|接|解决|帮|负责|處理|聯絡|解決|答复|跟进|受理|搭理|过问|給|给)",
    r"(?:一直|至今|到现在|到現在|始终|迟迟|仍然|依然|还是|还|還|都)(?:都|也)?(?:没有?|未|沒有?)(?:人|任何|得到|收到|给|看到|回|解决|处理|结果|答复|消息|下文|处|拿到)",
    r"(?:你们|贵司|贵公司|客服|你們|贵单位|平台)[^。\n]{0,16}(?:自动回复|自動回覆|敷衍|推诿|推脱|不理|不管|欺骗|骗|拒绝|态度|不负责|不作为|太差)",
    r"(?:自动|自動)(?:回复|回覆|答复)[^。，,\n]{0,12}(?:没用|没人|无人|没有|敷衍|毫无|糊弄|打发|什么用|够了|烦|解决不了|不解决|不能解决|代替)",
    r"(?:只|总是|总|老是|每次都?|全是|都是|光|除了|净)(?:会|能|收到|给|是|有|發|发)?(?:你们的)?[^。，,\n]{0,10}(?:自动|自動)(?:回复|回覆|答复)",
    r"(?:不要|别|不想|停止)(?:再)?(?:给我|跟我|拿)?[^。，,\n]{0,8}自动(?:回复|答复)",
    r"(?:要|找|转|给我|有没有|能不能(?:有|让)?|安排|需要|想和|想跟|派)(?:一?个|接|位)?(?:真人|人工|活人|真正的人)",
    r"凭什么|憑什麼|忍无可忍|无法接受|不能接受|投诉无门|强烈(?:不满|要求|抗议)|非常(?:失望|生气|气愤|不满|愤怒)|太(?:差劲|过分|失望|让人失望|气人)|怎么(?:还|这么|老是|总)|怎么回事|到底(?:什么时候|怎么|有没有|管不管|还|要|是)",
    r"(?:要求|请求|希望)(?:你们|贵司|贵公司|你們|平台|公司)?(?:能)?(?:尽快|立即|马上|立刻|儘快|及时)?(?:给予?|给我|為我|为我)?(?:退款|赔偿|赔付|解决|處理|处理|答复|说法|說法|解释|道歉|補償|补偿|退货|退还|返还|书面)",
    r"请(?:你们|贵司|贵公司|您|务必)?(?:务必)?(?:尽快|立即|马上|立刻|儘快)(?:给予?)?(?:我)?(?:退款|赔偿|赔付|解决|答复|联系我|回复我|给我|理赔|退货|换货|查明|派人)",
    r"(?:给|給)我(?:一个|个|一個)?(?:说法|說法|解释|交代|答复|回复|处理|解决)",
    r"\b(?:nobody|no[- ]one|no human|not one person|not a single (?:person|human))\b[^.\n]{0,40}\b(?:help|answer|repl|respond|care|call|contact|read|listen|has|have|is|ever|does|seems|can)",
    r"\bi(?:'ve| have) (?:been (?:waiting|trying|calling|told|charged|promised|asking|writing|ignored)|(?:already |now )?(?:written|called|complained|tried|phoned|e-?mailed|asked|contacted)|never|had enough|still (?:not|no))",
    r"\bi (?:am|'m|was|feel) (?:very |so |really |extremely |still |writing to |not |absolutely |deeply |quite |rather |being )*(?:unhappy|angry|upset|disappoint\w+|dissatisfied|complain\w*|frustrated|annoyed|furious|ignored|disgusted|appalled|fed up)",
    r"\bi (?:want|demand|would like|wish|need|insist|expect)\b[^.\n]{0,50}(?:refund|complain|compensat|explanation|person|human|apology|my money|resolved|replacement|manager|someone|somebody)",
    r"\bi(?:'d| would) like to (?:complain|make a complaint|file a complaint|speak|talk)|\b(?:make|file|lodge|raise|submit|register) an? (?:formal |official )?complaint",
    r"\bi(?: only| just| always)?(?: keep)? (?:get|getting|receive|receiving|got|see)\b[^.\n]{0,40}\b(?:auto\w*|canned|standard|template)",
    r"\b(?:your|these|those|another|same|stop (?:sending )?(?:me )?)(?: useless| endless| stupid| the| of)* (?:auto(?:matic|mated)?|canned|standard|robot)[- ]?(?:repl|respons|answer|e-?mail|message)",
    r"\b(?:real|actual|live|human) (?:person|human|being|agent)\b|\bunacceptable\b|\bthis is the (?:second|third|fourth|fifth|\d+(?:nd|rd|th)) (?:time|e-?mail|complaint|message)",
    r"\b(?:still|yet)(?: have| has|'ve)? (?:not|no|haven't|hasn't|nothing|never)\b[^.\n]{0,40}(?:receiv|answer|repl|heard|arriv|refund|resolv|respon|parcel|order|solution|help)|\b(?:haven't|have not|hasn't|has not|never) (?:received|heard|arrived|been (?:answered|resolved|refunded|delivered))",
    r"\b(?:please|can (?:you|someone|somebody|anyone)|could (?:you|someone)) (?:just )?(?:help me|refund|call me|get (?:someone|somebody|a person)|have (?:someone|somebody)|actually|read my|answer me|solve)",
    r"\bwhen will (?:you|i|my|somebody|someone|anyone|this)\b|\bwhy (?:do|did|has|have|is|are|does|can't|won't|am|was) (?:you|nobody|no one|my|i|it|your|there)\b",
)
WEAK = _any(
    r"我(?:们)?的(?:投诉|包裹|快递|订单|车|钱|货|退款|保单|问题|手机|账户|诉求|理赔|信件|投訴|訂單)",
    r"为什么|為什麼|什么时候|什麼時候|怎么办|怎麼辦|多久|求助|麻烦(?:你们|您|帮)|请(?:你们|贵司|贵公司|您)?(?:尽快|立即|马上|帮我|帮忙|協助|协助|核实|查一下|查询|解决|退|赔)",
    r"破损|损坏|丢失|遗失|延误|少件|错发|漏发|拒赔|拒绝|未收到|没收到|没有收到|收不到|坏了|失灵|故障|异响|漏油|不给|骗|投诉|投訴|赔偿|退款|破損|遺失",
    r"\bmy (?:complaint|parcel|order|refund|claim|package|money|car|case|policy|account|letter|vehicle|bill|phone)\b|\bwhere is\b|\bis anyone\b|\b(?:complain|complaint|refund|compensation)\b",
    r"\b(?:damaged|broken|lost|missing|late|defective|faulty|wrong|overcharged|cheated|stolen|refused|denied|cancelled)\b|\?\s*$",
)
_I_HAN = re.compile("我")
_I_WORDS = re.compile(r"\b(?:i|my|me|we|our|us|myself|i'm|i've)\b|我|本人|俺", re.IGNORECASE)
# The copy of another message, which speaks with another's voice.
_COPY = re.compile(
    r"^(?:Received|Return-Path|Message-ID|X-[\w-]+|From|Subject|DKIM-Signature):|^-{2,}.{0,40}(?:copy of|original|returned|below this line|header)|^\s*-+ ?(?:This is|Message header|Undelivered)",
    re.IGNORECASE | re.MULTILINE,
)


def speaks_as_person(new_text: str, subject: str) -> bool:
    """Whether a wronged or waiting person speaks in the new words of a message, or in its subject."""
    words = new_text[:_READ]
    copy = _COPY.search(words)
    own = words[: copy.start()] if copy else words
    if STRONG.search(own) or STRONG.search(subject):
        return True
    if ABSENCE_BODY.search(own) or speaks_of_mail_systems(words):
        return False
    return bool(WEAK.search(own)) or _tells(own)


def _tells(own: str) -> bool:
    """Whether somebody tells at some length what happened to them: a story in the first person."""
    return len(_I_WORDS.findall(own)) >= 3 and (len(own) >= 150 or (len(_I_HAN.findall(own)) >= 3 and len(own) >= 40))
