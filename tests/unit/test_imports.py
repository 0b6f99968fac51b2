"""Imports point one way, and the pure parts stay pure: no AWS, no clock, no environment, no organisation."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "complaints"
FUNCTIONS = Path(__file__).parents[2] / "functions"
PURE = {
    "worktime": {"worktime", "structs"},
    "policy": {"policy", "worktime", "structs"},
    "case": {"case", "policy", "worktime", "posts", "structs"},
    "directory": {"directory", "texts", "posts", "structs"},
    "mailroom": {"mailroom", "endings"},
    "reporting": {"reporting", "case", "policy", "worktime", "directory", "texts", "structs"},
    "history": {"history", "reporting", "texts", "structs"},
    "privacy": {"privacy", "checkdigits"},
    "posts": {"posts"},
    "structs": {"structs"},
    "endings": {"endings"},
    "web": {"web", "case", "policy", "texts", "endings"},
}
FOREIGN = {
    "boto3",
    "botocore",
    "pynamodb",
    "aws_lambda_powertools",
    "os",
    "time",
    "random",
    "secrets",
    "socket",
    "requests",
}
CLOCKS = {"now", "today", "utcnow", "time", "monotonic"}


def modules(part: str) -> list[Path]:
    folder = SRC / part
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [SRC / f"{part}.py"]


def imported(path: Path, root: Path = SRC) -> set[str]:
    found = set()
    package = [root.name, *path.relative_to(root).with_suffix("").parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: -node.level] if node.level else []
            found.add(".".join([*base, *([node.module] if node.module else [])]))
    return found


@pytest.mark.parametrize("part", sorted(PURE))
def test_a_pure_part_imports_only_what_stands_before_it(part: str) -> None:
    for path in modules(part):
        for name in imported(path):
            top, _, rest = name.partition(".")
            assert top not in FOREIGN, f"{path.relative_to(SRC)} imports {name}"
            if top == "complaints":
                assert rest.partition(".")[0] in PURE[part], f"{path.relative_to(SRC)} imports {name}"


@pytest.mark.parametrize("part", sorted(PURE))
def test_a_pure_part_reads_no_clock(part: str) -> None:
    for path in modules(part):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                owner = node.func.value
                named = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
                assert named not in {"datetime", "date", "time", "dt"}, (
                    f"{path.relative_to(SRC)}:{node.lineno} reads a clock"
                )


def test_adapters_do_not_know_the_desk() -> None:
    for path in modules("adapters"):
        for name in imported(path):
            assert not name.startswith(("complaints.desk", "complaints.cli", "functions")), (
                f"{path.name} imports {name}"
            )


def test_nothing_in_the_product_imports_the_local_run() -> None:
    for path in SRC.rglob("*.py"):
        if path.parent.name != "cli":
            assert not any(name.startswith("infra") for name in imported(path)), path


def test_a_group_of_functions_knows_no_other_group() -> None:
    """An artifact carries one group, and what stands beside the groups."""
    groups = {path.parent.name for path in FUNCTIONS.glob("*/__init__.py")}
    for path in FUNCTIONS.glob("*/*.py"):
        for name in imported(path, FUNCTIONS):
            package, _, rest = name.partition(".")
            others = groups - {path.parent.name} if package == "functions" else set()
            assert rest.partition(".")[0] not in others, f"{path.relative_to(FUNCTIONS)} imports {name}"
