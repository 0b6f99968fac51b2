"""Which of the two languages of the desk a text is answered in."""

import re

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA_HANGUL = re.compile("[\u3041-\u30ff\uac00-\ud7af]")
_LETTERS = re.compile(r"[A-Za-z]+")


def language_of(*texts: str) -> str:
    """ "zh-CN" if the first of `texts` that holds any words is Chinese, else "en". Japanese and Korean are answered
    in English."""
    for text in texts:
        sample = text[:4_000]
        han, other = len(_HAN.findall(sample)), len(_KANA_HANGUL.findall(sample))
        words = len(_LETTERS.findall(sample))
        if han + other + words == 0:
            continue
        if other > 0.1 * (han + other):
            return "en"
        # one Han character says about as much as one word
        return "zh-CN" if han >= 0.25 * (han + words) and han else "en"
    return "en"
