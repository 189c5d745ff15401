"""The documentation at /docs, with Swagger UI served from here, not fetched from elsewhere."""

from typing import Any

from apiflask import APIFlask
from flask import Blueprint
from swagger_ui_bundle import swagger_ui_path

ASSETS = "/docs/assets"


def add_docs(app: APIFlask) -> None:
    app.config.update(
        SWAGGER_UI_CSS=f"{ASSETS}/swagger-ui.css",
        SWAGGER_UI_BUNDLE_JS=f"{ASSETS}/swagger-ui-bundle.js",
        SWAGGER_UI_STANDALONE_PRESET_JS=f"{ASSETS}/swagger-ui-standalone-preset.js",
        DOCS_FAVICON=f"{ASSETS}/favicon-32x32.png",
        SWAGGER_UI_CONFIG={"url": f"{ASSETS}/openapi.json"},
    )
    assets = Blueprint("assets", __name__, static_folder=swagger_ui_path, static_url_path=ASSETS)

    @assets.get(f"{ASSETS}/openapi.json")
    def document() -> dict[str, Any]:
        # Swagger UI 4 shows no document that calls itself 3.1, though it can read this one.
        spec: Any = app.spec
        return {**spec, "openapi": "3.0.3"}

    app.register_blueprint(assets)
