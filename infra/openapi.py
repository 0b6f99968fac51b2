"""Write `openapi.json` from the endpoints, or say whether it is as they are: `python infra/openapi.py [--check]`."""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "openapi.json"

sys.path.insert(0, str(ROOT))


def described() -> dict[str, Any]:
    """The document that the endpoints of the functions make."""
    from functions.console.api import ROUTES as STAFF
    from functions.intake.public import ROUTES as PUBLIC

    from complaints.web.openapi import document

    return document([*PUBLIC, *STAFF], version("complaint-desk"))


def written() -> str:
    """The document as the file holds it."""
    return json.dumps(described(), ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or with `--check` compare it; 1 when it differs."""
    if "--check" not in arguments:
        FILE.write_text(written(), encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == written():
        return 0
    print("openapi.json is not what the endpoints say: run python infra/openapi.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
