"""Waiting until no function can act any more on what it knew before a change."""

from time import sleep

from complaints.desk.moved_units import KNOWN_FOR


def settle(what: str) -> None:
    """Say what is waited for, and wait. Whoever breaks it off runs the same command again."""
    seconds = int(KNOWN_FOR.total_seconds())
    print(f"{what} is done once more in {seconds} s, when nobody knows the old state any more", flush=True)
    sleep(seconds)
