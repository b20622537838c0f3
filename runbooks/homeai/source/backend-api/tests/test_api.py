"""The paths that every app needs."""

import io

from app.main import app
from fastapi.testclient import TestClient
from PIL import Image

client = TestClient(app)


def test_healthz_answers():
    assert client.get("/healthz").json() == {"status": "ok"}


def test_status_and_plans_answer():
    assert client.get("/v1/status").json()["queued_jobs"] == 0
    assert client.get("/v1/plans").json() == ["free", "plus", "pro"]


def test_a_webhook_with_a_wrong_secret_is_refused():
    assert client.post("/v1/webhooks/ios", json={}, headers={"x-webhook-secret": "wrong"}).status_code == 401


def test_an_unknown_shop_is_not_found():
    assert client.post("/v1/webhooks/fax", json={}).status_code == 404


def test_a_preview_is_a_small_jpeg():
    photo = io.BytesIO()
    Image.new("RGB", (1200, 800)).save(photo, "PNG")
    answer = client.post("/v1/previews", content=photo.getvalue())
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("JPEG", (320, 213))
