"""The HTTP face of HomeAI."""

import hmac

from fastapi import FastAPI, Header, HTTPException, Request, Response
from fastapi.middleware.cors import CORSMiddleware

from app import entitlements, settings
from app.previews import preview
from app.store import Store

config = settings.load()
store = Store(config.database_url)
app = FastAPI(title="HomeAI backend")
app.add_middleware(CORSMiddleware, allow_origins=list(config.cors_origins), allow_methods=["GET", "POST"])


@app.get("/healthz")
def healthz() -> dict:
    store.run("SELECT 1")
    return {"status": "ok"}


@app.get("/v1/status")
def status() -> dict:
    return {"provider": config.render_provider, "queued_jobs": 0}


@app.get("/v1/plans")
def plans() -> list[str]:
    return sorted(entitlements.RANK, key=entitlements.RANK.__getitem__)


@app.get("/v1/entitlements/{account}")
def entitlement(account: str) -> dict:
    return entitlements.effective(store, account)


@app.post("/v1/webhooks/{source}")
async def webhook(source: str, request: Request, x_webhook_secret: str = Header("")) -> dict:
    if source not in entitlements.SOURCES:
        raise HTTPException(404)
    if not hmac.compare_digest(x_webhook_secret, config.webhook_secrets[source]):
        raise HTTPException(401)
    event = await request.json() | {"source": source}
    return {"applied": entitlements.apply_event(store, event)}


@app.post("/v1/previews")
async def previews(request: Request) -> Response:
    return Response(preview(await request.body()), media_type="image/jpeg")
