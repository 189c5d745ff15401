"""The documentation at /docs, with Swagger UI served from here, not fetched from elsewhere."""

from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from swagger_ui_bundle import swagger_ui_path

ASSETS = "/docs/assets"


def add_docs(app: FastAPI) -> None:
    page = get_swagger_ui_html(
        openapi_url=f"{ASSETS}/openapi.json",
        title=escape(app.title),
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{ASSETS}/favicon-32x32.png",
    )

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return page

    @app.get(f"{ASSETS}/openapi.json", include_in_schema=False)
    async def document() -> dict[str, Any]:
        # Swagger UI 4 shows no document that calls itself 3.1, though it can read this one.
        return {**app.openapi(), "openapi": "3.0.3"}

    app.mount(ASSETS, StaticFiles(directory=swagger_ui_path))
