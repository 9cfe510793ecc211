"""Who asks by a personal token: dependencies of the REST API's routes."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Header

from web.accounts import Scope, Visitor, personal_tokens
from web.refusals import sign_in_first
from web.request import Context


def by_token(scope: Scope) -> Callable[..., Visitor]:
    """A dependency: whose token the request brings, if it has the scope."""

    def visitor(context: Context, authorization: Annotated[str, Header()] = "") -> Visitor:
        kind, _, secret = authorization.partition(" ")
        if kind.lower() != "bearer" or not secret:
            raise sign_in_first()
        with context.reading() as session:
            found = personal_tokens.visitor_by_token(session, secret, scope, context.now_ms)
            stale = personal_tokens.is_stale(session, secret, context.now_ms)
        if stale:
            with context.writing(alone=False) as session:
                personal_tokens.mark_used(session, secret, context.now_ms)
        return found

    return visitor


Reader = Annotated[Visitor, Depends(by_token(Scope.PROBLEMS_READ))]
Writer = Annotated[Visitor, Depends(by_token(Scope.PROBLEMS_WRITE))]
Operator = Annotated[Visitor, Depends(by_token(Scope.PEOPLE))]
