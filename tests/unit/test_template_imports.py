"""Every handler imports, in a clean interpreter, without what its artifact does not carry."""

import subprocess
import sys
from pathlib import Path

import pytest
from infra.lint.rules import functions
from infra.lint.template import read_template

ROOT = Path(__file__).resolve().parents[2]
HANDLERS = [
    function["Properties"]["Handler"].removesuffix(".handler")
    for function in functions(read_template(ROOT / "template.yaml")).values()
    if "InlineCode" not in function["Properties"]
]
# Libraries of the keyboard's side, of the tests, or of a group that the module does not belong to.
NEVER = ("boto3", "pydantic", "yaml", "holidays", "chinese_calendar", "moto", "aws_xray_sdk", "complaints.cli")


@pytest.mark.parametrize("module", HANDLERS)
def test_a_handler_imports_only_what_is_deployed(module: str) -> None:
    script = f"import {module}, sys; print(*[name for name in {NEVER!r} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
