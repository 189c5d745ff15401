"""Realistic data for development: `python manage.py seed --help`.

An app takes part with a module `seeding`, which has:

- COUNTS: how many rows of each kind are stored by default; each kind gets an option of this name;
- `store(fake, options, ids)`, which stores them; `ids` has the ids that previous apps have stored;
- `add_arguments(parser)`, if the app has further options.
"""

from argparse import ArgumentParser
from array import array
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction
from django.utils.module_loading import module_has_submodule

from ...config import get_settings
from ...seeding import make_faker


def find_parts() -> list[ModuleType]:
    """Return the module `seeding` of each app that has it, and models."""
    return [
        import_module(f"{app.name}.seeding")
        for app in apps.get_app_configs()
        if app.models_module and app.module and module_has_submodule(app.module, "seeding")
    ]


class Command(BaseCommand):
    help = "Stores made-up data, all or nothing."
    # The checks load every endpoint, which this command does not need.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same data")
        for part in find_parts():
            for name, count in part.COUNTS.items():
                told = f"how many {name} (default: {count})"
                parser.add_argument(f"--{name}", type=int, default=count, help=told)
            if hasattr(part, "add_arguments"):
                part.add_arguments(parser)

    def handle(self, **options: Any) -> None:
        if get_settings().environment == "production":
            raise CommandError("seed writes made-up data, so it refuses to run in production")
        fake = make_faker(options["seed"])
        ids: dict[str, array[int]] = {}
        try:
            with transaction.atomic():
                for part in find_parts():
                    part.store(fake, options, ids)
        except IntegrityError:
            raise CommandError(
                "Nothing written: these users are stored already; use another --seed, and an "
                "--admin-email that is not stored yet"
            ) from None
        except KeyboardInterrupt:
            raise CommandError("Nothing written: stopped by Ctrl-C") from None
        stored = [f"{options[name]} {name}" for part in find_parts() for name in part.COUNTS]
        self.stdout.write(f"Stored {' and '.join(stored)}")
