"""Secrets that somebody outside holds too and shows with each request: CloudFront on its way, a carrier calling back.

The secret's value is one word, or several with spaces between while it is being rotated: each of them is good.
"""

import hmac
from datetime import datetime, timedelta

from complaints.adapters import aws

FRESH = timedelta(minutes=5)
"""A word that was taken out of the secret is good for this much longer."""

AGAIN = timedelta(minutes=1)
"""A word that is not known is looked for in the secret, but not more often than this."""


class SharedSecret:
    """The words of one secret; `name` is its name or ARN, read at first use."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._words: tuple[str, ...] = ()
        self._read_at: datetime | None = None

    def shown(self, word: str, now: datetime) -> bool:
        """Whether `word` is one of those that are good at `now`. An empty secret lets nobody through.

        Raises
        ------
        ClientError
            The secret is out of reach, or this function may not read it.
        """
        age = now - self._read_at if self._read_at is not None else FRESH
        if not timedelta() <= age < FRESH or (age >= AGAIN and not self._good(word)):
            self._read(now)
        return self._good(word)

    def _read(self, now: datetime) -> None:
        answer = aws.client("secretsmanager").get_secret_value(SecretId=self._name)
        self._words, self._read_at = tuple(answer["SecretString"].split()), now

    def _good(self, word: str) -> bool:
        given = word.encode("utf-8", "replace")
        return any(hmac.compare_digest(one.encode(), given) for one in self._words)
