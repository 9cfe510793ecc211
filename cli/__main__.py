"""`python -m cli` is `judge`."""

from cli.main import main

main()
