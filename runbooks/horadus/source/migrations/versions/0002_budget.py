"""daily spend on models"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "spend",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("cents", sa.Integer, nullable=False, server_default="0"),
    )


def downgrade() -> None:
    op.drop_table("spend")
