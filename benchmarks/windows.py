"""Starting a Windows program: by Wine's own boot and by ours, after pauses; and what a test pays.

    .venv/bin/python -m benchmarks.windows [ROUNDS]

Wine's own boot starts the services of Windows, which end some seconds after the last program: the
first two lines show its two speeds, by the pause before a start. The third and fourth are the same
with our boot (sandboxes/windows/boot.c). The last is a test as it is judged: an installation of its
own each time, with what the judge counts as the program's.
"""

import os
import statistics
import sys
import time
from contextlib import closing

from docker import DockerClient

from judge.building.compiling import build
from judge.sandbox import Command, User
from judge.values import BuildKind, Limits, SourceFile
from sandboxes import containers
from sandboxes.containers import WINE_RUN_IMAGE
from sandboxes.pool import ON_WINE, Pool
from sandboxes.slots import cpusets

SOURCE = b"int main(void) { return 0; }\n"
PAUSES_S = (0.0, 6.0)
SCRIPT = """
set -e
export HOME=/tmp XDG_RUNTIME_DIR=/tmp WINEPREFIX=/tmp/p WINEDEBUG=-all
export WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe='
place=$(dirname "$(find /usr/lib -name wineboot.exe)")
if [ "$BOOT" = wine ]; then cp /opt/wine/wineboot.exe "$place/wineboot.exe"; fi
cp -a /opt/wine/prefix /tmp/p
for round in $(seq "$ROUNDS"); do
  start=$(date +%s%N)
  /usr/lib/wine/wine64 'C:\\judge\\supervisor.exe' >/dev/null 2>&1 </dev/null || true
  echo $((($(date +%s%N) - start) / 1000))
  sleep "$PAUSE"
done
"""


def starts(client: DockerClient, boot: str, pause_s: float, rounds: int) -> list[float]:
    """Ms each, the first (which makes the installation's own files) left out."""
    said: bytes = client.containers.run(
        WINE_RUN_IMAGE,
        ["sh", "-c", SCRIPT],
        environment={"BOOT": boot, "PAUSE": str(pause_s), "ROUNDS": str(rounds + 1)},
        entrypoint=[],
        network_mode="none",
        remove=True,
        tmpfs={"/tmp": "exec"},  # noqa: S108  (inside the container)
    )
    return [int(line) / 1000 for line in said.split()][1:]


def tests(pool: Pool, rounds: int) -> tuple[list[float], list[float]]:
    """Ms of whole tests, and what of each counted as the program's."""
    language = pool.target.languages["c"]
    built = build((SourceFile("main.c", SOURCE),), language, BuildKind.PLAIN, pool)
    assert built.artifact is not None, built.build.output
    whole, counted = [], []
    with pool.arena(Limits()) as arena:
        arena.candidate.put("/prog/program", built.artifact.files[0].content, mode=0o755)
        command = Command(arguments=("/prog/program",), user=User.CANDIDATE)
        for _ in range(rounds):
            arena.candidate.wipe()
            started = time.perf_counter()
            execution = arena.candidate.run(command, Limits())
            whole.append(1000 * (time.perf_counter() - started))
            counted.append(execution.measurement.wall_ns / 1e6)
            assert execution.clean
    return whole, counted


def line(name: str, values: list[float]) -> str:
    return (
        f"{name:42} {statistics.median(values):8.0f} ms"
        f"   {min(values):6.0f} to {max(values):.0f}   ({len(values)} starts)"
    )


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with closing(containers.connect()) as client:
        for boot in ("wine", "ours"):
            for pause_s in PAUSES_S:
                count = rounds if pause_s == 0 else max(4, rounds // 4)
                name = f"boot: {boot}, {pause_s:g} s after the last"
                print(line(name, starts(client, boot, pause_s, count)))
        pool = Pool(client, cpus=cpusets(1)[0], owner=f"benchmark-{os.getpid()}", footing=ON_WINE)
        whole, counted = tests(pool, rounds)
        pool.close()
    print(line("a test, with an installation of its own", whole))
    print(line("  of which the program's", counted))


if __name__ == "__main__":
    main()
