"""Tells the owner of a trend that it moved."""

import json
import urllib.request


def is_worth_telling(before: float, after: float) -> bool:
    """Ten points in either direction, or past even odds."""
    return abs(after - before) >= 0.1 or (before < 0.5) != (after < 0.5)


def message(trend: str, before: float, after: float) -> str:
    direction = "rose" if after > before else "fell"
    return f"{trend} {direction} from {before:.0%} to {after:.0%}"


def send(url: str, text: str) -> int:
    """Posts a message to a chat. Returns the status of the answer."""
    if not url.startswith("https://"):
        raise ValueError("messages are sent over https only")
    body = json.dumps({"text": text}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    # The scheme is checked above.
    with urllib.request.urlopen(request, timeout=20) as answer:  # nosec B310
        return answer.status
