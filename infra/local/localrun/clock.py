"""The clock of the local world: the machine's, moved ahead by an offset, or standing still while a step is worked on.

It is one small file in the state folder. The server writes it; the handlers' processes read it (see `entry`).
"""

import json
import math
import os
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

# Bound before anything is patched: the machine's own clock.
_machine_time = time.time


@dataclass(frozen=True, slots=True)
class Hand:
    """Where the clock is: seconds ahead of the machine, the instant it stands on if it does, the last one known."""

    offset: float
    standing: float | None
    seen: float


class MovedClock:
    """The local world's clock; every reading is in epoch seconds."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        try:
            stored = json.loads(file.read_text())
            self._hand = Hand(stored["offset"], stored["standing"], stored["seen"])
            self.fresh = False
        except FileNotFoundError:
            self._hand = Hand(0.0, None, _machine_time())
            self.fresh = True
            self._write()

    def time(self) -> float:
        """Return the present instant; never patched, never backwards."""
        hand = self._hand
        return hand.standing if hand.standing is not None else _machine_time() + hand.offset

    @property
    def seen(self) -> float:
        """The last instant that is known to have been reached (before a crash: where the world stopped)."""
        hand = self._hand
        return hand.standing if hand.standing is not None else hand.seen

    def stand(self, instant: float) -> None:
        """Stop the clock at `instant`, or at the whole second after it; a second call moves it on.

        Nothing can be waited for while it stands, and what comes within the second before its instant would have to be.
        """
        whole = float(math.ceil(instant))
        with self._lock:
            self._hand = Hand(self._hand.offset, whole, whole)
            self._write()

    def go(self) -> None:
        """Let a standing clock run on from where it stands, but never behind the machine's own plus the old offset."""
        with self._lock:
            hand = self._hand
            if hand.standing is not None:
                offset = max(hand.standing - _machine_time(), hand.offset)
                self._hand = Hand(offset, None, hand.standing)
                self._write()

    def beat(self) -> None:
        """Note in the file how far the running clock has come."""
        with self._lock:
            if self._hand.standing is None:
                self._hand = Hand(self._hand.offset, None, self.time())
                self._write()

    def _write(self) -> None:
        aside = self._file.with_suffix(".new")
        aside.write_text(json.dumps(asdict(self._hand)))
        os.replace(aside, self._file)


class ModuleTime:
    """Stands in for the module `time` inside one of the local cloud's services, so that it keeps the moved clock."""

    def __init__(self, clock: MovedClock) -> None:
        self.time = clock.time

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)
