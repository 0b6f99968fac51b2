"""Every metric that the code reports is watched by an alarm of the template, or there is a reason why not; every alarm
watches something that is reported, and the operator's handbook says what to do about it."""

import ast
from pathlib import Path
from typing import Any

import pytest
from infra.lint.template import of_type, read_template

ROOT = Path(__file__).resolve().parents[2]
ALARMS = of_type(read_template(ROOT / "template.yaml"), "AWS::CloudWatch::Alarm")
OWN = "ComplaintDesk"

Metric = tuple[str, tuple[str, ...]]

UNWATCHED: dict[Metric, str] = {
    ("Parked", ("of",)): "says which kind was parked just now; the auditor counts all that are, without dimension",
}
"""Metrics (name, dimensions) that no alarm watches, each with the reason."""


def reported() -> set[Metric]:
    """The metrics in the code: name and dimensions of each call of `log.metric`."""
    found = set()
    for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "metric"
            if called:
                assert isinstance(node, ast.Call)
                name = node.args[1]
                assert isinstance(name, ast.Constant), f"{path}: a metric's name must stand in the code as it is"
                dimensions = sorted(keyword.arg or "" for keyword in node.keywords if keyword.arg != "unit")
                found.add((str(name.value), tuple(dimensions)))
    return found


def watched() -> dict[Metric, str]:
    """The metrics of the product's own that an alarm watches, with the alarm that does."""
    properties: dict[str, Any] = {name: alarm["Properties"] for name, alarm in ALARMS.items()}
    return {
        (given["MetricName"], tuple(sorted(one["Name"] for one in given.get("Dimensions", [])))): name
        for name, given in properties.items()
        if given["Namespace"] == OWN and given.get("AlarmActions")
    }


def test_every_metric_has_an_alarm_or_a_reason() -> None:
    assert reported() >= {("Overdue", ()), ("Vacant", ())}
    assert reported() - set(watched()) == set(UNWATCHED)


def test_every_alarm_watches_a_metric_that_is_reported() -> None:
    assert set(watched()) - reported() == set()


@pytest.mark.parametrize("name", ALARMS)
def test_the_handbook_says_what_to_do_about_every_alarm(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
