"""Start of the local run: `python -m localrun.main --root CHECKOUT --state DIR --port N --policy NAME`."""

import argparse
import asyncio
import fcntl
import json
import logging
import shlex
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from hypercorn.asyncio import serve
from hypercorn.config import Config

from complaints.cli.language import own_text
from localrun.clock import MovedClock
from localrun.cloud import Cloud, listen, prepare
from localrun.loaded import loaded_policy

if TYPE_CHECKING:
    from localrun.world import World

logger = logging.getLogger("localrun")

Announce = Callable[[dict[str, Any]], None]
"""Told the endpoints when all is ready."""


def main() -> int:
    """Run until the process is told to stop; return the exit status."""
    parser = argparse.ArgumentParser(prog="localrun")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--policy", default="postal")
    args = parser.parse_args()
    started = time.monotonic()
    state: Path = args.state.resolve()
    state.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    alone = _alone(state)
    if alone is None:
        print(own_text("local.state_in_use", state=state), file=sys.stderr)
        return 1
    there = loaded_policy(state)
    if there not in (None, args.policy):
        print(own_text("local.other_policy", state=state, there=there, asked=args.policy), file=sys.stderr)
        return 1
    try:
        api, aws, smtp = _sockets(state, args.port)
    except OSError as taken:
        print(own_text("local.port_taken", port=args.port, detail=taken), file=sys.stderr)
        return 1
    (state / "endpoints.json").unlink(missing_ok=True)
    prepare(state, aws.getsockname()[1])
    clock = MovedClock(state / "clock.json")
    from localrun.world import World

    world = World(args.root.resolve(), state, args.policy, clock, Cloud(state, clock), api.getsockname()[1])
    with alone:
        return asyncio.run(_serve(world, api, aws, smtp, lambda found: _announce(found, state, started)))


def _alone(state: Path) -> IO[str] | None:
    """The state folder's lock, held while the file is open; None where another run holds it."""
    lock = (state / "lock").open("w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _sockets(state: Path, port: int) -> tuple[socket.socket, socket.socket, socket.socket]:
    """Listen for API, cloud and mail: on `port` and the two after it; port 0 takes what the last run had, or any."""
    memory = state / "ports.json"
    ports = [port, port + 1, port + 2]
    if not port:
        ports = json.loads(memory.read_text()) if memory.exists() else [0, 0, 0]
    sockets = [listen(number) for number in ports]
    memory.write_text(json.dumps([opened.getsockname()[1] for opened in sockets]))
    return sockets[0], sockets[1], sockets[2]


async def _serve(
    world: "World", api: socket.socket, aws: socket.socket, smtp: socket.socket, announce: Announce
) -> int:
    config = Config()
    config.bind = [f"fd://{api.detach()}", f"fd://{aws.detach()}"]
    config.loglevel = "ERROR"
    config.accesslog = None
    config.keep_alive_timeout = 60
    config.graceful_timeout = 2
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    problems: list[BaseException] = []

    def bring_up() -> None:
        try:
            announce(world.bring_up(loop, smtp))
        except BaseException as problem:  # noqa: BLE001 - whatever it is, the server must end and say it
            problems.append(problem)
            loop.call_soon_threadsafe(over.set)

    async def told_to_stop() -> None:
        await over.wait()
        await asyncio.to_thread(world.rest)

    threading.Thread(target=bring_up, daemon=True, name="local-start").start()
    await serve(cast(Any, world.app), config, shutdown_trigger=told_to_stop)
    world.keep()
    for problem in problems:
        logger.error("the local run could not start", exc_info=problem)
    return 1 if problems else 0


def _announce(endpoints: dict[str, Any], state: Path, started: float) -> None:
    """Say where everything is, and what to try; the commands name the state folder unless it is the usual one."""
    option = "" if state == Path(".local").resolve() else f" --state {shlex.quote(str(state))}"
    seconds = time.monotonic() - started
    print(f"\n{own_text('local.ready', **endpoints, seconds=seconds, option=option)}\n", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
