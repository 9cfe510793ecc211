"""Fuzz the supervisor for some minutes, and keep what reached something new in the corpus.

python -m tests.fuzzing.grow [MINUTES]
"""

import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from sandboxes import containers
from tests.fuzzing import images
from tests.fuzzing.seeds import REQUESTS

INPUT_BYTES_MAX = 600
"""Enough for all that the parsers tell apart; larger inputs would only be heavier."""


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 2
    fuzz = f"fuzz-supervisor -timeout=10 -max_len={INPUT_BYTES_MAX}"
    script = (
        f"mkdir /new && {fuzz} -max_total_time={int(minutes * 60)} /new /corpus && "
        f"{fuzz} -merge=1 /out /corpus /new && chmod 644 /out/*"
    )
    with closing(containers.connect()) as client, tempfile.TemporaryDirectory() as folder:
        print(f"fuzzing for {minutes} minutes")
        client.containers.run(
            images.build(client, images.FUZZ_IMAGE),
            ["sh", "-c", script],
            network_mode="none",
            remove=True,
            volumes={folder: {"bind": "/out", "mode": "rw"}},
        )
        known = {path.read_bytes() for path in REQUESTS.iterdir()}
        for path in sorted(Path(folder).iterdir()):
            if path.read_bytes() not in known:
                shutil.copyfile(path, REQUESTS / path.name[:12])
    print(f"{len(list(REQUESTS.iterdir()))} files in {REQUESTS}")


main()
