"""Small packages and submissions with their right verdicts, each with the format's sentence.

`case.py` says what a case is, one module a part of the format has them, `test_conformance.py` runs
them: built once, in one pair of containers.
"""
