"""The `judge` command: one file a subcommand; besides web/app.py the only place that assembles."""
