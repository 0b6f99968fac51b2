"""The functions that must be on time start light: what they do not import costs them nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

HEAVY = (
    "alibabacloud_dysmsapi20170525",
    "aws_lambda_powertools",
    "aws_xray_sdk",
    "boto3",
    "chardet",
    "jinja2",
    "openpyxl",
    "pydantic",
    "xlsxwriter",
    "yaml",
)


FUNCTIONS = ("audit", "notify", "receipts", "sweep", "work")


def started(name: str, found: str) -> Any:
    """What an expression gives in a clean interpreter in which the function is loaded and its desk and client made."""
    code = (
        f"import functions.escalate.{name}, gc, json, sys\n"
        "from complaints.desk.context import desk\n"
        "desk().store.connection.client\n"
        f"print(json.dumps({found}))\n"
    )
    environment = {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
        "TABLE": "desk",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_must_be_on_time_imports_nothing_heavy(name: str) -> None:
    loaded = started(name, "sorted({name.partition('.')[0] for name in sys.modules})")
    assert "botocore" in loaded
    assert [module for module in loaded if module in HEAVY] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_must_be_on_time_makes_no_dataclass(name: str) -> None:
    made = (
        "sorted({kind.__module__ for module in list(sys.modules.values()) for kind in list(vars(module).values())"
        " if isinstance(kind, type) and '__dataclass_fields__' in vars(kind)})"
    )
    assert [module for module in started(name, made) if module.startswith(("complaints.", "functions."))] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_must_be_on_time_looks_for_no_garbage_while_it_starts(name: str) -> None:
    assert started(name, "[of['collections'] for of in gc.get_stats()]")[1:] == [0, 0]
