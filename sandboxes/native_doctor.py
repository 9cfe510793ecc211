"""Whether a Windows host can judge by Windows containers: `judge doctor --target windows-native`.

Nobody of us has run this on Windows. So it proves what matters by programs that try it, each in a
container of its own, and says what it saw; the host's description comes first.
"""

import platform
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import docker
from docker.errors import DockerException, ImageNotFound

from judge.building import build, proved_languages
from judge.errors import HostUnfit, JudgeFault
from judge.sandbox import Command, User
from judge.values import MEBIBYTE, BuildKind, Ending, Execution, Limits, SourceFile
from sandboxes import containers, native
from sandboxes.doctor import HostFinding, State
from sandboxes.native import NativePool

LARGE, ACCESS_VIOLATION = 300, 0xC0000005
GUIDE = "docs/windows.md, A native runner"
PROBE = b"""#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winsock2.h>
#include <windows.h>

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "";
  if (!strcmp(what, "code")) return 300;
  if (!strcmp(what, "crash")) *(volatile int *)0 = 1;
  if (!strcmp(what, "memory")) {
    for (int i = 0; i < 64; i++) {
      char *block = VirtualAlloc(NULL, 16 << 20, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
      if (block == NULL) Sleep(1000); /* refused: the job says so to the supervisor */
      else for (int at = 0; at < 16 << 20; at += 4096) block[at] = 1;
    }
  }
  if (!strcmp(what, "spin")) for (volatile unsigned i = 0;; i++) {}
  if (!strcmp(what, "flood")) for (;;) puts("more");
  if (!strcmp(what, "left")) {
    int before = GetFileAttributesA("C:\\\\box\\\\left") != INVALID_FILE_ATTRIBUTES;
    fclose(fopen("C:\\\\box\\\\left", "w"));
    return before;
  }
  if (!strcmp(what, "network")) {
    WSADATA data;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
    WSAStartup(MAKEWORD(2, 2), &data);
    to.sin_addr.s_addr = inet_addr("1.1.1.1");
    return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof to) == 0;
  }
  return 0;
}
"""
LIMITS = Limits(cpu_ms=1_000, wall_ms=20_000, memory_bytes=128 * MEBIBYTE, output_bytes=MEBIBYTE)


@dataclass(frozen=True, slots=True)
class Trial:
    """What the probe is told to do, and whether what came of it is right."""

    name: str
    word: str
    good: Callable[[Execution], bool]
    meaning: str


TRIALS = (
    Trial("exit codes", "code", lambda e: e.exit_code == LARGE, "32 bits come through"),
    Trial("exceptions", "crash", lambda e: e.exit_code == ACCESS_VIOLATION, "told by their code"),
    Trial("memory limit", "memory", lambda e: e.ending is Ending.MEMORY_LIMIT, "enforced"),
    Trial("CPU limit", "spin", lambda e: e.ending is Ending.CPU_LIMIT, "enforced"),
    Trial("output limit", "flood", lambda e: e.ending is Ending.OUTPUT_LIMIT, "enforced"),
    Trial("CPU accounting", "spin", lambda e: e.measurement.cpu_ns > 0, "counts"),
    Trial("files", "left", lambda e: e.exit_code == 0, "gone with the run"),
    Trial("network", "network", lambda e: e.exit_code == 0, "not to be reached"),
)


def examine() -> Iterator[HostFinding]:
    """Describe the host and its engine; where nothing is missing, try everything."""
    found = list(describe())
    yield from found
    if all(finding.state is not State.BAD for finding in found):
        with closing(containers.connect()) as client:
            yield from try_out(NativePool(client.api, owner="doctor", cpus=1))


def describe() -> Iterator[HostFinding]:
    """The host, its engine and the image, without running anything."""
    system = platform.system()
    if system != "Windows":
        value = f"{system}: Windows containers need Windows"
        yield HostFinding("system", State.BAD, value, f"run this on a Windows host ({GUIDE})")
    else:
        yield HostFinding("system", State.GOOD, platform.platform())
    try:
        with closing(containers.connect()) as client:
            yield from _engine(client)
    except HostUnfit as unfit:
        yield HostFinding("engine", State.BAD, "does not answer", str(unfit))


def _engine(client: docker.DockerClient) -> Iterator[HostFinding]:
    """What it runs, and its image. Raises HostUnfit when it does not say what it is."""
    if not containers.is_windows(client):
        remedy = "in Docker Desktop's menu: Switch to Windows containers"
        yield HostFinding("engine", State.BAD, "runs Linux containers", remedy)
        return
    try:
        info = client.info()
        image = client.images.get(native.IMAGE)
    except ImageNotFound:
        yield HostFinding("image", State.BAD, f"{native.IMAGE} is missing", f"build it: {GUIDE}")
        return
    except (DockerException, OSError) as error:
        yield HostFinding("engine", State.BAD, "does not tell what it is", str(error))
        return
    isolation = str(info.get("Isolation", "?"))
    yield HostFinding("engine", State.GOOD, f"{info.get('ServerVersion')}, isolation {isolation}")
    base, host = str(image.attrs.get("OsVersion", "?")), str(info.get("OSVersion", "?"))
    same = base.split(".")[2:3] == host.split(".")[2:3]
    value = f"made for build {base}; this host is {host}"
    remedy = "" if same else "fine under Hyper-V isolation; for process isolation, rebuild"
    yield HostFinding("image", State.GOOD if same else State.WARNING, value, remedy)


def try_out(pool: NativePool) -> Iterator[HostFinding]:
    """Every language's smoke program, and each trial, in containers of this pool."""
    complaints: list[str] = []
    try:
        proved = proved_languages(pool, complaints.append)
    except JudgeFault as fault:
        yield HostFinding("containers", State.BAD, "none could run", str(fault))
        return
    yield HostFinding(
        "languages",
        State.GOOD if not complaints else State.BAD,
        ", ".join(proved) or "none",
        "; ".join(complaints)[:500],
    )
    if "c" in proved:
        yield from _trials(pool)


def _trials(pool: NativePool) -> Iterator[HostFinding]:
    source = (SourceFile("probe.c", PROBE),)
    built = build(source, pool.target.languages["c"], BuildKind.PLAIN, pool)
    if built.artifact is None:
        yield HostFinding("probe", State.BAD, "does not compile", built.build.output[-500:])
        return
    with pool.arena(LIMITS) as arena:
        arena.candidate.put("/prog/program", built.artifact.files[0].content, mode=0o755)
        for trial in TRIALS:
            command = Command(arguments=("/prog/program", trial.word), user=User.CANDIDATE)
            try:
                execution = arena.candidate.run(command, LIMITS)
            except JudgeFault as fault:
                yield HostFinding(trial.name, State.BAD, "could not be tried", str(fault))
                continue
            if trial.good(execution):
                yield HostFinding(trial.name, State.GOOD, trial.meaning)
            else:
                value = f"ended by {execution.ending}, code {execution.exit_code:#x}"
                remedy = f"do not judge with this host: {trial.name} must be {trial.meaning}"
                yield HostFinding(trial.name, State.BAD, value, remedy)
