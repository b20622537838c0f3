"""A migrated database with one trend."""

import pytest
from sqlalchemy import create_engine, text

from horadus.settings import load


@pytest.fixture
def engine():
    engine = create_engine(load().database_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM evidence"))
        connection.execute(text("DELETE FROM trends"))
        connection.execute(text("INSERT INTO trends (name, probability) VALUES ('Detours around the canal', 0.4)"))
    return engine
