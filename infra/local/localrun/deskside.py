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
    from complaints.adapters import clock

    match arguments:
        case ["load", policy, organisation]:
            from complaints.desk.directory import load_organisation
            from complaints.desk.publish import publish_policy

            publish_policy(Path(policy))
            load_organisation(Path(organisation))
        case ["who", unit, role]:
            from complaints.desk.directory import holder_of

            print(holder_of(unit, role, clock.now()))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
