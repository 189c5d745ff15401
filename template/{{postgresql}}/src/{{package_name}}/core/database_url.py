"""The URL of the database."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

PACKAGE, *_ = __name__.split(".")
DEFAULT_URL = f"postgresql://postgres:postgres@localhost:5432/{PACKAGE}"


def read_database_url(url: str) -> str:
    """Return the URL without the name of a driver, which the application picks.

    Raises:
        ValueError: the application cannot use a database with this URL.
    """
    scheme, separator, address = url.partition("://")
    plain = f"postgresql{separator}{address}"
    try:
        # Some platforms write `postgres://`.
        usable = re.fullmatch(r"postgres(ql)?(\+\w+)?", scheme) and urlsplit(plain).port != 0
    except ValueError:  # the host or the port cannot be read
        usable = False
    if not usable or not separator:
        raise ValueError("must have the form postgresql://user:password@host:5432/name")
    return plain


DatabaseUrl = Annotated[str, AfterValidator(read_database_url)]
