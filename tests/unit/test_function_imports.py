"""What the entry points of customers and staff load at their start: nothing that only some requests need."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LATE = ("jinja2", "multipart", "openpyxl", "xlsxwriter", "pydantic", "boto3", "yaml", "aws_lambda_powertools")
PAGES = tuple(name for name in LATE if name != "jinja2")


@pytest.mark.parametrize(
    ("module", "late"),
    [
        ("functions.intake.public", LATE),
        ("functions.intake.mail", LATE),
        ("functions.intake.survey", LATE),
        ("functions.console.api", LATE),
        ("functions.console.pages", PAGES),
    ],
)
def test_a_function_loads_only_what_every_request_needs(module: str, late: tuple[str, ...]) -> None:
    said = f"import sys, {module}; print(*[name for name in {late!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
