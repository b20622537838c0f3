"""Where entitlements and experiments are kept: PostgreSQL in production, SQLite everywhere else."""

import sqlite3

TABLES = """
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, account TEXT NOT NULL, source TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entitlements (
    account TEXT NOT NULL, source TEXT NOT NULL, plan TEXT NOT NULL, active INTEGER NOT NULL, PRIMARY KEY (account, source));
CREATE TABLE IF NOT EXISTS experiments (
    name TEXT PRIMARY KEY, rollout INTEGER NOT NULL, exposures INTEGER NOT NULL, conversions INTEGER NOT NULL, baseline REAL NOT NULL);
"""


class Store:
    """A connection that speaks one SQL for both databases."""

    def __init__(self, database_url: str) -> None:
        if database_url.startswith("postgresql+psycopg://"):
            import psycopg

            self._connection = psycopg.connect(database_url.replace("+psycopg", "", 1), autocommit=True)
            self._mark = "%s"
        else:
            path = database_url.removeprefix("sqlite://").removeprefix("/") or ":memory:"
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._mark = "?"
        for statement in TABLES.split(";"):
            if statement.strip():
                self.run(statement)

    def run(self, statement: str, *values: object) -> list[tuple]:
        cursor = self._connection.cursor()
        cursor.execute(statement.replace("?", self._mark), values)
        return cursor.fetchall() if cursor.description else []
