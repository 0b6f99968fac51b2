"""Make what the functions of one group carry: product, pinned libraries, bytecode of the runtime's own Python.

Needs no library, so that any Python from 3.11 on can run it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

RUNTIME = "3.13"
# The services that the functions call. All the other models of botocore are most of an artifact's weight.
SERVICES = {"dynamodb", "lambda", "pinpoint-sms-voice-v2", "s3", "secretsmanager", "sesv2", "sns", "sqs", "ssm", "sts"}
# Part of the package, but for people at a keyboard.
NOT_DEPLOYED = ("complaints/cli", "bin")


def main() -> int:
    """Make one group's artifact; return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--uv", required=True)
    parser.add_argument("--platform", required=True, help="as uv names it, such as aarch64-manylinux_2_28")
    parser.add_argument("--python", default=RUNTIME)
    parser.add_argument("--group", required=True, help="a folder of functions/, and the extra of its name")
    parser.add_argument("--also", action="append", default=[], metavar="EXTRA", help="a further extra to carry")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    shutil.rmtree(args.out, ignore_errors=True)
    args.out.mkdir(parents=True)
    _install(args.uv, [args.group, *args.also], args.platform, args.python, args.out)
    shutil.copytree(
        Path("functions") / args.group,
        args.out / "functions" / args.group,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for shared in Path("functions").glob("*.py"):
        shutil.copy(shared, args.out / "functions")
    _prune(args.out)
    compiler = find_python(args.uv, args.python)
    if compiler is None:
        print(f"no Python {args.python} found: shipped without bytecode, so cold starts are slower", file=sys.stderr)
    else:
        # Unchecked, because SAM gives every file the time stamp of 1980, which would make checked bytecode stale.
        compile_all = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", str(args.out)]
        subprocess.run([compiler, *compile_all, "-p", "/var/task", str(args.out)], check=True)
    (args.out / ".made").touch()
    return 0


def _install(uv: str, extras: list[str], platform: str, python: str, out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wanted = str(Path(folder) / "requirements.txt")
        export = ["export", "--quiet", "--frozen", "--no-default-groups", "--no-editable", "--no-hashes"]
        export += [part for extra in extras for part in ("--extra", extra)]
        subprocess.run([uv, *export, "-o", wanted], check=True, stdout=subprocess.DEVNULL)
        install = ["pip", "install", "--quiet", "--target", str(out), "--python-version", python]
        subprocess.run([uv, *install, "--python-platform", platform, "-r", wanted], check=True)


def _prune(out: Path) -> None:
    for name in NOT_DEPLOYED:
        shutil.rmtree(out / name, ignore_errors=True)
    (out / ".lock").unlink(missing_ok=True)
    for model in (out / "botocore" / "data").iterdir():
        if model.is_dir() and model.name not in SERVICES:
            shutil.rmtree(model)
    for cache in list(out.rglob("__pycache__")):
        shutil.rmtree(cache)


def find_python(uv: str, version: str) -> str | None:
    """Return an interpreter of exactly `version` (such as 3.13): uv's choice, pyenv's, or the one on PATH."""
    found = subprocess.run([uv, "python", "find", version], capture_output=True, text=True, check=False).stdout.strip()
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [found, *(str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True))]
    candidates.append(shutil.which(f"python{version}") or "")
    for candidate in candidates:
        if candidate:
            said = subprocess.run(
                [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                capture_output=True,
                text=True,
                check=False,
            )
            if said.returncode == 0 and said.stdout.strip() == version:
                return candidate
    return None


if __name__ == "__main__":
    raise SystemExit(main())
