"""Runs the schedules of the local world and moves its clock.

While nobody moves the clock, schedules come round in real time. An advance stands the clock on each next instant at
which anything can happen, calls the schedules that come round then, and waits until the queues have nothing left to do
before it goes on. So every handler runs, as deployed, at exactly its instant; nothing is called in its stead.
"""

import json
import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from localrun.clock import MovedClock
from localrun.cloud import Cloud
from localrun.schedules import Schedule

logger = logging.getLogger("localrun.conductor")

_MINUTE = 60
# A schedule that polls is called, while time is being moved, only where it can find something: in the minutes before
# an instant of the due index, at it, and while that instant stands overdue, ever more seldom. In between it would look
# into the same index and find nothing.
_POLLS_BEFORE = (4, 3, 2, 1)
_POLLS_AFTER = (0, 1, 2, 3, 5, 6, 10, 11, 20, 21, 40, 41, 80, 160, 320, 640, 1280)
# Later than this, what should have come round in real time is caught up step by step (the machine slept, or was off).
_BEHIND_SECONDS = 150.0
# A queue that does not come to rest within this many real seconds has a handler that hangs.
_REST_SECONDS = 300.0
# The real service waits at each queue; what becomes visible is with its function within tens of milliseconds.
_LOOK_SECONDS = 0.02
# Batches of one queue that are worked on at once. Each takes a process; more of them than this machine can run at once
# start one another's backlog: a start takes a second of a processor, and meanwhile messages come that start more.
_BATCHES_AT_ONCE = (os.cpu_count() or 1) + 1
_CALLS = 3


class StuckError(Exception):
    """The queues did not come to rest at an instant; the text says which."""


