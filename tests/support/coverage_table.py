"""Which test proves which line of the five processes: `docs/coverage.md`, made from the `proves` marks of the tests.

The marks are read from the source of the tests and from the worked examples of the policies, so that nothing needs to
be imported or run. `python -m tests.support.coverage_table` writes the page anew; a test compares it.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.play import NAMES, policy

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"

PROCESSES: Mapping[str, tuple[str, int]] = {
    "POST": ("Postal express operator", 25),
    "AUTO": ("Car importer and its dealers", 18),
    "HOT": ("400 hotline", 10),
    "INS": ("Insurer", 21),
    "CAR": ("Car maker's service network", 8),
}
"""The processes and how many lines each has; together 82."""

READINGS = tuple(f"R{n}" for n in range(1, 20) if n != 15)
DAY_ONE = tuple(f"D{n}" for n in range(1, 16))


def ids() -> list[str]:
    """Every line of the five processes, in their order."""
    return [f"{process}-{n}" for process, (_, count) in PROCESSES.items() for n in range(1, count + 1)]


def proofs() -> dict[str, list[str]]:
    """Id -> the tests that prove it, `file::test`, in the order of the files; worked examples as `policy: example`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, proved in _marks(ast.parse(path.read_text("utf-8"))):
            for one in proved:
                found[one].append(f"{path.relative_to(ROOT).as_posix()}::{name}")
    for name in NAMES:
        for example in policy(name).examples:
            for one in example.proves:
                found[one].append(f"policies/{name}.yaml: {example.name['en']}")
    return dict(found)


def _marks(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """Tests of a module with the ids of their `@pytest.mark.proves(...)`, those of their class included."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            own = _ids_of(node)
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name.startswith("test"):
                    yield f"{node.name}::{inner.name}", [*own, *_ids_of(inner)]
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield node.name, _ids_of(node)


def _ids_of(node: ast.ClassDef | ast.FunctionDef) -> list[str]:
    marks = [one for one in node.decorator_list if isinstance(one, ast.Call) and _is_proves(one.func)]
    return [str(arg.value) for mark in marks for arg in mark.args if isinstance(arg, ast.Constant)]


def _is_proves(func: ast.expr) -> bool:
    return isinstance(func, ast.Attribute) and func.attr == "proves"


def problems() -> list[str]:
    """What is wrong: lines without a test, marks of lines that do not exist."""
    proved, known = proofs(), {*ids(), *READINGS, *DAY_ONE}
    found = [f"{one}: no test proves it" for one in ids() if one not in proved]
    found += [
        f"{one}: there is no such line, but {proved[one][0]} claims to prove it"
        for one in sorted(proved)
        if one not in known
    ]
    return found


def page() -> str:
    """The table as a page."""
    proved = proofs()
    lines = [
        "# What is proved, and by which test",
        "",
        "Made by `python -m tests.support.coverage_table` from the `proves` marks of the tests and from the worked",
        "examples of the policies; a test compares it. The ids are those of the five source processes.",
        "",
    ]
    for process, (name, count) in PROCESSES.items():
        lines += _section(name, [f"{process}-{n}" for n in range(1, count + 1)], proved)
    lines += _section("How the sources are read", [one for one in READINGS if one in proved], proved)
    lines += _section("What people need on day one", [one for one in DAY_ONE if one in proved], proved)
    return "\n".join(lines)


def _section(name: str, listed: list[str], proved: Mapping[str, list[str]]) -> list[str]:
    rows = [f"## {name}", "", "| id | proved by |", "|---|---|"]
    for one in listed:
        tests = "<br>".join(f"`{test}`" for test in proved.get(one, ()))
        rows.append(f"| {one} | {tests} |")
    return [*rows, ""]


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
