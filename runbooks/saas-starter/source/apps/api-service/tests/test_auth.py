"""Accounts and tokens."""

ACCOUNT = {"email": "someone@example.org", "password": "correct horse battery"}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_signup_then_login(client):
    assert client.post("/v1/auth/signup", json=ACCOUNT).status_code == 201
    assert client.post("/v1/auth/login", json=ACCOUNT).status_code == 200


def test_an_address_signs_up_once(client):
    client.post("/v1/auth/signup", json=ACCOUNT)
    assert client.post("/v1/auth/signup", json=ACCOUNT).status_code == 409


def test_a_wrong_password_is_refused(client):
    client.post("/v1/auth/signup", json=ACCOUNT)
    assert client.post("/v1/auth/login", json=ACCOUNT | {"password": "something else"}).status_code == 401


def test_a_refresh_token_gives_new_tokens(client):
    tokens = client.post("/v1/auth/signup", json=ACCOUNT).json()
    assert client.post("/v1/auth/refresh", headers=bearer(tokens["refresh_token"])).status_code == 200


def test_an_access_token_does_not_refresh(client):
    tokens = client.post("/v1/auth/signup", json=ACCOUNT).json()
    assert client.post("/v1/auth/refresh", headers=bearer(tokens["access_token"])).status_code == 401


def test_a_chat_needs_an_access_token(client):
    tokens = client.post("/v1/auth/signup", json=ACCOUNT).json()
    message = {"message": "hello"}
    assert client.post("/v1/chat/runs", json=message, headers=bearer("nothing")).status_code == 401
    answer = client.post("/v1/chat/runs", json=message, headers=bearer(tokens["access_token"]))
    assert answer.json()["answer"] == "You said: hello"
