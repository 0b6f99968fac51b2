"""Adding the same working time again and again.

For one amount the due instant is a function of the start alone: it rises with the start while both are open, jumps
where the due instant crosses a closed time, and rests while the start is closed. Composed once from the table, it is
answered with a single search where adding takes two. A policy has few distinct limits, so that pays off for bulk work.
"""

from __future__ import annotations

from itertools import accumulate

from .table import NEVER, Row, Table, in_force

Steps = tuple[int, int, int, list[Row]]
"""lo, span, bits, buckets: the due instant of lo + t is lo + min(t - shift, cap) of the row in force at t."""

NOTHING: Steps = (0, -1, 0, [])


def compose(table: Table, seconds: int) -> Steps:
    """The steps for an amount above 0, over all starts whose answer lies within the table."""
    lo = table.lo
    if seconds > table.total:
        return NOTHING
    opens = [opening - lo for opening in table.opens]
    lengths = (close - opening for opening, close in zip(table.opens, table.closes, strict=True))
    caps = list(accumulate(lengths, initial=0))
    shifts = [opening - cap for opening, cap in zip(opens, caps, strict=False)]
    caps = caps[1:]
    j = 0
    while caps[j] < seconds:
        j += 1
    first = seconds + shifts[j]
    begins, pieces = [0], [(-first, first)]  # before the first opening every start has the same answer
    for opening, shift, cap in zip(opens, shifts, caps, strict=True):
        begin = opening
        while caps[j] < cap + seconds:
            # A due instant exactly at a close stays there (A1): the next interval takes over one second later.
            begins.append(begin)
            pieces.append((shift - seconds - shifts[j], caps[j] + shifts[j]))
            begin = caps[j] - seconds + shift + 1
            j += 1
            if j == len(caps):
                break
        else:
            begins.append(begin)
            pieces.append((shift - seconds - shifts[j], cap + seconds + shifts[j]))
            continue
        break
    span = min(table.hi - 1, table.left(table.total - seconds)) - lo
    rows: list[Row] = []
    row: Row = (NEVER, NEVER, NEVER, None)
    for after, (shift, cap) in zip([NEVER, *reversed(begins[1:])], reversed(pieces), strict=True):
        row = (after, shift, cap, row)
        rows.append(row)
    rows.reverse()
    bits = max(1, (span // len(rows)).bit_length() - 2)
    return lo, span, bits, in_force(rows, begins[1:], bits, span)
