"""From sources to programs, in containers that hold no test data.

Answers, the packages' own programs, and the programs by which a runner proves its languages. May
enter: a sandbox and languages; no test, no measurement.
"""

from judge.building.compiling import Built, build
from judge.building.package_programs import PackagePrograms
from judge.building.self_test import proved_languages
from judge.building.submission_builds import build_submission

__all__ = ["Built", "PackagePrograms", "build", "build_submission", "proved_languages"]
