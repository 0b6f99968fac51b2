"""The local world put together: cloud, stack, clock, schedules, mail, staff tokens, and what the command can ask."""

import asyncio
import hashlib
import json
import logging
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localrun.clock import MovedClock
from localrun.cloud import HOST, Cloud, Receive, Scope, Send
from localrun.conductor import Conductor, StuckError
from localrun.control import PREFIX, Control, RequestError
from localrun.deploy import Deployed, client, deploy
from localrun.loaded import is_loaded, remember
from localrun.mail import IntoTheBucket, serve_mail
from localrun.signin import SignIn
from localrun.staff import Issuer

logger = logging.getLogger("localrun.world")

# The zone of the sample organisations.
ZONE = "Asia/Shanghai"
_LONGEST_ADVANCE = 5 * 366 * 86400


class World:
    """One local run. `app` is what the web server serves; `bring_up` runs beside it once it serves."""

    def __init__(self, root: Path, state: Path, policy: str, clock: MovedClock, cloud: Cloud, api_port: int) -> None:
        self._root = root
        self._state = state
        self._policy = policy
        self._clock = clock
        self._cloud = cloud
        self._control = Control()
        self._control.actions = {
            "clock": lambda _: {"now": _stamp(clock.time())},
            "outbox": lambda _: cloud.outbox.lines(),
            "advance": self._advance,
            "token": self._token,
        }
        self.aws_url = os.environ["AWS_ENDPOINT_URL"]
        self.api_url = f"http://{HOST}:{api_port}"
        self._issuer = Issuer(state / "issuer.pem", f"{self.aws_url}{PREFIX}/issuer")
        self._deployed: Deployed | None = None
        self._conductor: Conductor | None = None
        self._sign_in = SignIn(
            self._issuer,
            f"{self.api_url}/desk/callback",
            root / "policies" / f"{policy}.yaml",
            root / "policies" / "sample" / policy,
            clock.time,
        )
        self.app = cloud.app(api_port, self._api_path, self._beside)

    async def _beside(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer what is neither the product's nor the cloud's; return whether it was that."""
        return await self._sign_in(scope, receive, send) or await self._control(scope, receive, send)

    def _api_path(self) -> str:
        if self._deployed is None:
            return "/_local/not-yet"
        return f"/_aws/execute-api/{self._deployed.api_id}/$default"

    def bring_up(self, loop: asyncio.AbstractEventLoop, smtp: socket.socket) -> dict[str, Any]:
        """Deploy, load the policy and its sample organisation, start schedules and mail; return the endpoints."""
        _wait_until_serving(self.aws_url)
        self._deployed = deployed = deploy(self._root, self._issuer.url, ZONE, self.api_url)
        self._cloud.journal.save_all()
        self._load_policy_and_organisation()
        self._conductor = Conductor(
            self._cloud,
            self._clock,
            deployed.schedules,
            _caller(),
            self._state / "schedules.json",
            float(os.environ.get("LOCAL_SCHEDULES_LATE", "0")),
        )
        self._conductor.start()
        handler = IntoTheBucket(client("s3"), deployed.buckets["mail"], self._clock)
        asyncio.run_coroutine_threadsafe(serve_mail(smtp, handler), loop).result()
        endpoints = {
            "api": self.api_url,
            "smtp": "{}:{}".format(*smtp.getsockname()),
            "aws": self.aws_url,
            "region": os.environ["AWS_DEFAULT_REGION"],
            "table": deployed.table,
            "bucket": deployed.buckets,
            "policy": self._policy,
            "pid": os.getpid(),
        }
        aside = self._state / "endpoints.new"
        aside.write_text(json.dumps(endpoints, indent=2) + "\n")
        os.replace(aside, self._state / "endpoints.json")
        return endpoints

    def rest(self) -> None:
        """Stop the schedules; called while the web server still serves, so that a step under way can end."""
        (self._state / "endpoints.json").unlink(missing_ok=True)
        if self._conductor is not None:
            self._conductor.stop()

    def keep(self) -> None:
        """Save everything; called last."""
        self._clock.beat()
        if self._deployed is not None:
            self._cloud.journal.stop()

    # ---- policy and organisation

    def _load_policy_and_organisation(self) -> None:
        """Publish the policy and load its sample organisation, at the first start and whenever their files changed."""
        policy = self._root / "policies" / f"{self._policy}.yaml"
        organisation = self._root / "policies" / "sample" / self._policy
        digest = hashlib.sha256()
        for path in (policy, *_files(organisation)):
            digest.update(path.read_bytes())
        content = digest.hexdigest()
        if is_loaded(self._state, self._policy, content):
            return
        self._deskside("load", str(policy), str(organisation))
        remember(self._state, self._policy, content)

    def _deskside(self, *arguments: str) -> str:
        """Run a use case that is no function's, in a process that has what the staff function is given."""
        functions = client("lambda").list_functions()["Functions"]
        given = next(f for f in functions if "ConsoleApiFunction" in f["FunctionName"])["Environment"]["Variables"]
        done = subprocess.run(
            [sys.executable, "-m", "localrun.deskside", *arguments],
            env={**os.environ, **given},
            cwd=self._root,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RequestError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no reason given")
        return done.stdout.strip()

    # ---- what the command asks

    def _advance(self, request: dict[str, Any]) -> dict[str, Any]:
        seconds = request.get("seconds")
        if not isinstance(seconds, (int, float)) or not 0 <= seconds <= _LONGEST_ADVANCE:
            raise RequestError("give seconds, from 0 to five years of them")
        if self._conductor is None:
            raise RequestError("the local run is not ready yet")
        try:
            failures = self._conductor.advance(seconds)
        except StuckError as stuck:
            raise RequestError(str(stuck)) from stuck
        return {"now": _stamp(self._clock.time()), "failures": failures}

    def _token(self, request: dict[str, Any]) -> dict[str, Any]:
        person = request.get("person") or self._deskside("who", str(request.get("unit")), str(request.get("role")))
        return {"token": self._issuer.token(person, self._clock.time()), "person": person}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _stamp(instant: float) -> str:
    return datetime.fromtimestamp(int(instant), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _wait_until_serving(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{url}/_ministack/health", timeout=5).read()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)  # asks again; the loop ends by the answer
        else:
            return


def _caller() -> Any:
    functions = client("lambda")

    def call(function: str, payload: str) -> str | None:
        answer = functions.invoke(FunctionName=function, Payload=payload.encode())
        body = answer["Payload"].read().decode("utf-8", "replace")
        return body if answer.get("FunctionError") else None

    return call
