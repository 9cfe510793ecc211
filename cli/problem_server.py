"""`judge problems pull`, `push`, `verify`, `mutate`, `publish`: problems of a server, from here."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from cli.console import EXIT_MISMATCH, EXIT_UNFIT, err, fail, faults_explained, out
from problems import tree
from problems.package import load, slug_of
from problems.tree import Files

STATE = ".judge.json"
"""In the folder; says which version was pulled. It begins with a dot: no part of a package."""
TIMEOUT_S = 120.0

Server = Annotated[str, typer.Option(envvar="JUDGE_SERVER", help="The server's address, https://…")]
Token = Annotated[
    str, typer.Option(envvar="JUDGE_TOKEN", help="A personal token, from the page My account.")
]


def pull(
    name: Annotated[str, typer.Argument(help="The problem's name on the server.")],
    server: Server,
    token: Token = "",
    into: Annotated[Path, typer.Option(help="Where its folder is, or is made.")] = Path(),
    version: Annotated[str, typer.Option(help="Another version than the newest.")] = "newest",
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that were changed here since the pull.")
    ] = False,
) -> None:
    """Fetch a problem into a folder of its name; what was changed there is not overwritten."""
    folder = into / name
    with faults_explained(), _client(server, token) as client:
        answer = _asked(client, "GET", f"/api/v1/problems/{name}/versions/{version}.zip")
        files = tree.unpack(answer.content)
        found = answer.headers["X-Version"]
        if folder.exists():
            _require_unchanged(folder, force=force)
        gone = set(tree.read_folder(folder)) - set(files) if folder.exists() else set()
        for path in gone:
            (folder / path).unlink()
        for path, content in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        _keep_state(folder, name, found)
    out.print(f"{folder}: version {found}, {len(files)} files")


def push(
    folder: Annotated[Path, typer.Argument(help="The folder of a package.")],
    server: Server,
    message: Annotated[str, typer.Option("--message", "-m", help="What changed, and why.")],
    token: Token = "",
    name: Annotated[
        str, typer.Option(help="Its name on the server; the one it was pulled by, or the folder's.")
    ] = "",
) -> None:
    """Commit a folder as a problem's newest version, or as a new problem.

    Exit code 1 where another version was committed since the pull: nothing is changed then.
    """
    with faults_explained(), _client(server, token) as client:
        files = tree.read_folder(folder)
        state = _state(folder)
        slug = name or state.get("problem") or slug_of(folder.resolve().name)
        load(files, slug=slug)
        package = {"content": tree.pack(files), "headers": {"Content-Type": "application/zip"}}
        known = _request(client, "GET", f"/api/v1/problems/{slug}")
        if known.status_code == httpx.codes.NOT_FOUND:
            query = {"name": slug, "sentence": message}
            answer = _asked(client, "POST", "/api/v1/problems", params=query, **package)
        else:
            _refuse(known)
            query = {"parent": _parent(state, slug, folder), "sentence": message}
            answer = _asked(client, "PUT", f"/api/v1/problems/{slug}", params=query, **package)
        made = answer.json()
        _keep_state(folder, made["slug"], made["version"])
    out.print(f"{made['slug']}: version {made['version']} is the newest now")


Name = Annotated[str, typer.Argument(help="The problem's name on the server.")]
LOOK_S = 2.0


def verify_there(
    name: Name,
    server: Server,
    token: Token = "",
    runs: Annotated[int, typer.Option(min=1, max=1000, help="Judge each this often.")] = 1,
    only: Annotated[str, typer.Option(help="Submissions whose name contains this.")] = "",
) -> None:
    """Verify a problem on the server's fleet, and wait for it; exit code 1 on a mismatch."""
    with faults_explained(), _client(server, token) as client:
        at = f"/api/v1/problems/{name}/verifications"
        number = _asked(client, "POST", at, json={"runs": runs, "only": only}).json()["id"]
        while not (state := _asked(client, "GET", f"{at}/{number}").json())["over"]:
            _say_progress(state)
            time.sleep(LOOK_S)
    for one in state["submissions"]:
        mark = "✕" if one["unmet"] else "✓"
        got = ", ".join(f"{verdict} ×{count}" for verdict, count in one["got"].items())
        out.print(f"{mark} {one['name']} ({one['target']}): {got} {one['unmet']}", markup=False)
    for fault in state["faults"]:
        out.print(f"✕ {fault}", markup=False)
    if not state["passed"]:
        raise typer.Exit(EXIT_MISMATCH)


