"""Who may import whom: packages, and the rooms within them, each only what is below it."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES: dict[str, set[str]] = {
    "judge": set(),
    "oracles": set(),
    "problems": {"judge"},
    "sandboxes": {"judge"},
    "web": {"judge", "problems"},
    "cli": {"judge", "problems", "sandboxes", "web"},
}
ROOMS: dict[str, set[str]] = {
    "judge.languages": set(),
    "judge.building": {"judge.languages"},
    "judge.grading": {"judge.languages", "judge.building"},
    "judge.benchmark": {"judge.languages", "judge.building", "judge.grading"},
    "judge.mutation": {"judge.languages"},
    "judge.runner": {"judge.languages", "judge.building", "judge.grading", "judge.benchmark"},
    "web.storage": set(),
    "web.webhooks": {"web.storage"},
    "web.fleet": {"web.storage", "web.webhooks"},
    "web.accounts": {"web.storage"},
    "web.problems": {"web.storage", "web.accounts"},
    "web.candidates": {"web.storage", "web.accounts", "web.fleet", "web.problems"},
    "web.hiring": {"web.storage", "web.accounts", "web.fleet", "web.problems", "web.candidates"},
    "web.verification": {
        "web.storage",
        "web.accounts",
        "web.fleet",
        "web.problems",
        "web.candidates",
    },
    "web.pages": {
        "web.verification",
        "web.storage",
        "web.accounts",
        "web.fleet",
        "web.problems",
        "web.candidates",
        "web.hiring",
    },
    "web.api": {
        "web.storage",
        "web.accounts",
        "web.fleet",
        "web.problems",
        "web.candidates",
        "web.verification",
        "web.hiring",
    },
}
"""Each room, and the rooms that it may import; from any of them, its face alone."""
FILES_MAX = 15
INSIDE_CONTAINERS = ("problems/bank", "sandboxes/compatibility")


@dataclass(frozen=True)
class Import:
    """`from module import names`, or `import module` with no names."""

    module: str
    names: tuple[str, ...] = ()


@cache
def modules(package: str) -> tuple[Path, ...]:
    return tuple(
        path
        for path in sorted((ROOT / package).rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(INSIDE_CONTAINERS)
        and "node_modules" not in path.parts
    )


def every_module() -> Iterator[Path]:
    for package in PACKAGES:
        yield from modules(package)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    """The room that a module lies in; "" for those between rooms."""
    return next((room for room in ROOMS if module == room or module.startswith(f"{room}.")), "")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports(path: Path) -> tuple[Import, ...]:
    found: list[Import] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [Import(alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(Import(node.module, tuple(alias.name for alias in node.names)))
    return tuple(found)


def roots(path: Path) -> set[str]:
    """Top-level names of all that a module imports."""
    return {one.module.split(".")[0] for one in imports(path)}


def face(room: str) -> set[str]:
    """What a room's `__all__` lists."""
    for node in tree(ROOT / Path(*room.split(".")) / "__init__.py").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_imports_point_downwards() -> None:
    for package, below in PACKAGES.items():
        for path in modules(package):
            ours = roots(path) & set(PACKAGES)
            assert ours <= below | {package}, f"{place(path)} imports {ours - below}"


def test_rooms_import_only_the_rooms_below_them() -> None:
    for path in every_module():
        mine = room_of(name_of(path))
        for one in imports(path):
            other = room_of(one.module)
            same_package = other.split(".")[0] == mine.split(".")[0]
            if other and other != mine and same_package:
                assert other in ROOMS[mine], f"{place(path)} imports {other}, not below {mine}"


def test_of_a_room_only_its_face_is_imported_from_outside() -> None:
    for path in every_module():
        for one in imports(path):
            room = room_of(one.module)
            if not room or room == room_of(name_of(path)):
                continue
            assert one.module == room, f"{place(path)} imports {one.module}, past its face"
            hidden = set(one.names) - face(room)
            assert not hidden, f"{place(path)} imports {hidden}, not in {room}.__all__"


def test_a_face_shows_what_somebody_outside_asks_for() -> None:
    asked: dict[str, set[str]] = {room: set() for room in ROOMS}
    for path in every_module():
        for one in imports(path):
            if one.module in ROOMS and room_of(name_of(path)) != one.module:
                asked[one.module] |= set(one.names)
    for room, names in asked.items():
        assert face(room) == names, f"{room}.__all__: nobody asks for {face(room) - names}"


def test_every_room_says_what_it_is_for_and_what_may_enter() -> None:
    for room in ROOMS:
        words = ast.get_docstring(tree(ROOT / Path(*room.split(".")) / "__init__.py")) or ""
        assert "May enter" in " ".join(words.split()), f"{room} does not say what may enter"


def test_every_folder_of_modules_is_a_room_and_none_is_too_full() -> None:
    for package in ("judge", "web"):
        for folder in sorted({path.parent for path in modules(package)}):
            name = ".".join(folder.relative_to(ROOT).parts)
            if "migrations" in name:
                continue
            assert name == package or name in ROOMS, f"{name} is not in ROOMS"
            files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
            assert len(files) <= FILES_MAX, f"{name} has {len(files)} files"


def reached_from(path: Path) -> set[str]:
    """The modules that a module's imports load; of another room, all that its face brings."""
    name = name_of(path)
    if path.name == "__init__.py":
        return set()  # its own imports are no steps of a way: who asks for the face takes them
    known = {name_of(one): one for one in every_module()}
    found: set[str] = set()
    for one in imports(path):
        if one.module in ROOMS and one.module != room_of(name):
            found |= {inner.module for inner in imports(known[one.module])}
        found |= {one.module, *(f"{one.module}.{n}" for n in one.names)}
    return {full for full in found if full in known and full != name}


