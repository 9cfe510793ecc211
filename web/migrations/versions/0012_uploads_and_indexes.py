"""Uploads that wait to be taken, revisions that never begin again, and where bytes are used."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_USES = (
    ("submission", "source_sha256"),
    ("submissionfile", "sha256"),
    ("problemversion", "package_sha256"),
    ("workingfile", "sha256"),
    ("setaside", "sha256"),
)


def upgrade() -> None:
    op.create_table(
        "packageupload",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_packageupload"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_packageupload_person_id_person"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name="fk_packageupload_sha256_blob"),
    )
    op.create_index("ix_packageupload_person_id", "packageupload", ["person_id"])
    op.create_index("ix_packageupload_sha256", "packageupload", ["sha256"])
    with op.batch_alter_table("problem") as batch:
        batch.add_column(sa.Column("edits", sa.Integer(), nullable=False, server_default="0"))
    for table, column in _USES:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table, column in _USES:
        op.drop_index(f"ix_{table}_{column}", table)
    with op.batch_alter_table("problem") as batch:
        batch.drop_column("edits")
    op.drop_table("packageupload")
