"""Runs migrations against the database that DATABASE_URL names."""

from logging.config import fileConfig

from alembic import context
from sqlalchemy import create_engine

from horadus.settings import load

fileConfig(context.config.config_file_name)
with create_engine(load().database_url).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
