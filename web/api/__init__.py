"""Routes for machines: parse, call one use case, answer.

May enter: the fleet's use cases and the runners' messages; no SQL and no row.
"""

from web.api.runners_api import router

__all__ = ["router"]
