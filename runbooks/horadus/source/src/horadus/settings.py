"""Settings, read from the environment."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    database_url: str
    redis_url: str
    daily_budget_cents: int
    primary_model: str
    fallback_model: str


def load() -> Settings:
    return Settings(
        database_url=os.environ.get("DATABASE_URL", "sqlite:///horadus.db"),
        redis_url=os.environ.get("REDIS_URL", "memory://"),
        daily_budget_cents=int(os.environ.get("DAILY_BUDGET_CENTS", "200")),
        primary_model=os.environ.get("PRIMARY_MODEL", "relevance-large"),
        fallback_model=os.environ.get("FALLBACK_MODEL", "relevance-small"),
    )
