"""What a request needs, created at its first use: a session, the external service."""

from flask import current_app, g
from sqlalchemy.orm import Session

from .config import Settings
from .external import ExternalService
from .http_client import make_http_client


def get_settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def get_db() -> Session:
    if "db" not in g:
        g.db = current_app.extensions["make_session"]()
    db: Session = g.db
    return db


def get_external_service() -> ExternalService:
    settings = get_settings()
    if "http" not in g:
        g.http = make_http_client(settings)
    return ExternalService(g.http, settings.external_api_retry_wait)


def close_all(_: BaseException | None = None) -> None:
    """Close what the request has created, when it ends."""
    for name in ("http", "db"):
        if name in g:
            g.pop(name).close()
