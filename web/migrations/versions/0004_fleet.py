"""Runners have labels and may change their token without a stop; waiting is credited."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("runner") as batch:
        batch.add_column(sa.Column("next_token_hash", sa.String(), nullable=True))
        batch.add_column(sa.Column("labels", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(
            sa.Column("registered_at_ms", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch.create_unique_constraint(batch.f("uq_runner_next_token_hash"), ["next_token_hash"])
    with op.batch_alter_table("job") as batch:
        batch.add_column(sa.Column("needs", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("trace", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("sitting") as batch:
        batch.add_column(sa.Column("credit_ms", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(
            sa.Column("credited_until_ms", sa.BigInteger(), nullable=False, server_default="0")
        )


def downgrade() -> None:
    with op.batch_alter_table("sitting") as batch:
        batch.drop_column("credited_until_ms")
        batch.drop_column("credit_ms")
    with op.batch_alter_table("job") as batch:
        batch.drop_column("trace")
        batch.drop_column("needs")
    with op.batch_alter_table("runner") as batch:
        batch.drop_constraint("uq_runner_next_token_hash", type_="unique")
        batch.drop_column("registered_at_ms")
        batch.drop_column("labels")
        batch.drop_column("next_token_hash")
