"""One botocore session and one client a service for the whole process.

Loading the session's data costs more than most requests, so pynamodb, the queues, the carriers and the
buckets all share what is here. boto3 is never imported: its resources bring nothing that is used.
"""

import threading
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session

# A function must learn of a stalled connection well before its own time runs out, and still have time to try again.
CONNECT_SECONDS = 2
READ_SECONDS = 6
ATTEMPTS = 4

_making = threading.Lock()


@cache
def session() -> Session:
    """Return the process's only botocore session."""
    return Session()


@cache
def _client(service: str, attempts: int) -> Any:
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    if service == "s3":
        # Presigned links carry the newer signature: KMS-encrypted objects refuse the older one.
        config = config.merge(Config(signature_version="s3v4"))
    return session().create_client(service, config=config)


def client(service: str, attempts: int = ATTEMPTS) -> Any:
    """Return the process's client for `service` (`sqs`, `s3`, `dynamodb` ...), made at its first use.

    `attempts` is 1 for requests that must not be repeated when no answer came: a text would arrive twice.
    The result is typed `Any` because botocore makes its clients at run time. It is safe to use from several threads.
    """
    # Two threads at once would make two clients: botocore's client making is not thread-safe, its clients are.
    with _making:
        return _client(service, attempts)


def reset() -> None:
    """Forget session and clients, so that the next use reads credentials and endpoints anew (tests)."""
    with _making:
        _client.cache_clear()
        session.cache_clear()
