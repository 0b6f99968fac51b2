"""Facts, partials and lists in the facts bucket: one place that knows their keys.

===================================  ==========================================================================
``facts/day=2026-11-20/shard-0.jsonl``   the facts recorded that day, in shards (JSON Lines, for any query engine)
``parts/2026-11-20/0.json``              one shard of a day folded, `rest`: what was imported or came later
``partials/2026-11-20.json``             the day folded; ``2026-11.json`` the month, ``2026.json`` the year
``ahead/2026-11.json``                   verdicts already known of deadlines due after the period
``lists/cases/2026-11-20/3/0``           sorted rows of the day's shard 0 whose cases are in bucket 3
``lists/cases/2026-11/3``                sorted rows of the month (year) in bucket 3
``cuts/cases/2026-11/3/0001``            the same of the units below a cut of the tree, where the whole is long
``cuts/2026-11.json``                    where the tree is cut; there when the lists of the period are whole
``open/2026-11/3``                       rows of the cases still open at the end of the month
``changed/2026-11-20/0000``              the cases changed that day, by reference, so many an object
``heads/2026-11-20/0000.json``           what verifying the chains of those gave
``verified/2026-11-20.json``             the same of the whole day (month, year)
``work/RUN/``                            a run in pieces: what there is to do and what is done (`desk.pieces`)
===================================  ==========================================================================
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from complaints.adapters.files import Files, NoFileError
from complaints.reporting.fold import Partial, Words, decode_partial, encode
from complaints.reporting.lists import NAMES
from complaints.reporting.model import Verified

RUN_PIECE = 1 << 18
"""Bytes of a run that are read at once: a merge holds as much of each of its runs."""


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines put together, so many to a piece."""
    rest = iter(lines)
    while block := list(islice(rest, 5_000)):
        yield b"\n".join(block) + b"\n"


