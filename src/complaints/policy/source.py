"""A policy file as it was written: its data, and the line and column of everything in it.

YAML 1.2 is read, not 1.1: `on`, `yes`, `08:30` and `2026-10-01` are the texts that they look like, and a key is always
the text that stands there. PyYAML does the parsing, because its nodes keep their marks and it runs on libyaml.
"""

import re
from collections.abc import Hashable
from typing import Any, Final

import msgspec
import yaml

from complaints.policy.findings import Finding, Path, PolicyError

MOST_VALUES: Final = 200_000
"""Values in one file, aliases followed; more is a mistake or an attack, no rule book."""

Mark = tuple[int, int]

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Scalars as YAML 1.2 reads them."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 PyYAML's own name and type


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:null", r"~|null|Null|NULL|", "~nN"),
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9_]*)", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?(?:(?:0|[1-9][0-9]*)?\.[0-9]+|[1-9][0-9]*\.?[eE][-+]?[0-9]+)", "-+.0123456789"),
    ("tag:yaml.org,2002:merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern})\\Z"), [*_first, *([""] if _first == "~nN" else [])])


class Source(msgspec.Struct, frozen=True):
    """A file's data and where each part of it stands. `keys` and `values` hold (line, column), both from 1, by path."""

    name: str
    data: Any
    keys: dict[Path, Mark] = {}
    values: dict[Path, Mark] = {}

    def mark(self, path: Path, *, at_key: bool = False) -> Mark:
        """Line and column of a place; of the nearest place around it when the file does not have it."""
        for end in range(len(path), -1, -1):
            part = path[:end]
            if part not in self.values:
                continue
            key_meant = part in self.keys and (at_key or end < len(path) or self._is_collection(part))
            return self.keys[part] if key_meant else self.values[part]
        return (1, 1)

    def placed(self, finding: Finding) -> Finding:
        """The finding with its line and column."""
        line, column = self.mark(finding.path, at_key=finding.at_key)
        return Finding(
            code=finding.code,
            path=finding.path,
            level=finding.level,
            params=finding.params,
            at_key=finding.at_key,
            line=line,
            column=column,
        )

    def _is_collection(self, path: Path) -> bool:
        value = self.data
        for part in path:
            value = value[part]
        return isinstance(value, dict | list)


def read_source(text: str, name: str = "policy") -> Source:
    """Read a YAML text.

    Raises
    ------
    PolicyError
        it is no YAML, a key stands twice in a mapping, or a value is of a type that no policy has.
    """
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        code = "tab" if _at(text, place) == "\t" else "not_yaml"
        raise PolicyError(name, [_finding(code, (), place, detail=error.problem or str(error))]) from error
    except yaml.YAMLError as error:
        raise PolicyError(name, [_finding("not_yaml", (), (1, 1), detail=str(error))]) from error
    if root is None:
        raise PolicyError(name, [_finding("empty_file", (), (1, 1))])
    reading = _Reading()
    data = reading.value(root, ())
    if reading.findings:
        raise PolicyError(name, reading.findings)
    return Source(name, data, reading.keys, reading.values)


def _at(text: str, mark: Mark) -> str:
    lines = text.split("\n")
    return lines[mark[0] - 1][mark[1] - 1 : mark[1]] if mark[0] <= len(lines) else ""


def _finding(code: str, path: Path, mark: Mark, **params: Any) -> Finding:
    return Finding(code=code, path=path, params=params, line=mark[0], column=mark[1])


class _Reading:
    """Nodes become values, their marks kept and what cannot be told apart noted."""

    def __init__(self) -> None:
        self.keys: dict[Path, Mark] = {}
        self.values: dict[Path, Mark] = {}
        self.findings: list[Finding] = []
        self._around: set[Hashable] = set()

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.values[path] = _mark(node)
        if len(self.values) > MOST_VALUES or id(node) in self._around:
            if not any(finding.code == "endless_file" for finding in self.findings):
                self.findings.append(_finding("endless_file", path, _mark(node), most=MOST_VALUES))
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        self._around.add(id(node))
        found = self._mapping(node, path) if isinstance(node, yaml.MappingNode) else self._list(node, path)
        self._around.discard(id(node))
        return found

    def _list(self, node: yaml.Node, path: Path) -> list[Any]:
        return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key_node, value_node in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                for key, entry in self._merged(value_node, path):
                    merged.setdefault(key, entry)
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                self.findings.append(_finding("key_is_no_text", path, _mark(key_node)))
                continue
            key = str(key_node.value)
            if key in found:
                first = self.keys[(*path, key)]
                self.findings.append(_finding("key_twice", (*path, key), _mark(key_node), key=key, line=first[0]))
                continue
            self.keys[(*path, key)] = _mark(key_node)
            found[key] = self.value(value_node, (*path, key))
        for key, (key_node, value_node) in merged.items():
            if key not in found:
                self.keys[(*path, key)] = _mark(key_node)
                found[key] = self.value(value_node, (*path, key))
        return found

    def _merged(self, node: yaml.Node, path: Path) -> list[tuple[str, tuple[yaml.Node, yaml.Node]]]:
        """The entries that a `<<` brings in; those of an earlier mapping win, as the specification says."""
        if isinstance(node, yaml.SequenceNode):
            return [entry for part in node.value for entry in self._merged(part, path)]
        if not isinstance(node, yaml.MappingNode) or id(node) in self._around:
            self.findings.append(_finding("bad_merge", path, _mark(node)))
            return []
        self._around.add(id(node))
        own, inherited = [], []
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                inherited += self._merged(value, path)
            else:
                own.append((str(key.value), (key, value)))
        self._around.discard(id(node))
        return [*own, *inherited]

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind == "null":
            return None
        if kind == "bool":
            return node.value.lower() == "true"
        if kind == "int":
            return int(node.value.replace("_", ""))
        if kind == "float":
            return float(node.value)
        if kind not in ("str", "merge"):
            self.findings.append(_finding("strange_tag", path, _mark(node), tag=node.tag))
        return str(node.value)


def _mark(node: yaml.Node) -> Mark:
    return node.start_mark.line + 1, node.start_mark.column + 1
