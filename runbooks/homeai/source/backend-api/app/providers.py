"""Asks a render provider, and asks again when it is busy."""

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

ADDRESSES = {"local": "http://localhost:9000", "swift": "https://swift-render.example.org", "steady": "https://steady-render.example.org"}


class Busy(Exception):
    """The provider has no room now."""


def render(client: httpx.Client, provider: str, photo: str, attempts: int = 3, pause: float = 1.0) -> str:
    """The address of the finished picture. A busy provider is asked again after `pause` seconds, then twice that."""

    def ask() -> str:
        answer = client.post(f"{ADDRESSES[provider]}/renders", json={"photo": photo}, timeout=30)
        if answer.status_code == 429:
            raise Busy(provider)
        answer.raise_for_status()
        return answer.json()["picture"]

    retrying = Retrying(
        stop=stop_after_attempt(attempts),
        wait=wait_exponential(multiplier=pause),
        retry=retry_if_exception_type(Busy),
        reraise=True,
    )
    return retrying(ask)
