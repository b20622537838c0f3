"""Settings, read from the environment once."""

import os
from dataclasses import dataclass


class SettingsError(Exception):
    """A setting that must not go to production."""


@dataclass(frozen=True)
class Settings:
    env: str
    database_url: str
    cors_origins: tuple[str, ...]
    render_provider: str
    webhook_secrets: dict[str, str]


def load() -> Settings:
    settings = Settings(
        env=os.environ.get("APP_ENV", "local"),
        database_url=os.environ.get("DATABASE_URL", "sqlite://"),
        cors_origins=tuple(filter(None, os.environ.get("CORS_ORIGINS", "").split(","))),
        render_provider=os.environ.get("RENDER_PROVIDER", "local"),
        webhook_secrets={
            "web": os.environ.get("CHECKOUT_WEBHOOK_SECRET", ""),
            "ios": os.environ.get("STOREKIT_WEBHOOK_SECRET", ""),
            "android": os.environ.get("PLAY_WEBHOOK_SECRET", ""),
        },
    )
    if settings.env == "production":
        if not settings.database_url.startswith("postgresql+psycopg://"):
            raise SettingsError("production needs a postgresql+psycopg:// DATABASE_URL")
        unset = sorted(source for source, secret in settings.webhook_secrets.items() if not secret)
        if unset:
            raise SettingsError(f"no webhook secret for {', '.join(unset)}")
    return settings
