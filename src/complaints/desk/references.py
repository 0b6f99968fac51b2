"""References of cases: random, never counted, in letters and digits that are not mistaken for each other.

Crockford's base 32 in three groups of four, the last character a check (Luhn's scheme for 32 symbols): one wrong
character, and nearly every swap of neighbours, is told from a reference without asking the table.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
GROUP = 4

_MISREAD = str.maketrans("OIL", "011")


def new_reference() -> str:
    """A new random reference: 55 bits and a check character, such as `7GK2-M4QP-9XT3`."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _grouped(body + _check(body))


def read_reference(text: str) -> str | None:
    """The reference that somebody wrote, however they grouped it; None when its check character does not fit."""
    plain = "".join(char for char in text.upper() if char not in " -_.").translate(_MISREAD)
    if len(plain) != LENGTH or any(char not in ALPHABET for char in plain):
        return None
    return _grouped(plain) if _check(plain[:-1]) == plain[-1] else None


def _grouped(plain: str) -> str:
    return "-".join(plain[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def _check(body: str) -> str:
    size = len(ALPHABET)
    total = 0
    for place, char in enumerate(reversed(body)):
        number = ALPHABET.index(char) * (2 if place % 2 == 0 else 1)
        total += number // size + number % size
    return ALPHABET[-total % size]
