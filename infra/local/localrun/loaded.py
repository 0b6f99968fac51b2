"""What a state folder was loaded with: the policy's name, and the content of its file and sample organisation."""

import json
from pathlib import Path

_FILE = "loaded.json"


def loaded_policy(state: Path) -> str | None:
    """The policy that a state folder's deployment was made with; None: nothing was loaded yet."""
    loaded = _read(state)
    return loaded["policy"] if loaded else None


def is_loaded(state: Path, policy: str, content: str) -> bool:
    """Whether just this is what the deployment holds."""
    return _read(state) == {"policy": policy, "content": content}


def remember(state: Path, policy: str, content: str) -> None:
    """Note it, once it is loaded."""
    (state / _FILE).write_text(json.dumps({"policy": policy, "content": content}))


def _read(state: Path) -> dict[str, str] | None:
    file = state / _FILE
    found: dict[str, str] | None = json.loads(file.read_text()) if file.exists() else None
    return found