def mutate_there(
    name: Name,
    server: Server,
    token: Token = "",
    count: Annotated[int, typer.Option(min=1, help="So many mutants, by chance.")] = 100,
) -> None:
    """Judge mutants of a problem on the server's fleet, wait for them, and print survivors."""
    with faults_explained(), _client(server, token) as client:
        at = f"/api/v1/problems/{name}/mutants"
        _asked(client, "POST", at, json={"count": count})
        while not (state := _asked(client, "GET", at).json())["over"]:
            _say_progress(state)
            time.sleep(LOOK_S)
    for one in state["survivors"]:
        out.print(f"\n{one['name']} {one['answer']}:{one['line']} {one['operator']}", markup=False)
        for line in one["diff"]:
            out.print(f"  {line}", markup=False, highlight=False)
    out.print(f"{state['killed']} killed, {state['survived']} survived, {state['marked']} marked")
    if state["score"] is not None:
        low, high = state["interval"]
        out.print(f"mutation score {state['score']:.1%} ({low:.1%}-{high:.1%})")


def publish_there(
    name: Name,
    server: Server,
    token: Token = "",
    despite: Annotated[
        str, typer.Option(help="Why, where something is lacking; the certificate says so.")
    ] = "",
) -> None:
    """Publish a problem's newest version; exit code 1 with what is lacking."""
    with faults_explained(), _client(server, token) as client:
        proof = _asked(client, "GET", f"/api/v1/problems/{name}/proof").json()
        for one in proof["warnings"]:
            out.print(f"! {one['place']}: {one['text']}", markup=False)
        for unmet in proof["unmet"]:
            out.print(f"✕ {unmet}", markup=False)
        body = {"version": proof["version"], "despite": despite}
        _asked(client, "POST", f"/api/v1/problems/{name}/publish", json=body)
    out.print(f"{name} {proof['version']} is published")


def _say_progress(state: dict[str, Any]) -> None:
    err.print(f"{state['judged']} of {state['total']} judged")


def _parent(state: dict[str, Any], slug: str, folder: Path) -> str:
    if state.get("problem") != slug:
        fail(
            f"{slug} is on the server already, and {folder} was not pulled from it; pull it "
            f"elsewhere, bring your changes there, and push that (or choose another --name)"
        )
    return str(state["version"])


def _client(server: str, token: str) -> httpx.Client:
    if not server.startswith(("http://", "https://")):
        fail(f"--server {server!r} is not an address; give one like https://judge.example.org")
    if not token:
        fail("no token: make one on the page My account, and give --token or set JUDGE_TOKEN")
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=server, headers=headers, timeout=TIMEOUT_S)


def _asked(client: httpx.Client, method: str, path: str, **sent: Any) -> httpx.Response:  # noqa: ANN401
    """The answer to what was granted; what was refused ends the command with the reason."""
    answer = _request(client, method, path, **sent)
    _refuse(answer)
    return answer


def _request(client: httpx.Client, method: str, path: str, **sent: Any) -> httpx.Response:  # noqa: ANN401
    """The answer, whatever it is; `sent` as httpx takes it: params, content, headers, json."""
    try:
        return client.request(method, path, **sent)
    except httpx.HTTPError as error:
        fail(f"{client.base_url} can't be reached: {error}; check --server", EXIT_UNFIT)


def _refuse(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    try:
        words = answer.json()["message"]
    except (ValueError, KeyError, TypeError):
        words = f"the server answered {answer.status_code}: {answer.text[:200]}"
    conflict = answer.status_code == httpx.codes.CONFLICT
    fail(words, EXIT_MISMATCH if conflict else EXIT_UNFIT)


def _state(folder: Path) -> dict[str, Any]:
    place = folder / STATE
    if not place.is_file():
        return {}
    try:
        found: dict[str, Any] = json.loads(place.read_text())
    except ValueError:
        fail(f"{place} can't be read; pull the problem anew into another folder")
    return found


def _keep_state(folder: Path, slug: str, version: str) -> None:
    (folder / STATE).write_text(json.dumps({"problem": slug, "version": version}) + "\n")


def _require_unchanged(folder: Path, *, force: bool) -> None:
    """Raise for a folder whose files are not those of the version that was pulled into it."""
    pulled = _state(folder).get("version")
    files: Files = tree.read_folder(folder)
    if not force and tree.version_of(files) != pulled:
        fail(
            f"{folder} has files that were changed since they were pulled; push or keep them "
            "elsewhere first, or replace them with --force",
            EXIT_MISMATCH,
        )
