"""The domain: what a submission is, how it is judged, and what is said about it.

Nothing here knows Docker, SQL or HTTP servers; what judging needs from outside comes in through
two protocols, `judge.sandbox.Sandbox` and `judge.runner.link.Link`.
"""
