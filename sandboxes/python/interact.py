"""Run an interactor of the package format: its standard streams joined to the candidate's.

    interact.py INTERACTOR... (its arguments follow)

The interactor's exit code is passed on. When the candidate ends first, the interactor sees the
end of its input; when the interactor ends first, the candidate is killed.
"""

import os
import subprocess
import sys

sys.path.insert(0, "/usr/local/lib/judge")
from judge_harness import Candidate


def main():
    program = Candidate()
    reads, writes = program.fds()
    interactor = subprocess.run(sys.argv[1:], stdin=reads, stdout=writes, check=False)
    program.close_input()
    program.wait(timeout_s=0.2)
    program.kill()
    os._exit(interactor.returncode if interactor.returncode >= 0 else 70)


main()
