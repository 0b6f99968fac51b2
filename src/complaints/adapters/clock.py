"""The only clock of the product.

Entry points read it and hand the instant on; nothing else asks for the time.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant: aware, UTC, cut to the whole second, so that nothing happens before its second has begun."""
    return datetime.now(UTC).replace(microsecond=0)
