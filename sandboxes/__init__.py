"""Containers for foreign code: the only package that imports `docker`."""
