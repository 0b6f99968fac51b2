"""Reads `template.yaml` as plain data: short-form functions become their long form, as JSON templates write them."""

from pathlib import Path
from typing import Any

import yaml

Resource = dict[str, Any]


class _Loader(yaml.SafeLoader):
    pass


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix in ("Ref", "Condition"):
        return {suffix: value}
    if suffix == "GetAtt":
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _function)


def read_template(path: Path) -> dict[str, Any]:
    """Return the template as data."""
    result: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    return result


def of_type(template: dict[str, Any], *types: str) -> dict[str, Resource]:
    """Return the resources of these types by logical id."""
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] in types}


def refers_to(value: Any) -> set[str]:
    """Return the logical ids that a value mentions, however deep: by Ref, GetAtt or in a Sub."""
    found: set[str] = set()
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref" and isinstance(inner, str):
                found.add(inner)
            elif key == "Fn::GetAtt":
                found.add(inner[0])
            elif key == "Fn::Sub":
                text = inner if isinstance(inner, str) else inner[0]
                found.update(part.split("}")[0].split(".")[0] for part in text.split("${")[1:])
            found |= refers_to(inner)
    elif isinstance(value, list):
        for inner in value:
            found |= refers_to(inner)
    return found
