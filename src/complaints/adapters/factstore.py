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

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from complaints.adapters.files import Files, NoFileError
from complaints.reporting.fold import Partial, Words, decode_partial, encode
from complaints.reporting.history import BadRow
from complaints.reporting.model import Verified


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an import has come: rows read and facts kept, the days they belong to, published months that change."""

    read: int = 0
    facts: int = 0
    days: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    finished: bool = False


def _line(row: BadRow) -> bytes:
    return msgspec.json.encode(row) + b"\n"


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

    # -- imports and revisions -----------------------------------------------------------------------------

    def is_folded(self, period: str) -> bool:
        """Whether a month or year has been folded, that is published."""
        return f"partials/{period}.json" in self._files.keys(f"partials/{period}.json")

    def put_aside(self, month: str) -> int:
        """Keep a published month's figures as a numbered revision and let it be folded anew; the number."""
        number = 1 + len(self._files.keys(f"revisions/{month}/"))
        self._files.write(f"revisions/{month}/{number:04d}.json", self._files.read(f"partials/{month}.json"))
        self._files.delete(f"partials/{month}.json")
        return number

    def progress(self, name: str) -> Progress | None:
        """How far an import has come; None: never begun."""
        try:
            return msgspec.json.decode(self._files.read(f"imports/{name}/progress.json"), type=Progress)
        except NoFileError:
            return None

    def write_progress(self, name: str, progress: Progress) -> None:
        """Keep how far an import has come."""
        self._files.write(f"imports/{name}/progress.json", msgspec.json.encode(progress))

    def write_bad(self, name: str, batch: int, rows: Sequence[BadRow]) -> None:
        """Keep the rows of a batch that could not be used, as they were, with their numbers and reasons."""
        if rows:
            self._files.write(f"imports/{name}/bad-{batch:06d}.jsonl", b"".join(map(_line, rows)))

    # -- numbers entered by hand ------------------------------------------------------------------------------

    def entered(self) -> dict[str, dict[str, dict[str, float]]]:
        """Numbers entered by hand: period -> unit path -> name -> number."""
        try:
            found: dict[str, dict[str, dict[str, float]]] = msgspec.json.decode(self._files.read("entered.json"))
        except NoFileError:
            return {}
        return found

    def write_entered(self, entered: dict[str, dict[str, dict[str, float]]]) -> None:
        """Keep the numbers entered by hand."""
        self._files.write("entered.json", msgspec.json.encode(entered, order="sorted"))

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
