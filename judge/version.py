"""The release, written once: in the package's metadata (pyproject.toml)."""

from importlib.metadata import version

VERSION = version("systems-judge")
