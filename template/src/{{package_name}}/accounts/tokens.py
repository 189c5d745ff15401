"""Access tokens: JSON Web Tokens (RFC 7519), signed with HS256."""

from datetime import UTC, datetime, timedelta

import jwt

ALGORITHM = "HS256"


def create_access_token(user_id: int, secret_key: str, lifetime: timedelta) -> str:
    """Return a token that has the user's id in `sub`, and expires after `lifetime`."""
    claims = {"sub": str(user_id), "exp": datetime.now(UTC) + lifetime}
    return jwt.encode(claims, secret_key, algorithm=ALGORITHM)


def read_access_token(token: str, secret_key: str) -> int | None:
    """Return the id of a token's user, or None if the token is not valid."""
    try:
        claims = jwt.decode(
            token, secret_key, algorithms=[ALGORITHM], options={"require": ["exp", "sub"]}
        )
    except jwt.InvalidTokenError:
        return None
    subject: str = claims["sub"]
    return int(subject) if subject.isdecimal() else None
