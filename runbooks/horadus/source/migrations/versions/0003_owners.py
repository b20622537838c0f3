"""who is told when a trend moves"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("trends", sa.Column("notify_url", sa.String(300), nullable=True))


def downgrade() -> None:
    op.drop_column("trends", "notify_url")
