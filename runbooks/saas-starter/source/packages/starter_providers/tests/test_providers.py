"""When a provider is asked again."""

import httpx
import pytest

from starter_providers import echo, with_retries


def failing(times, error):
    calls = []

    def provider(message):
        calls.append(message)
        if len(calls) <= times:
            raise error
        return echo(message)

    return provider, calls


def test_a_lost_connection_is_tried_again():
    provider, calls = failing(2, httpx.ConnectError("lost"))
    assert with_retries(provider)("hi") == "You said: hi"
    assert len(calls) == 3


def test_a_refusal_is_not_tried_again():
    provider, calls = failing(1, ValueError("refused"))
    with pytest.raises(ValueError):
        with_retries(provider)("hi")
    assert len(calls) == 1
