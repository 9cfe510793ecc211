"""A submission may be judged on several targets: its events say which."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("judgingevent") as batch:
        batch.add_column(sa.Column("target", sa.String(), nullable=False, server_default="linux"))


def downgrade() -> None:
    with op.batch_alter_table("judgingevent") as batch:
        batch.drop_column("target")
