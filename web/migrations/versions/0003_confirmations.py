"""A submission may be the confirmation of another: the same source, measured again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("submission") as batch:
        batch.add_column(sa.Column("confirms_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_submission_confirms_id_submission"), "submission", ["confirms_id"], ["id"]
        )
        batch.create_index("ix_submission_confirms_id", ["confirms_id"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("submission") as batch:
        batch.drop_index("ix_submission_confirms_id")
        batch.drop_constraint("fk_submission_confirms_id_submission", type_="foreignkey")
        batch.drop_column("confirms_id")
