"""What programs ask for: the runners' API, and the REST API of problems and people.

May enter: requests, the fleet, accounts and problems; nothing of pages.
"""

from web.api import problems_api, runners_api, verification_api

ROUTERS = (runners_api.router, problems_api.router, verification_api.router)

__all__ = ["ROUTERS"]
