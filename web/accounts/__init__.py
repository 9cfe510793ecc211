"""Accounts: who signs in and how, their roles, sessions, tokens, and rights on single things.

May enter: the storage; nothing of what problems or campaigns are.
"""

from web.accounts import oidc, passkeys, people, personal_tokens, rights, sessions, staff
from web.accounts.oidc import Provider
from web.accounts.passkeys import Site
from web.accounts.people import (
    DAY_MS,
    SIGN_IN_DAYS,
    CandidateView,
    Means,
    Visitor,
    require_role,
    visitor_of,
)
from web.accounts.personal_tokens import Scope
from web.accounts.rights import Subject, SubjectKind
from web.accounts.staff import NewAccount

__all__ = [
    "DAY_MS",
    "SIGN_IN_DAYS",
    "CandidateView",
    "Means",
    "NewAccount",
    "Provider",
    "Scope",
    "Site",
    "Subject",
    "SubjectKind",
    "Visitor",
    "oidc",
    "passkeys",
    "people",
    "personal_tokens",
    "require_role",
    "rights",
    "sessions",
    "staff",
    "visitor_of",
]
