"""What can be typed."""

import os
from pathlib import Path
from typing import Annotated

import httpx
import typer
from dotenv import load_dotenv

from starter_console import migrations

app = typer.Typer(no_args_is_help=True, help="Operate the agent SaaS starter.")
release = typer.Typer(no_args_is_help=True, help="Steps of a release.")
app.add_typer(release, name="release")


@release.command("db")
def release_db(folder: Annotated[Path, typer.Option(help="Where the SQL files are.")] = Path("apps/api-service/migrations")) -> None:
    """Apply the migrations that the database of DATABASE_URL does not have yet."""
    applied = migrations.apply(os.environ["DATABASE_URL"], folder)
    typer.echo("\n".join(f"applied {name}" for name in applied) or "nothing to apply")


@release.command("ready")
def release_ready(api: Annotated[str, typer.Option()], web: Annotated[str, typer.Option()]) -> None:
    """Ask the API and the web app whether they are ready."""
    answers = {url: httpx.get(url, timeout=10).status_code for url in (f"{api}/health/ready", f"{web}/api/health/ready")}
    for url, status in answers.items():
        typer.echo(f"{status} {url}")
    raise typer.Exit(0 if set(answers.values()) == {200} else 1)


def main() -> None:
    load_dotenv()
    app()
