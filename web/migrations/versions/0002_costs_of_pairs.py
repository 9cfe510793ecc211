"""Pairs of timed runs hold costs, which may be bytes; older judgements called them nanoseconds."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return  # judgements that old were on SQLite alone
    for side in ("candidate", "reference"):
        op.execute(
            f"UPDATE judgement SET body = replace(body, '\"{side}_ns\"', '\"{side}_cost\"')"  # noqa: S608
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for side in ("candidate", "reference"):
        op.execute(
            f"UPDATE judgement SET body = replace(body, '\"{side}_cost\"', '\"{side}_ns\"')"  # noqa: S608
        )
