"""The language in which a command speaks to whoever calls it."""

import os

from complaints.texts import language, text


def own_language() -> str:
    """The catalogue language of the environment's locale: what begins with ``zh`` is Chinese, all else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return language((locale or "").partition(".")[0].partition("@")[0])


def own_text(code: str, **params: object) -> str:
    """The sentence ``cli.<code>`` in one's own language: for what is said before the command line has been read."""
    return text(f"cli.{code}", own_language(), **params)
