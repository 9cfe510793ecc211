"""Problems that the server knows, in the versions that were loaded.

May enter: packages and the storage.
"""

from web.problems import catalogue

__all__ = ["catalogue"]
