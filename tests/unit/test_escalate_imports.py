"""The functions that must be on time start light: what they do not import costs them nothing."""

import json
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.parametrize("name", ["audit", "notify", "receipts", "sweep", "work"])
def test_a_function_that_must_be_on_time_imports_nothing_heavy(name: str) -> None:
    # given a clean interpreter in which the function is loaded and its desk is made
    code = (
        f"import functions.escalate.{name}, json, sys\n"
        "from complaints.desk.context import desk\n"
        "desk().store.connection.client\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    environment = {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
        "TABLE": "desk",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    # then
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout.splitlines()[-1])
    assert "botocore" in loaded
    assert [module for module in loaded if module in HEAVY] == []
