"""The HTTP face of the API."""

from pathlib import Path
from uuid import uuid4

from fastapi import FastAPI, Header, HTTPException

from api_service import auth
from api_service.settings import load
from starter_console import migrations
from starter_contracts import ChatRequest, ChatRun, Credentials, Tokens
from starter_providers import echo, with_retries

config = load()
app = FastAPI(title="Agent SaaS starter", version="2.4.1")
provider = with_retries(echo)
if config.auto_run_migrations:
    migrations.apply(config.database_url, Path(__file__).parents[2] / "migrations")


def run(statement: str, *values: str) -> list[tuple]:
    connection = migrations.connect(config.database_url)
    if config.database_url.startswith("postgresql"):
        statement = statement.replace("?", "%s")
    with connection:
        rows = connection.execute(statement, values).fetchall() if values else connection.execute(statement).fetchall()
    connection.close()
    return rows


@app.get("/health/live")
def live() -> dict[str, str]:
    return {"status": "live"}


@app.get("/health/ready")
def ready() -> dict[str, str]:
    try:
        run("SELECT COUNT(*) FROM accounts")
    except Exception as error:
        raise HTTPException(503, "the database does not answer") from error
    return {"status": "ready"}


@app.post("/v1/auth/signup", status_code=201)
def signup(credentials: Credentials) -> Tokens:
    if run("SELECT 1 FROM accounts WHERE email = ?", credentials.email):
        raise HTTPException(409, "this address has an account")
    run("INSERT INTO accounts (email, password) VALUES (?, ?)", credentials.email, auth.new_password(credentials.password))
    return auth.issue(credentials.email, config.jwt_signing_key)


@app.post("/v1/auth/login")
def login(credentials: Credentials) -> Tokens:
    rows = run("SELECT password FROM accounts WHERE email = ?", credentials.email)
    if not rows or not auth.matches(credentials.password, rows[0][0]):
        raise HTTPException(401, "wrong address or password")
    return auth.issue(credentials.email, config.jwt_signing_key)


@app.post("/v1/auth/refresh")
def refresh(authorization: str = Header()) -> Tokens:
    account = auth.account_of(authorization.removeprefix("Bearer "), "refresh", config.jwt_signing_key)
    if account is None:
        raise HTTPException(401, "not a refresh token")
    return auth.issue(account, config.jwt_signing_key)


@app.post("/v1/chat/runs", status_code=201)
def chat(request: ChatRequest, authorization: str = Header()) -> ChatRun:
    if auth.account_of(authorization.removeprefix("Bearer "), "access", config.jwt_signing_key) is None:
        raise HTTPException(401, "not an access token")
    return ChatRun(id=str(uuid4()), status="completed", answer=provider(request.message))
