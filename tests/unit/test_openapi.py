"""The committed OpenAPI is what the endpoints say, and the template routes to every one of them."""

import json
import re
from pathlib import Path
from typing import Any

from infra.openapi import FILE, described, written

from complaints.policy.vocabulary import COMMANDS

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


def _document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def test_the_committed_document_is_what_the_endpoints_say() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "run python infra/openapi.py and commit openapi.json"


def test_every_reference_in_it_leads_somewhere_and_every_operation_has_a_name_of_its_own() -> None:
    document = described()
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        at: Any = document
        for part in reference.split("/"):
            at = at[part]
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))


def test_every_command_of_the_vocabulary_is_there_with_the_fields_it_takes() -> None:
    paths = _document()["paths"]
    for name, shape in COMMANDS.items():
        if name == "register":
            continue
        body = paths[f"/cases/{{reference}}/{name}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert {param.name for param in shape.params} <= set(body["properties"])
        assert {param.name for param in shape.params if param.required} <= set(body.get("required", []))


def test_staff_operations_ask_for_a_token_and_public_ones_do_not() -> None:
    for path, operations in _document()["paths"].items():
        for operation in operations.values():
            assert ("security" in operation) is not path.startswith("/complaints")


def test_the_template_has_a_route_for_every_path() -> None:
    routed = re.findall(r"^\s+Path: (/\S*)$", TEMPLATE.read_text(encoding="utf-8"), re.MULTILINE)
    patterns = [re.sub(r"\{\w+\\\+\}", ".+", re.sub(r"\{\w+\}", "[^/]+", one.replace("+}", "\\+}"))) for one in routed]
    for path in _document()["paths"]:
        assert any(re.fullmatch(pattern, path) for pattern in patterns), f"no route for {path}"
