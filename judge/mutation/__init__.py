"""Mutation: right answers with one small fault each, which tests must notice.

May enter: sources and languages; nothing is run here.
"""

from judge.mutation.mutants import Mutant, mutants_of, sample

__all__ = ["Mutant", "mutants_of", "sample"]
