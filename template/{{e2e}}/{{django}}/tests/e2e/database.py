"""Direct access to the server's database."""

from typing import Any

from django.db.models import Model

from tests.database import using


def store(url: str, *rows: Model) -> None:
    with using(url):
        for row in rows:
            row.save()


def read(url: str, model: type[Model], row_id: int) -> Any:
    with using(url):
        return model._default_manager.get(pk=row_id)
