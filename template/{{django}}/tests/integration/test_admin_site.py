"""The admin site, for every model."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.models import MODELS, create


def test_every_model_is_registered() -> None:
    assert all(admin.site.is_registered(model) for model in MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_the_list_add_and_change_pages_of_a_model_open(
    model: type[Model], admin_client: Client
) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = create(model)

    pages = [
        admin_client.get(reverse(f"{name}_changelist"), {"q": "a"}),
        admin_client.get(reverse(f"{name}_add")),
        admin_client.get(reverse(f"{name}_change", args=[row.pk])),
    ]

    assert [page.status_code for page in pages] == [200, 200, 200]