class FactStore:
    """The facts bucket."""

    def __init__(self, bucket: str) -> None:
        self.files = Files(bucket)
        self._words = Words()

    # -- facts ---------------------------------------------------------------------------------------------

    def write_facts(self, day: str, shard: str, lines: bytes | Iterable[bytes]) -> None:
        """Keep one shard of a day's facts."""
        pieces = [lines] if isinstance(lines, bytes) else lines
        self.files.write_pieces(f"facts/day={day}/shard-{shard}.jsonl", pieces, "application/x-ndjson")

    def fact_pieces(self, day: str, shard: str) -> Iterator[bytes]:
        """One shard of a day's facts in pieces of any size; nothing when there is none."""
        try:
            yield from self.files.pieces(f"facts/day={day}/shard-{shard}.jsonl")
        except NoFileError:
            return

    def read_facts(self, day: str, shard: str) -> bytes:
        """One shard of a day's facts; nothing when there is none."""
        return b"".join(self.fact_pieces(day, shard))

    def shards(self, day: str) -> list[str]:
        """The shards kept of a day."""
        prefix = f"facts/day={day}/shard-"
        return [key.removeprefix(prefix).removesuffix(".jsonl") for key in self.files.keys(prefix)]

    # -- partials ------------------------------------------------------------------------------------------

    def write_partial(self, period: str, partial: Partial) -> None:
        """Keep a day, a month or a year folded."""
        self.files.write(f"partials/{period}.json", encode(partial))

    def partial(self, period: str, within: Collection[str] = ()) -> Partial | None:
        """A day, a month or a year folded (of units named and those below them); None: not sealed."""
        return self._partial(f"partials/{period}.json", within)

    def write_ahead(self, period: str, partial: Partial) -> None:
        """Keep what is already known of deadlines that fall due after a period."""
        self.files.write(f"ahead/{period}.json", encode(partial))

    def ahead(self, period: str, within: Collection[str] = ()) -> Partial:
        """What was known at a period's end of deadlines that fall due later."""
        return self._partial(f"ahead/{period}.json", within) or Partial()

    def sealed(self, prefix: str) -> list[str]:
        """The periods folded whose name begins with `prefix` (`2026-11-` for the days of a month)."""
        found = self.files.keys(f"partials/{prefix}")
        return [key.removeprefix("partials/").removesuffix(".json") for key in found]

    def write_part(self, day: str, part: str, partial: Partial) -> None:
        """Keep one part of a day folded."""
        self.files.write(f"parts/{day}/{part}.json", encode(partial))

    def parts(self, day: str) -> Iterator[Partial]:
        """The parts of a day folded, one after another."""
        for key in self.files.keys(f"parts/{day}/"):
            yield decode_partial(self.files.read(key), self._words)

    def _partial(self, key: str, within: Collection[str] = ()) -> Partial | None:
        try:
            return decode_partial(self.files.read(key), self._words, within)
        except NoFileError:
            return None

    # -- lists ---------------------------------------------------------------------------------------------

    def write_run(self, key: str, lines: Iterable[bytes]) -> None:
        """Keep a sorted run of rows, one a line, without holding it."""
        self.files.write_pieces(key, _blocks(lines), "text/plain")

    def run(self, key: str) -> Iterator[bytes]:
        """The rows of a run, read as they are asked for; none when it is not kept."""
        rest = b""
        try:
            for piece in self.files.pieces(key, RUN_PIECE):
                lines = (rest + piece).split(b"\n")
                rest = lines.pop()
                yield from lines
        except NoFileError:
            return

    def runs_of_day(self, name: str, day: str) -> list[str]:
        """The keys of a day's runs, of all buckets."""
        return self.files.keys(f"lists/{name}/{day}/")

    def runs_of_month(self, name: str, month: str, bucket: int) -> list[str]:
        """The keys of the runs of a month's days in a bucket, by day."""
        return [key for key in self.files.keys(f"lists/{name}/{month}-") if key.split("/")[3] == str(bucket)]

    def forget_folded(self, day: str) -> None:
        """Take away what the parts of a day were folded into; its own partial stays until they are joined anew."""
        parts = self.files.keys(f"parts/{day}/")
        if parts:
            rows = [key for name in NAMES for key in self.runs_of_day(name, day)]
            for key in (*rows, *self.files.keys(f"changed/{day}/"), *parts):
                self.files.delete(key)

    def cuts(self, period: str) -> tuple[str, ...] | None:
        """Where the tree of units is cut in a period's lists; None: the lists are not made."""
        try:
            return msgspec.json.decode(self.files.read(f"cuts/{period}.json"), type=tuple[str, ...])
        except NoFileError:
            return None

    def write_cuts(self, period: str, cuts: Iterable[str]) -> None:
        """Say that a period's lists are whole, and where they are cut."""
        self.files.write(f"cuts/{period}.json", msgspec.json.encode(tuple(cuts)))

    # -- cases changed on a day ----------------------------------------------------------------------------------

    def write_changed(self, day: str, number: int, references: Sequence[str]) -> None:
        """Keep some of the references of the cases that changed on a day."""
        self.files.write(f"changed/{day}/{number:04d}", "\n".join(references).encode(), "text/plain")

    def changed(self, day: str, number: str) -> list[str]:
        """The references kept under a number."""
        return self.files.read(f"changed/{day}/{number}").decode().split("\n")

    def changed_numbers(self, day: str) -> list[str]:
        """The numbers under which references are kept, in their order."""
        return [key.rpartition("/")[2] for key in self.files.keys(f"changed/{day}/")]

    # -- revisions ---------------------------------------------------------------------------------------

    def is_folded(self, period: str) -> bool:
        """Whether a month or year has been folded, that is published."""
        return f"partials/{period}.json" in self.files.keys(f"partials/{period}.json")

    def put_aside(self, month: str) -> int:
        """Keep a published month's figures as a numbered revision and let it be folded anew; the number."""
        number = 1 + len(self.files.keys(f"revisions/{month}/"))
        self.files.write(f"revisions/{month}/{number:04d}.json", self.files.read(f"partials/{month}.json"))
        self.files.delete(f"cuts/{month}.json")
        self.files.delete(f"partials/{month}.json")
        return number

    # -- numbers entered by hand ------------------------------------------------------------------------------

    def entered(self) -> dict[str, dict[str, dict[str, float]]]:
        """Numbers entered by hand: period -> unit path -> name -> number."""
        try:
            found: dict[str, dict[str, dict[str, float]]] = msgspec.json.decode(self.files.read("entered.json"))
        except NoFileError:
            return {}
        return found

    def write_entered(self, entered: dict[str, dict[str, dict[str, float]]]) -> None:
        """Keep the numbers entered by hand."""
        self.files.write("entered.json", msgspec.json.encode(entered, order="sorted"))

    # -- verification --------------------------------------------------------------------------------------

    def write_verified(self, day: str, verified: Verified) -> None:
        """Keep what verifying the day's chains gave."""
        self.files.write(f"verified/{day}.json", msgspec.json.encode(verified, order="sorted"))

    def verified(self, day: str) -> Verified | None:
        """What verifying the day's chains gave; None: not done."""
        try:
            return msgspec.json.decode(self.files.read(f"verified/{day}.json"), type=Verified)
        except NoFileError:
            return None
