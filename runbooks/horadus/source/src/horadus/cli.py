"""The command `horadus`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import create_engine

from horadus import evaluation, trends
from horadus.settings import load

app = typer.Typer(no_args_is_help=True)
trends_app = typer.Typer(no_args_is_help=True, help="Look at trends.")
app.add_typer(trends_app, name="trends")


@trends_app.command("status")
def trends_status() -> None:
    """Print every trend with its probability."""
    for trend in trends.status(create_engine(load().database_url)):
        typer.echo(f"{trend['probability']:6.1%}  {trend['name']}  ({trend['evidence']} pieces of evidence)")


@app.command("eval")
def evaluate(suite: Annotated[str, typer.Option()], out: Annotated[Path, typer.Option()]) -> None:
    """Judge the prompt of the tree."""
    result = evaluation.evaluate(suite)
    out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    typer.echo(f"{suite}: {'passed' if evaluation.passed(result) else 'failed'}")
    raise typer.Exit(0 if evaluation.passed(result) else 1)


def main() -> None:
    app()
