"""Migrations run in order, each once."""

from typer.testing import CliRunner

from starter_console.cli import app
from starter_console.migrations import apply


def files(tmp_path):
    (tmp_path / "0002_b.sql").write_text("ALTER TABLE a ADD COLUMN y INT;")
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE a (x INT);")
    return tmp_path


def test_files_are_applied_in_order_and_once(tmp_path):
    url = f"sqlite:///{tmp_path}/test.db"
    assert apply(url, files(tmp_path)) == ["0001_a", "0002_b"]
    assert apply(url, tmp_path) == []


def test_the_command_says_when_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/test.db")
    arguments = ["release", "db", "--folder", str(files(tmp_path))]
    assert "applied 0001_a" in CliRunner().invoke(app, arguments).output
    assert "nothing to apply" in CliRunner().invoke(app, arguments).output
