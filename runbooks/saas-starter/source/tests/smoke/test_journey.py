"""One journey through a running system: sign up, log in, chat. Needs API_BASE_URL."""

import os
import uuid

import httpx
import pytest


@pytest.fixture(scope="module")
def api():
    with httpx.Client(base_url=os.environ["API_BASE_URL"], timeout=20) as client:
        yield client


ACCOUNT = {"email": f"smoke-{uuid.uuid4().hex[:8]}@example.org", "password": uuid.uuid4().hex}


def test_signup(api):
    assert api.post("/v1/auth/signup", json=ACCOUNT).status_code == 201


def test_login_and_refresh(api):
    tokens = api.post("/v1/auth/login", json=ACCOUNT).raise_for_status().json()
    answer = api.post("/v1/auth/refresh", headers={"Authorization": f"Bearer {tokens['refresh_token']}"})
    assert answer.status_code == 200


def test_one_chat_run(api):
    tokens = api.post("/v1/auth/login", json=ACCOUNT).raise_for_status().json()
    answer = api.post(
        "/v1/chat/runs", json={"message": "hello"}, headers={"Authorization": f"Bearer {tokens['access_token']}"}
    )
    assert answer.json()["status"] == "completed"
