"""One local run for all end-to-end tests: its own free ports, its own state folder, everything on 127.0.0.1."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

ROOT = Path(__file__).resolve().parents[2]
_READY_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP request was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class LocalRun:
    """A running `complaints local`, driven by its own command and over its public interfaces only."""

    def __init__(self, state: Path, policy: str = "postal") -> None:
        self.state = state
        self.policy = policy
        self.log = state.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        self.endpoints: dict[str, Any] = {}

    # ---- life

    def start(self) -> None:
        """Start, or start again on the same state, and wait until it says where it is."""
        file = self.state / "endpoints.json"
        file.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command(), "--policy", self.policy, "--port", "0"], cwd=ROOT, stdout=log, stderr=log
            )
        deadline = time.monotonic() + _READY_SECONDS
        while not file.exists():
            assert self._process.poll() is None, f"the local run ended: {self.log_tail()}"
            assert time.monotonic() < deadline, f"the local run is not ready: {self.log_tail()}"
            time.sleep(0.05)
        self.endpoints = json.loads(file.read_text())

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Stop it cleanly."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=60)

    def log_tail(self) -> str:
        """Return the end of what it logged."""
        return self.log.read_text(errors="replace")[-4000:]

    # ---- the command

    def _command(self, *action: str) -> list[str]:
        return [sys.executable, "-m", "complaints.cli.main", "local", "--state", str(self.state), *action]

    def _ask(self, *action: str) -> str:
        done = subprocess.run(self._command(*action), cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{action}: {done.stderr}\n{self.log_tail()}"
        return done.stdout.strip()

    def token(self, unit: str, role: str) -> str:
        """Return a staff token of whoever has `role` at `unit`."""
        return self._ask("token", "--unit", unit, "--role", role)

    def now(self) -> datetime:
        """Return the local world's present instant."""
        return datetime.fromisoformat(self._ask("advance", "0s"))

    def advance_to(self, instant: datetime) -> None:
        """Move the clock to the beginning of that second."""
        seconds = int((instant - self.now()).total_seconds())
        assert seconds >= 0, f"{instant} is past"
        self._ask("advance", f"{seconds}s")

    def outbox(self) -> list[dict[str, Any]]:
        """Return what was sent, oldest first."""
        sent: list[dict[str, Any]] = json.loads(self._ask("outbox", "--json"))
        return sent

    # ---- interfaces

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make one HTTP request of the product; `body` is sent as JSON unless it is bytes."""
        sent = dict(headers or {})
        data = body
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body).encode()
            sent.setdefault("content-type", "application/json")
        if token:
            sent["authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self.endpoints["api"] + path, data=data, headers=sent, method=method)
        return fetch(request)

    def fetch(self, address: str) -> Answer:
        """Follow a link that the product gave."""
        return fetch(address)

    def client(self, service: str) -> Any:
        """Return a client of the local AWS."""
        return boto3.client(
            service,
            endpoint_url=self.endpoints["aws"],
            region_name=self.endpoints["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )


def fetch(request: urllib.request.Request | str) -> Answer:
    """Make a request; an error status is an answer too."""
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, dict(refused.headers), refused.read())


@pytest.fixture(scope="session")
def local_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    """The session's local run. Tests share it, so each makes what it looks at and asks for no more than that."""
    running = LocalRun(tmp_path_factory.mktemp("local") / "state")
    running.state.mkdir()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_run(tmp_path: Path) -> Iterator[LocalRun]:
    """A local run of the test's own: nobody else's cases are in its reports."""
    running = LocalRun(tmp_path / "state")
    running.state.mkdir()
    running.start()
    yield running
    running.stop()
