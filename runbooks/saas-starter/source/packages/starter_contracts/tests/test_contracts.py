"""What the contracts let through."""

import pytest
from pydantic import ValidationError

from starter_contracts import ChatRequest, Credentials


def test_an_address_needs_two_parts():
    with pytest.raises(ValidationError):
        Credentials(email="nobody", password="long enough for this")


def test_a_short_password_is_refused():
    with pytest.raises(ValidationError):
        Credentials(email="a@example.org", password="short")


@pytest.mark.parametrize("message", ["", "x" * 8001])
def test_a_message_has_bounds(message):
    with pytest.raises(ValidationError):
        ChatRequest(message=message)
