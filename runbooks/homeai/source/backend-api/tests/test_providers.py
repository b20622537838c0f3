"""When a provider is asked again."""

import httpx
import pytest
from app.providers import Busy, render


def client(statuses):
    answers = iter(statuses)
    handler = lambda request: httpx.Response(next(answers), json={"picture": "https://pictures.example.org/1"})  # noqa: E731
    return httpx.Client(transport=httpx.MockTransport(handler))


def test_a_busy_provider_is_asked_again():
    assert render(client([429, 429, 200]), "swift", "p1", pause=0).endswith("/1")


def test_a_provider_that_stays_busy_is_given_up():
    with pytest.raises(Busy):
        render(client([429, 429, 429]), "swift", "p1", pause=0)
