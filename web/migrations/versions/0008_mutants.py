"""Mutants of problems' right answers, judged on the fleet."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mutationrun",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("tested", sa.String(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("over_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("called_off", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mutationrun"),
        sa.ForeignKeyConstraint(
            ["problem"], ["problem.slug"], name="fk_mutationrun_problem_problem"
        ),
    )
    op.create_index("ix_mutationrun_problem_tested", "mutationrun", ["problem", "tested"])
    op.create_table(
        "mutant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("diff", sa.JSON(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.Column("caught_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mutant"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["mutationrun.id"], name="fk_mutant_run_id_mutationrun"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_mutant_submission_id_submission"
        ),
        sa.UniqueConstraint("submission_id", name="uq_mutant_submission_id"),
    )
    op.create_index("ix_mutant_run_id", "mutant", ["run_id"])
    op.create_index("ix_mutant_fate", "mutant", ["fate"])


def downgrade() -> None:
    op.drop_table("mutant")
    op.drop_table("mutationrun")
