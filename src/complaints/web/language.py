"""The language of an answer: what the caller's `Accept-Language` prefers among those that every text exists in."""

from collections.abc import Mapping

from complaints.texts import FALL_BACK, LANGUAGES
from complaints.web.http import Request, quality


def preferred(header: str, fall_back: str = FALL_BACK) -> str:
    """The catalogue language that an `Accept-Language` header likes best; `fall_back` where it likes none of them.

    >>> preferred("fr, zh-Hans;q=0.8, en;q=0.5")
    'zh-CN'
    """
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        tag, *parameters = (piece.strip() for piece in part.split(";"))
        primary = tag.partition("-")[0].lower()
        known = next((one for one in LANGUAGES if one.partition("-")[0].lower() == primary), None)
        weight = quality(parameters)
        if known is not None and weight > 0:
            ranked.append((-weight, place, known))
    return min(ranked)[2] if ranked else fall_back


def worded(words: Mapping[str, str], lang: str, otherwise: str = "") -> str:
    """A text of the policy in a language; in its first one where it lacks that, `otherwise` where it has none."""
    return words.get(lang) or next(iter(words.values()), otherwise)


def of_request(request: Request, fall_back: str = FALL_BACK) -> str:
    """The language asked for in the address (`?lang=`), which a link on a page can set, else by the browser."""
    asked = request.query.get("lang", "")
    return preferred(asked, "") or preferred(request.header("accept-language"), fall_back)


def kept(address: str, request: Request) -> str:
    """An address of ours with the language that the request's own address asked for, so that a reader who chose one
    keeps it from page to page; unchanged where the browser's choice stands."""
    asked = preferred(request.query.get("lang", ""), "")
    return f"{address}{'&' if '?' in address else '?'}lang={asked}" if asked else address
