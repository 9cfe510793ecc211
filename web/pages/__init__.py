"""Pages, a module for each kind of visitor: routes parse, call one use case, render.

May enter: requests and all rooms of use cases; no SQL and no row.
"""

from web.pages import candidate, entrance, operator, staff, submission

ROUTERS = (
    entrance.router,
    candidate.router,
    submission.router,
    staff.router,
    operator.router,
)

__all__ = ["ROUTERS"]
