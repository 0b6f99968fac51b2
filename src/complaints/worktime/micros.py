"""Working time finer than a second, by means of the engine that counts whole ones.

Windows open and close on whole seconds, so a fraction counts exactly when its second does.
"""

from __future__ import annotations

from .engine import Engine
from .instants import MICROS


def add_micros(engine: Engine, start: int, amount: int) -> int:
    """`Engine.add_epoch` with epoch microseconds and working microseconds."""
    if amount == 0:
        return start
    second, fraction = divmod(start, MICROS)
    whole, rest = divmod(amount + (fraction if _is_open(engine, second) else 0), MICROS)
    if amount > 0:
        if rest == 0:
            return engine.add_epoch(second, whole) * MICROS
        # The answer lies inside a working second: the one whose end the next whole count reaches.
        return (engine.add_epoch(second, whole + 1) - 1) * MICROS + rest
    return engine.add_epoch(second, whole) * MICROS + rest


def between_micros(engine: Engine, start: int, end: int) -> int:
    """`Engine.between_epoch` with epoch microseconds, in working microseconds."""
    (a, a_rest), (b, b_rest) = divmod(start, MICROS), divmod(end, MICROS)
    count = engine.between_epoch(a, b) * MICROS
    if a_rest and _is_open(engine, a):
        count -= a_rest
    if b_rest and _is_open(engine, b):
        count += b_rest
    return count


def _is_open(engine: Engine, second: int) -> bool:
    return engine.between_epoch(second, second + 1) == 1
