"""Pages, a module for each kind of visitor: routes parse, call one use case, render.

May enter: requests and all rooms of use cases; no SQL and no row.
"""

from web.pages import (
    accounts,
    candidate,
    editing,
    entrance,
    operator,
    problems,
    publishing_pages,
    rights_pages,
    settings_pages,
    sign_in,
    staff,
    statements,
    submission,
    verification_pages,
)

ROUTERS = (
    entrance.router,
    sign_in.router,
    candidate.router,
    submission.router,
    rights_pages.router,
    problems.router,
    editing.router,
    statements.router,
    settings_pages.router,
    verification_pages.router,
    publishing_pages.router,
    staff.router,
    operator.router,
    accounts.router,
)

__all__ = ["ROUTERS"]
