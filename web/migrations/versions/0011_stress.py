"""Answers that are told apart on the generator's inputs."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stressrun",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", name="pk_stressrun"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_stressrun_submission_id_submission"
        ),
    )


def downgrade() -> None:
    op.drop_table("stressrun")
