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
    op.create_table(
        "webhook",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_webhook_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answered", sa.String(), nullable=False),
        sa.Column("due_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("over_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_delivery_submission_id_submission")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_delivery_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "submission_id", "target", name=op.f("uq_delivery_submission_id_target")
        ),
    )
    op.create_index("ix_delivery_state_due_at_ms", "delivery", ["state", "due_at_ms"])
    with op.batch_alter_table("job") as batch:
        batch.add_column(sa.Column("needs", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("trace", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("sitting") as batch:
        batch.add_column(sa.Column("credit_ms", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(
            sa.Column("credited_until_ms", sa.BigInteger(), nullable=False, server_default="0")
        )


def downgrade() -> None:
    op.drop_table("delivery")
    op.drop_table("webhook")
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
