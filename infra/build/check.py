"""Check what `sam build` made: every handler imports, alone, from its artifact; bytecode is the runtime's own.

Handlers are imported from an artifact made by the same rule for this machine: the deployed one is for arm64. Nothing
of the local run may be in any of them.
"""

import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from infra.build.artifact import RUNTIME, find_python  # noqa: E402 - run as a script, it must find the checkout first

BUILT = ROOT / ".aws-sam" / "build"
# Names that only the local run has. None may be in what is deployed, in whatever file.
STRAY = (b"localrun", b"local_entry", b"LOCAL_CLOCK", b"LOCAL_HANDLER", b"ministack")
_UNCHECKED = 1
# A folder that is nobody's site-packages: only the artifact and the standard library can be imported.
_IMPORT = "import sys; sys.path.insert(0, sys.argv[1]); __import__(sys.argv[2], fromlist=['handler']).handler"


class _Loader(yaml.SafeLoader):
    pass


_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)


def main() -> int:
    """Check all functions; print what is wrong and return the exit status."""
    uv = shutil.which("uv") or str(ROOT / ".bootstrap" / "bin" / "uv")
    python = find_python(uv, RUNTIME)
    problems: list[str] = []
    functions = _functions()
    for name, handler in functions.items():
        problems += [f"{name}: {problem}" for problem in _stray(BUILT / name)]
        problems += [f"{name}: {problem}" for problem in _bytecode(BUILT / name, python)]
        problems += [f"{name}: {problem}" for problem in _import(uv, python, handler)]
    if python is None:
        print(f"no Python {RUNTIME} here: bytecode was not checked, handlers were imported by {sys.version_info[:2]}")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"artifacts: {len(functions)} functions checked, {len(problems)} problems")
    return 1 if problems or not functions else 0


def _functions() -> dict[str, str]:
    template: dict[str, Any] = yaml.load((BUILT / "template.yaml").read_text(encoding="utf-8"), _Loader)
    return {
        name: resource["Properties"]["Handler"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function" and "InlineCode" not in resource["Properties"]
    }


def _stray(artifact: Path) -> list[str]:
    found = []
    for path in artifact.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [f"{path.relative_to(artifact)} holds {word.decode()}" for word in STRAY if word in content]
    return found


def _bytecode(artifact: Path, python: str | None) -> list[str]:
    if python is None:
        return []
    said = "import importlib.util, sys; sys.stdout.write(importlib.util.MAGIC_NUMBER.hex())"
    magic = bytes.fromhex(subprocess.run([python, "-c", said], capture_output=True, text=True, check=True).stdout)
    wrong = []
    tag = f"cpython-{RUNTIME.replace('.', '')}"
    for source in artifact.rglob("*.py"):
        compiled = source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc"
        if not compiled.is_file():
            wrong.append(f"{source.relative_to(artifact)} has no bytecode")
            continue
        head = compiled.read_bytes()[:8]
        if head[:4] != magic or int.from_bytes(head[4:], "little") != _UNCHECKED:
            wrong.append(f"{compiled.relative_to(artifact)} is not unchecked bytecode of Python {RUNTIME}")
    return wrong


def _import(uv: str, python: str | None, handler: str) -> list[str]:
    _, group, module = handler.removesuffix(".handler").split(".")
    version = RUNTIME if python is not None else "{}.{}".format(*sys.version_info[:2])
    machine = f"{platform.machine().replace('arm64', 'aarch64')}-manylinux_2_28"
    folder = ROOT / ".aws-sam" / "groups" / f"here-{version}" / group
    if not (folder / ".made").exists() or _older(folder / ".made"):
        make = [sys.executable, str(Path(__file__).with_name("artifact.py")), "--uv", uv, "--platform", machine]
        subprocess.run([*make, "--python", version, "--group", group, "--out", str(folder)], check=True, cwd=ROOT)
    done = subprocess.run(
        [python or sys.executable, "-I", "-S", "-c", _IMPORT, str(folder), f"functions.{group}.{module}"],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return [f"{handler} does not import: {done.stderr.strip().splitlines()[-1]}"] if done.returncode else []


def _older(stamp: Path) -> bool:
    made = stamp.stat().st_mtime
    sources = [*(ROOT / "src").rglob("*"), *(ROOT / "functions").rglob("*"), ROOT / "uv.lock", ROOT / "pyproject.toml"]
    return any(path.is_file() and path.stat().st_mtime > made for path in sources)


if __name__ == "__main__":
    raise SystemExit(main())
