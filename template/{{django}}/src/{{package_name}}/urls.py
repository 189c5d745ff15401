"""The URL configuration."""

from django.contrib import admin
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from .api import api
from .core import errors

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", api.urls),
    # Without this route, Django would return its own 404 page in development.
    re_path("", csrf_exempt(errors.not_found)),
]
