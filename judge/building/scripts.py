"""Programs that a package builds and runs by its own two shell scripts, `build` and `run`.

Source: format 2025-09, *Other programs*. Both are the package's word, so they run where candidates'
sources are compiled: in a container of their own, as its unprivileged user, within limits. What
`build` leaves comes out as an archive, whose files are read in memory.
"""

import io
import tarfile

from judge.errors import JudgeProgramFault
from judge.languages import ENVIRONMENT, SOURCE_DIRECTORY
from judge.sandbox import Command, Sandbox, User
from judge.values import COMPILATION_LIMITS, MEBIBYTE, Artifact, SourceFile

LEFT_BYTES_MAX = 48 * MEBIBYTE
_ARCHIVE = "/box/left.tar"
_SCRIPT = f"""set -e
if [ -f build ]; then ./build >&2; fi
if [ ! -x run ]; then echo "there is no executable file 'run'" >&2; exit 1; fi
tar -cf {_ARCHIVE} --exclude-vcs .
"""


def build_by_scripts(name: str, files: tuple[SourceFile, ...], sandbox: Sandbox) -> Artifact:
    """What lies in the folder after `build`, to be run by `run`.

    Raises JudgeProgramFault with the script's words where it fails.
    """
    with sandbox.compile_box() as box:
        for file in files:
            mode = 0o755 if file.name in ("build", "run") else 0o644
            place = f"{SOURCE_DIRECTORY}/{file.name}"
            box.put(place, file.content, user=User.CANDIDATE, mode=mode)
        command = Command(
            arguments=("/bin/sh", "-c", _SCRIPT),
            user=User.CANDIDATE,
            environment=ENVIRONMENT,
            directory=SOURCE_DIRECTORY,
        )
        execution = box.run(command, COMPILATION_LIMITS)
        left = None
        if execution.clean:
            left = box.get(_ARCHIVE, bytes_max=LEFT_BYTES_MAX, user=User.CANDIDATE)
    if left is None:
        said = execution.stderr.decode(errors="replace")[-2000:]
        raise JudgeProgramFault(
            name,
            f"is not built by its script: {execution.ending}, code {execution.exit_code}: {said}"
            if not execution.clean
            else f"its script left more than {LEFT_BYTES_MAX // MEBIBYTE} MiB",
        )
    return Artifact(files=_files_of(left, name), command=("{directory}/run",))


def _files_of(archive: bytes, name: str) -> tuple[SourceFile, ...]:
    found, total = [], 0
    try:
        # Uncompressed, and no holes: what comes out is no larger than what was fetched.
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as opened:
            for member in opened:
                path = member.name.removeprefix("./")
                if not member.isfile() or member.issparse() or ".." in path.split("/"):
                    continue
                total += member.size
                content = opened.extractfile(member)
                if content is not None and total <= LEFT_BYTES_MAX:
                    found.append(SourceFile(path, content.read()))
    except (tarfile.TarError, EOFError, ValueError, OverflowError, OSError) as error:
        raise JudgeProgramFault(name, f"what its script left can't be read: {error}") from error
    if all(file.name != "run" for file in found):
        raise JudgeProgramFault(name, "its script left no regular file 'run' (a link is none)")
    return tuple(found)
