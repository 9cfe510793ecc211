"""What browsers were asked to prove: challenges of passkeys, states of OIDC."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signinattempt",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("means", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_signinattempt"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_signinattempt_person_id_person"
        ),
    )
    op.create_index("ix_signinattempt_expires_at_ms", "signinattempt", ["expires_at_ms"])


def downgrade() -> None:
    op.drop_table("signinattempt")
