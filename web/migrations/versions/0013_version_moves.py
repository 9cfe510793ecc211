"""Moves of campaigns to other versions of their problems, judged in the shadow before."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("judgement") as batch:
        batch.add_column(sa.Column("superseded_at_ms", sa.BigInteger(), nullable=True))
    op.create_table(
        "versionmove",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("from_version", sa.String(), nullable=False),
        sa.Column("to_version", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("over_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_versionmove"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name="fk_versionmove_campaign_id_campaign"
        ),
    )
    op.create_index("ix_versionmove_campaign_id_problem", "versionmove", ["campaign_id", "problem"])
    op.create_table(
        "shadowrun",
        sa.Column("shadow_id", sa.Integer(), nullable=False),
        sa.Column("move_id", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("shadow_id", name="pk_shadowrun"),
        sa.ForeignKeyConstraint(
            ["shadow_id"], ["submission.id"], name="fk_shadowrun_shadow_id_submission"
        ),
        sa.ForeignKeyConstraint(
            ["move_id"], ["versionmove.id"], name="fk_shadowrun_move_id_versionmove"
        ),
        sa.ForeignKeyConstraint(
            ["original_id"], ["submission.id"], name="fk_shadowrun_original_id_submission"
        ),
    )
    op.create_index("ix_shadowrun_move_id", "shadowrun", ["move_id"])
    op.create_index("ix_shadowrun_original_id", "shadowrun", ["original_id"])


def downgrade() -> None:
    op.drop_table("shadowrun")
    op.drop_table("versionmove")
    with op.batch_alter_table("judgement") as batch:
        batch.drop_column("superseded_at_ms")
