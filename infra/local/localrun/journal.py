"""What was written stays written, kill -9 included: the local cloud by itself saves only when it is stopped cleanly.

Every change of a table is appended to a journal before the request is answered, one line a request, so that a
transaction is there whole or not at all. Other services are saved soon after they changed, queues before a message
that was taken is acknowledged. At the start the saved states are loaded and the journal is played on top; a change is
the item as it was after it, so playing one twice does no harm.
"""

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

logger = logging.getLogger("localrun.journal")

_SAVE_SECONDS = 2.0
# What the deployment keeps in the local cloud. Logs and metrics grow with every call and are not worth a save.
_SERVICES = (
    "apigateway",
    "cloudformation",
    "cognito",
    "eventbridge",
    "iam",
    "kms",
    "lambda",
    "s3",
    "scheduler",
    "secretsmanager",
    "ses",
    "sns",
    "sqs",
    "ssm",
)
# What only a deployment changes is saved after it, not again and again: copying it takes longer than all else together.
_DEPLOYED = frozenset({"apigateway", "cloudformation", "iam", "kms", "lambda", "scheduler"})
# A longer journal is folded into a new snapshot, so that a restart stays quick.
_LONGEST_JOURNAL = 2000


class Journal:
    """Keeps the local cloud's state in `folder`. Call `attach` once, after the cloud's modules can be imported."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._changes: list[list[Any]] = []
        self._lines = 0
        self._number = max((int(path.suffix[1:]) for path in folder.glob("tables.*")), default=0) + 1
        self._file = self._open()
        self._saved: dict[str, bytes] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._save_now_and_then, daemon=True, name="local-saver")

    def _open(self) -> int:
        return os.open(self._folder / f"tables.{self._number}", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    # ---- writing

    def attach(self, replay_before: Callable[[], None]) -> None:
        """Hook into the tables and start saving. `replay_before` is the cloud's own loading of saved states."""
        from ministack.services import dynamodb

        set_item, remove_item, handle = dynamodb._set_item, dynamodb._remove_item, dynamodb.handle_request

        def journalled_set(table: dict[str, Any], pk: str, sk: str, item: dict[str, Any]) -> Any:
            old = set_item(table, pk, sk, item)
            self._changes.append([table["TableName"], pk, sk, item])
            return old

        def journalled_remove(table: dict[str, Any], pk: str, sk: str) -> Any:
            old = remove_item(table, pk, sk)
            self._changes.append([table["TableName"], pk, sk, None])
            return old

        async def journalled_request(*request: Any) -> Any:
            answer = await handle(*request)
            self._write_changes()
            return answer

        replay_before()
        self._replay()
        dynamodb._set_item, dynamodb._remove_item = journalled_set, journalled_remove
        dynamodb.handle_request = journalled_request
        self._thread.start()

    def _write_changes(self) -> None:
        with self._lock:
            if self._changes:
                changes, self._changes = self._changes, []
                os.write(self._file, (json.dumps(changes, separators=(",", ":")) + "\n").encode())
                self._lines += 1

    def _replay(self) -> None:
        """Play what was journalled after the last snapshot."""
        from ministack.services import dynamodb

        tables = {table["TableName"]: table for table in dynamodb._tables.all_values()}
        for path in sorted(self._folder.glob("tables.*"), key=lambda path: int(path.suffix[1:])):
            for line in path.read_bytes().split(b"\n")[:-1]:  # a torn last line is a request that nobody saw answered
                for name, pk, sk, item in json.loads(line):
                    table = tables.get(name)
                    if table is None:
                        continue
                    if item is not None:
                        dynamodb._set_item(table, pk, sk, item)
                    elif table["items"].get(pk, {}).get(sk) is not None:
                        dynamodb._remove_item(table, pk, sk)

    # ---- saving

    def save_queues(self) -> None:
        """Save the queues now: called before a message that was taken is acknowledged."""
        self._save(("sqs",))

    def save_all(self) -> None:
        """Save every service now, tables included (a clean stop, or right after a deployment)."""
        self._save(None)
        self._snapshot_tables()

    def stop(self) -> None:
        """Save everything a last time and stop."""
        self._stop.set()
        self._thread.join()
        self.save_all()

    def _save_now_and_then(self) -> None:
        living = tuple(name for name in _SERVICES if name not in _DEPLOYED)
        while not self._stop.wait(_SAVE_SECONDS):
            self._save(living)
            if self._lines > _LONGEST_JOURNAL:
                self._snapshot_tables()

    def _save(self, names: tuple[str, ...] | None) -> None:
        from ministack import app
        from ministack.core import persistence

        for name, state_of in app._build_persistence_save_dict().items():
            if name not in (names or _SERVICES):
                continue
            state = _undisturbed(state_of)
            if state is None:
                continue
            digest = hashlib.blake2b(json.dumps(state, default=persistence._json_default).encode()).digest()
            with self._lock:
                if self._saved.get(name) != digest:
                    persistence.save_state(name, state)
                    self._saved[name] = digest

    def _snapshot_tables(self) -> None:
        from ministack.core import persistence
        from ministack.services import dynamodb

        self._write_changes()
        with self._lock:
            os.close(self._file)
            self._number += 1
            self._file = self._open()
            self._lines = 0
        # What is written from here on is in the new journal, and perhaps in the snapshot too, which does no harm.
        persistence.save_state("dynamodb", _undisturbed(dynamodb.get_state))
        for path in self._folder.glob("tables.*"):
            if int(path.suffix[1:]) < self._number:
                path.unlink()


def _undisturbed(state_of: Callable[[], Any]) -> Any:
    """Read a service's state; a request that changes it meanwhile makes the copy fail, then it is read again."""
    for _ in range(100):
        try:
            return state_of()
        except RuntimeError as changed:
            if "changed size" not in str(changed):
                raise
    raise RuntimeError("the local cloud's state changed at each of 100 tries to read it")
