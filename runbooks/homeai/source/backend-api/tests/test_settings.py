"""What must not go to production."""

import pytest
from app import settings


def test_production_refuses_sqlite(monkeypatch):
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///homeai.db")
    with pytest.raises(settings.SettingsError, match="postgresql"):
        settings.load()


def test_production_refuses_an_empty_webhook_secret(monkeypatch):
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://db/homeai")
    with pytest.raises(settings.SettingsError, match="android, ios, web"):
        settings.load()
