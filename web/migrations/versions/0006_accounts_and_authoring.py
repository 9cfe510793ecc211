"""Accounts of those who work here, their rights, and problems with a history."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NEW = (
    "setaside",
    "workingfile",
    "problemcommit",
    "problem",
    "accessright",
    "oidcidentity",
    "passkey",
    "personaltoken",
)


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.alter_column("role", new_column_name="roles")
        batch.add_column(sa.Column("disabled_at_ms", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("signin") as batch:
        for name in ("created_at_ms", "seen_at_ms"):
            batch.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        for name in ("browser", "means"):
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    _make_accounts()
    _make_problems()
    with op.batch_alter_table("problemversion") as batch:
        batch.add_column(sa.Column("summary", sa.JSON(), nullable=False, server_default="{}"))
    _give_problems_a_history()


def _person(name: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    """A column that names a person, and its constraint."""
    return (
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=f"fk_{name}_person_id_person"),
    )


def _problem(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["problem"], ["problem.slug"], name=f"fk_{table}_problem_problem"
    )


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _at(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _make_accounts() -> None:
    op.create_table(
        "personaltoken",
        sa.Column("id", sa.Integer(), nullable=False),
        *_text("token_hash", "name", "scopes"),
        *_person("personaltoken"),
        *_at("created_at_ms", "expires_at_ms", "used_at_ms"),
        sa.Column("revoked_at_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_personaltoken"),
        sa.UniqueConstraint("token_hash", name="uq_personaltoken_token_hash"),
    )
    op.create_index("ix_personaltoken_person_id", "personaltoken", ["person_id"])
    op.create_table(
        "passkey",
        *_text("credential_id", "name"),
        *_person("passkey"),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        *_at("created_at_ms", "used_at_ms"),
        sa.PrimaryKeyConstraint("credential_id", name="pk_passkey"),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    op.create_table(
        "oidcidentity",
        *_text("issuer", "subject"),
        *_person("oidcidentity"),
        *_at("created_at_ms"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_oidcidentity"),
    )
    op.create_index("ix_oidcidentity_person_id", "oidcidentity", ["person_id"])
    op.create_table(
        "accessright",
        *_text("subject_kind", "subject"),
        *_person("accessright"),
        *_text("right"),
        sa.PrimaryKeyConstraint("subject_kind", "subject", "person_id", name="pk_accessright"),
    )


def _make_problems() -> None:
    op.create_table(
        "problem",
        *_text("slug"),
        *_at("created_at_ms"),
        *_text("head_version", "published_version"),
        sa.Column("retired_at_ms", sa.BigInteger(), nullable=True),
        *_text("working_base"),
        sa.PrimaryKeyConstraint("slug", name="pk_problem"),
    )
    op.create_table(
        "problemcommit",
        sa.Column("id", sa.Integer(), nullable=False),
        *_text("problem", "version", "parent_version", "author", "sentence"),
        *_at("at_ms"),
        sa.PrimaryKeyConstraint("id", name="pk_problemcommit"),
        _problem("problemcommit"),
    )
    op.create_index("ix_problemcommit_problem_id", "problemcommit", ["problem", "id"])
    for name, key in (("workingfile", ("problem", "path")), ("setaside", ("id",))):
        op.create_table(
            name,
            *([sa.Column("id", sa.Integer(), nullable=False)] if key == ("id",) else []),
            *_text("problem", "path", "sha256", "saved_by"),
            *([sa.Column("revision", sa.Integer(), nullable=False)] if key != ("id",) else []),
            *_at("saved_at_ms"),
            sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
            _problem(name),
            sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=f"fk_{name}_sha256_blob"),
        )
    op.create_index("ix_setaside_problem", "setaside", ["problem"])


def _give_problems_a_history() -> None:
    """What was loaded so far is published, and its history is that it was loaded."""
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT slug, version, loaded_at_ms FROM problemversion ORDER BY loaded_at_ms, version"
        )
    )
    head: dict[str, str] = {}
    for slug, version, at_ms in found.fetchall():
        row = {"slug": slug, "version": version, "at": at_ms, "parent": head.get(slug, "")}
        if slug not in head:
            connection.execute(
                sa.text(
                    "INSERT INTO problem (slug, created_at_ms, head_version, published_version,"
                    " working_base) VALUES (:slug, :at, '', '', '')"
                ),
                row,
            )
        connection.execute(
            sa.text(
                "INSERT INTO problemcommit"
                " (problem, version, parent_version, author, sentence, at_ms)"
                " VALUES (:slug, :version, :parent, 'command line', 'Loaded.', :at)"
            ),
            row,
        )
        connection.execute(
            sa.text(
                "UPDATE problem SET head_version = :version, published_version = :version"
                " WHERE slug = :slug"
            ),
            row,
        )
        head[slug] = version


def downgrade() -> None:
    with op.batch_alter_table("problemversion") as batch:
        batch.drop_column("summary")
    for name in _NEW:
        op.drop_table(name)
    with op.batch_alter_table("signin") as batch:
        for name in ("means", "browser", "seen_at_ms", "created_at_ms"):
            batch.drop_column(name)
    connection = op.get_bind()
    for person, roles in connection.execute(sa.text("SELECT id, roles FROM person")).fetchall():
        first = {"role": roles.split(",")[0], "id": person}  # there was one each
        connection.execute(sa.text("UPDATE person SET roles = :role WHERE id = :id"), first)
    with op.batch_alter_table("person") as batch:
        batch.drop_column("disabled_at_ms")
        batch.alter_column("roles", new_column_name="role")
