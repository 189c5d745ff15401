"""Users, registration and login, as the API accepts and returns them."""

from typing import Annotated, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ..core.fields import Name, Text, Timestamp, check_number, check_text
from ..core.schemas import Input, Output


def normalize_email(value: str) -> str:
    """Return an email in lower case, as it is stored and compared.

    Raises:
        PydanticCustomError: it is not valid, or longer than 254 characters.
    """
    try:
        # `test_environment` allows emails in the domain .test.
        parts = validate_email(value, check_deliverability=False, test_environment=True)
        address = parts.normalized.lower()
    except EmailNotValidError:
        address = ""
    if not 0 < len(address) <= 254:
        raise PydanticCustomError("email", "Not a valid email")
    return address


Email = Annotated[
    Text,
    AfterValidator(normalize_email),
    Field(json_schema_extra={"format": "email", "maxLength": 254}),
]
Password = Annotated[str, Field(min_length=8, max_length=128), AfterValidator(check_text)]
Age = Annotated[int, Field(ge=0, le=150), BeforeValidator(check_number)]


class Register(Input):
    name: Name
    email: Email
    password: Password
    age: Age | None = None


class UserCreate(Register):
    is_admin: Annotated[bool, Field(strict=True)] = False


class UserUpdate(Input):
    # The defaults are never used: they let a field be omitted, without allowing null.
    name: Name = Field(default_factory=str)
    email: Email = Field(default_factory=str)
    age: Age | None = None


class Login(Input):
    email: Email
    password: Text


class Token(Output):
    token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105


class User(Output):
    id: int
    name: str
    email: str
    age: int | None
    is_active: bool
    is_admin: bool
    created_at: Timestamp
