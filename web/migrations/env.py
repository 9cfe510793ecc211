"""Alembic's entry: migrations run in-process, from web.database.migrate."""

from alembic import context
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

import web.storage  # noqa: F401  (fills the metadata)

engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True
    )
    with context.begin_transaction():
        if engine.dialect.name == "postgresql":  # replicas that start together: one migrates
            connection.execute(text("SELECT pg_advisory_xact_lock(20261125)"))
        context.run_migrations()
engine.dispose()
