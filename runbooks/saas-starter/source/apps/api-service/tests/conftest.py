"""An API with a database of its own."""

import importlib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from starter_console import migrations


@pytest.fixture
def client(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/api.db"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("REDIS_URL", "redis://localhost:6379/0")
    monkeypatch.setenv("JWT_SIGNING_KEY", "only for tests, thirty-two bytes")
    migrations.apply(url, Path(__file__).parents[1] / "migrations")
    from api_service import main

    return TestClient(importlib.reload(main).app)
