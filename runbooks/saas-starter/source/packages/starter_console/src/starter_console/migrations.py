"""Applies SQL files in the order of their names, each once."""

import sqlite3
from pathlib import Path
from typing import Any


def connect(database_url: str) -> Any:
    """PostgreSQL for `postgresql://`, SQLite for `sqlite:///`."""
    if database_url.startswith("postgresql"):
        import psycopg

        return psycopg.connect(database_url)
    return sqlite3.connect(database_url.removeprefix("sqlite:///"))


def apply(database_url: str, folder: Path) -> list[str]:
    """Applies what is missing and returns the names."""
    connection = connect(database_url)
    with connection:
        connection.execute("CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY)")
        done = {name for (name,) in connection.execute("SELECT name FROM schema_migrations").fetchall()}
        new = [file for file in sorted(folder.glob("*.sql")) if file.stem not in done]
        for file in new:
            for statement in filter(str.strip, file.read_text(encoding="utf-8").split(";")):
                connection.execute(statement)
            connection.execute(f"INSERT INTO schema_migrations VALUES ('{file.stem}')")
    connection.close()
    return [file.stem for file in new]
