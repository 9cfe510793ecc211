"""Who may import whom: each floor only what is below it, and docker in one place."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLOORS = {
    "judge": set(),
    "problems": {"judge"},
    "sandboxes": {"judge"},
    "web": {"judge", "problems"},
    "cli": {"judge", "problems", "sandboxes", "web"},
}
INSIDE_CONTAINERS = ("problems/bank", "sandboxes/python")


def modules(package: str) -> list[Path]:
    return [
        path
        for path in sorted((ROOT / package).rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(INSIDE_CONTAINERS)
        and "node_modules" not in path.parts
    ]


def imported(path: Path) -> set[str]:
    """Top-level names of all that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_imports_point_downwards() -> None:
    for package, below in FLOORS.items():
        for path in modules(package):
            ours = imported(path) & set(FLOORS)
            assert ours <= below | {package}, f"{path.relative_to(ROOT)} imports {ours - below}"


def test_only_the_sandboxes_import_docker() -> None:
    for package in FLOORS:
        for path in modules(package):
            assert package == "sandboxes" or "docker" not in imported(path), path


def test_the_domain_knows_no_database_and_no_server() -> None:
    for package in ("judge", "problems", "sandboxes"):
        for path in modules(package):
            assert not imported(path) & {"sqlmodel", "sqlalchemy", "fastapi", "starlette"}, path


def test_the_environment_is_read_in_settings_and_at_the_edges_only() -> None:
    allowed = {"cli/start.py", "sandboxes/containers.py", "sandboxes/images.py"}
    for package in FLOORS:
        for path in modules(package):
            place = path.relative_to(ROOT).as_posix()
            assert place in allowed or "os.environ" not in path.read_text(), place


def test_modules_and_functions_stay_short() -> None:
    for package in FLOORS:
        for path in modules(package):
            text = path.read_text()
            if "migrations/versions" in path.as_posix():
                continue
            assert text.count("\n") < 450, f"{path} has {text.count(chr(10))} lines"
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    length = (node.end_lineno or 0) - node.lineno
                    assert length < 75, f"{path}: {node.name} has {length} lines"
