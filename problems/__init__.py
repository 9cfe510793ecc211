"""Problem packages: reading and checking them, their statements, and the bank of our own."""

from pathlib import Path

BANK = Path(__file__).parent / "bank"