class Conductor:
    """Calls the schedules on `clock`. `call(function, payload)` runs a function and answers an error text or None.

    In real time a schedule is called up to `most_late` seconds after its instant, as EventBridge Scheduler may.
    """

    def __init__(
        self,
        cloud: Cloud,
        clock: MovedClock,
        schedules: Iterable[Schedule],
        call: Callable[[str, str], str | None],
        file: Path,
        most_late: float = 0.0,
    ) -> None:
        self._cloud = cloud
        self._clock = clock
        self._call = call
        self._schedules = sorted(schedules, key=lambda schedule: schedule.name)
        self._file = file
        self._most_late = most_late
        self._turn = threading.RLock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="local-conductor")
        self._waker = threading.Thread(target=self._wake, daemon=True, name="local-waker")
        self.failures: Counter[str] = Counter()
        stored = json.loads(file.read_text()) if file.exists() else {}
        self._last = {schedule.name: stored.get(schedule.name, clock.seen) for schedule in self._schedules}
        self._watch_the_poller()

    def start(self) -> None:
        """Catch up with what should have happened since the last run, then run in real time."""
        with self._turn:
            now = self._clock.time()
            seen = self._clock.seen
            self._clock.stand(seen)
            self._step_to(max(now, seen))
            self._clock.go()
        self._thread.start()
        self._waker.start()

    def stop(self) -> None:
        """Finish the step that is being worked on and stop."""
        self._stop.set()
        self._thread.join()
        self._waker.join()

    # ---- moving the clock

    def advance(self, seconds: float) -> list[str]:
        """Move the clock `seconds` ahead, letting everything due by then happen, and return what failed on the way.

        Raises
        ------
        StuckError
            When the queues do not come to rest; the clock then stands at that instant until it goes on by itself.
        """
        with self._turn:
            start = self._clock.time()
            self.failures.clear()
            self._clock.stand(start)
            try:
                self._step_to(start + seconds)
            finally:
                self._clock.go()
            return [f"{times} times {failure}" for failure, times in self.failures.items()]

    def _step_to(self, target: float) -> None:
        self._come_to_rest()
        while not self._stop.is_set():
            instant = self._next_instant(target)
            if instant > target:
                break
            self._clock.stand(instant)
            self._call_schedules(instant)
            self._come_to_rest()
        self._skip_polls(target)
        self._clock.stand(target)
        self._come_to_rest()

    def _next_instant(self, target: float) -> float:
        now = self._clock.time()
        found = target + 1
        due = [
            instant for instant in self._cloud.due_instants() if instant <= target + (_POLLS_BEFORE[0] + 1) * _MINUTE
        ]
        for schedule in self._schedules:
            last = self._last[schedule.name]
            if schedule.polls:
                found = min(found, _next_poll(schedule, max(last, now), due, found))
            else:
                # One that came round while nothing ran is called as soon as possible, once.
                found = min(found, max(schedule.after(last), now))
        for queue in self._cloud.mapped_queues():
            for message in list(queue["messages"]):
                if message["visible_at"] > now:
                    found = min(found, message["visible_at"])
        return found

    def _call_schedules(self, instant: float) -> None:
        for schedule in self._schedules:
            if schedule.polls:
                if instant % (schedule.period or _MINUTE) == 0 and self._last[schedule.name] < instant:
                    self._call_one(schedule, instant)
            elif (occurrence := schedule.after(self._last[schedule.name])) <= instant:
                self._call_one(schedule, occurrence)

    def _call_one(self, schedule: Schedule, occurrence: float) -> None:
        self._last[schedule.name] = occurrence
        error = None
        for _ in range(_CALLS):
            error = self._call(schedule.function, schedule.payload(occurrence))
            if error is None:
                break
            logger.error("schedule %s failed: %s", schedule.name, error)
        if error is not None:
            self.failures[f"{schedule.name}: {error}"] += 1
        self._remember()

    def _skip_polls(self, instant: float) -> None:
        for schedule in self._schedules:
            if schedule.polls and schedule.period:
                self._last[schedule.name] = max(self._last[schedule.name], instant // schedule.period * schedule.period)
        self._remember()

    def _remember(self) -> None:
        aside = self._file.with_suffix(".new")
        aside.write_text(json.dumps(self._last))
        os.replace(aside, self._file)

    # ---- waiting by looking

    def _watch_the_poller(self) -> None:
        """Make one pass of the queue poller something that is either over or not begun whenever it is looked at."""
        from ministack.services import lambda_svc

        self._polling = threading.Lock()
        lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = _LOOK_SECONDS / 4
        poll = lambda_svc._poll_sqs

        def whole_pass() -> bool:
            with self._polling:
                return bool(poll())

        lambda_svc._poll_sqs = whole_pass
        at_once = lambda_svc._sqs_esm_concurrency

        def as_many_as_run(*given: Any) -> int:
            return min(int(at_once(*given)), _BATCHES_AT_ONCE)

        lambda_svc._sqs_esm_concurrency = as_many_as_run

    def _busy(self) -> list[str]:
        """Return the queues that have a message to be had now, or one being worked on."""
        from ministack.services import lambda_svc

        with self._polling:
            if lambda_svc._esm_inflight:
                return ["a batch is being worked on"]
            return self._ready()

    def _ready(self) -> list[str]:
        """Return the queues that have a message to be had now."""
        now = self._clock.time()
        return [
            queue["name"]
            for queue in self._cloud.mapped_queues()
            if any(message["visible_at"] <= now for message in list(queue["messages"]))
        ]

    def _come_to_rest(self) -> None:
        from ministack.core.concurrency import esm_wake

        give_up = time.monotonic() + _REST_SECONDS
        while busy := self._busy():
            if time.monotonic() > give_up:
                raise StuckError(f"after {_REST_SECONDS:.0f} s there is still work: {', '.join(busy)}; see the log")
            esm_wake.set()
            time.sleep(0.002)  # looks again; the loop ends by what it sees, not by this

    # ---- real time

    def _wake(self) -> None:
        """Tell the poller of what becomes visible; by itself it looks once a second."""
        from ministack.core.concurrency import esm_wake

        while not self._stop.wait(_LOOK_SECONDS):
            if self._ready():
                esm_wake.set()

    def _run(self) -> None:
        while not self._stop.wait(0.5):
            with self._turn:
                now = self._clock.time()
                self._clock.beat()
                waiting = min((schedule.after(self._last[schedule.name]) for schedule in self._schedules), default=now)
                if now - waiting > _BEHIND_SECONDS:
                    self._clock.stand(waiting)
                    self._step_to(now)
                    self._clock.go()
                else:
                    self._call_schedules_in_time(now)

    def _call_schedules_in_time(self, now: float) -> None:
        for schedule in self._schedules:
            while (occurrence := schedule.after(self._last[schedule.name])) <= now:
                if occurrence + schedule.late(occurrence, self._most_late) > now:
                    break
                self._call_one(schedule, occurrence)


def _next_poll(schedule: Schedule, after: float, due: list[float], limit: float) -> float:
    """Return the first run strictly after `after` in which a polling schedule can find something, or `limit`."""
    period = schedule.period or _MINUTE
    found = limit
    for instant in due:
        minute = instant // _MINUTE * _MINUTE
        for ahead in (*(-minutes for minutes in _POLLS_BEFORE), *_POLLS_AFTER):
            run = -(-(minute + ahead * _MINUTE) // period) * period
            if after < run < found:
                found = run
                break
    return found
