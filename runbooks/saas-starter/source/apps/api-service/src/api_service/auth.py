"""Accounts and tokens."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import jwt

from starter_contracts import Tokens

LIFETIME = {"access": timedelta(minutes=15), "refresh": timedelta(days=14)}


def digest(password: str, salt: str) -> str:
    return hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**14, r=8, p=1).hex()


def new_password(password: str) -> str:
    salt = secrets.token_hex(8)
    return f"{salt}${digest(password, salt)}"


def matches(password: str, stored: str) -> bool:
    salt, _, expected = stored.partition("$")
    return secrets.compare_digest(digest(password, salt), expected)


def issue(email: str, key: str) -> Tokens:
    """An access token and a refresh token for an account."""
    now = datetime.now(UTC)
    tokens = {
        use: jwt.encode({"sub": email, "use": use, "exp": now + lifetime}, key, "HS256") for use, lifetime in LIFETIME.items()
    }
    return Tokens(
        access_token=tokens["access"], refresh_token=tokens["refresh"], expires_in=int(LIFETIME["access"].total_seconds())
    )


def account_of(token: str, use: str, key: str) -> str | None:
    """The account of a token that is valid for this use."""
    try:
        claims = jwt.decode(token, key, ["HS256"])
    except jwt.PyJWTError:
        return None
    return claims["sub"] if claims.get("use") == use else None
