"""Waiting until no function can act any more on what it knew before a change."""

from time import sleep

from complaints.desk.moved_units import KNOWN_FOR
from complaints.texts import text


def settle(what: str, lang: str) -> None:
    """Say what is waited for, and wait. Whoever breaks it off runs the same command again."""
    seconds = int(KNOWN_FOR.total_seconds())
    print(text("cli.settling", lang, what=what, seconds=seconds), flush=True)
    sleep(seconds)
