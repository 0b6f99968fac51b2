"""Every sentence that the system itself says to people, in Chinese and in English, kept as data.

How to use it::

    from complaints.texts import text

    text("directory.unknown_parent", "zh-CN", unit="BJ01", parent="BJ")

How to add a sentence:

- A code is ``<area>.<rest>``: the part before the first dot names the files, ``<area>.zh-CN.json`` and
  ``<area>.en.json`` in this folder. Each is one flat JSON object, code -> sentence, and both hold the same codes with
  the same placeholders (a test says so).
- ``{name}`` is replaced by the parameter of that name; ``{{`` and ``}}`` are literal braces. Values are put in as
  ``str`` shows them: instants, amounts and names are shaped by the caller, in the reader's zone and language. Nothing
  is escaped for HTML.
- English plurals: ``{count} {count:row|rows}`` says "1 row", "2 rows". Chinese needs only ``{count}``.
- Pure parts answer with a code and parameters and never call this module; only what faces people does.

An organisation's own wording (its kinds, roles, letters, texts by SMS) is policy data and does not belong here.

Importing this module reads nothing. An area is read once for each language, when its first sentence is asked for.
"""

from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Final

LANGUAGES: Final = ("zh-CN", "en")
"""The languages that every catalogue has."""

FALL_BACK: Final = "en"
"""What somebody reads whose language no catalogue has."""


class TextError(LookupError):
    """A sentence that is in no catalogue, or a placeholder without a value; the message names the file and the code."""


class _Count(int):
    """A whole number that also chooses between a singular and a plural: ``format(_Count(2), "row|rows") == "rows"``."""

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return super().__format__(spec)
        one, many = spec.split("|", 1)
        return one if self == 1 else many


def language(tag: str | None) -> str:
    """The catalogue language nearest to a BCP 47 tag: ``zh``, ``zh-Hans`` -> ``zh-CN``; ``en-GB``, ``fr`` -> ``en``."""
    primary = (tag or "").replace("_", "-").partition("-")[0].strip().lower()
    return next((known for known in LANGUAGES if known.partition("-")[0].lower() == primary), FALL_BACK)


def text(code: str, lang: str | None, **params: object) -> str:
    """The sentence `code` in the language nearest to `lang`, filled from `params`; spare parameters are ignored.

    Raises `TextError` when the code is in no catalogue or a placeholder has no value.
    """
    chosen = language(lang)
    area = code.partition(".")[0]
    sentence = catalogue(area, chosen).get(code)
    if sentence is None:
        raise TextError(f"no text {code!r} in texts/{area}.{chosen}.json: add it there and in the other languages")
    try:
        return sentence.format_map(
            {name: _Count(value) if type(value) is int else value for name, value in params.items()}
        )
    except KeyError as missing:
        raise TextError(
            f"text {code!r} in texts/{area}.{chosen}.json needs a value for {missing}: pass it to text()"
        ) from missing


def has(code: str) -> bool:
    """Whether the catalogue holds `code`: for codes with a general sentence to fall back on."""
    try:
        return code in catalogue(code.partition(".")[0], FALL_BACK)
    except TextError:
        return False


@cache
def catalogue(area: str, lang: str) -> Mapping[str, str]:
    """All sentences of one area in one of `LANGUAGES`, by code. Raises `TextError` when there is no such file."""
    # Here, because most invocations say nothing to anybody; the standard library's, because `complaints --help` is to
    # be quick and needs no more of msgspec or importlib.resources than this.
    import json
    import pkgutil

    name = f"{area}.{lang}.json"
    try:
        content = pkgutil.get_data(__name__, name)
    except FileNotFoundError as missing:
        raise TextError(f"no catalogue texts/{name}: a code begins with the name of its area") from missing
    try:
        read = json.loads(content or b"")
    except ValueError as broken:
        raise TextError(f"texts/{name} is no JSON: {broken}") from broken
    if not isinstance(read, dict) or not all(type(sentence) is str for sentence in read.values()):
        raise TextError(f"texts/{name} is not one flat JSON object of texts")
    return read


def placeholders(sentence: str) -> frozenset[str]:
    """The names of the parameters that a sentence needs."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)
