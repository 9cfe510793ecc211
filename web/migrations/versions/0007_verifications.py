"""Verifications of problems on the fleet."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("submission") as batch:
        batch.add_column(sa.Column("entry", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "submissionfile",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", "name", name="pk_submissionfile"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_submissionfile_submission_id_submission"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name="fk_submissionfile_sha256_blob"),
    )
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("over_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("called_off", sa.Boolean(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_verification"),
        sa.ForeignKeyConstraint(
            ["problem"], ["problem.slug"], name="fk_verification_problem_problem"
        ),
    )
    op.create_index("ix_verification_problem_id", "verification", ["problem", "id"])
    op.create_table(
        "verificationrun",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verification_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("assessed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verificationrun"),
        sa.ForeignKeyConstraint(
            ["verification_id"],
            ["verification.id"],
            name="fk_verificationrun_verification_id_verification",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_verificationrun_submission_id_submission"
        ),
        sa.UniqueConstraint("submission_id", name="uq_verificationrun_submission_id"),
    )
    op.create_index("ix_verificationrun_verification_id", "verificationrun", ["verification_id"])
    op.create_index("ix_verificationrun_assessed", "verificationrun", ["assessed"])


def downgrade() -> None:
    op.drop_table("verificationrun")
    _drop_what_served_authors()
    op.drop_table("verification")
    op.drop_table("submissionfile")
    with op.batch_alter_table("submission") as batch:
        batch.drop_column("entry")


def _drop_what_served_authors() -> None:
    """Submissions of kinds that the release before does not know."""
    submission = sa.table("submission", sa.column("id"), sa.column("kind"))
    kinds = ("verify", "mutant", "stress", "check")
    of_authors = sa.select(submission.c.id).where(submission.c.kind.in_(kinds))
    for name in ("submissionfile", "job", "judgingevent", "judgement", "delivery"):
        table = sa.table(name, sa.column("submission_id"))
        op.execute(sa.delete(table).where(table.c.submission_id.in_(of_authors)))
    op.execute(sa.delete(submission).where(submission.c.kind.in_(kinds)))
