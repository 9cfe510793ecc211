"""Routes for machines: parse, call one use case, answer.

May enter: requests and all rooms of use cases; no SQL and no row.
"""

from web.api.runners_api import router

__all__ = ["router"]
