"""What is kept of imports, in the facts bucket: how far each has come, what it brought in, what it left out.

===================================  ==========================================================================
``imports/NAME/progress.json``           how far it has come
``imports/NAME/references``              the marks of the references that it brought in, eight bytes each
``imports/NAME/bad-000001.jsonl``        numbers of a batch's rows that could not be used, with the reasons
===================================  ==========================================================================
"""

from collections.abc import Sequence

import msgspec

from complaints.adapters.files import Files, NoFileError
from complaints.history.bad import BadRow


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an import has come: rows read and facts kept, the days they belong to, published months that change."""

    read: int = 0
    facts: int = 0
    days: tuple[str, ...] = ()
    revisions: tuple[str, ...] = ()
    finished: bool = False


class Imports:
    """The imports kept in a facts bucket."""

    def __init__(self, bucket: str) -> None:
        self._files = Files(bucket)

    def names(self) -> list[str]:
        """The names of all imports."""
        return sorted({key.split("/")[1] for key in self._files.keys("imports/")})

    def progress(self, name: str) -> Progress | None:
        """How far an import has come; None: never begun."""
        try:
            return msgspec.json.decode(self._files.read(f"imports/{name}/progress.json"), type=Progress)
        except NoFileError:
            return None

    def write_progress(self, name: str, progress: Progress) -> None:
        """Keep how far an import has come."""
        self._files.write(f"imports/{name}/progress.json", msgspec.json.encode(progress))

    def references(self, name: str) -> bytes:
        """The marks of the references that an import brought in; nothing when they were not kept."""
        try:
            return self._files.read(f"imports/{name}/references")
        except NoFileError:
            return b""

    def write_references(self, name: str, marks: bytes) -> None:
        """Keep the marks of the references that an import brings in."""
        self._files.write(f"imports/{name}/references", marks, "application/octet-stream")

    def write_bad(self, name: str, batch: int, rows: Sequence[BadRow]) -> None:
        """Keep which rows of a batch could not be used, and why; the rows themselves stay in the file."""
        if rows:
            lines = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
            self._files.write(f"imports/{name}/bad-{batch:06d}.jsonl", lines, "application/x-ndjson")

    def delete_facts(self, name: str, days: Sequence[str]) -> None:
        """Delete the facts that an import wrote for these days."""
        for day in days:
            for key in self._files.keys(f"facts/day={day}/shard-import-{name}-"):
                self._files.delete(key)

    def forget(self, name: str) -> None:
        """Forget an import: that it was, and what it could not use."""
        for key in self._files.keys(f"imports/{name}/"):
            self._files.delete(key)
