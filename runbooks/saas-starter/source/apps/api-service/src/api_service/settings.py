"""Settings, read from the environment. Secrets arrive by reference: the platform puts their values here."""

import os
from dataclasses import dataclass


def flag(name: str, default: bool) -> bool:
    return os.environ.get(name, str(default)).lower() == "true"


@dataclass(frozen=True)
class Settings:
    database_url: str
    redis_url: str
    jwt_signing_key: str
    auto_run_migrations: bool
    enable_billing_retry_worker: bool
    enable_billing_stream_replay: bool
    billing_retry_deployment_mode: str


def load() -> Settings:
    return Settings(
        database_url=os.environ["DATABASE_URL"],
        redis_url=os.environ["REDIS_URL"],
        jwt_signing_key=os.environ["JWT_SIGNING_KEY"],
        auto_run_migrations=flag("AUTO_RUN_MIGRATIONS", False),
        enable_billing_retry_worker=flag("ENABLE_BILLING_RETRY_WORKER", True),
        enable_billing_stream_replay=flag("ENABLE_BILLING_STREAM_REPLAY", True),
        billing_retry_deployment_mode=os.environ.get("BILLING_RETRY_DEPLOYMENT_MODE", "inline"),
    )