def test_no_import_goes_round_in_a_circle() -> None:
    """Not even one that is hidden from run time by TYPE_CHECKING, or by a function."""
    edges = {name_of(path): reached_from(path) for path in every_module()}
    done: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, f"a circle: {' → '.join((*way[way.index(name) :], name))}"
        if name in done:
            return
        for following in sorted(edges[name]):
            walk(following, (*way, name))
        done.add(name)

    for name in sorted(edges):
        walk(name, ())


def test_public_classes_have_names_of_their_own() -> None:
    seen: dict[str, str] = {}
    for path in every_module():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
                continue
            assert node.name not in seen, f"{node.name}: {seen[node.name]} and {place(path)}"
            seen[node.name] = place(path)


def has_functions(path: Path) -> bool:
    return any(
        isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        for node in tree(path).body
    )


def test_pure_modules_have_their_tests_where_one_looks_for_them() -> None:
    """Pure is what reaches neither a container nor a network, a database or a thread."""
    impure = {"judge.sandbox", "judge.task", "judge.building", "httpx", "threading", "sqlmodel"}
    homes = {"judge.languages": "languages", "judge": "judge", "web": "web", "oracles": "oracles"}
    for path in (*modules("judge"), *modules("oracles")):
        name = name_of(path)
        reached = {one.module for one in imports(path)}
        if name == "oracles.interact" or path.name == "__init__.py":
            continue  # its one pure function is tested with the candidate's end
        if reached & impure or not has_functions(path):
            continue
        room = name.rsplit(".", 1)[0]
        home = homes.get(room, room.rsplit(".", 1)[-1])
        if home == "languages":
            continue  # each is proved by its smoke program, and all by what tests of all ask
        wanted = ROOT / "tests" / home / f"test_{path.stem}.py"
        assert wanted.exists(), f"{place(path)} has no {wanted.relative_to(ROOT)}"


def test_only_the_sandboxes_import_docker() -> None:
    for path in every_module():
        assert "docker" not in roots(path) or place(path).startswith("sandboxes/"), path


def test_oracles_need_the_standard_library_alone() -> None:
    """They lie in the images as they are, and nothing else of Python does."""
    for path in modules("oracles"):
        foreign = roots(path) - set(sys.stdlib_module_names) - {"oracles"}
        assert not foreign, f"{place(path)} imports {foreign}"


def test_validators_of_the_bank_need_oracles_alone() -> None:
    for path in (ROOT / "problems" / "bank").glob("*/output_validator/*.py"):
        foreign = roots(path) - set(sys.stdlib_module_names) - {"oracles"}
        assert not foreign, f"{place(path)} imports {foreign}"


def test_the_domain_knows_no_database_and_no_server() -> None:
    for package in ("judge", "problems", "sandboxes"):
        for path in modules(package):
            assert not roots(path) & {"sqlmodel", "sqlalchemy", "fastapi", "starlette"}, path


def tables() -> set[str]:
    """Names of the row classes."""
    return {
        node.name
        for path in (ROOT / "web" / "storage").glob("*tables.py")
        for node in tree(path).body
        if isinstance(node, ast.ClassDef) and any(k.arg == "table" for k in node.keywords)
    }


def test_routes_and_commands_use_no_select_and_no_row() -> None:
    rows = tables()
    assert {"Person", "SubmissionRow"} <= rows
    for path in (*modules("web"), *modules("cli")):
        if not place(path).startswith(("web/pages/", "web/api/", "web/request.py", "cli/")):
            continue
        names = {name for one in imports(path) for name in one.names}
        assert not names & {"select", "delete", "update", *rows}, f"{place(path)}: {names & rows}"


def names_in(*annotations: ast.expr | None) -> set[str]:
    return {
        node.id
        for annotation in annotations
        if annotation is not None
        for node in ast.walk(annotation)
        if isinstance(node, ast.Name)
    }


def test_a_row_leaves_no_room() -> None:
    """What use cases give and take are values; templates get nothing else."""
    rows, opaque = tables(), {"HeldJob"}
    for path in modules("web"):
        room = room_of(name_of(path))
        if room in ("", "web.storage"):
            continue
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                leaked = names_in(node.returns) & rows
                assert not leaked, f"{place(path)}: {node.name} gives {leaked}"
            if isinstance(node, ast.ClassDef) and node.name not in opaque:
                fields = [s.annotation for s in node.body if isinstance(s, ast.AnnAssign)]
                leaked = names_in(*fields) & rows
                assert not leaked, f"{place(path)}: {node.name} holds {leaked}"


def test_the_environment_is_read_in_settings_and_at_the_edges_only() -> None:
    allowed = {
        "cli/start.py",
        "sandboxes/containers.py",
        "sandboxes/images.py",
        "oracles/candidate.py",
    }
    for path in every_module():
        assert place(path) in allowed or "os.environ" not in path.read_text(), place(path)


def test_modules_and_functions_stay_short() -> None:
    for path in every_module():
        if "migrations/versions" in path.as_posix():
            continue
        lines = path.read_text().count("\n")
        assert lines < 450, f"{path} has {lines} lines"
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno
                assert length < 75, f"{path}: {node.name} has {length} lines"
