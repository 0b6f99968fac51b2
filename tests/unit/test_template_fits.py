"""The template fits the code: its handlers are there, its settings are read, what it names a function may also use."""

import importlib
from pathlib import Path
from typing import Any

import pytest
from infra.lint.rules import functions, statements
from infra.lint.template import read_template, refers_to

from complaints.adapters.settings import Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = read_template(ROOT / "template.yaml")
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
PRODUCT = {name: f["Properties"] for name, f in functions(TEMPLATE).items() if "InlineCode" not in f["Properties"]}
EVERYWHERE = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
# Read by Powertools, not by the product's own settings.
LIBRARY = {"POWERTOOLS_SERVICE_NAME", "LOG_LEVEL"}


@pytest.mark.parametrize("name", PRODUCT)
def test_every_handler_is_a_file_of_functions(name: str) -> None:
    package, group, module, handler = PRODUCT[name]["Handler"].split(".")

    assert (package, handler) == ("functions", "handler")
    assert (ROOT / "functions" / group / f"{module}.py").is_file()


def test_every_handler_of_functions_is_deployed() -> None:
    files = {path for path in (ROOT / "functions").rglob("*.py") if "def handler(" in path.read_text(encoding="utf-8")}
    deployed = {ROOT / f"{p['Handler'].removesuffix('.handler').replace('.', '/')}.py" for p in PRODUCT.values()}

    assert files == deployed


@pytest.mark.parametrize("name", PRODUCT)
def test_every_variable_is_one_that_the_settings_know(name: str) -> None:
    given = {*EVERYWHERE, *PRODUCT[name]["Environment"]["Variables"]} - LIBRARY
    known = {"ORG_ZONE" if name == "zone" else name.upper() for name in Settings.__struct_fields__}

    assert given <= known


@pytest.mark.parametrize("name", PRODUCT)
def test_a_function_may_use_each_queue_and_bucket_that_it_is_told_of(name: str) -> None:
    told = {
        resource
        for value in PRODUCT[name]["Environment"]["Variables"].values()
        for resource in refers_to(value)
        if RESOURCES.get(resource, {}).get("Type") in ("AWS::SQS::Queue", "AWS::S3::Bucket")
    }
    role = RESOURCES[name.removesuffix("Function") + "Role"]
    allowed = {resource for statement in statements(role) for resource in refers_to(statement.get("Resource", []))}

    assert told <= allowed


def routed(name: str) -> set[tuple[str, str]]:
    """The methods and paths that the HTTP interface hands to a function."""
    events = [event["Properties"] for event in PRODUCT[name]["Events"].values() if event["Type"] == "HttpApi"]
    return {(event["Method"], event["Path"]) for event in events}


@pytest.mark.parametrize(
    ("name", "module", "table"),
    [
        ("IntakePublicFunction", "functions.intake.public", "ROUTES"),
        ("ConsoleApiFunction", "functions.console.api", "ROUTES"),
        ("ConsolePagesFunction", "functions.console.pages", "PAGES"),
        ("CallbackFunction", "functions.escalate.callback", "ROUTES"),
    ],
)
def test_every_endpoint_of_a_handler_is_reached(name: str, module: str, table: str) -> None:
    given = routed(name)

    def reached(method: str, path: str) -> bool:
        proxies = {f"{path.rsplit('/', steps)[0]}/{{proxy+}}" for steps in range(1, path.count("/") + 1)}
        return any((verb, way) in given for verb in (method, "ANY") for way in {path, *proxies})

    endpoints = [(one.method, one.path) for one in getattr(importlib.import_module(module), table)]

    assert endpoints
    assert [endpoint for endpoint in endpoints if not reached(*endpoint)] == []


def test_settings_are_read_from_what_the_template_gives() -> None:
    given = dict.fromkeys({*EVERYWHERE} | {v for p in PRODUCT.values() for v in p["Environment"]["Variables"]}, "x")
    given |= {"ORG_ZONE": "Asia/Shanghai", "SMS_CARRIER": "aliyun", "HOLD": "true", "DUE_SHARDS": "4", "SMS_RATE": "5"}

    settings = read_settings(given)

    assert settings.hold
    assert str(settings.zone) == "Asia/Shanghai"
    assert settings.need("work_queue_url") == "x"


def test_the_public_functions_see_no_staff_index() -> None:
    for name in ("IntakePublicFunction", "IntakeMailFunction"):
        role = RESOURCES[name.removesuffix("Function") + "Role"]
        subs = [str(statement.get("Resource")) for statement in statements(role)]
        assert not [text for text in subs if "/index/" in text]


def test_only_the_sender_may_send() -> None:
    may = {
        name
        for name in PRODUCT
        for statement in statements(RESOURCES[name.removesuffix("Function") + "Role"])
        if {"sns:Publish", "ses:SendEmail", "ses:SendRawEmail", "sms-voice:SendTextMessage"} & set(statement["Action"])
    }

    assert may == {"NotifyFunction"}


UNCHANGEABLE = {
    "POWERTOOLS_SERVICE_NAME": "the function's own name in its log",
    "DUE_SHARDS": "cases stand in the shards of their day; another number would need all of them moved",
}
"""Variables with a value that stands in the template, each with the reason why nobody needs to change it."""


def test_what_a_person_may_need_to_change_is_a_parameter() -> None:
    parameters = set(TEMPLATE["Parameters"])
    fixed = {
        variable
        for variables in [EVERYWHERE, *(p["Environment"]["Variables"] for p in PRODUCT.values())]
        for variable, value in variables.items()
        if not refers_to(value) & (parameters | set(RESOURCES))
    }

    assert fixed == set(UNCHANGEABLE)


def test_every_setting_is_given_to_somebody() -> None:
    given = {*EVERYWHERE} | {v for p in PRODUCT.values() for v in p["Environment"]["Variables"]}
    known = {"ORG_ZONE" if name == "zone" else name.upper() for name in Settings.__struct_fields__}

    assert known - given == set()


SETTINGS_OF = {
    "sms_rate": {"NotifyFunction"},
    "sms_carrier": {"NotifyFunction"},
    "sms_sender": {"NotifyFunction"},
    "sms_secret": {"NotifyFunction"},
    "hold": {"SweepFunction", "WorkFunction", "NotifyFunction"},
}
"""Settings that have a value even where none is given, so that no failure would say that one is missing."""


@pytest.mark.parametrize("setting", SETTINGS_OF)
def test_a_setting_with_a_value_of_its_own_is_given_where_it_counts(setting: str) -> None:
    told = {name for name, p in PRODUCT.items() if setting.upper() in p["Environment"]["Variables"]}

    assert told == SETTINGS_OF[setting]
