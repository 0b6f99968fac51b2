"""Sets the product's clock to the local world's, in whichever process runs it. Packaged beside the handlers' entry."""

import json
import os
import time
from datetime import UTC, datetime

from complaints.adapters import clock


def _moved() -> datetime:
    with open(os.environ["LOCAL_CLOCK"], encoding="ascii") as file:
        hand = json.load(file)
    standing = hand["standing"]
    return datetime.fromtimestamp(time.time() + hand["offset"] if standing is None else standing, UTC)


def set_clock() -> None:
    """Replace the only clock, from which `now` is told too."""
    clock.exact = _moved
