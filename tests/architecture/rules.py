"""House rules an import linter cannot say, as functions over source text: each returns sentences about breaches."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "sigmasight_ui"
MAX_FILE = 600
MAX_FUNCTION = 60
OPEN_TO_OTHER_ROOMS = ("service", "schemas", "errors", "symbols")  # symbols: the vocabulary of tickers, pure
ONE_WORD_DOORS = ("ui/scope.py", "api/deps.py", "jobs/scope.py")


def sources(folder: Path = PACKAGE) -> dict[str, str]:
    """Path below the package -> text, for every Python file."""
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))}


def files_too_long(files: dict[str, str]) -> list[str]:
    return [f"{path}: {text.count(chr(10))} lines" for path, text in files.items() if text.count("\n") > MAX_FILE]


def functions_too_long(files: dict[str, str]) -> list[str]:
    return [
        f"{path}:{node.lineno} {node.name}: {_lines(node)} lines"
        for path, node in functions(files)
        if _lines(node) > MAX_FUNCTION
    ]


def median_function_lines(files: dict[str, str]) -> int:
    """Lines of the middle function, without its signature and docstring."""
    lengths = sorted(_body_lines(node) for _, node in functions(files))
    return lengths[len(lengths) // 2]


def commits_outside_the_doors(files: dict[str, str]) -> list[str]:
    allowed = ("core/", *ONE_WORD_DOORS)
    return [
        f"{path}:{node.lineno} commits"
        for path, node in _nodes(files)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and not path.startswith(allowed)
    ]


def clocks_and_environment_outside_core(files: dict[str, str]) -> list[str]:
    forbidden = {
        ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("datetime", "today"),
        ("time", "time"), ("os", "environ"), ("os", "getenv"),
    }  # fmt: skip
    return [
        f"{path}:{node.lineno} reads {node.value.id}.{node.attr}"
        for path, node in _nodes(files)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in forbidden
        and not path.startswith("core/")
    ]


def rooms_entered_by_the_window(files: dict[str, str]) -> list[str]:
    """A room is used through its service, schemas or errors; `registry` alone may list all models."""
    return [
        f"{path}:{node.lineno} imports {module}"
        for path, node in _nodes(files)
        if isinstance(node, ast.ImportFrom) and path.startswith("services/") and not path.endswith("registry.py")
        for module in _imported_modules(node)
        if _is_private(module.split("."), own_room=path.split("/")[1])
    ]


def _is_private(parts: list[str], own_room: str) -> bool:
    in_other_room = parts[:2] == ["sigmasight_ui", "services"] and len(parts) > 3 and parts[2] != own_room
    return in_other_room and parts[3] not in OPEN_TO_OTHER_ROOMS


def swallowed_errors(files: dict[str, str]) -> list[str]:
    """`except Exception: pass` and its relatives hide what went wrong."""
    return [
        f"{path}:{node.lineno} swallows every error"
        for path, node in _nodes(files)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and all(isinstance(statement, ast.Pass | ast.Continue) for statement in node.body)
    ]


def functions(files: dict[str, str]) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path, node in _nodes(files):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield path, node


def _nodes(files: dict[str, str]) -> Iterator[tuple[str, ast.AST]]:
    for path, text in files.items():
        for node in ast.walk(ast.parse(text, filename=path)):
            yield path, node


def _imported_modules(node: ast.ImportFrom) -> list[str]:
    """`from a.b import c` may mean the module a.b.c, so that is what is judged."""
    module = node.module or ""
    return [f"{module}.{alias.name}" for alias in node.names]


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    statements = node.body[1:] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body
    return (node.end_lineno or node.lineno) - statements[0].lineno + 1
