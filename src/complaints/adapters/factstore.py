"""Facts, partials and lists in the facts bucket: one place that knows their keys.

===================================  ==========================================================================
``facts/day=2026-11-20/shard-0.jsonl``   the facts recorded that day, in shards (JSON Lines, for any query engine)
``partials/2026-11-20.json``             the day folded; ``2026-11.json`` the month, ``2026.json`` the year
``ahead/2026-11.json``                   verdicts already known of deadlines due after the period
``lists/cases/2026-11-20``               a sorted run of rows, of a day or a month
``open/2026-11``                         rows of the cases still open at the end of the month
``verified/2026-11-20.json``             what verifying the chains of the cases changed that day gave
===================================  ==========================================================================
"""

from collections.abc import Iterable, Iterator

import msgspec

from complaints.adapters.files import Files, NoFileError
from complaints.reporting.fold import Partial, Words, decode_partial, encode
from complaints.reporting.model import Verified


class FactStore:
    """The facts bucket."""

    def __init__(self, bucket: str) -> None:
        self._files = Files(bucket)
        self._words = Words()

    # -- facts ---------------------------------------------------------------------------------------------

    def write_facts(self, day: str, shard: str, lines: bytes) -> None:
        """Keep one shard of a day's facts."""
        self._files.write(f"facts/day={day}/shard-{shard}.jsonl", lines, "application/x-ndjson")

    def read_facts(self, day: str, shard: str) -> bytes:
        """One shard of a day's facts; nothing when there is none."""
        try:
            return self._files.read(f"facts/day={day}/shard-{shard}.jsonl")
        except NoFileError:
            return b""

    def shards(self, day: str) -> list[str]:
        """The shards kept of a day."""
        prefix = f"facts/day={day}/shard-"
        return [key.removeprefix(prefix).removesuffix(".jsonl") for key in self._files.keys(prefix)]

    # -- partials ------------------------------------------------------------------------------------------

    def write_partial(self, period: str, partial: Partial) -> None:
        """Keep a day, a month or a year folded."""
        self._files.write(f"partials/{period}.json", encode(partial))

    def partial(self, period: str) -> Partial | None:
        """A day, a month or a year folded; None: not sealed."""
        return self._partial(f"partials/{period}.json")

    def write_ahead(self, period: str, partial: Partial) -> None:
        """Keep what is already known of deadlines that fall due after a period."""
        self._files.write(f"ahead/{period}.json", encode(partial))

    def ahead(self, period: str) -> Partial:
        """What was known at a period's end of deadlines that fall due later."""
        return self._partial(f"ahead/{period}.json") or Partial()

    def sealed(self, prefix: str) -> list[str]:
        """The periods folded whose name begins with `prefix` (`2026-11-` for the days of a month)."""
        found = self._files.keys(f"partials/{prefix}")
        return [key.removeprefix("partials/").removesuffix(".json") for key in found]

    def _partial(self, key: str) -> Partial | None:
        try:
            return decode_partial(self._files.read(key), self._words)
        except NoFileError:
            return None

    # -- lists ---------------------------------------------------------------------------------------------

    def write_run(self, key: str, lines: Iterable[bytes]) -> None:
        """Keep a sorted run of rows, one a line."""
        self._files.write(key, b"".join(line + b"\n" for line in lines), "text/plain")

    def run(self, key: str) -> Iterator[bytes]:
        """The rows of a run; none when it is not kept."""
        try:
            body = self._files.read(key)
        except NoFileError:
            return iter(())
        return (line for line in body.split(b"\n") if line)

    # -- verification --------------------------------------------------------------------------------------

    def write_verified(self, day: str, verified: Verified) -> None:
        """Keep what verifying the day's chains gave."""
        self._files.write(f"verified/{day}.json", msgspec.json.encode(verified, order="sorted"))

    def verified(self, day: str) -> Verified | None:
        """What verifying the day's chains gave; None: not done."""
        try:
            return msgspec.json.decode(self._files.read(f"verified/{day}.json"), type=Verified)
        except NoFileError:
            return None
