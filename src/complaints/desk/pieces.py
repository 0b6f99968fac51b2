"""Long work in pieces: here, one after another, or each in a function of its own by way of a queue.

Work goes in stages. The pieces of a stage need nothing of each other and may be done anywhere in any order; the next
stage is planned when all of them are done. On the queue a message names one piece. Who finishes one writes its mark,
then looks whether the marks of the stage are all there, and if so plans the next one: whoever breaks off comes again
with the same message, so that the last one is always somebody. What a piece writes depends only on what it reads, so
doing it twice, or twice at once, gives the same bytes; a piece whose mark is there is not done again.

====================================  =========================================================================
``work/RUN/run.json``                 what the run is for
``work/RUN/000.json``                 the pieces of a stage, written once, before their messages are sent
``work/RUN/000.sent``                 the messages of the stage are sent
``work/RUN/000/00017.json``           a piece is done, and what came of it
====================================  =========================================================================
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from complaints.adapters.files import Files, NoFileError
from complaints.adapters.queues import Message
from complaints.desk.context import Desk

Result = dict[str, Any]
"""What came of a piece, as JSON: what the plan of the next stage needs of it."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done: `kind` says what, `of` for which days or periods, `at` is the instant that it was begun
    (RFC 3339): it counts as now for every piece, whenever that is done."""

    kind: Literal["night", "reports"]
    of: tuple[str, ...]
    at: datetime

    @property
    def id(self) -> str:
        """The name of the run."""
        return f"{self.kind}-{self.of[0]}-{self.at:%Y%m%dT%H%M%S%f}"


class Piece(msgspec.Struct, frozen=True, omit_defaults=True):
    """One piece: what to do (`do`), of which day or period, and of what part of it."""

    do: str
    of: str
    part: str = ""
    names: tuple[str, ...] = ()
    language: str = ""


class Work(Protocol):
    """What one kind of run consists of."""

    def plan(self, stage: int, results: Sequence[Result]) -> Sequence[Piece] | None:
        """The pieces of a stage, given what came of those of the stage before; None when all is done.

        The same results must give the same pieces.
        """

    def do(self, piece: Piece) -> Result:
        """Do one piece. Doing it again writes the same bytes."""


Make = Callable[[Desk, Run], Work]


def run_here(desk: Desk, run: Run, makers: Mapping[str, Make]) -> list[tuple[Piece, Result]]:
    """Do a whole run in this process; what came of every piece."""
    work = makers[run.kind](desk, run)
    done: list[tuple[Piece, Result]] = []
    results: list[Result] = []
    stage = 0
    while (pieces := work.plan(stage, results)) is not None:
        results = [work.do(piece) for piece in pieces]
        done += zip(pieces, results, strict=True)
        stage += 1
    return done


def hand_out(desk: Desk, run: Run, makers: Mapping[str, Make]) -> None:
    """Put the first pieces of a run on the queue; the rest follows."""
    _files(desk).write(f"work/{run.id}/run.json", msgspec.json.encode(run))
    _next(desk, run, makers[run.kind](desk, run), 0, [])


def take(desk: Desk, id: str, stage: int, number: int, makers: Mapping[str, Make]) -> Result:
    """Do the piece that a message names, and hand out the next stage if it was the last; what came of it."""
    files = _files(desk)
    run = msgspec.json.decode(files.read(f"work/{id}/run.json"), type=Run)
    pieces = _stage(files, id, stage)
    work = makers[run.kind](desk, run)
    mark = f"work/{id}/{stage:03}/{number:05}.json"
    try:
        result: Result = msgspec.json.decode(files.read(mark))
    except NoFileError:
        result = work.do(pieces[number])
        files.write(mark, msgspec.json.encode(result))
    done = files.keys(f"work/{id}/{stage:03}/")
    if len(done) == len(pieces) and not _sent(files, id, stage + 1):
        _next(desk, run, work, stage + 1, [msgspec.json.decode(files.read(key)) for key in done])
    return result


def _next(desk: Desk, run: Run, work: Work, stage: int, results: Sequence[Result]) -> None:
    """Plan a stage, and put its pieces on the queue; a stage without pieces is done already."""
    files = _files(desk)
    while not _sent(files, run.id, stage) and (planned := work.plan(stage, results)) is not None:
        # Two may come here at once: the plan that is written first counts for both.
        files.write_new(f"work/{run.id}/{stage:03}.json", msgspec.json.encode(planned))
        pieces = _stage(files, run.id, stage)
        if pieces:
            messages = [
                Message("report", {"run": run.id, "stage": stage, "piece": number}) for number in range(len(pieces))
            ]
            desk.queues.send(messages)
            files.write(f"work/{run.id}/{stage:03}.sent", b"{}")
            return
        stage, results = stage + 1, []


def _stage(files: Files, id: str, stage: int) -> list[Piece]:
    return msgspec.json.decode(files.read(f"work/{id}/{stage:03}.json"), type=list[Piece])


def _sent(files: Files, id: str, stage: int) -> bool:
    return bool(files.keys(f"work/{id}/{stage:03}.sent"))


def _files(desk: Desk) -> Files:
    return Files(desk.settings.need("facts_bucket"))
