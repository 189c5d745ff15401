"""The documentation at /docs, with Swagger UI served by the application, not by a CDN."""

import flask_swagger_ui
from apiflask import APIFlask
from flask import Blueprint

ASSETS = "/docs/assets"


def add_docs(app: APIFlask) -> None:
    app.config.update(
        SWAGGER_UI_CSS=f"{ASSETS}/swagger-ui.css",
        SWAGGER_UI_BUNDLE_JS=f"{ASSETS}/swagger-ui-bundle.js",
        SWAGGER_UI_STANDALONE_PRESET_JS=f"{ASSETS}/swagger-ui-standalone-preset.js",
        DOCS_FAVICON=f"{ASSETS}/favicon-32x32.png",
    )
    folder = f"{flask_swagger_ui.__path__[0]}/dist"
    app.register_blueprint(
        Blueprint("assets", __name__, static_folder=folder, static_url_path=ASSETS)
    )
