"""Use cases of the product that are no function's: publish a policy, load an organisation, find who holds a role.

Run as a process of its own, so that the functions see no more of the environment than the template gives them:
`python -m localrun.deskside load POLICY.yaml FOLDER | who UNIT ROLE`.
"""

import sys
from pathlib import Path

from localrun.entry_clock import set_clock

set_clock()


def main(arguments: list[str]) -> int:
    """Do one thing; its result, if it has one, is the only line on standard output."""
    match arguments:
        case ["load", policy, organisation]:
            _load(Path(policy), Path(organisation))
        case ["who", unit, role]:
            print(_who(unit, role))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


def _load(policy: Path, organisation: Path) -> None:
    from complaints.adapters import clock
    from complaints.desk.context import desk
    from complaints.desk.publish import load_organisation, publish_policy

    publish_policy(desk(), policy)
    load_organisation(desk(), organisation, clock.now())


def _who(unit: str, role: str) -> str:
    """Return the id of the person who answers for `role` at a unit, given by its id or by its path from the root."""
    from complaints.adapters import clock
    from complaints.desk.context import desk

    now = clock.now()
    path = tuple(unit.split("/"))
    known = desk().directory.unit(path[-1], now)
    if known is None or not set(path) <= set(known.path):
        raise SystemExit(f"there is no unit {unit!r} in the organisation")
    found = desk().directory.answers(known.id, role, now)
    if found is None or found.unit != known.id or found.alarming:
        raise SystemExit(f"nobody has the role {role!r} at {unit!r}")
    return found.person.id


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
