"""Model providers behind one interface."""

from collections.abc import Callable

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

Provider = Callable[[str], str]


def echo(message: str) -> str:
    """The provider for tests: it answers with the message."""
    return f"You said: {message}"


def remote(url: str, key: str) -> Provider:
    """A provider behind HTTP."""

    def answer(message: str) -> str:
        reply = httpx.post(url, json={"message": message}, headers={"Authorization": f"Bearer {key}"}, timeout=60)
        reply.raise_for_status()
        return reply.json()["answer"]

    return answer


def with_retries(provider: Provider, attempts: int = 3) -> Provider:
    """The same provider, asked again when the connection fails."""

    def answer(message: str) -> str:
        retrying = Retrying(
            stop=stop_after_attempt(attempts), retry=retry_if_exception_type(httpx.TransportError), reraise=True
        )
        return retrying(provider, message)

    return answer
