import click, typer
from fastapi import APIRouter
from django.urls import path
router = APIRouter(prefix="/v1")
@router.get("/x/{id}")
def x(): ...
@click.group()
@click.option("--name/--no-name", "-n", envvar="NAME")
def cli(): ...
@app.command("go")
def go(n: int = typer.Option(..., "--n")): ...
urlpatterns = [path("a/<int:b>", x)]
PORT = os.environ.get("PORT", "80")
