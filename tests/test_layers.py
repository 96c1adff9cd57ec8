"""What import-linter cannot say: no model at import time, and a page that keeps to the public names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import assistant

HEAVY = {"torch", "sentence_transformers", "transformers", "streamlit", "matplotlib", "scipy"}


def modules(root: Path, package: str) -> list[Path]:
    return sorted((root / package).rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every import below a node: module, and the names taken from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, ()
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", tuple(alias.name for alias in node.names)


def at_import_time(path: Path) -> Iterator[str]:
    """Modules that are imported when this one is: not those inside functions or for type checkers."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            yield from (module for module, _ in imports(node))


def test_no_module_loads_a_model_when_imported(root: Path) -> None:
    found = [
        f"{path.relative_to(root)}: {module}"
        for path in modules(root, "assistant")
        for module in at_import_time(path)
        if module.split(".")[0] in HEAVY
    ]
    assert found == []


def page_modules(root: Path) -> list[Path]:
    """The page: app.py, and the modules beside it that it is made of."""
    return [path for path in (root / "app.py", *modules(root, "page")) if path.is_file()]


def private_uses(path: Path) -> list[str]:
    """What a module takes from `assistant` that is not public."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for module, names in imports(tree):
        if module == "assistant":
            found += [name for name in names if name not in assistant.__all__]
        elif module.startswith("assistant."):
            found.append(module)
    if any(module == "assistant" and not names for module, names in imports(tree)):
        found += [
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "assistant"
            and node.attr not in assistant.__all__
        ]
    return found


def test_the_page_keeps_to_the_public_names(root: Path) -> None:
    pages = page_modules(root)
    assert pages, "app.py is missing"
    assert {str(p.relative_to(root)): private_uses(p) for p in pages if private_uses(p)} == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from assistant import Assistant", []),
        ("from assistant import secret", ["secret"]),
        ("import assistant.search.index", ["assistant.search.index"]),
        ("def f():\n    from assistant.types import Answer", ["assistant.types"]),
        ("import assistant\nassistant.Assistant\nassistant.search", ["search"]),
    ],
)
def test_the_test_sees_private_names(tmp_path: Path, code: str, found: list[str]) -> None:
    path = tmp_path / "page.py"
    path.write_text(code)
    assert private_uses(path) == found
