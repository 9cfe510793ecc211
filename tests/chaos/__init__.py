"""Chaos: a fleet of real processes on a real PostgreSQL, killed and cut at random by a seed."""
