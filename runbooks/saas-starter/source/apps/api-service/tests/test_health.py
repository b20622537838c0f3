"""When the API says that it is ready."""


def test_it_is_ready_with_a_migrated_database(client):
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == {"status": "ready"}


def test_it_is_not_ready_without_tables(client, tmp_path, monkeypatch):
    from api_service import main
    from api_service.settings import load

    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    monkeypatch.setattr(main, "config", load())
    assert client.get("/health/ready").status_code == 503
