"""The rules of the house, held over the syntax trees of the code itself."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("graph", "loaders", "algorithms", "api", "viz")
ALLOWED = {
    "algorithms": set[str](),
    "graph": set[str](),
    "viz": set[str](),
    "loaders": {"graph"},
    "api": {"graph", "loaders", "algorithms", "viz"},
}
CYPHER = re.compile(
    r"\b(?:OPTIONAL\s+)?MATCH\s*\(|\bMERGE\s*\(|\bUNWIND\s+\$|\bDETACH\s+DELETE\b|\bCREATE\s+(?:CONSTRAINT|INDEX)\b|\bCALL\s+db\."
)
CLOCKS = {("time", "time"), ("datetime", "now"), ("date", "today"), ("datetime", "today"), ("datetime", "utcnow")}


def modules(package: str) -> Iterator[Path]:
    return (ROOT / package).rglob("*.py")


@cache
def tree(path: Path) -> ast.Module:
    """Several tests walk the same; parsing is most of the work."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_one_way(package: str) -> None:
    for path in modules(package):
        wrong = (imported(path) & set(PACKAGES)) - ALLOWED[package] - {package}
        assert not wrong, f"{path.relative_to(ROOT)} imports {sorted(wrong)}"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_cypher_outside_its_folder(package: str) -> None:
    for path in modules(package):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not CYPHER.search(node.value), f"{path.relative_to(ROOT)}:{node.lineno} holds Cypher"


def test_only_the_store_opens_connections() -> None:
    for package in PACKAGES:
        for path in modules(package):
            opens = "GraphDatabase.driver" in path.read_text(encoding="utf-8")
            assert not opens or package == "graph", f"{path.relative_to(ROOT)} opens a connection"


def test_algorithms_read_no_clock_file_or_environment() -> None:
    banned = {"os", "io", "pathlib", "time", "datetime", "random", "secrets", "socket", "subprocess", "logging"}
    for path in modules("algorithms"):
        wrong = imported(path) & banned
        assert not wrong, f"{path.relative_to(ROOT)} imports {sorted(wrong)}"


@pytest.mark.parametrize("package", ["loaders", "graph", "api"])
def test_the_business_day_comes_from_one_place(package: str) -> None:
    for path in modules(package):
        if path.relative_to(ROOT).as_posix() == "graph/times.py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called = (node.value.id, node.attr)
                assert called not in CLOCKS - {("time", "time")}, (
                    f"{path.relative_to(ROOT)}:{node.lineno} reads the clock"
                )


def test_every_write_that_takes_a_key_looks_at_it_first() -> None:
    found = 0
    for path in (ROOT / "api" / "services").glob("*.py"):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.FunctionDef) or "once" not in {one.arg for one in node.args.args}:
                continue
            marks = {one.id for one in node.decorator_list if isinstance(one, ast.Name)}
            assert "answered_again" in marks, (
                f"{path.relative_to(ROOT)}:{node.lineno} checks before it looks at the key"
            )
            found += 1
    assert found > 20


def test_no_registry_address_or_path_of_a_machine() -> None:
    address = re.compile(r"https?://[^\s\"']*(?:maven|pypi|pythonhosted|npmjs)", re.IGNORECASE)
    home = re.compile(r"(?<![\w.])/(?:root|home/\w+|work)/")
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if not path.is_file() or (parts[0].startswith(".") and parts[0] != ".ci") or "__pycache__" in parts:
            continue
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".lock", ".cypher", ".txt", ".json"} or parts[0] == ".ci":
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not address.search(text), f"{path.relative_to(ROOT)} names a registry"
            if path != Path(__file__):
                assert not home.search(text), f"{path.relative_to(ROOT)} holds a path of a machine"
