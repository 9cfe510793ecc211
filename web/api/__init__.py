"""What programs ask for: the runners' API, and the REST API of problems, campaigns and people.

May enter: requests, the fleet, accounts, problems and campaigns; nothing of pages.
"""

from web.api import campaigns_api, problems_api, runners_api, verification_api

ROUTERS = (runners_api.router, problems_api.router, verification_api.router, campaigns_api.router)

__all__ = ["ROUTERS"]
